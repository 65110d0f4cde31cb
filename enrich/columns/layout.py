"""The ordered columns that a task adds to a table, and their types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from enrich.errors import LayoutError
from enrich.records import Column, ColumnKind
from enrich.spec import output_fields
from enrich.spec.model import TEXT_FIELD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


def layout(
    task: Task,
    evidence: Evidence,
    columns: Sequence[str],
    *,
    existing: Existing = "error",
    prefix: str = "",
) -> list[Column]:
    """Return the columns that a task adds.

    Shape:
        For each output field, in the schema's order: its value, then of confidence,
        citations, reasoning and excerpts those that are wanted. Then the row's own:
        ``enrich_status``, ``enrich_error`` and, if wanted, ``enrich_run_id``. A text or
        auto output is one field, with the task's name; an auto output is JSON text.

    Args:
        task: What is asked.
        evidence: Which columns stand beside a value.
        columns: The table's own columns.
        existing: What a column of the table with a new column's name means: ``error``, or
            with ``overwrite`` and ``fill`` the place that the new one is written into.
        prefix: Stands before the name of each new column, also of the row's own.

    Raises:
        LayoutError: Names that meet, all of them, one a line.
    """
    made = list(_columns(task, evidence, prefix))
    clashes = [*_among_themselves(made), *_with_the_table(made, columns, existing)]
    if clashes:
        raise LayoutError("\n".join(clashes), key="output")
    if existing == "error":
        return made
    places = {name: index for index, name in enumerate(columns)}
    return [
        Column(
            name=column.name,
            kind=column.kind,
            field=column.field,
            schema=column.schema,
            position=places.get(column.name),
        )
        for column in made
    ]


def _fields(task: Task) -> list[tuple[str, str, JsonObject]]:
    """Return the output's fields: column's name, field and schema."""
    output: Any = task.spec.get("output_schema")
    if isinstance(output, dict) and output.get("type") == "json":
        return [(name, name, schema) for name, schema in output_fields(task.spec)]
    return [(task.name, WHOLE, TEXT)]


def output_names(task: Task) -> list[str]:
    """Return the names of the values' columns, without a prefix."""
    return [name for name, _, _ in _fields(task)]


def _columns(task: Task, evidence: Evidence, prefix: str) -> Iterator[Column]:
    beside = (
        (evidence.confidence, ColumnKind.CONFIDENCE, TEXT),
        (evidence.citations, ColumnKind.CITATIONS, CITATIONS),
        (evidence.reasoning, ColumnKind.REASONING, TEXT),
        (evidence.excerpts, ColumnKind.EXCERPTS, TEXTS),
    )
    for name, field, schema in _fields(task):
        yield Column(name=f"{prefix}{name}", kind=ColumnKind.VALUE, field=field, schema=schema)
        for wanted, kind, form in beside:
            if wanted:
                yield Column(name=f"{prefix}{name}_{kind}", kind=kind, field=field, schema=form)
    own = [ColumnKind.STATUS, ColumnKind.ERROR]
    for kind in [*own, ColumnKind.RUN_ID] if evidence.run else own:
        yield Column(name=f"{prefix}enrich_{kind}", kind=kind, field=None, schema=TEXT)


def _among_themselves(made: Sequence[Column]) -> Iterator[str]:
    first: dict[str, Column] = {}
    for column in made:
        other = first.setdefault(column.name, column)
        if other is not column:
            yield (
                f"the new column `{column.name}` would be there twice: {_role(other)} and "
                f"{_role(column)}; rename the field"
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
