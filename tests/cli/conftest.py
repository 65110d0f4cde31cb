"""A folder with a job, and the console script to run in it."""

import os
import select
import socket
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.console import Console, Done
from tests.fakes.sample_pages import write_pages
from tests.fakes.server_process import ServerProcess

PAGES = ("france", "gambia-the", "japan", "kenya", "niger", "nigeria")

TABLE = """\
id,Country,Note
01,Kenya,"says ""hello"" to all"
02,Japan,NA
03,The Gambia,
04,Kenya,again
05,Niger,00501
06,Atlantis,no page
"""

JOB = """\
version: 1
input:
  path: countries.csv
  key: [id]
output:
  path: out.csv
  columns: {citations: true, confidence: true}
task:
  processor: base
  inputs:
    country: Country
  output:
    capital: {type: "string?", description: "Name of the capital city. If unknown, null."}
    population: {type: "integer?", description: "Number of inhabitants. If unknown, null."}
api:
  base_url: local
local:
  corpus: pages
"""


@dataclass
class Folder:
    """A folder that commands run in.

    Attributes:
        path: Where it is.
        console: Runs the commands.
        env: Their environment.
    """

    path: Path
    console: Console
    env: dict[str, str]

    def enrich(self, *arguments: object) -> Done:
        """Run ``enrich`` here."""
        return self.console.run([str(each) for each in arguments], cwd=self.path, env=self.env)

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.path / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def job(self, *changes: tuple[str, str], name: str = "job.yaml") -> Path:
        """Write the job file with some of its text replaced."""
        text = JOB
        for old, new in changes:
            assert old in text, f"the job file does not have {old!r}"
            text = text.replace(old, new)
        return self.write(name, text)

    def names(self) -> set[str]:
        """Return the names of all that is here, hidden files too."""
        return {each.name for each in self.path.iterdir()}


def make_folder(path, console):
    """Return a folder with a table, some pages and a job."""
    (path / "pages").mkdir()
    write_pages(path / "pages", PAGES)
    folder = Folder(path, console, {**os.environ, "COLUMNS": "100"})
    folder.write("countries.csv", TABLE)
    folder.job()
    return folder


@pytest.fixture
def folder(tmp_path, console):
    return make_folder(tmp_path, console)


@pytest.fixture(scope="module")
def server():
    """A server in a process of its own, which answers from the input alone."""
    with ServerProcess() as server:
        yield server


@pytest.fixture
def unheard():
    """An address that nobody may call: leaving the test checks that nobody did."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        called, _, _ = select.select([listening], [], [], 0)
        assert not called, "something was sent"
