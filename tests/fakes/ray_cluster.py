"""A Ray cluster of two nodes on this machine, on loopback, until stdin ends.

python -m tests.fakes.ray_cluster
"""

from __future__ import annotations

import os
import sys

os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112  (its name)


def main() -> None:
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 2, "node_ip_address": "127.0.0.1", "object_store_memory": 80_000_000}
    cluster = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
    cluster.add_node(**node)
    print(cluster.address, flush=True)  # noqa: T201
    sys.stdin.read()
    cluster.shutdown()


if __name__ == "__main__":
    main()
