"""Learning from filled rows: where known values stand in their documents, tried on those rows.

Every label beside a known value, and every word of a sentence that holds one, is a guess at
what the field means. A guess is tried as a question: read as the others' documents will be
read, does it give the filled rows their own values back? What answers most of them, and
least of them wrongly, is what is looked for in the documents of the others.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from enrich.research.candidates.countries import is_country
from enrich.research.candidates.headings import heading_measure
from enrich.research.candidates.numbers import numbers_in
from enrich.research.examples import Lesson, by_lesson
from enrich.research.labels import Match
from enrich.research.likeness import close, off_by, same_list
from enrich.research.prose import in_sentence
from enrich.research.reader import read_places
from enrich.research.taught_forms import as_written, forms, sized
from enrich.research.typed import labelled_candidates, typed_candidates
from enrich.research.wanted import is_neutral
from enrich.research.words import concept_spans, concepts, fold, own_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from enrich.records import Json
    from enrich.research.candidates.numbers import Number
    from enrich.research.page import Page
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

_BEFORE: Final = 4  # words before a value in prose that may tell what it is
_BEHIND: Final = 2  # likewise behind it: "2,000 inhabitants"
_WRONG: Final = 0.5  # what an answer costs that is not the row's
_PASSAGES: Final = 12
_GUESSES: Final = 12  # words of sentences that are tried
_TOPICS: Final = 3  # wordings of one fact in prose that are kept
_LABELS: Final = 4  # likewise labels
_SECOND: Final = 0.9  # what a label counts that answers no better than the one before it
_LABEL_CHARS: Final = 300
_SENTENCE_CHARS: Final = 1_000
_THINGS: Final = ("country", "city", "river", "state", "province", "region", "continent")


@dataclass(frozen=True, slots=True)
class Known:
    """A filled row's value.

    Attributes:
        value: As the row has it.
        pages: The documents about the row.
        names: Of what the row is about, as ``name_key`` gives them.
        kinds: Concepts of what its input calls that: a city.
    """

    value: Json
    pages: list[Page]
    names: frozenset[str]
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """How a guess answers the filled rows.

    Attributes:
        lesson: The guess.
        given: What each row was answered: 1 for its own value, less for one that is near
            it, 0 for nothing, below 0 for another.
        tells: Rows of which the answer is seldom given by chance: a no, or none at all.
        off: By how much numbers differ, all together.
        joined: Rows in which the word stands next to the value.
        near: Rows in which it stands near it.
        first: Where on a page the label stands first.
        named: Whether the label names the field.
    """

    lesson: Lesson
    given: tuple[float, ...]
    tells: int = 0
    off: float = 0.0
    joined: int = 0
    near: int = 0
    first: int = 0
    named: bool = False

    @property
    def worth(self) -> float:
        return round(sum(self.given), 3)

    @property
    def right(self) -> int:
        return sum(each > 0 for each in self.given)

    @property
    def rank(self) -> tuple[float, ...]:
        """The best first."""
        return (
            -self.worth,
            -self.named,
            -self.tells,
            round(self.off, 3),
            -self.joined,
            -self.near,
            self.first,
        )

    def adds_to(self, others: Iterable[_Tried]) -> bool:
        """Tell whether it answers a row that the others leave open, and none of those wrongly."""
        open_ = [mine for mine, *theirs in zip(self.given, *(o.given for o in others), strict=True) if not any(theirs)]  # fmt: skip
        return any(each > 0 for each in open_) and all(each >= 0 for each in open_)


def learn(
    field: Wanted,
    rows: list[Known],
    says: Callable[[str, str], bool | None] = lambda _name, _kind: None,
) -> Lesson | None:
    """Return what some rows teach about a field; None if no value is found in its documents.

    Args:
        field: What is wanted.
        rows: Known values.
        says: Whether a page says that a thing of some name is of some kind.
    """
    values = [row.value for row in rows]
    plain = list(forms(field, values))
    labelled = _best(_labelled(form, rows) for form in plain)
    if labelled is not None and labelled.right * 2 > len(rows):
        return _whole(labelled, rows)
    told = _by_kind(field, rows, says) if labelled is None else None
    if told is not None:
        return told
    spoken = _best(_spoken(form, rows) for form in plain)
    better = _best([labelled, spoken])
    if better is None or better.worth * 2 <= len(rows):
        # Only what is not found as it is may stand there in another size.
        others = [
            tried(form, rows) for tried in (_labelled, _spoken) for form in sized(field, values)
        ]
        better = _best([better, *others])
    return _whole(better, rows) if better is not None else None


def unlearned(field: Wanted, rows: list[Known]) -> Lesson:
    """Return what rows teach whose values are not found: how they are written, if that is plain from them."""
    values = [row.value for row in rows]
    return Lesson(
        form=as_written(field, values),
        labels={},
        known=_range(values),
        found=False,
        read=any(row.pages for row in rows),
    )


def _whole(tried: _Tried, rows: list[Known]) -> Lesson:
    """Return a lesson with the sort of number learned, and of labels with what sentences say besides."""
    lesson = replace(tried.lesson, form=_measured(tried.lesson, rows))
    if _asked(lesson, rows).worth < tried.worth:
        lesson = tried.lesson
    if lesson.form.kind == "number":
        lesson = replace(lesson, known=_range([row.value for row in rows]))
    if lesson.labels and lesson.form.kind != "boolean":
        topics = tuple(t for each in _tried_topics(lesson.form, rows) for t in each.lesson.topics)
        lesson = replace(lesson, topics=topics)
    return replace(lesson, cased=_cased(lesson, rows))


def _cased(lesson: Lesson, rows: list[Known]) -> Literal["", "upper", "lower"]:
    """Return in which letters rows have what their documents have in others; nothing unless all have."""
    found = [(answer.value, row.value) for row in rows if (answer := _answer(lesson, row))]
    pairs = [(a, v) for a, v in found if isinstance(a, str) and isinstance(v, str) and close(a, v)]
    if pairs and all(a != v == a.upper() for a, v in pairs):
        return "upper"
    return "lower" if pairs and all(a != v == a.lower() for a, v in pairs) else ""


def _range(values: list[Json]) -> tuple[float, float] | None:
    """Return the smallest and the largest of known numbers, nought apart; None where there is none."""
    figures = [
        abs(v) for v in values if isinstance(v, (int, float)) and not isinstance(v, bool) and v
    ]
    return (min(figures), max(figures)) if figures else None


def _best(tried: Iterable[_Tried | None]) -> _Tried | None:
    """Return what answers the rows best; of equals the first."""
    found = [each for each in tried if each is not None]
    return min(found, key=lambda each: (-each.worth, -each.tells), default=None)


def _by_kind(
    field: Wanted, rows: list[Known], says: Callable[[str, str], bool | None]
) -> Lesson | None:
    """Return the lesson of values that are all things of one kind by their own pages: countries."""
    names = [row.value for row in rows if isinstance(row.value, str)]
    if names and len(names) == len(rows) and all(map(is_country, names)):
        # "It is the second largest city of Kenya" names no country, and says in which it lies.
        hint = tuple(sorted(frozenset.union(*(row.kinds for row in rows))))
        form = replace(field, kind="country", topic=("country",), hint=hint)
        return Lesson(form=form, labels={}, topics=(("country",),))
    for kind in _THINGS if len(names) > 1 else ():
        if all(says(name, kind) for name in names):
            form = replace(field, kind="place", topic=(kind,), hint=())
            return Lesson(form=form, labels={}, topics=((kind,),))
    return None


def _labelled(form: Wanted, rows: list[Known]) -> _Tried | None:
    """Return the lesson of the label that answers most rows, and of those that answer the rest."""
    places: dict[str, int] = {}
    topic = {c for c in form.topic if not is_neutral(c)}
    for row in rows:
        for label, place in (at for page in row.pages for at in _beside(form, page, row.value)):
            places[label] = min(place, places.get(label, place))
    tried = [
        replace(
            _asked(Lesson(form=form, labels={label: 1.0}), rows, first=place),
            named=bool(topic & set(concepts(own_label(label)))),
        )
        for label, place in places.items()
    ]
    able = sorted((each for each in tried if each.worth > 0), key=lambda each: each.rank)
    if not able:
        return None
    kept = _cover(able, _LABELS)
    # Two labels that answer all alike: one may be where the other is missing.
    alike = [each for each in able if each.worth == able[0].worth and each not in kept]
    labels = {}
    for nth, each in enumerate((kept + alike)[:_LABELS]):
        (label,) = each.lesson.labels
        wrong = sum(given < 0 for given in each.given)
        labels[label] = each.right / (each.right + wrong) * (_SECOND if nth else 1.0)
    return replace(able[0], lesson=Lesson(form=form, labels=labels))


def _spoken(form: Wanted, rows: list[Known]) -> _Tried | None:
    """Return the lesson of the words in sentences that answer most rows."""
    topics = _tried_topics(form, rows)
    if not topics:
        return None
    kept = tuple(topic for each in topics for topic in each.lesson.topics)
    return replace(topics[0], lesson=Lesson(form=form, labels={}, topics=kept))


def _tried_topics(form: Wanted, rows: list[Known]) -> list[_Tried]:
    """Return the words that answer rows by sentences; the first answers most, each further one others."""
    near: Counter[str] = Counter()
    joined: Counter[str] = Counter()
    said: Counter[str] = Counter()
    stated = 0
    for row in rows:
        names = {concept for name in row.names for concept, _, _ in concept_spans(name)}
        names |= row.kinds
        stands = [at for page in row.pages for at in _in_prose(form, page, row.value)]
        stated += bool(stands)
        near.update({c for at in stands for c in at.near} - names)
        joined.update({c for at in stands for c in at.joined} - names)
        said.update({c for at in stands for c in at.said} - names)
    words = [c for c in said if said[c] > 1 or joined[c]]
    words.sort(key=lambda c: (-joined[c], -near[c], -said[c], c))
    tried = [
        _asked(
            Lesson(form=form, labels={}, topics=((word,),)),
            rows,
            joined=joined[word],
            near=near[word],
        )
        for word in words[:_GUESSES]
    ]
    # A word beside one value alone may stand there by chance.
    able = [each for each in tried if each.worth > 0 and each.right >= min(2, stated)]
    return _cover(sorted(able, key=lambda each: each.rank), _TOPICS)


def _cover(tried: list[_Tried], most: int) -> list[_Tried]:
    """Return the first guess, then those that answer rows which it leaves open."""
    chosen: list[_Tried] = []
    for each in tried:
        if len(chosen) < most and (not chosen or each.adds_to(chosen)):
            chosen.append(each)
    return chosen


def _asked(
    lesson: Lesson, rows: list[Known], *, joined: int = 0, near: int = 0, first: int = 0
) -> _Tried:
    """Try a guess on the filled rows."""
    given, tells, off = [], 0, 0.0
    for row in rows:
        answer = _answer(lesson, row)
        alike = 0.0 if answer is None else close(answer.value, row.value)
        given.append(alike or (0.0 if answer is None else -_WRONG))
        if answer is not None and alike:
            tells += isinstance(row.value, bool) and not answer.how.startswith("there is some")
            off += off_by(answer.value, row.value)
    return _Tried(
        lesson=lesson,
        given=tuple(given),
        tells=tells,
        off=off,
        joined=joined,
        near=near,
        first=first,
    )


def _answer(lesson: Lesson, row: Known) -> Reading | None:
    """Return what a lesson answers for a filled row itself: of the first page that has anything."""
    for page in row.pages:
        found = by_lesson(lesson, page, names=row.names, passages=_PASSAGES)
        if found:
            return found[0]
    return None


@dataclass(frozen=True, slots=True)
class _Stand:
    """Words around a value in a sentence: next to it, near it, and all of them."""

    joined: tuple[str, ...]
    near: tuple[str, ...]
    said: tuple[str, ...]


def _measured(lesson: Lesson, rows: list[Known]) -> Wanted:
    """Return a lesson's form in the unit that all its numbers have; or without one, as they are."""
    form = lesson.form
    if form.kind != "number":
        return form
    answers = [(_answer(lesson, row), row.value) for row in rows]
    right = [answer for answer, value in answers if answer and close(answer.value, value)]
    numbers = [number for answer in right if (number := _number_of(answer)) is not None]
    units = {number.unit for number in numbers}
    currencies = {number.currency for number in numbers}
    if len(units) != 1 or len(currencies) != 1 or len(numbers) < len(right):
        return form
    (unit,), (currency,) = units, currencies
    bare = unit is None and currency is None and not any(n.percent for n in numbers)
    learned = replace(form.number, unit=unit, currency=currency, count=form.number.count or bare)
    return replace(form, number=learned)


def _number_of(reading: Reading) -> Number | None:
    """Return the number that a value was read from, with what its label says of it."""
    text = reading.page.text(reading.segment)
    for number in numbers_in(text):
        if reading.segment.start + number.start == reading.start:
            return heading_measure(reading.segment.label).of(number)
    return None


def _beside(form: Wanted, page: Page, value: Json) -> Iterator[tuple[str, int]]:
    """Yield the labels beside a value on a page, each with its place."""
    for place, segment in enumerate(page.document.segments):
        label = page.labels[place]
        if not label.text:
            continue
        if isinstance(value, list):
            found = read_places(form, page, {place: Match(1.0, 1.0)}, names=frozenset())
            if any(same_list(reading.value, value) for reading in found):
                yield fold(label.text), place
        elif segment.end - segment.start <= _LABEL_CHARS:
            candidates = labelled_candidates(form, page.text(segment), segment)[:1]
            if any(close(candidate.value, value) for candidate in candidates):
                yield fold(label.text), place


def _in_prose(form: Wanted, page: Page, value: Json) -> Iterator[_Stand]:
    """Yield the words around a value in the sentences of a page."""
    if isinstance(value, list):
        return
    for place, segment in enumerate(page.document.segments):
        beside = page.labels[place].text and segment.end - segment.start <= _LABEL_CHARS
        if beside or segment.kind != "sentence" or segment.end - segment.start > _SENTENCE_CHARS:
            continue
        text = page.text(segment)
        rewritten = form.days is not None or form.number.notation is not None
        if isinstance(value, str) and not rewritten and fold(value) not in fold(text):
            continue
        spans = [(c.start, c.value) for c in typed_candidates(form, text)]
        if form.kind in {"name", "place"} and isinstance(value, str) and value in text:
            spans.append((text.index(value), value))
        spans += [(c.start, c.value) for c, _ in in_sentence(form, text)]
        start = next((start for start, found in spans if close(found, value)), None)
        if start is not None:
            yield _around(text, start)


def _around(text: str, at: int) -> _Stand:
    spoken = [(c, begin, end) for c, begin, end in concept_spans(text) if not c.isdigit()]
    ahead = [c for c, _, end in spoken if end <= at]
    behind = [c for c, begin, _ in spoken if begin > at]

    def telling(words: Iterable[str]) -> tuple[str, ...]:
        return tuple(word for word in words if len(word) > 1 and not is_neutral(word))

    return _Stand(
        joined=telling((*ahead[-1:], *behind[:1])),
        near=telling((*ahead[-_BEFORE:], *behind[:_BEHIND])),
        said=telling((*ahead, *behind)),
    )
