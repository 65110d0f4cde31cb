"""One walk over the rows, with memory that does not grow with them."""

from __future__ import annotations

import heapq
import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from enrich.columns import cells
from enrich.records import LOST, Column, ColumnKind, Outcome, RowStatus, says_nothing
from enrich.report.facts import Change, Doubt, Facts, FieldFacts, Reason, Review, Settings, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from enrich.pipeline import Part, Settled
    from enrich.records import Json, JsonObject
    from enrich.tables import Batch

MAX_VALUES: Final = 2_000
"""Different values of a field that are told apart."""
MAX_DOMAINS: Final = 2_000
MAX_SAMPLE: Final = 1_000
"""Numbers of a field that its picture is drawn from."""
MAX_REASONS: Final = 20
MAX_REVIEW: Final = 30
"""Rows."""
MAX_CHANGES: Final = 40
SHOWN_VALUES: Final = 8
SHOWN_DOMAINS: Final = 12
MAX_CHARS: Final = 600

_EVIDENCE: Final = (ColumnKind.CONFIDENCE, ColumnKind.CITATIONS, ColumnKind.REASONING)
_TEXT: Final[JsonObject] = {"type": ["string", "null"]}


def gather(
    settings: Settings,
    columns: Sequence[Mapping[str, Column]],
    rows: Iterable[Settled],
    *,
    keys: Sequence[str],
    replaced: Callable[[Sequence[bytes]], Sequence[bytes | None]] | None = None,
) -> Facts:
    """Return what a report tells.

    Args:
        settings: What was asked.
        columns: For each task its values' columns, by what the field is called in counts.
            Their evidence is read here, whatever the job writes.
        rows: The table's batches, and how their rows stand.
        keys: The columns that name a row.
        replaced: Gives the outputs that requests had in the round before; None where no
            request was bought again.
    """
    facts = Facts(settings=settings)
    tasks = [[_Field(name, column, facts) for name, column in part.items()] for part in columns]
    domains: Counter[str] = Counter()
    review: list[tuple[int, int, Review]] = []
    for batch in rows:
        names = _names(batch.batch, keys)
        _count_rows(facts, batch, names)
        parts = [
            _Part(
                start=batch.batch.start,
                names=names,
                part=part,
                fields=fields,
                made=cells([*_layout(fields), *_OWN], part.outcomes),
            )
            for fields, part in zip(tasks, batch.parts, strict=True)
        ]
        for part in parts:
            for place, each in enumerate(part.fields):
                each.take(part, place)
            if replaced is not None:
                _compare(facts, part, replaced)
        review += _reviews(facts, parts)
        review = heapq.nsmallest(MAX_REVIEW, review, key=lambda entry: entry[:2])
        _count_domains(domains, parts)
    facts.review = [each for _, _, each in review]
    facts.domains = domains.most_common(SHOWN_DOMAINS)
    for each in chain.from_iterable(tasks):
        each.finish()
    return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A batch of rows in one task, and what its fields and their evidence are.

    Attributes:
        start: Number of the first row.
        names: What each row is called.
        part: How the rows stand.
        fields: The task's fields.
        made: For each field its values, confidence, citations and reasoning; behind them all
            the rows' statuses and errors, as they are written.
    """

    start: int
    names: Sequence[str]
    part: Part
    fields: Sequence[_Field]
    made: Sequence[Sequence[Any]]

    def field(self, place: int) -> Sequence[Sequence[Any]]:
        """Return a field's values, confidence, citations and reasoning."""
        return self.made[place * 4 : place * 4 + 4]

    @property
    def completed(self) -> Iterator[int]:
        """Return the places of the completed rows."""
        return (index for index in range(len(self.names)) if self.is_completed(index))

    def is_completed(self, index: int) -> bool:
        """Say whether a row has an answer that can be read."""
        return bool(self.made[-2][index] == RowStatus.COMPLETED.value)


def _layout(fields: Sequence[_Field]) -> list[Column]:
    return [column for each in fields for column in each.columns]


_OWN: Final = tuple(
    Column(name=kind, kind=kind, field=None, schema=_TEXT)
    for kind in (ColumnKind.STATUS, ColumnKind.ERROR)
)


@dataclass(slots=True)
class _Field:
    """Counts one field's values."""

    key: str
    column: Column
    facts: Facts
    tally: FieldFacts = field(init=False)
    values: Counter[str] = field(default_factory=Counter)
    sample: list[tuple[int, int, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tally = FieldFacts(name=self.column.name)
        self.facts.fields[self.key] = self.tally

    @property
    def columns(self) -> list[Column]:
        """Return the value's column, then those of its evidence, whatever the job writes."""
        name, of = self.column.name, self.column.field
        value = Column(name=name, kind=ColumnKind.VALUE, field=of, schema=self.column.schema)
        beside = (Column(name=kind, kind=kind, field=of, schema=_TEXT) for kind in _EVIDENCE)
        return [value, *beside]

    def take(self, part: _Part, place: int) -> None:
        """Count the rows of a batch."""
        tally = self.tally
        values, levels, citations, _ = part.field(place)
        for index in part.completed:
            value = values[index]
            tally.confidence[levels[index] or ""] += 1
            if says_nothing(value):
                continue
            tally.filled += 1
            tally.cited += bool(citations[index])
            if isinstance(value, int | float) and not isinstance(value, bool):
                self._number(part.start + index, value)
            for item in value if isinstance(value, list) else [value]:
                self._value(item)

    def _value(self, value: Json) -> None:
        text = shown(value)
        if text in self.values or len(self.values) < MAX_VALUES:
            self.values[text] += 1
        else:
            self.tally.is_whole = False

    def _number(self, row: int, value: float) -> None:
        tally = self.tally
        tally.least = value if tally.least is None else min(tally.least, value)
        tally.greatest = value if tally.greatest is None else max(tally.greatest, value)
        # The rows whose numbers, well mixed (Knuth), are the smallest: a fair sample, and the
        # same one each time.
        entry = (-(row * 2_654_435_761 % 2**32), row, value)
        if len(self.sample) < MAX_SAMPLE:
            heapq.heappush(self.sample, entry)
        else:
            heapq.heappushpop(self.sample, entry)

    def finish(self) -> None:
        """Keep what is shown."""
        self.tally.values = self.values.most_common(SHOWN_VALUES)
        self.tally.distinct = len(self.values)
        self.tally.numbers = sorted(value for _, _, value in self.sample)


def _names(batch: Batch, keys: Sequence[str]) -> list[str]:
    """Return what each row is called."""
    if not keys:
        return [batch.locate(index) for index in range(len(batch))]
    rows = zip(*(batch.column(key) for key in keys), strict=True)
    return [
        " · ".join(shown(cell) for cell in row if cell not in {None, ""}) or batch.locate(index)
        for index, row in enumerate(rows)
    ]


def _count_rows(facts: Facts, batch: Settled, names: Sequence[str]) -> None:
    facts.rows += len(batch.statuses)
    facts.statuses.update(batch.statuses)
    for status, error, name in zip(batch.statuses, batch.errors, names, strict=True):
        if status is RowStatus.SKIPPED:
            _reason(facts.skipped, error, name)
        elif status in LOST:
            _reason(facts.reasons, error, name)
    for part in batch.parts:
        for outcome in part.first:
            if outcome.status is RowStatus.COMPLETED and outcome.processor:
                facts.processors[outcome.processor] += 1
        for outcome in part.again or ():
            if outcome.status is RowStatus.COMPLETED:
                facts.again[outcome.processor or ""] += 1


def _reason(reasons: dict[str, Reason], error: object, name: str) -> None:
    said = str(error or "no reason given")
    if said not in reasons and len(reasons) >= MAX_REASONS:
        said = "other reasons"
    reason = reasons.setdefault(said, Reason(example=name))
    reason.count += 1


def _reviews(facts: Facts, parts: Sequence[_Part]) -> Iterator[tuple[int, int, Review]]:
    """Yield the rows of a batch that a person should look at: urgency, number and row."""
    for index, name in enumerate(parts[0].names):
        doubts: list[tuple[int, Doubt]] = []
        missing: list[tuple[str, str | None]] = []
        for part in parts:
            if part.is_completed(index):
                _look(part, index, doubts, missing)
        if not doubts and not missing:
            continue
        doubts.sort(key=lambda pair: pair[0])
        urgency = min([_INCOMPLETE] * bool(missing) + [rank for rank, _ in doubts])
        facts.doubtful += urgency < _INCOMPLETE
        facts.unsure += urgency == _UNSURE
        facts.incomplete += urgency == _INCOMPLETE
        row = Review(
            row=name,
            doubts=tuple(doubt for _, doubt in doubts),
            missing=tuple(field_name for field_name, _ in missing),
            reasoning=_cut(missing[0][1]) if missing else None,
        )
        yield urgency, parts[0].start + index, row


def _look(
    part: _Part,
    index: int,
    doubts: list[tuple[int, Doubt]],
    missing: list[tuple[str, str | None]],
) -> None:
    """Note what is doubtful in one row of one task, and what is missing."""
    for place, each in enumerate(part.fields):
        value, level, sources, reasoning = (column[index] for column in part.field(place))
        problem = _problem(part.made[-1][index], str(each.column.field))
        if says_nothing(value) and problem is None:
            missing.append((each.column.name, reasoning))
            continue
        rank = _rank(level, problem, has_source=bool(sources))
        if rank is not None:
            doubt = Doubt(
                name=each.column.name,
                value=value,
                confidence=level,
                reasoning=_cut(reasoning),
                source=_first(sources),
                problem=problem,
            )
            doubts.append((rank, doubt))


_INCOMPLETE: Final = 3
_UNSURE: Final = 4


def _problem(error: str | None, field: str) -> str | None:
    """Return what a row's error says of a field."""
    for part in (error or "").split("; "):
        if part.startswith(f"{field}: "):
            return part.removeprefix(f"{field}: ")
    return None


def _rank(level: str | None, problem: str | None, *, has_source: bool) -> int | None:
    """Return how urgent a look at a value is, 0 being the most; None for not at all."""
    if level == "low":
        return 0
    if problem is not None:
        return 1
    if not has_source:
        return 2
    return _UNSURE if level == "medium" else None


def _first(sources: Sequence[JsonObject] | None) -> Source | None:
    if not sources:
        return None
    first = next((each for each in sources if each["excerpts"]), sources[0])
    excerpts = first["excerpts"]
    return Source(
        url=first["url"], title=first["title"], excerpt=_cut(excerpts[0]) if excerpts else None
    )


def _count_domains(domains: Counter[str], parts: Sequence[_Part]) -> None:
    for index in range(len(parts[0].names)):
        found = {
            _domain(source["url"])
            for part in parts
            for place in range(len(part.fields))
            for source in part.field(place)[2][index] or ()
        }
        for domain in found - {""}:
            if domain in domains or len(domains) < MAX_DOMAINS:
                domains[domain] += 1


def _domain(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _compare(
    facts: Facts, part: _Part, replaced: Callable[[Sequence[bytes]], Sequence[bytes | None]]
) -> None:
    """Hold the first answers of a batch against those of the round before."""
    asked = {
        index: row.request.fingerprint
        for index in part.completed
        if (row := part.part.mapped[index]) and row.request
    }
    outputs = zip(asked, replaced(list(asked.values())), strict=True)
    before = {index: output for index, output in outputs if output is not None}
    if not before:
        return
    layout = _layout(part.fields)
    old = cells(
        layout,
        [Outcome(status=RowStatus.COMPLETED, output=output) for output in before.values()],
    )
    new = cells(layout, [part.part.first[index] for index in before])
    for at, index in enumerate(before):
        for place, each in enumerate(part.fields):
            then, now = old[place * 4][at], new[place * 4][at]
            if then == now:
                continue
            each.tally.changed += 1
            if len(facts.changes) < MAX_CHANGES:
                sources: Any = new[place * 4 + 2][at]
                change = Change(
                    row=part.names[index],
                    name=each.column.name,
                    before=then,
                    after=now,
                    source=_first(sources),
                )
                facts.changes.append(change)


def shown(value: object) -> str:
    """Return a value in one line of bounded length, as a person writes it."""
    if value is None:
        return "–"
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return _cut(", ".join(shown(item) for item in value)) or ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return _cut(text) or ""


def _cut(text: str | None) -> str | None:
    if text is None:
        return None
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= MAX_CHARS else line[: MAX_CHARS - 1] + "…"
