#!/bin/bash
#SBATCH --job-name=enrich
#SBATCH --array=0-7
#SBATCH --cpus-per-task=1
#SBATCH --mem=1G
#SBATCH --requeue
# One task of the array for each share; `sbatch slurm_array.sh companies.yaml`. What is killed
# or requeued goes on where it was.
set -euo pipefail
exec enrich run "$1" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --yes
