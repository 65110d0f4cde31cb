"""The fewest edits of a text that turn one schema in it into another, all around left as it is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.job.source import Part
    from enrich.records import Json

_SAFE: Final = re.compile(r"[A-Za-z]([^\n]*[^\s:])?")
_RISKY: Final = re.compile(r": |\s#|[\"'&*!|>%@`]")
_RISKY_IN_FLOW: Final = re.compile(r"[,\[\]{}]")
_WORDS_OF_YAML: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


@dataclass(slots=True)
class Edits:
    """Edits of one text, each of a place that no other touches.

    Attributes:
        text: The text.
        is_json: Whether it is JSON rather than YAML.
        made: Start, end and what stands there instead.
    """

    text: str
    is_json: bool = False
    made: list[tuple[int, int, str]] = field(default_factory=list)

    def applied(self) -> str:
        """Return the text with all edits."""
        text = self.text
        for start, end, instead in sorted(self.made, reverse=True):
            text = text[:start] + instead + text[end:]
        return text

    def turn(self, part: Part, before: Json, after: Json, *, in_flow: bool = False) -> None:
        """Edit a part that says ``before`` so that it says ``after``."""
        if before == after:
            return
        in_flow = in_flow or part.is_flow
        if part.kind == "map" and isinstance(before, dict) and isinstance(after, dict):
            self._turn_mapping(part, before, after, in_flow=in_flow)
        elif part.kind == "seq" and isinstance(before, list) and isinstance(after, list):
            for index, (old, new) in enumerate(zip(before, after, strict=False)):
                self.turn(part.members[index], old, new, in_flow=in_flow)
            for item in after[len(before) :]:
                self._append(part, self._written(item, in_flow=in_flow), dash=True)
        elif isinstance(before, str) and isinstance(after, str) and self._may_grow(part, before):
            self._lengthen(part, before.rstrip(), after, in_flow=in_flow)
        else:
            self.made.append((part.start, part.end, self._written(after, in_flow=in_flow)))

    def _turn_mapping(
        self, part: Part, before: dict[str, Any], after: dict[str, Any], *, in_flow: bool
    ) -> None:
        for name in [name for name in before if name in after]:
            self.turn(part.members[name], before[name], after[name], in_flow=in_flow)
        gone = [name for name in before if name not in after]
        new = [self._member(name, after[name], in_flow) for name in after if name not in before]
        # What is new stands where something went, as far as possible: its comment stays, too.
        for name, written in zip(gone, new, strict=False):
            self.made.append((part.keys[name][0], self._end(part.members[name]), written))
        if len(gone) == len(before) and not new:
            first, last = part.keys[gone[0]][0], self._end(part.members[gone[-1]])
            self.made.append((first, last, "" if part.is_flow else "{}"))
            return
        for name in gone[len(new) :]:
            self._delete(part, name, gone[len(new) :])
        for written in new[len(gone) :]:
            self._append(part, written, dash=False)

    def _delete(self, part: Part, name: str, gone: Sequence[str]) -> None:
        names = list(part.keys)
        at = names.index(name)
        start, end = part.keys[name][0], self._end(part.members[name])
        if not part.is_flow:
            start, end = self._line(start, end, names[at + 1 :], part)
        elif any(other not in gone for other in names[:at]):
            before = self._end(part.members[names[at - 1]])
            if "#" in self.text[before:start]:
                end = self._behind_comma(end)
            else:
                start = before
        elif at + 1 < len(names):
            end = part.keys[names[at + 1]][0]
        self.made.append((start, end, ""))

    def _line(self, start: int, end: int, later: Sequence[str], part: Part) -> tuple[int, int]:
        """Return what to take away of a block mapping: the line, unless it holds more."""
        line_start = self.text.rfind("\n", 0, start) + 1
        line_end = self._line_end(end)
        if self.text[line_start:start].strip():  # a dash before it
            return start, part.keys[later[0]][0] if later else end
        if self.text[end:line_end].strip():  # a comment behind it
            return start, end + len(self.text[end:line_end]) - len(self.text[end:line_end].lstrip())
        return line_start, min(line_end + 1, len(self.text))

    def _append(self, part: Part, written: str, *, dash: bool) -> None:
        """Put a member or an element behind the last one."""
        earlier = [text for at, end, text in self.made if at == end == self._last(part)]
        if not part.members:
            separator = ", " if earlier else ""
            self._join(part.start + 1, separator + written)
            return
        first = min(member.start for member in part.members.values())
        first = min([first, *(start for start, _ in part.keys.values())])
        last = self._last(part)
        indent = self.text[self.text.rfind("\n", 0, first) + 1 : first]
        if part.is_flow:
            is_long = "\n" in self.text[part.start : first] and not indent.strip()
            self._join(last, f",{self._newline}{indent}{written}" if is_long else f", {written}")
            return
        if not dash:
            indent = " " * len(indent)
        self._join(self._line_end(last), f"{self._newline}{indent}{written}")

    def _join(self, place: int, written: str) -> None:
        """Insert, behind what is inserted at the same place already."""
        for index, (start, end, text) in enumerate(self.made):
            if start == end == place:
                self.made[index] = (place, place, text + written)
                return
        self.made.append((place, place, written))

    @staticmethod
    def _may_grow(part: Part, before: str) -> bool:
        # A block of text ends in a line end that is not of what it says.
        return bool(before.strip()) and (part.style in {"|", ">"} or before == before.rstrip())

    def _lengthen(self, part: Part, before: str, after: str, *, in_flow: bool) -> None:
        """Put what is new of a text behind it; or write it anew, where that cannot be."""
        more = after.removeprefix(before)
        risky = _RISKY.search(more) or (in_flow and _RISKY_IN_FLOW.search(more))
        unseen = not self.is_json and not more.isprintable() and part.style != '"'
        plain_breaks = part.style == "" and (risky or more.endswith(":"))
        if unseen or plain_breaks or not after.startswith(before):
            self.made.append((part.start, part.end, self._written(after, in_flow=in_flow)))
        elif part.style in {"|", ">"}:
            place = self._end(part)
            self.made.append((place, place, more))
        elif part.style == "'":
            self.made.append((part.end - 1, part.end - 1, more.replace("'", "''")))
        elif part.style == '"':
            written = self._quoted(more)[1:-1]
            self.made.append((part.end - 1, part.end - 1, written))
        else:
            self.made.append((part.end, part.end, more))

    def _member(self, name: str, value: Json, in_flow: bool) -> str:  # noqa: FBT001
        return f"{self._written(name, in_flow=in_flow)}: {self._written(value, in_flow=in_flow)}"

    def _written(self, value: Json, *, in_flow: bool) -> str:
        """Return a value as it is written on one line."""
        if self.is_json or not isinstance(value, str | list):
            return json.dumps(value, ensure_ascii=False)
        if isinstance(value, list):
            return f"[{', '.join(self._written(item, in_flow=True) for item in value)}]"
        is_plain = (
            _SAFE.fullmatch(value)
            and not _RISKY.search(value)
            and not (in_flow and _RISKY_IN_FLOW.search(value))
            and value.lower() not in _WORDS_OF_YAML
        )
        return value if is_plain and value.isprintable() else self._quoted(value)

    def _quoted(self, text: str) -> str:
        written = json.dumps(text, ensure_ascii=False)
        if self.is_json:
            return written
        # YAML wants escapes for more than JSON does, and has its own for what is beyond \uFFFF.
        return "".join(char if char.isprintable() else f"\\U{ord(char):08X}" for char in written)

    def _last(self, part: Part) -> int:
        if not part.members:
            return part.start + 1
        return self._end(max(part.members.values(), key=lambda member: member.start))

    def _end(self, part: Part) -> int:
        """Return where a part's last character stands; what YAML counts in behind it is not its."""
        if part.members and not part.is_flow:
            return self._last(part)
        if part.style in {"|", ">"}:
            return part.start + len(self.text[part.start : part.end].rstrip())
        return part.end

    def _behind_comma(self, place: int) -> int:
        found = re.compile(r"\s*,[ \t]*").match(self.text, place)
        return found.end() if found else place

    def _line_end(self, place: int) -> int:
        found = self.text.find("\n", place)
        if found < 0:
            return len(self.text)
        return found - 1 if self.text[found - 1] == "\r" else found

    @property
    def _newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"
