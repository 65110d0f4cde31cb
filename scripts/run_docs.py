"""Runs every command of a page, and writes what it prints below it: ``make docs``.

A block ```` ```console ```` holds commands behind ``$`` and what they print. A block that has
``<!-- file: NAME -->`` before it is written to that file first. A block with
``<!-- needs a key -->`` before it is left alone. ``tests/test_docs.py`` fails when a command
prints something else than the page says.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).resolve().parents[1]
PAGES: Final = ("tutorial.md", "report.md", "howto.md")
ENV: Final = {"COLUMNS": "100", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}

_BLOCK: Final = re.compile(
    r"(?P<marks>(?:<!-- [^\n]* -->\n)*)```(?P<language>\w*)\n(?P<body>.*?)^```",
    re.DOTALL | re.MULTILINE,
)
_FILE: Final = re.compile(r"<!-- file: (\S+) -->")


def executed(text: str, folder: Path, run: Callable[[str], str]) -> str:
    """Return a page with what its commands print now.

    Args:
        text: The page.
        folder: Where its files are written.
        run: Runs a command there, and returns what it prints.
    """

    def block(found: re.Match[str]) -> str:
        if "<!-- needs a key -->" in found["marks"]:
            return found[0]
        if name := _FILE.search(found["marks"]):
            (folder / name[1]).write_text(found["body"], encoding="utf-8")
        if found["language"] != "console":
            return found[0]
        commands = re.findall(r"^\$ (.*(?:\\\n.*)*)", found["body"], re.MULTILINE)
        said = "".join(f"$ {command}\n{_clean(run(command))}" for command in commands)
        return f"{found['marks']}```console\n{said}```"

    return _BLOCK.sub(block, text)


def _clean(said: str) -> str:
    lines = [line.rstrip() for line in said.splitlines()]
    while lines and not lines[0]:
        del lines[0]
    return "".join(f"{line}\n" for line in lines)


def prepare(folder: Path) -> None:
    """Put what the pages start from into a folder."""
    for name in ("configs", "sample_data"):
        shutil.copytree(ROOT / name, folder / name)


def in_shell(folder: Path) -> Callable[[str], str]:
    """Return what runs a command in a folder, with this environment's programs."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def run(command: str) -> str:
        done = subprocess.run(  # noqa: S602  (a page's commands are commands)
            command,
            shell=True,
            cwd=folder,
            env={**os.environ, **ENV, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.stdout

    return run


def main() -> None:
    """Write all pages again."""
    for name in PAGES:
        page = ROOT / "docs" / name
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            prepare(folder)
            text = executed(page.read_text("utf-8"), folder, in_shell(folder))
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
