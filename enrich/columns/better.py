"""Two answers to the same fields: which is not sure enough, and which of two is better."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from enrich.columns import evidence
from enrich.records import ColumnKind
from enrich.tables.types import fit, shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.columns.evidence import FieldBasis
    from enrich.records import Column, JsonObject, Outcome


class Escalation:
    """Some fields that are asked again where the first answer is not sure enough."""

    def __init__(self, columns: Sequence[Column], fields: Sequence[str], below: str) -> None:
        """Take the fields' schemas from a layout.

        Args:
            columns: The layout of the task that is asked first.
            fields: Which fields are looked at and asked again.
            below: A field of less confidence than this, or of none, is not sure enough.
        """
        self.fields = tuple(fields)
        self._below = evidence.LEVELS[below]
        self._shapes = {
            column.field: shape_of(column.schema)
            for column in columns
            if column.kind is ColumnKind.VALUE
        }

    def is_due(self, output: bytes) -> bool:
        """Say whether an answer has a field that is not sure enough."""
        try:
            read = evidence.read(output)
        except ValueError:
            return False  # what cannot be read is told as a failure of its row
        entries = evidence.by_field(read.basis or (), self.fields)
        return any(_rank(entries.get(name), name) < self._below for name in self.fields)

    def better(self, first: Outcome, again: Outcome) -> Outcome:
        """Return the first outcome with the better answer of two in each field.

        A value is better than null, or than one that does not fit its schema. Of two
        values, or two nulls, the one of higher confidence is; of equals the second, whose
        processor is the larger. Evidence goes with its value. The row's status stays that
        of the first; where the second failed, its error tells it.
        """
        if again.error is not None:
            said = f"asked again: {again.error}"
            first = msgspec.structs.replace(
                first, error=f"{first.error}; {said}" if first.error else said
            )
        if first.output is None or again.output is None:
            return first
        try:
            one, two = evidence.read(first.output), evidence.read(again.output)
        except ValueError:
            return first
        if not isinstance(one.content, dict) or not isinstance(two.content, dict):
            return first
        ones = evidence.by_field(one.basis or (), one.content)
        twos = evidence.by_field(two.basis or (), self.fields)
        taken = [
            name
            for name in self.fields
            if name in two.content
            and self._goodness(two.content, twos, name) >= self._goodness(one.content, ones, name)
        ]
        if not taken:
            return first
        basis = [each for name, owned in ones.items() if name not in taken for each in owned]
        basis += [each for name, owned in twos.items() if name in taken for each in owned]
        content = {**one.content, **{name: two.content[name] for name in taken}}
        merged = msgspec.structs.replace(one, content=content, basis=basis)
        return msgspec.structs.replace(
            first,
            output=msgspec.json.encode(merged),
            processors=dict.fromkeys(taken, again.processor or ""),
        )

    def _goodness(
        self, content: JsonObject, entries: dict[str, list[FieldBasis]], name: str
    ) -> tuple[bool, int]:
        value = content.get(name)
        fits = value is not None and fit(value, self._shapes[name])[0] is not None
        return fits, _rank(entries.get(name), name)


def _rank(entries: list[FieldBasis] | None, name: str) -> int:
    told = evidence.confidence(entries, name) if entries else None
    return evidence.LEVELS.get(told or "", -1)
