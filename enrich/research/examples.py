"""What filled rows teach: where their known values stand, and in which form.

A filled row is an input with known values. Each value is looked for in the row's own
documents; the labels beside it, or the words before it in prose, are what is looked
for in the documents of the others. On the wire examples travel in the task's
description as a fenced block, which any reader understands as text::

    ```examples
    [{"input": {"country": "Kenya"}, "output": {"capital": "Nairobi"}}]
    ```
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from enrich.research.candidates.countries import is_country
from enrich.research.codes import shape_of
from enrich.research.labels import Match
from enrich.research.prose import in_sentence
from enrich.research.reader import read, read_places
from enrich.research.typed import labelled_candidates, typed_candidates
from enrich.research.wanted import is_neutral
from enrich.research.words import concept_spans, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.records import Json, JsonObject
    from enrich.research.documents import Segment
    from enrich.research.page import Page
    from enrich.research.reader import Reading
    from enrich.research.wanted import Wanted

MAX_EXAMPLES: Final = 10
MAX_EXAMPLE_CHARS: Final = 20_000
_BEFORE: Final = 4  # words before a value in prose that may tell what it is
_BEHIND: Final = 2  # likewise behind it: "2,000 inhabitants"
_ALIKE: Final = 0.02  # a relative difference that rounding and a year explain
_LOOSELY: Final = 0.25  # likewise, of figures that grow: tried where nothing is nearly equal
_THINGS: Final = ("country", "city", "river", "state", "province", "region", "continent")
_SCORE: Final = 0.92
_PROSE_SCORE: Final = 0.9
_TEXT_KINDS: Final = ("name", "place", "phrase", "url", "email", "phone", "date")
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
    """What the filled rows teach about one field.

    Attributes:
        form: The field in the form in which the values stand.
        labels: Labels beside the values, with the share of rows that bear each out.
        topic: Words before the values in prose, in at least half of the rows.
        rows: How many rows had their value found.
    """

    form: Wanted
    labels: dict[str, float]
    topic: tuple[str, ...]
    rows: int


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


def learn(
    field: Wanted,
    rows: list[tuple[Json, list[Page]]],
    says: Callable[[str, str], bool | None] = lambda _name, _kind: None,
) -> Lesson | None:
    """Return what some rows teach about a field; None if no value is found in its documents.

    Args:
        field: What is wanted.
        rows: Known values, each with the pages about its row.
        says: Whether a page says that a thing of some name is of some kind.
    """
    found = _best(field, rows, alike=_ALIKE)
    if found is not None and found.labels:
        return found
    return _by_kind(field, rows, says) or found or _best(field, rows, alike=_LOOSELY)


def _by_kind(
    field: Wanted,
    rows: list[tuple[Json, list[Page]]],
    says: Callable[[str, str], bool | None],
) -> Lesson | None:
    """Return the lesson of values that are all things of one kind by their own pages: countries."""
    names = [value for value, _ in rows if isinstance(value, str)]
    if len(names) > 1 and len(names) == len(rows) and all(map(is_country, names)):
        form = replace(field, kind="country", topic=("country",), hint=())
        return Lesson(form=form, labels={}, topic=("country",), rows=len(names))
    for kind in _THINGS if len(names) > 1 else ():
        if all(says(name, kind) for name in names):
            form = replace(field, kind="place", topic=(kind,), hint=())
            return Lesson(form=form, labels={}, topic=(kind,), rows=len(names))
    return None


def _best(field: Wanted, rows: list[tuple[Json, list[Page]]], *, alike: float) -> Lesson | None:
    """Return the lesson of the form in which most values are found where others are found too."""
    best: Lesson | None = None
    for form in _forms(field, [value for value, _ in rows]):
        lesson = _lesson(form, rows, alike)
        told = lesson is not None and (lesson.labels or lesson.topic)
        if told and lesson is not None and (best is None or _weight(lesson) > _weight(best) + 1e-9):
            best = lesson
    return best


def by_lesson(
    lesson: Lesson,
    page: Page,
    *,
    names: frozenset[str],
    passages: int,
    scope: Callable[[Page, Segment], bool] | None = None,
) -> list[Reading]:
    """Return the readings of a page where, and in the form in which, the filled rows had theirs."""
    places = {
        place: Match(_SCORE * (0.75 + 0.25 * share), 1.0, by_example=True)
        for place, label in enumerate(page.labels)
        if (share := lesson.labels.get(fold(label.text)))
    }
    found = read_places(lesson.form, page, places, names=names, scope=scope)
    if not found and lesson.topic:
        form = replace(lesson.form, topic=lesson.topic, hint=())
        for reading in read(form, page, names=names, passages=passages, scope=scope):
            match = replace(reading.match, by_example=True)
            found.append(replace(reading, match=match, score=reading.score * _PROSE_SCORE))
    return found


def _weight(lesson: Lesson) -> float:
    return lesson.rows + 0.5 * max(lesson.labels.values(), default=0.3 if lesson.topic else 0.0)


def _forms(field: Wanted, values: list[Json]) -> Iterator[Wanted]:
    """Yield a field as it is asked, and in the other forms that its known values may have."""
    yield field
    if field.kind in {"number", "boolean", "enum"} or field.many:
        if field.kind == "number" and all(isinstance(v, int) and 1000 <= v <= 2100 for v in values):
            yield replace(field, kind="year", whole=True)
        return
    texts = [value for value in values if isinstance(value, str)]
    shapes = dict.fromkeys(s for text in texts if len(text) <= 12 and (s := _code_shape(text)))
    if shapes and len(shapes) < max(2, len(texts)):
        shape = re.compile(rf"(?<![\w.-])(?:{'|'.join(shapes)})(?![\w-])")
        yield replace(field, kind="code", shape=shape)
    yield from (replace(field, kind=kind) for kind in _TEXT_KINDS if kind != field.kind)


def _code_shape(text: str) -> str | None:
    """Return the shape of a short code; a chemical symbol's two letters are one too."""
    return shape_of(text) or ("[A-Z][a-z]?" if re.fullmatch(r"[A-Z][a-z]?", text) else None)


def _lesson(form: Wanted, rows: list[tuple[Json, list[Page]]], alike: float) -> Lesson | None:
    labels: Counter[str] = Counter()
    before: Counter[str] = Counter()
    found = 0
    for value, pages in rows:
        stands = [place for page in pages for place in _stands(form, page, value, alike)]
        found += bool(stands)
        labels.update({label for label, _ in stands if label})
        before.update({concept for _, words in stands for concept in words})
    if not found:
        return None
    enough = max(1.0, found / 2)
    return Lesson(
        form=form,
        labels={label: count / found for label, count in labels.items() if count >= enough},
        topic=_told(before, max(2.0, found / 2)),
        rows=found,
    )


def _told(around: Counter[str], enough: float) -> tuple[str, ...]:
    """Return the words that most rows have around their value, one or two of them."""
    often = sorted((-count, word) for word, count in around.items() if count >= enough)
    return tuple(word for count, word in often if count == often[0][0])[:2]


def _stands(
    form: Wanted, page: Page, value: Json, alike: float
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield where a value stands on a page: the label beside it, or the words before it in prose."""
    for place, segment in enumerate(page.document.segments):
        text, label = page.text(segment), page.labels[place]
        if isinstance(value, list):
            found = read_places(form, page, {place: Match(1.0, 1.0)}, names=frozenset())
            if label.text and any(_same_list(reading.value, value) for reading in found):
                yield fold(label.text), ()
            continue
        if label.text and segment.end - segment.start <= 300:
            candidates = labelled_candidates(form, text, segment)[:1]
            if any(_same(candidate.value, value, alike) for candidate in candidates):
                yield fold(label.text), ()
        elif segment.kind == "sentence" and segment.end - segment.start <= 1_000:
            yield from (("", words) for words in _words_before(form, text, value, alike))


def _words_before(form: Wanted, text: str, value: Json, alike: float) -> Iterator[tuple[str, ...]]:
    if isinstance(value, str) and fold(value) not in fold(text):
        return
    spans = [(c.start, c.value) for c in typed_candidates(form, text)]
    if form.kind in {"name", "place"} and isinstance(value, str) and value in text:
        spans.append((text.index(value), value))
    spans += [(c.start, c.value) for c, _ in in_sentence(form, text)]
    for start, candidate in spans:
        if _same(candidate, value, alike):
            spoken = [(c, begin, end) for c, begin, end in concept_spans(text) if not c.isdigit()]
            ahead = [c for c, _, end in spoken if end <= start][-_BEFORE:]
            behind = [c for c, begin, _ in spoken if begin > start][:_BEHIND]
            yield tuple(c for c in (*ahead, *behind) if not is_neutral(c))
            return


def _same(one: Json, other: Json, alike: float) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= alike * abs(other) if abs(other) > 3_000 else one == other
    return isinstance(one, str) and isinstance(other, str) and fold(one) == fold(other)


def _same_list(one: Json, other: list[Any]) -> bool:
    first = {fold(str(v)) for v in one} if isinstance(one, list) else set()
    second = {fold(str(v)) for v in other}
    return bool(first & second) and len(first & second) * 2 > max(len(first), len(second))
