"""What a report tells: counts over all rows, and the few rows that a person should see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from enrich.records import Json, JsonObject, RowStatus

LEVELS: Final = ("high", "medium", "low")
"""What the API says of how sure a value is, the surest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What was asked, of whom, and what it cost.

    Attributes:
        job: The job's name.
        table: Where the rows came from.
        sent: The columns that left the machine.
        api: Who answered.
        processor: The API's tier, of several tasks each one's.
        fields: Name and description of each field asked for.
        others: Further settings, each as a name and a text.
        began_at: Wall time of the round's start; None when nothing was run yet.
        ended_at: Wall time of its end; None while rows are left to settle.
        spent_usd: Price of the round, in US dollars.
        spent_by_task: The same for each task and for asking again, where there is more than one.
        failed_runs: Attempts of the round that failed, which are not billed.
        extra_runs: Runs that were paid for twice.
        previous: What the round before came to, as ``pipeline.summary_of`` has it.
    """

    job: str
    table: str
    sent: tuple[str, ...]
    api: str
    processor: str
    fields: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    began_at: float | None = None
    ended_at: float | None = None
    spent_usd: float = 0.0
    spent_by_task: tuple[tuple[str, float], ...] = ()
    failed_runs: int = 0
    extra_runs: int = 0
    previous: JsonObject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page that is cited, and what it says."""

    url: str
    title: str | None = None
    excerpt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A value that a person should look at.

    Attributes:
        name: The value's column.
        value: What was found.
        confidence: How sure it is; None when the API did not say.
        reasoning: Why it is what it is.
        source: The first page that is cited.
        problem: Why what was found does not fit its column, and is left out.
    """

    name: str
    value: Json
    confidence: str | None
    reasoning: str | None = None
    source: Source | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A row that a person should look at.

    Attributes:
        row: What names it.
        doubts: Its doubtful values.
        missing: The fields for which nothing was found.
        reasoning: Why nothing was found for the first of them.
    """

    row: str
    doubts: tuple[Doubt, ...] = ()
    missing: tuple[str, ...] = ()
    reasoning: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A value that was bought again and is another one now."""

    row: str
    name: str
    before: Json
    after: Json
    source: Source | None = None


@dataclass(slots=True, kw_only=True)
class Reason:
    """Why rows failed, how many, and the first of them."""

    count: int = 0
    example: str = ""


@dataclass(slots=True, kw_only=True)
class FieldFacts:
    """One field over all completed rows.

    Attributes:
        name: Its column.
        filled: Rows with a value.
        confidence: Rows by how sure they are; ``""`` where the API said nothing.
        cited: Rows with a value and at least one source.
        values: The most frequent values and how often each was found; None for free text
            and lists of objects, of which no two are equal.
        distinct: How many different values there are.
        is_whole: Whether all values were counted; past a bound only the first are.
        numbers: A sample of the numbers, in order, for a field of numbers.
        least: The least number.
        greatest: The greatest number.
        changed: Rows whose value changed since the round before.
    """

    name: str
    filled: int = 0
    confidence: Counter[str] = field(default_factory=Counter)
    cited: int = 0
    values: list[tuple[str, int]] = field(default_factory=list)
    distinct: int = 0
    is_whole: bool = True
    numbers: list[float] = field(default_factory=list)
    least: float | None = None
    greatest: float | None = None
    changed: int = 0

    @property
    def completed(self) -> int:
        """Return how many rows of its task completed."""
        return self.confidence.total()


@dataclass(slots=True, kw_only=True)
class Facts:
    """All of it.

    Attributes:
        settings: What was asked.
        rows: Rows of the table.
        statuses: Rows by how they ended.
        fields: The fields, in the job's order.
        domains: Rows that cite each domain, the most cited ones.
        reasons: Why rows failed or were refused.
        skipped: Why rows were not asked.
        processors: First answers by the processor that gave them.
        again: Second answers, of larger processors, likewise.
        review: Rows to look at, the least sure ones first.
        doubtful: Rows with a value of low confidence, without a source, or that does not fit.
        incomplete: Further rows in which something was not found.
        unsure: Further rows with a value of medium confidence.
        changes: The first values that changed.
        expect: What the job expects and the result does not hold.
    """

    settings: Settings
    rows: int = 0
    statuses: Counter[RowStatus] = field(default_factory=Counter)
    fields: dict[str, FieldFacts] = field(default_factory=dict)
    domains: list[tuple[str, int]] = field(default_factory=list)
    reasons: dict[str, Reason] = field(default_factory=dict)
    skipped: dict[str, Reason] = field(default_factory=dict)
    processors: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)
    review: list[Review] = field(default_factory=list)
    doubtful: int = 0
    incomplete: int = 0
    unsure: int = 0
    changes: list[Change] = field(default_factory=list)
    expect: tuple[str, ...] = ()
