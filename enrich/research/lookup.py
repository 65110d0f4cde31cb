"""One run's way from a field to what was found for it: read, compare, choose, check."""

from __future__ import annotations

import re
from dataclasses import replace
from operator import eq
from typing import TYPE_CHECKING, Final

from enrich.research.aboutness import is_about
from enrich.research.basis import Found
from enrich.research.candidates.demonyms import COUNTRY_OF
from enrich.research.candidates.numbers import numbers_in
from enrich.research.candidates.weekdays import asks_weekdays, weekday_candidates
from enrich.research.chains import chained
from enrich.research.chosen_items import latest_row, limited
from enrich.research.conflicts import is_said_besides, settle, superseded
from enrich.research.examples import by_lesson
from enrich.research.fieldpath import parent
from enrich.research.filled import with_lesson
from enrich.research.fuller import agree, fuller
from enrich.research.leads import SUMMARY, lead
from enrich.research.page import RowPage
from enrich.research.priced import currency_beside, in_another
from enrich.research.reader import ACCEPT, read
from enrich.research.subject import Subject, mentioned, under_name
from enrich.research.taught_forms import in_form
from enrich.research.typed import labelled_candidates, typed_candidates
from enrich.research.words import fold, words
from enrich.research.years import in_year, lasts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from enrich.records import Json
    from enrich.research.chains import Chain
    from enrich.research.definitions import Definitions
    from enrich.research.documents import Segment
    from enrich.research.examples import Lesson
    from enrich.research.page import Page
    from enrich.research.processors import Effort
    from enrich.research.reading import Reading
    from enrich.research.senses import Senses
    from enrich.research.wanted import Wanted

_NO_STEP: Final = "It is asked of another thing that the subject's pages may name; this processor takes no step to the pages of that."
_MENTION_FACTOR: Final = 0.8
_FIGURE = re.compile(r"\d(?:[\d.,]*\d)?")
_SURE: Final = 0.8  # a reading that needs no example to be believed
_KINDS: Final = frozenset({"country", "state", "province", "region", "continent", "river", "city"})
_SAME_NUMBER: Final = 0.005  # a relative difference that rounding explains
_RIVAL_HERE: Final = 0.06  # how far below the best a rival of the same page may score
_RIVAL_ELSEWHERE: Final = 0.2


class Lookup:
    """One run's way to its documents.

    Args:
        subject: What the run is about.
        own: Pages about it.
        others: Pages that mention it, opened when they are needed.
        effort: What the processor allows.
        hop: Answers what is asked of a thing that the subject's page names; None where no hops are allowed.
        beyond: Gives that thing's pages themselves, for what is read of a whole page.
        lesson: What filled rows teach about a field.
        worked: What the examples in a field's description teach about it.
        sorts: What sorts of thing the subject is, as far as that is known.
        asked_of: Nouns by which questions may name the subject (``asked_of.py``).
        definitions: What the corpus says that things are.
        senses: What fields mean beyond their words; None without the embedding.
    """

    def __init__(
        self,
        *,
        subject: Subject,
        own: list[Page],
        others: Callable[[], list[Page]],
        effort: Effort,
        hop: Callable[[Chain], Found | None] | None = None,
        beyond: Callable[[Chain], Iterator[tuple[Page, tuple[Reading, ...]]]] | None = None,
        senses: Senses | None = None,
        definitions: Definitions | None = None,
        lesson: Callable[[Wanted], Lesson | None] = lambda _: None,
        worked: Callable[[Wanted], Lesson | None] = lambda _: None,
        sorts: frozenset[str] = frozenset(),
        asked_of: frozenset[str] = frozenset(),
    ) -> None:
        self.subject = subject
        self.own = own
        self.effort = effort
        self.asked_of = asked_of
        self._others = others
        self._hop = hop
        self._beyond = beyond
        self._senses = senses
        self._definitions = definitions
        self._lesson = lesson
        self._worked = worked
        self._sorts = sorts
        self._parts: dict[int, tuple[RowPage | None, Page, bool]] = {}

    def find(self, field: Wanted) -> Found:
        """Look one field up."""
        lesson = self._lesson(field)
        if lesson is None:
            return limited(field, self._found(field))
        found = self._found(in_form(field, lesson.form))
        return limited(field, with_lesson(found, lesson, field))

    def _found(self, field: Wanted) -> Found:
        if not parent(field.path):  # a "birth_date" under "ceo" is no fact of the company's
            field = replace(field, sorts=self._sorts, asked_of=self.asked_of)
        if field.kind == "prose" and not set(field.topic) - SUMMARY:
            return replace(lead(field, self.own)[1], ambiguous=self.subject.ambiguous)
        chain = self.chain(field)
        readings = self._stated(chain, self._own_readings(field))
        looked = [page.document.title for page in self.own]
        if not readings or self.effort.cross_check:
            others = self._others() if self.subject.names else []
            further = (reading for page in others for reading in self._mentions(field, page))
            readings += self._stated(chain, further)
            looked += [page.document.title for page in others]
        if readings:
            return self._settled(field, readings, tuple(looked))
        beyond = self._hop(chain) if self._hop is not None and chain is not None else None
        if beyond is not None:
            return replace(beyond, wanted=field)
        if told := self._stated(chain, self._told(field)):
            return self._settled(field, told, tuple(looked))
        notes = (_NO_STEP,) if chain is not None and chain.sure and self._hop is None else ()
        return Found(
            wanted=field, looked=tuple(looked), ambiguous=self.subject.ambiguous, notes=notes
        )

    def chain(self, field: Wanted) -> Chain | None:
        """Return the parts of a question that is asked of another thing than the subject; None for others."""
        return chained(field, self.subject.names, self._sorts)

    def asks_beyond(self, field: Wanted) -> bool:
        """Tell whether a question is surely asked of another thing than the subject."""
        chain = self.chain(field)
        return chain is not None and chain.sure

    @staticmethod
    def _stated(chain: Chain | None, readings: Iterable[Reading]) -> list[Reading]:
        """Return the readings that may answer; of a question about another thing those whose label names it."""
        if chain is None or not chain.sure:
            return list(readings)
        return [r for r in readings if r.match.taught_by or chain.is_stated(r)]

    def pages_for(self, field: Wanted) -> Iterator[tuple[Wanted, Page, tuple[Reading, ...]]]:
        """Yield the pages that may hold a list of objects: the subject's own, then those a step further.

        Each with what is to be asked of it, and the passages that name what it is about.
        """
        chain = self.chain(field)
        if chain is None or not chain.sure:
            yield from ((field, page, ()) for page in self.own)
        if self._beyond is not None and chain is not None:
            yield from ((chain.asked, page, via) for page, via in self._beyond(chain))

    def _own_readings(self, field: Wanted) -> Iterator[Reading]:
        """Yield the readings of the subject's own pages; of the first that has any, unless pages are compared."""
        for page in self.own:
            found = self._read(field, page, None)
            taught = any(r.match.taught_by for r in found)
            lesson = (self._lesson(field) or self._worked(field)) if taught else None
            form = lesson.form if lesson is not None else field
            kept = [
                r for r in found if follows(field, r) or (r.match.taught_by and follows(form, r))
            ]
            yield from kept
            if kept and not self.effort.cross_check:
                return

    def _read(
        self, field: Wanted, page: Page, scope: Callable[[Page, Segment], bool] | None
    ) -> list[Reading]:
        names, passages = self.subject.names, self.effort.passages
        lesson = self._lesson(field)
        if lesson is not None and lesson.found:
            taught = by_lesson(lesson, page, names=names, passages=passages, scope=scope)
            if taught:
                return [self._checked(lesson.form, reading) for reading in taught]
        reader = read if self._senses is None else self._senses.readings
        found = reader(field, page, names=names, passages=passages, scope=scope)
        sure = bool(lesson and lesson.found) or bool(found and found[0].score >= _SURE)
        if not sure and (worked := self._worked(field)) is not None:
            taught = by_lesson(worked, page, names=names, passages=passages, scope=scope)
            if taught:
                return [self._checked(worked.form, reading) for reading in taught]
        return [self._checked(field, reading) for reading in found]

    def _checked(self, field: Wanted, reading: Reading) -> Reading:
        """Trust a name in prose more or less as its own page says that it is what is asked for: a country."""
        if self._definitions is None or not reading.in_prose or field.kind not in {"name", "place"}:
            return reading
        kinds = _KINDS & set(field.topic) or _KINDS & set(field.hint)
        said = [self._definitions.says(str(reading.value), kind) for kind in sorted(kinds)[:1]]
        if not said or said[0] is None:
            return reading
        return replace(reading, score=min(1.0, reading.score * (1.1 if said[0] else 0.7)))

    def _mentions(self, field: Wanted, page: Page) -> Iterator[Reading]:
        """Yield what a page that is about something else says of the subject, trusted less.

        A row or a section under the subject's name is about it, whatever the page is about.
        """
        names = self.subject.names
        number = page.number
        if number not in self._parts:
            about = is_about(page.document, self.subject.name)
            self._parts[number] = page.about(names), page if about else page.beside(names), about
        rows, page, about = self._parts[number]
        if about:
            yield from (r for r in self._read(field, page, None) if follows(field, r))
            return
        if rows is not None:
            told = [r for r in self._read(field, rows, None) if follows(field, r)]
            yield from told
            if told:
                return
        for reading in self._read(field, page, mentioned(names)):
            factor = 1.0 if under_name(page, reading.segment, names) else _MENTION_FACTOR
            if reading.score * factor >= ACCEPT and follows(field, reading):
                yield replace(reading, score=reading.score * factor)

    def _told(self, field: Wanted) -> list[Reading]:
        """Return what the subject's pages tell in other words than anything that is known; of the first that does."""
        if self._senses is None:
            return []
        for page in self.own:
            found = self._senses.tells(field, page, names=self.subject.names)
            of_year = (in_year(field, reading) for reading in found)
            if kept := [r for r in of_year if r is not None and follows(field, r)]:
                return kept
        return []

    def _settled(self, field: Wanted, readings: list[Reading], looked: tuple[str, ...]) -> Found:
        """Choose the best reading; where documents say otherwise, see ``conflicts``."""
        readings = fuller(readings) if field.kind == "date" else latest_row(field, readings)
        alike = same if field.kind != "year" else eq
        best, notes = settle(readings, alike, own=self._is_own, changes=not lasts(field))
        others = [reading for reading in readings if reading.page.number != best.page.number]
        return Found(
            wanted=field,
            reading=best,
            agreeing=tuple(reading for reading in others if alike(best.value, reading.value)),
            rivals=_rivals(field, best, [r for r in readings if not superseded(r, best)]),
            own_page=self._is_own(best),
            ambiguous=self.subject.ambiguous,
            looked=looked,
            notes=notes,
        )

    def _is_own(self, reading: Reading) -> bool:
        """Tell whether a reading stands on a page about the subject, in a row or under a heading of its name."""
        own = {page.number for page in self.own}
        return (
            isinstance(reading.page, RowPage)
            or reading.page.number in own
            or under_name(reading.page, reading.segment, self.subject.names)
        )


def _rivals(field: Wanted, best: Reading, readings: list[Reading]) -> tuple[Reading, ...]:
    """Return the readings that say otherwise and came close, each value once; older figures are none.

    On one page, what a sentence says plainly is close to what a label says.
    """
    rivals: list[Reading] = []
    here = best.page.number
    alike = same if field.kind != "year" else eq
    agreeing = (r.year for r in readings if r.page.number == here and alike(best.value, r.value))
    year = max(agreeing, default=best.year)
    for reading in readings:
        reach = _RIVAL_HERE if reading.page.number == here else _RIVAL_ELSEWHERE
        told = [best.value, *(rival.value for rival in rivals)]
        near = best.score - reading.score < reach or is_said_besides(field, reading, best)
        if near and reading.year >= year and not any(alike(value, reading.value) for value in told):
            rivals.append(reading)
    return tuple(rivals)


def same(one: Json, other: Json) -> bool:
    """Tell whether two values say the same: numbers within rounding, texts by their words, lists by most items."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= _SAME_NUMBER * max(abs(one), abs(other))
    if isinstance(one, list) and isinstance(other, list):
        first, second = {fold(str(v)) for v in one}, {fold(str(v)) for v in other}
        return len(first & second) * 2 > max(len(first), len(second))
    shorter, longer = sorted((f" {' '.join(words(str(v)))} ", str(v)) for v in (one, other))
    if len(shorter[0]) > len(longer[0]):
        shorter, longer = longer, shorter
    within = shorter[0] in longer[0]
    within = within and set(_FIGURE.findall(shorter[1])) <= set(_FIGURE.findall(longer[1]))
    return within or agree(str(one), str(other))


def follows(field: Wanted, reading: Reading) -> bool:
    """Check that a reading's value can be read again from the very span that it cites."""
    document, segment = reading.page.document, reading.segment
    quoted = document.text[reading.start : reading.end]
    if not quoted or reading.start < segment.lead:
        return False
    beside = currency_beside(field, reading.page, segment)
    if in_another(field, quoted, beside):
        return False
    if reading.elements:
        return all(
            _element_follows(field, document.text[e.start : e.end], e.value)
            for e in reading.elements
        )
    if isinstance(reading.value, str) and not reading.how:
        return reading.value == quoted
    passage = reading.page.text(segment)
    if field.kind == "boolean":
        return isinstance(reading.value, bool)
    again = [
        *typed_candidates(field, passage),
        *typed_candidates(field, quoted),
        *labelled_candidates(field, passage, segment, beside),
    ]
    return any(candidate.value == reading.value for candidate in again) or (
        reading.value == COUNTRY_OF.get(quoted)
    )


def _element_follows(field: Wanted, quoted: str, value: Json) -> bool:
    if isinstance(value, str) and value == quoted:
        return True
    if asks_weekdays(field):
        return any(c.value == value for c in weekday_candidates(quoted))
    return any(c.value == value for c in typed_candidates(field, quoted)) or (
        isinstance(value, (int, float)) and any(True for _ in numbers_in(quoted))
    )
