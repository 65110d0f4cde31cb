"""The ordered columns that tasks add to a table, and their types."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from enrich.errors import LayoutError
from enrich.records import Column, ColumnKind
from enrich.spec import output_fields
from enrich.spec.model import TEXT_FIELD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from enrich.records import JsonObject, Task

Existing = Literal["error", "overwrite", "fill"]

WHOLE: Final = TEXT_FIELD
"""The field of a text or auto output, whose column has the task's name."""

TEXT: Final[JsonObject] = {"type": ["string", "null"]}
TEXTS: Final[JsonObject] = {"type": ["array", "null"], "items": {"type": "string"}}
CITATIONS: Final[JsonObject] = {
    "type": ["array", "null"],
    "items": {
        "type": "object",
        "properties": {"url": {"type": "string"}, "title": TEXT, "excerpts": TEXTS},
        "required": ["url", "title", "excerpts"],
        "additionalProperties": False,
    },
}


class Evidence(Protocol):
    """Which columns stand beside a value; a job's ``output.columns`` is one."""

    @property
    def confidence(self) -> bool:
        """Whether ``ceo_confidence`` is written: low, medium or high."""

    @property
    def citations(self) -> bool:
        """Whether ``ceo_citations`` is written: url, title and excerpts of each source."""

    @property
    def reasoning(self) -> bool:
        """Whether ``ceo_reasoning`` is written: why the value is what it is."""

    @property
    def excerpts(self) -> bool:
        """Whether ``ceo_excerpts`` is written: what the sources say, verbatim."""

    @property
    def run(self) -> bool:
        """Whether ``enrich_run_id`` is written: the API's id of the row's run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A task as a layout sees it.

    Attributes:
        task: What is asked.
        prefix: Stands before the names of its columns.
        again: Fields that a second processor is asked for where the first is not sure.
    """

    task: Task
    prefix: str = ""
    again: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The new columns of a table.

    Attributes:
        parts: Those of each task.
        own: The row's own.
    """

    parts: tuple[tuple[Column, ...], ...]
    own: tuple[Column, ...]

    @property
    def columns(self) -> list[Column]:
        """All of them, in order."""
        return [*chain.from_iterable(self.parts), *self.own]


def layout(
    asking: Sequence[Asking],
    evidence: Evidence,
    columns: Sequence[str],
    *,
    existing: Existing = "error",
    prefix: str = "",
) -> Layout:
    """Return the columns that some tasks add.

    Shape:
        For each task, for each output field, in the schema's order: its value, then of
        confidence, citations, reasoning and excerpts those that are wanted, and which
        processor gave it, if two are asked. Then the row's own: ``enrich_status``,
        ``enrich_error`` and, if wanted, ``enrich_run_id``; of several tasks each has a
        column for its run, behind its fields. A text or auto output is one field, with
        the task's name; an auto output is JSON text.

    Args:
        asking: What is asked.
        evidence: Which columns stand beside a value.
        columns: The table's own columns.
        existing: What a column of the table with a new column's name means: ``error``, or
            with ``overwrite`` and ``fill`` the place that the new one is written into.
        prefix: Stands before the name of each new column, also of the row's own.

    Raises:
        LayoutError: Names that meet, all of them, one a line.
    """
    several = len(asking) > 1
    parts = [list(_columns(each, evidence, prefix, several=several)) for each in asking]
    own = [_own(f"{prefix}enrich_{kind}", kind) for kind in (ColumnKind.STATUS, ColumnKind.ERROR)]
    if evidence.run and not several:
        own.append(_own(f"{prefix}enrich_run_id", ColumnKind.RUN_ID))
    made = [*chain.from_iterable(parts), *own]
    clashes = [*_among_themselves(made), *_with_the_table(made, columns, existing)]
    if clashes:
        raise LayoutError("\n".join(clashes), key="output")
    places = {} if existing == "error" else {name: at for at, name in enumerate(columns)}
    return Layout(
        parts=tuple(tuple(_placed(part, places)) for part in parts),
        own=tuple(_placed(own, places)),
    )


def _placed(made: Sequence[Column], places: Mapping[str, int]) -> Iterator[Column]:
    return (replace(column, position=places.get(column.name)) for column in made)


def _own(name: str, kind: ColumnKind) -> Column:
    return Column(name=name, kind=kind, field=None, schema=TEXT)


def _fields(task: Task) -> list[tuple[str, str, JsonObject]]:
    """Return the output's fields: column's name, field and schema."""
    output: Any = task.spec.get("output_schema")
    if isinstance(output, dict) and output.get("type") == "json":
        return [(name, name, schema) for name, schema in output_fields(task.spec)]
    return [(task.name, WHOLE, TEXT)]


def _columns(asking: Asking, evidence: Evidence, prefix: str, *, several: bool) -> Iterator[Column]:
    task, prefix = asking.task, f"{prefix}{asking.prefix}"
    for name, field, schema in _fields(task):
        beside = (
            (evidence.confidence, ColumnKind.CONFIDENCE, TEXT),
            (evidence.citations, ColumnKind.CITATIONS, CITATIONS),
            (evidence.reasoning, ColumnKind.REASONING, TEXT),
            (evidence.excerpts, ColumnKind.EXCERPTS, TEXTS),
            (field in asking.again, ColumnKind.PROCESSOR, TEXT),
        )
        yield Column(name=f"{prefix}{name}", kind=ColumnKind.VALUE, field=field, schema=schema)
        for wanted, kind, form in beside:
            if wanted:
                yield Column(name=f"{prefix}{name}_{kind}", kind=kind, field=field, schema=form)
    if evidence.run and several:
        yield _own(f"{prefix}{task.name}_run_id", ColumnKind.RUN_ID)


def _among_themselves(made: Sequence[Column]) -> Iterator[str]:
    first: dict[str, Column] = {}
    for column in made:
        other = first.setdefault(column.name, column)
        if other is not column:
            yield (
                f"the new column `{column.name}` would be there twice: {_role(other)} and "
                f"{_role(column)}; rename the field, or give its task a prefix"
            )


def _with_the_table(
    made: Sequence[Column], columns: Sequence[str], existing: Existing
) -> Iterator[str]:
    for name in dict.fromkeys(column.name for column in made):
        times = columns.count(name)
        if times and existing == "error":
            yield (
                f"the table has a column `{name}` already; set output.prefix, or "
                "output.existing to overwrite or fill"
            )
        elif times > 1:
            yield f"the table has the column `{name}` {times} times; which one to {existing}?"


def _role(column: Column) -> str:
    if column.field is None:
        return f"the row's {column.kind}"
    return f"the {column.kind} of `{column.field}`"
