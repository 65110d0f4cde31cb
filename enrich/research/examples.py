"""Filled rows: how they travel, and how what they teach is looked for.

A filled row is an input with known values; of some fields, or of all. ``lessons`` learns
from them. On the wire examples travel in the task's
description as a fenced block, which any reader understands as text::

    ```examples
    [{"input": {"country": "Kenya"}, "output": {"capital": "Nairobi"}}]
    ```
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from enrich.research.labels import FILLED_ROWS, Match
from enrich.research.reader import read, read_places
from enrich.research.wanted import wanted
from enrich.research.words import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.records import Json, JsonObject
    from enrich.research.documents import Segment
    from enrich.research.page import Page
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

MAX_EXAMPLES: Final = 10
MAX_EXAMPLE_CHARS: Final = 20_000
_SCORE: Final = 0.92
_PROSE_SCORE: Final = 0.9
_FAR: Final = 1_000
_FENCE = re.compile(r"```examples\s*\n(?P<rows>.*?)```", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A filled row.

    Attributes:
        input: What it is about, as a run's input.
        output: Its known values by field.
    """

    input: str | JsonObject
    output: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What filled rows, or a description's examples, teach about one field.

    Attributes:
        form: The field in the form in which the values stand.
        labels: Labels beside the values, with the share of rows that bear each out.
        topics: What sentences say of it, in words that are looked for one after the other.
        known: The smallest and the largest of known numbers.
        teacher: Whose values they are, as a reasoning says it.
        found: Whether the values were found in their documents; else only ``form`` is taught.
        read: Whether the rows have documents at all.
        cased: ``upper`` or ``lower`` where the rows have all their values in such letters and their documents have not.
    """

    form: Wanted
    labels: dict[str, float]
    topics: tuple[tuple[str, ...], ...] = ()
    known: tuple[float, float] | None = None
    teacher: str = FILLED_ROWS
    found: bool = True
    read: bool = True
    cased: Literal["", "upper", "lower"] = ""

    def allows(self, value: Json) -> bool:
        """Tell whether a number may be one of those that are known: a thousand times less is another thing."""
        if self.known is None or not isinstance(value, (int, float)):
            return True
        return self.known[0] <= abs(value) * _FAR and abs(value) <= self.known[1] * _FAR


def split_examples(description: str) -> tuple[str, tuple[Example, ...]]:
    """Return a task's description without its block of examples, and the examples; bad ones are none."""
    found = _FENCE.search(description)
    if found is None:
        return description, ()
    rest = (description[: found.start()] + description[found.end() :]).strip()
    try:
        rows = msgspec.json.decode(found["rows"][:MAX_EXAMPLE_CHARS])
    except msgspec.DecodeError:
        return rest, ()
    return rest, examples_of(rows)


def examples_of(rows: Any) -> tuple[Example, ...]:
    """Return the filled rows among some decoded JSON."""
    return tuple(
        Example(input=row["input"], output=row["output"])
        for row in (rows if isinstance(rows, (list, tuple)) else ())[:MAX_EXAMPLES]
        if isinstance(row, dict)
        and isinstance(row.get("input"), (str, dict))
        and isinstance(row.get("output"), dict)
    )


def by_lesson(
    lesson: Lesson,
    page: Page,
    *,
    names: frozenset[str],
    passages: int,
    scope: Callable[[Page, Segment], bool] | None = None,
) -> list[Reading]:
    """Return the readings of a page where, and in the form in which, those that teach had theirs."""
    places = {
        place: Match(_SCORE * (0.75 + 0.25 * share), 1.0, taught_by=lesson.teacher)
        for place, label in enumerate(page.labels)
        if (share := lesson.labels.get(fold(label.text)))
    }
    found = read_places(lesson.form, page, places, names=names, scope=scope)
    for topic in lesson.topics:
        if found:
            break
        form = _named(lesson.form, topic)
        for reading in read(form, page, names=names, passages=passages, scope=scope):
            match = replace(reading.match, taught_by=lesson.teacher)
            if lesson.allows(reading.value):
                found.append(replace(reading, match=match, score=reading.score * _PROSE_SCORE))
    return found


def _named(form: Wanted, topic: tuple[str, ...]) -> Wanted:
    """Return a form asked under words that were learned: of a number, they say what sort it is."""
    asked = form if form.topic == topic else replace(form, topic=topic, hint=())
    if form.kind != "number":
        return asked
    plain = wanted("_".join(topic), {"type": "integer" if form.whole else "number"}).number
    number = replace(form.number, count=form.number.count or plain.count)
    return replace(asked, number=replace(number, age=plain.age, rate=plain.rate))
