"""How long a spec and an input are, in the characters that the API's limits mean.

No source says how the API counts. The conservative reading of protocol reference
6.2 is used: compact JSON without ASCII escapes for a spec and for an object, the
plain length for a string.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from enrich.records import Violation
from enrich.spec.limits import MAX_CHECKED_CHARS, MAX_SPEC_AND_INPUT_CHARS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.records import Json, JsonObject


def json_pieces(value: Json) -> Iterator[str]:
    """Yield compact JSON piece by piece, without recursion.

    What is no JSON (a date that YAML made, say) is written as its text in quotes,
    so that any Python value has a length.
    """
    todo: list[tuple[bool, Json]] = [(False, value)]
    while todo:
        is_piece, item = todo.pop()
        if is_piece:
            yield item
        elif isinstance(item, dict):
            yield "{"
            todo.append((True, "}"))
            for index, (name, member) in reversed(list(enumerate(item.items()))):
                comma = "," if index else ""
                todo.extend([(False, member), (True, f"{comma}{_scalar(str(name))}:")])
        elif isinstance(item, list):
            yield "["
            todo.append((True, "]"))
            for index, member in reversed(list(enumerate(item))):
                todo.append((False, member))
                if index:
                    todo.append((True, ","))
        else:
            yield _scalar(item)


def _scalar(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def compact_json(value: Json) -> str:
    """Write any JSON value compactly, however deep it is."""
    return "".join(json_pieces(value))


def compact_chars(value: Json, *, enough: int | None = None) -> int:
    """Count the characters of compact JSON.

    Args:
        value: Any JSON value.
        enough: Stop counting once more than this many are seen; the answer is then
            some number above it.
    """
    chars = 0
    for piece in json_pieces(value):
        chars += len(piece)
        if enough is not None and chars > enough:
            break
    return chars


class SizeCheck:
    """The limit on spec and input together, for the many inputs of one spec.

    The spec is measured once; an input that is short in bytes is passed without
    being decoded, since no text has more characters than bytes.

    Attributes:
        spec_chars: Length of the spec's compact JSON, in characters.

    Source:
        Task Spec, "Total size": 25,000 characters for spec and input together.
    """

    __slots__ = ("_room_chars", "spec_chars")

    def __init__(self, task_spec: JsonObject | None) -> None:
        no_spec = task_spec is None
        self.spec_chars = 0 if no_spec else compact_chars(task_spec, enough=MAX_CHECKED_CHARS)
        self._room_chars = MAX_SPEC_AND_INPUT_CHARS - self.spec_chars

    def refuses(self, input_json: bytes) -> str | None:
        """Say why this input is too long for the spec, or None.

        Args:
            input_json: The input as canonical (compact, UTF-8) JSON: a string or an
                object.
        """
        if len(input_json) <= self._room_chars:
            return None
        return self._refuses_chars(_input_chars(input_json))

    def _refuses_chars(self, chars: int) -> str | None:
        if chars <= self._room_chars:
            return None
        return (
            f"The task spec ({self.spec_chars:,} characters) and this input ({chars:,}) are "
            f"together longer than {MAX_SPEC_AND_INPUT_CHARS:,} characters. "
            "Send fewer or shorter inputs, or shorten the descriptions."
        )


def _input_chars(input_json: bytes) -> int:
    if input_json.startswith(b'"'):
        return len(json.loads(input_json))
    return len(input_json.decode("utf-8", "replace"))


# `input` is the wire's word.
def check_size(task_spec: JsonObject, input: str | JsonObject | bytes) -> Violation | None:  # noqa: A002
    """Check one input against the limit on spec and input together.

    For the rows of a table use ``SizeCheck``, which measures the spec once.

    Args:
        task_spec: The wire's task spec.
        input: The run's input; bytes are its canonical JSON.

    Returns:
        The violation of ``total-size``, or None.
    """
    check = SizeCheck(task_spec)
    if isinstance(input, bytes):
        message = check.refuses(input)
    else:
        chars = len(input) if isinstance(input, str) else compact_chars(input)
        message = check._refuses_chars(chars)  # noqa: SLF001  (the same module)
    if message is None:
        return None
    return Violation(severity="error", rule="total-size", path="$", message=message)
