"""The recipes of docs/shards.md, as far as they can be tried without the systems they are for."""

import os
import subprocess

import pytest
from ruamel.yaml import YAML

from tests.cli.console import SCRIPT

RECIPES = SCRIPT.parents[2] / "docs" / "shards"
ENV = {**os.environ, "PATH": f"{SCRIPT.parent}{os.pathsep}{os.environ['PATH']}"}


def test_the_kubernetes_job_has_a_pod_for_each_share():
    job = YAML(typ="safe").load((RECIPES / "kubernetes_job.yaml").read_text())["spec"]
    (container,) = job["template"]["spec"]["containers"]

    assert job["completionMode"] == "Indexed"
    assert container["command"][-2] == f"$(JOB_COMPLETION_INDEX)/{job['completions']}"
    assert container["command"][-3] == "--shard"
    assert "JOB_COMPLETION_INDEX" in {each["name"] for each in container["env"]}


@pytest.mark.slow
def test_side_by_side_and_as_a_slurm_array_they_write_what_one_command_writes(folder):
    folder.enrich("run", "job.yaml", "--quiet")
    whole = (folder.path / "out.csv").read_bytes()

    def run(*command, state, **env):
        job = folder.path / f"{state}.yaml"
        text = folder.job(("path: out.csv", f"path: {state}.csv")).read_text()
        job.write_text(f"{text}state: {state}\n")
        return subprocess.run(
            [*command[:1], *command[1:2], job.name, *command[2:]],
            cwd=folder.path,
            env={**ENV, **env},
            capture_output=True,
            text=True,
            check=False,
        )

    side = run("sh", RECIPES / "side_by_side.sh", "2", state="side")
    array = [
        run(
            "bash",
            RECIPES / "slurm_array.sh",
            state="array",
            SLURM_ARRAY_TASK_ID=str(index),
            SLURM_ARRAY_TASK_COUNT="2",
        )
        for index in range(2)
    ]

    assert side.returncode == 0, side.stderr
    assert [each.returncode for each in array] == [0, 0], [each.stderr for each in array]
    for state in ("side", "array"):
        assert (folder.path / f"{state}.csv").read_bytes() == whole
