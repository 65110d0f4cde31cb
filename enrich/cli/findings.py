"""Findings as a compiler prints them: the place, the message, the line and a caret."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enrich.spec import path_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from enrich.records import Violation


def finding_lines(job: str, found: Iterable[Violation]) -> Iterator[str]:
    """Yield each finding: its place and message, and the line that it is about."""
    texts: dict[str, list[str]] = {}
    for each in found:
        file = each.file or job
        where = f"{file}:{each.line}" if each.line else file
        place = f"{each.path}: " if each.path else ""
        yield f"{where}: {each.severity}: {place}{each.message} [{each.rule}]"
        if each.line is not None:
            if file not in texts:
                texts[file] = _lines(file)
            yield from _shown(texts[file], each.line, each.path)


def finding_members(found: Violation) -> dict[str, Any]:
    """Return a finding as its JSON; one in another file than the job names that file."""
    message = f"{found.file}: {found.message}" if found.file else found.message
    return {
        "severity": found.severity,
        "rule": found.rule,
        "path": found.path,
        "message": message,
        "line": found.line,
    }


def verdict(found: Sequence[Violation]) -> str:
    """Return how many findings there are."""
    counts = {
        severity: sum(each.severity == severity for each in found)
        for severity in ("error", "warning", "hint")
    }
    said = ", ".join(
        f"{number} {severity}{'' if number == 1 else 's'}"
        for severity, number in counts.items()
        if number
    )
    return said or "No findings."


def _lines(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8-sig", errors="replace").split("\n")
    except (OSError, ValueError):
        return []


def _shown(lines: Sequence[str], number: int, path: str) -> Iterator[str]:
    if not 0 < number <= len(lines) or not lines[number - 1].strip():
        return
    line = lines[number - 1].rstrip().expandtabs(4)
    start, length = _caret(line, path)
    yield f"{number:>5} | {line}"
    yield f"      | {' ' * start}{'^' * length}"


def _caret(line: str, path: str) -> tuple[int, int]:
    """Return where in a line the last part of a path stands that is in it, and how long it is."""
    parts = path_parts(path) if path.startswith("$") else path.split(".")
    start = len(line) - len(line.lstrip())
    found, place = (start, len(re.match(r"[^\s:]*", line[start:])[0]) or 1), 0  # type: ignore[index]
    for part in parts:
        key = re.compile(rf"(?<![^\s{{,-])(?P<mark>[\"']?){re.escape(str(part))}(?P=mark)\s*:")
        match = key.search(line, place)
        if match:
            place = match.end()
            found = match.start(), len(match[0].rstrip(": "))
    return found
