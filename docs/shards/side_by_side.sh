#!/bin/sh
# side_by_side.sh JOB N: N shares on this machine at once. Ends with 0 when each did.
seq 0 "$(($2 - 1))" | xargs -P "$2" -I I enrich run "$1" --shard "I/$2" --yes --quiet
