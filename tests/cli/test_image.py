"""The recipe's Dockerfile, built and run by buildah.

No registry of images is asked: the base is made of Debian's packages and gets the base's name.
Commands run in a chroot, which is what a machine without namespaces allows; so limits of memory,
``docker stop`` and the engine's own defaults are not looked at here.
"""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.cli.console import SCRIPT
from tests.fakes.browser import missing

ROOT = SCRIPT.parents[2]
BASE = "docker.io/library/python:3.11-slim"
NOBODY = 10001
CERTIFICATES = (
    "/etc/ssl/certs"  # this machine's: its way to the package index may have one of its own
)

pytestmark = [
    pytest.mark.image,
    pytest.mark.timeout(900),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a root file system"),
]


class Builder:
    """buildah with images of its own."""

    def __init__(self, folder):
        self.folder = folder
        conf = folder / "storage.conf"
        conf.write_text(
            f'[storage]\ndriver = "vfs"\nrunroot = "{folder}/run"\ngraphroot = "{folder}/graph"\n'
        )
        self.env = {
            **os.environ,
            "CONTAINERS_STORAGE_CONF": str(conf),
            "BUILDAH_ISOLATION": "chroot",
        }

    def run(self, *arguments, check=True):
        done = subprocess.run(
            ["buildah", *map(str, arguments)],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def make_base(self):
        """Make an image of Debian with Python, under the name that the recipe's begins with."""
        container = self.run("from", "scratch").stdout.strip()
        root = self.run("mount", container).stdout.strip()
        subprocess.run(
            [
                *("debootstrap", "--variant=minbase"),
                *("--include=python-is-python3,python3-venv,ca-certificates", "bookworm", root),
            ],
            check=True,
            capture_output=True,
        )
        self.run("commit", "--quiet", "--rm", container, BASE)


@pytest.fixture(scope="module")
def builder():
    for program in ("buildah", "debootstrap"):
        if shutil.which(program) is None:
            missing(program)
    # Not pytest's own folder, which keeps what is large for two runs more.
    with tempfile.TemporaryDirectory() as folder:
        builder = Builder(Path(folder))
        builder.make_base()
        mounted = ("--volume", f"{CERTIFICATES}:{CERTIFICATES}:ro")
        recipe = ROOT / "docs" / "nightly" / "Dockerfile"
        builder.run("build", "--pull-never", *mounted, "-f", recipe, "-t", "enrich", ROOT)
        yield builder
        builder.run("rm", "--all")


def test_the_image_runs_the_job_as_nobody_and_keeps_everything_in_its_volume(builder, folder):
    for path in (folder.path, *folder.path.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    config = json.loads(builder.run("inspect", "enrich").stdout)["OCIv1"]["config"]
    container = builder.run("from", "--pull-never", "enrich").stdout.strip()
    # The builder would lay an empty volume over the folder; an engine mounts the folder as it.
    builder.run("config", "--volume", "/data-", container)
    volume = ("--volume", f"{folder.path}:/data")

    def within(*command):
        return builder.run("run", *volume, container, "--", *command, check=False)

    night = within(*config["Entrypoint"], *config["Cmd"])
    again = within(*config["Entrypoint"], *config["Cmd"])
    wrong = within(*config["Entrypoint"], "run", "other.yaml")
    planted = within("touch", "/opt/enrich/planted", "/etc/planted")

    assert config["User"] == str(NOBODY)
    assert config["Volumes"] == {"/data": {}}
    assert night.returncode == 0, night.stderr
    done = json.loads(night.stdout.splitlines()[-1])
    assert (done["exit_code"], done["statuses"]) == (0, {"completed": 6})
    assert (folder.path / "out.csv").stat().st_uid == NOBODY
    assert (folder.path / ".enrich" / "local.db").stat().st_mode & 0o777 == 0o600
    assert json.loads(again.stdout.splitlines()[0])["to_buy"] == 0
    assert wrong.returncode == 2
    assert "other.yaml" in wrong.stderr
    assert planted.stderr.count("Permission denied") == 2
