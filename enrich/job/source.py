"""A YAML or JSON text as a tree that knows where each part of it stands."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ruamel.yaml.nodes import Node

    from enrich.job.document import KeyPath

_BLANK: Final = re.compile(r"[ \t\r\n]*")
_PLAIN: Final = re.compile(r"[^\s,\]}]+")


@dataclass(slots=True, kw_only=True)
class Part:
    """A mapping, a list or a scalar in its text.

    Attributes:
        kind: ``map``, ``seq`` or ``scalar``.
        start: Where it begins, in characters.
        end: Where it ends.
        is_flow: Whether braces or brackets are around it.
        style: A YAML scalar's mark: a quote, ``|``, ``>``, or nothing.
        keys: Where each member's key begins and ends.
        members: The parts within it, by key or index.
    """

    kind: str
    start: int
    end: int
    is_flow: bool = False
    style: str = ""
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    members: dict[str | int, Part] = field(default_factory=dict)

    def at(self, path: KeyPath) -> Part | None:
        """Return the part at a path, if there is one."""
        part: Part | None = self
        for step in path:
            part = part.members.get(step) if part is not None else None
        return part


class JsonText:
    """Reads a JSON text that is known to be well-formed."""

    def __init__(self, text: str) -> None:
        self._text = text

    def part(self, start: int = 0) -> Part:
        """Return the value that begins at a place, or behind the blanks there."""
        start = self._skip(start)
        opening = self._text[start : start + 1]
        if opening == "{":
            return self._members(Part(kind="map", start=start, end=start, is_flow=True), "}")
        if opening == "[":
            return self._members(Part(kind="seq", start=start, end=start, is_flow=True), "]")
        if opening == '"':
            _, end = json.decoder.scanstring(self._text, start + 1)  # type: ignore[attr-defined]
            return Part(kind="scalar", start=start, end=end, style='"')
        found = _PLAIN.match(self._text, start)
        return Part(kind="scalar", start=start, end=found.end() if found else start)

    def _members(self, part: Part, closing: str) -> Part:
        place = self._skip(part.start + 1)
        while self._text[place : place + 1] not in {closing, ""}:
            name: str | int = len(part.members)
            if part.kind == "map":
                found, end = json.decoder.scanstring(self._text, place + 1)  # type: ignore[attr-defined]
                name = str(found)
                part.keys[name] = (place, end)
                place = self._skip(end) + 1  # the colon
            member = self.part(place)
            part.members[name] = member
            place = self._skip(member.end)
            if self._text[place : place + 1] == ",":
                place = self._skip(place + 1)
        part.end = place + 1
        return part

    def _skip(self, place: int) -> int:
        found = _BLANK.match(self._text, place)
        return found.end() if found else place


def json_parts(text: str) -> Part:
    """Return the tree of a JSON text.

    Raises:
        ValueError: It is no JSON, or nested too deeply.
    """
    try:
        json.loads(text)
        return JsonText(text).part()
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def yaml_parts(text: str) -> Part | None:
    """Return the tree of a YAML text; None for one that cannot be read.

    What an alias names stands in it where the alias is, with the places of the original.
    """
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, ValueError, RecursionError):
        return None
    return None if root is None else _yaml_part(root, 0)


def _yaml_part(node: Node, level: int) -> Part:
    part = Part(
        kind="scalar",
        start=node.start_mark.index,
        end=node.end_mark.index,
        is_flow=bool(getattr(node, "flow_style", False)),
        style=str(getattr(node, "style", None) or ""),
    )
    if level > MAX_LEVELS or isinstance(node, ScalarNode):
        return part
    if isinstance(node, SequenceNode):
        part.kind = "seq"
        for index, item in enumerate(node.value):
            part.members[index] = _yaml_part(item, level + 1)
    elif isinstance(node, MappingNode):
        part.kind = "map"
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                part.keys[str(key.value)] = (key.start_mark.index, key.end_mark.index)
                part.members[str(key.value)] = _yaml_part(value, level + 1)
    return part


TOO_DEEP: Final = "it is nested too deeply"

MAX_LEVELS: Final = 60
"""Deeper than any schema that is taken; an alias that contains itself has no end."""


def schema_lines(path: Path) -> dict[KeyPath, int]:
    """Return the line of each key and element of a JSON Schema's file; none if it is no JSON."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        root = json_parts(text)
    except (OSError, ValueError):
        return {}
    inner = root.members.get("json_schema")
    starts = [0, *(match.end() for match in re.finditer(r"\n", text))]
    schema = inner if inner is not None and inner.kind == "map" else root
    return {key: bisect_right(starts, place) for key, place in _places(schema, ())}


def _places(part: Part, key: KeyPath) -> Iterator[tuple[KeyPath, int]]:
    for name, member in part.members.items():
        here = (*key, name)
        yield here, part.keys[name][0] if isinstance(name, str) else member.start
        yield from _places(member, here)
