"""Writes the parts of the documents that are made from the code: ``make docs``.

A part stands between two comments that name it; all around it is written by hand.
``tests/test_docs.py`` fails when a part is not what the code says.
"""

from __future__ import annotations

import re
from dataclasses import asdict, fields
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from pydantic import BaseModel

from enrich import errors
from enrich.cli import cli
from enrich.job import job_json_schema
from enrich.job.model import Job
from enrich.job.scalars import Part
from enrich.research.processors import NAMES, Effort, effort
from enrich.taskapi.models import Body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT: Final = Path(__file__).resolve().parents[1]
DOCS: Final = ROOT / "docs"

_PART: Final = re.compile(r"(<!-- made: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_UNITS: Final = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def job_keys() -> Iterator[str]:
    """Yield a table for each part of a job file, in the order of the file."""
    schema = job_json_schema()
    yield from _part_table("Top of the file", schema, Job)
    told: set[str] = set()
    for title, name in _parts(schema, schema, ""):
        if name not in told:  # a task of several has the keys of the one
            yield from _part_table(f"`{title}`", schema["$defs"][name], _models()[name])
        told.add(name)


def commands() -> Iterator[str]:
    """Yield how each command is called."""
    top = click.Context(cli, info_name="enrich", **cli.context_settings)
    for name, command in cli.commands.items():
        context = click.Context(command, info_name=name, parent=top, terminal_width=88)
        text = command.get_help(context).rstrip()
        yield f"## enrich {name}\n\n```text\n{text}\n```\n\n"


def error_tree() -> Iterator[str]:
    """Yield the tree of errors as its module draws it."""
    tree = (errors.__doc__ or "").split("::\n\n")[1].split("\n\nEvery")[0]
    lines = [line.removeprefix("    ") for line in tree.splitlines()]
    yield "```text\n" + "\n".join(lines) + "\n```\n"


def _processors() -> Iterator[str]:
    yield "| processor | " + " | ".join(member.name for member in fields(Effort)) + " |\n"
    yield "|---" * (len(fields(Effort)) + 1) + "|\n"
    for name in NAMES:
        limits = asdict(effort(name)).values()
        shown = ("yes" if limit is True else "no" if limit is False else f"{limit:g}" for limit in limits)  # fmt: skip
        yield f"| `{name}` | " + " | ".join(shown) + " |\n"


PARTS: Final[dict[str, Callable[[], Iterator[str]]]] = {
    "job-keys": job_keys,
    "commands": commands,
    "error-tree": error_tree,
    "processors": _processors,
}


def with_parts(text: str) -> str:
    """Return a document with its made parts as the code has them now."""

    def made(found: re.Match[str]) -> str:
        return found[1] + "\n" + "".join(PARTS[found["name"]]()) + "\n" + found[3]

    return _PART.sub(made, text)


def documents() -> list[Path]:
    """Return the documents with made parts."""
    return [path for path in sorted(DOCS.rglob("*.md")) if _PART.search(path.read_text("utf-8"))]


def _models() -> dict[str, type[BaseModel]]:
    return {model.__name__: model for base in (Part, Body) for model in base.__subclasses__()}


def _parts(node: dict[str, Any], schema: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Yield the dotted path and the definition's name of each part within a part."""
    for key, member in node["properties"].items():
        place = f"{path}.{key}".lstrip(".")
        for form in (member, *member.get("anyOf", [])):
            for step, inner in (
                ("", form),
                ("[]", form.get("items", {})),
                (".NAME", form.get("additionalProperties") or {}),
            ):
                for branch in (inner, *(inner.get("anyOf", []) if inner is not form else [])):
                    name = branch.get("$ref", "").rpartition("/")[2]
                    if name:
                        yield place + step, name
                        yield from _parts(schema["$defs"][name], schema, place + step)


def _part_table(title: str, part: dict[str, Any], model: type[BaseModel]) -> Iterator[str]:
    yield f"## {title}\n\n{_code(part['description'])}\n\n"
    meanings = {key: member.get("description") for key, member in part["properties"].items()}
    heads = ["key", "is", "without it", *(["meaning"] if any(meanings.values()) else [])]
    yield f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n"
    required = part.get("required", [])
    for key, member in part["properties"].items():
        default = "must be there" if key in required else _default(key, model)
        meaning = _code(meanings[key] or "").replace("|", "\\|")
        cells = [f"`{key}`", _kind(member), default, meaning]
        yield f"| {' | '.join(cells[: len(heads)])} |\n"
    yield "\n"


def _kind(member: dict[str, Any]) -> str:
    """Return in a few words what may stand there."""
    if "enum" in member:
        return " · ".join(f"`{value}`" for value in member["enum"])
    if "const" in member:
        return f"`{member['const']}`"
    if "$ref" in member:
        return "mapping"
    if "anyOf" in member:
        kinds = [_kind(each) for each in member["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    kinds = member.get("type", "any")
    names = {"string": "text", "array": "list", "object": "mapping", "integer": "whole number"}
    if member.get("examples") == ["30d"]:
        return "duration"
    listed = kinds if isinstance(kinds, list) else [kinds]
    return " or ".join(names.get(kind, kind) for kind in listed)


def _default(key: str, model: type[BaseModel]) -> str:
    value = model.model_fields[key].get_default(call_default_factory=True)
    if value is None or value in ((), {}, ""):
        return "–"
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        size, unit = next(pair for pair in _UNITS if seconds % pair[0] == 0)
        return f"`{seconds // size}{unit}`"
    if isinstance(value, BaseModel):
        return "its defaults"
    if isinstance(value, tuple):
        return f"`[{', '.join(f'{one:g}' for one in value)}]`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _code(text: str) -> str:
    """Return a docstring's text with Markdown's single backticks, and null for Python's None."""
    told = " ".join(text.replace("``", "`").split())
    return re.sub(r"\bNone\b", "absent", re.sub(r"(?<=[.:] )None\b", "Absent", told))


def main() -> None:
    """Write all of them again."""
    for path in documents():
        path.write_text(with_parts(path.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
