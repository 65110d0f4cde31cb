"""Of which year a value is said: by its own clause, its row, its column, its heading, its document's day.

A figure or an office holder of one year is no answer for another. Where a field fixes a
year, each value is tied to what stands nearest to it:

1. its clause: ``412 million (2023)``, ``1,180 people in 2022``, ``In 2023 revenue was 412``;
   for who or what holds a place, the time since which, or from when to when
2. its label, its column and its row, or a cell of its row that is a year or a day
3. the headings over it, the nearest first, then the title
4. the document's day, for what is said of now

What none of these dates is no answer either where the fact is one that changes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from enrich.research.candidates.strings import MONTH
from enrich.research.kinds import FIGURES
from enrich.research.words import stems, words

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from enrich.research.documents import Segment
    from enrich.research.page import Page
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

_UNDATED: Final = 0.6  # what a value of an unknown year counts where the fact hardly changes
# What hardly changes: there an undated page is no other year's.
_LASTING: Final = frozenset(
    stems(
        "capital language currency border neighbour neighbor founder birth birthplace death continent country area"
        " height length elevation depth width altitude religion ethnic founded established author architect"
    )
)
# What is reached over a year, or done in it: a page's own day does not date it.
_OVER_A_YEAR: Final = frozenset(
    stems(
        "revenue turnover sales profit income loss earnings output production generation export import budget cost"
        " acquisition acquired award prize investment deal visitor passenger growth spending dividend emission"
    )
)
_TIMES: Final = frozenset(
    {"year", "years", "date", "fy", "fiscal", "period", "season", "when", "day", "month", "edition"}
)
_FROM: Final = frozenset({"since", "from", "start", "started", "joined", "appointed"})

_Y = r"(?:19|20)\d\d"
_YEAR = re.compile(
    rf"(?<![\d.,/:\N{{EN DASH}}-])(?P<year>{_Y})(?:-(?:0\d|1[0-2])(?:-\d\d)?)?(?!\d|[.,]\d|\s?[/\N{{EN DASH}}-]\s?\d)"
    rf"|(?<!\d)\d{{1,2}}[./]\d{{1,2}}[./](?P<last>{_Y})(?!\d)|\bFY ?(?P<short>\d\d)(?![\d/-])"
)
_ANY_YEAR = re.compile(rf"(?<!\d){_Y}(?!\d)")
_FIGURE = re.compile(r"\d[\d.,]*")
_DAY = rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)? )?{MONTH}\.?(?: \d{{1,2}},)? )?"
_PREPOSITION = r"(?:in|for|during|by|at|as of|as at|on|est\.?|estimated?|FY)"
_PERIOD = rf"(?:the )?(?:(?:end|close|start|beginning|middle|course) of )?(?:the )?(?:(?:fiscal|financial|business|calendar|full|whole) )?(?:year )?(?:end(?:ed|ing)?[ -])?(?:early |mid-?|late )?{_DAY}(?:FY ?)?"
# What happened in a year does not say of which year a figure beside it is.
_HAPPENED: Final = (
    "founded|established|incorporated|formed|born|built|rebuilt|opened|launched|acquired|bought|merged|inaugurated|commissioned|created"
    "|renamed|listed|appointed|elected|privati[sz]ed|moved|joined|since|until|before|after|signed|introduced|invented|patented|dating|dates"
)
_EVENT = re.compile(
    rf"\b(?P<what>{_HAPPENED})\b(?:[ -][\w.&'-]+){{0,6}}?,? ?(?:{_DAY})?$", re.IGNORECASE
)
# From a value to its year behind it: a few words of what it counts, then "in", "(" and the year.
_BEHIND = re.compile(
    rf"(?:\s(?!(?:and|or|but|to|from|with|while|up|down|than|versus|by|as|which|who|where|{_HAPPENED})\b)[A-Za-z%$\N{{EURO SIGN}}-]+){{0,7}}?"
    rf"(?:\s?[(\[](?:{_PREPOSITION} )?|\s{_PREPOSITION} ){_PERIOD}",
    re.IGNORECASE,
)
# "Acme, 2022": with nothing behind the year.
_COMMA = re.compile(rf",\s{_PERIOD}", re.IGNORECASE)
_ENDS = re.compile(r"\s?(?:[,;)]|\.(?!\d)|$)")
_REACH: Final = 80  # characters between a value and the year behind it
_BEFORE_REACH: Final = 160  # likewise before it
# Words between a year and a figure that make it another time's.
_SHIFT = re.compile(
    r"[;]|\b(?:from|compared|against|versus|vs|previously|earlier|before|than|after|prior|instead of|since)\b",
    re.IGNORECASE,
)
_FROM_TO = re.compile(r"\bfrom [^,;]{1,40}? to\b", re.IGNORECASE)
_COLON = re.compile(r"\s?:")
_CLAUSE_END = re.compile(r"[;]|\.(?=\s)")
_SINCE = re.compile(
    r"\b(?:since|from|appointed|elected|named|became|become|took|taken|takes|joined|succeeded|succeeds|inaugurated|sworn|assumed|started|began|moved|acquired|bought)\b[^;()]{0,80}$",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:until|till|left|resigned|retired|stepped|died|ended|sold)\b[^;()]{0,60}$", re.IGNORECASE
)
_TERM = re.compile(
    rf"(?P<first>{_Y})(?:\s?[-\N{{EN DASH}}]\s?|\s(?:to|until|till|through)\s(?:{_DAY})?)(?:(?P<last>{_Y})|(?P<open>present|today|now|date)\b|(?=\s*[);,.]|$))"
)
_AHEAD = re.compile(
    r"\b(?:by|until|till|plan\w*|target\w*|goal|expect\w*|forecast|will|due|from|project\w*|matur\w*|expir\w*)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_READ_CHARS: Final = 100_000  # of a document, for the last year that it tells of


def in_year(wanted: Wanted, reading: Reading) -> Reading | None:
    """Return a reading with what is of the year that a field fixes; None where nothing of it is.

    Of a list, the items of that year. What is of an unknown year counts less, and nothing
    at all where the fact is one that changes.
    """
    if not _is_bound(wanted):
        near = wanted.year is None or wanted.kind in {"year", "date"} or _is_near(wanted, reading)
        return reading if near else replace(reading, score=reading.score * _UNDATED)
    if not reading.elements:
        fits = _fits(wanted, _Spot(reading.page, reading.segment, reading.start, reading.end))
        return reading if fits else _undated(wanted, reading) if fits is None else None
    spans = [(e.start, e.end) for e in reading.elements]
    fit = [
        _fits(wanted, _Spot(reading.page, _segment_at(reading, start), start, end), spans)
        for start, end in spans
    ]
    if not any(fit):
        return None if False in fit else _undated(wanted, reading)
    kept = tuple(e for e, fits in zip(reading.elements, fit, strict=True) if fits)
    if len(kept) == len(reading.elements):
        return reading
    return replace(
        reading, elements=kept, value=[e.value for e in kept], start=kept[0].start, end=kept[-1].end
    )


def is_past(wanted: Wanted, reading: Reading) -> bool:
    """Tell whether a sentence gives a value a year that is not the last of which its document tells."""
    if wanted.kind in {"year", "date"} or reading.elements:
        return False
    years = _of_clause(wanted, _Spot(reading.page, reading.segment, reading.start, reading.end), ())
    return years is not None and _told_until(reading.page) not in years


def row_in_year(wanted: Wanted, page: Page, row: Sequence[Segment]) -> bool:
    """Tell whether a row of a table may be of the year that a field fixes."""
    if not _is_bound(wanted):
        return True
    first = row[0]
    fits = _fits(wanted, _Spot(page, first, first.start, first.end))
    return bool(fits) or (fits is None and lasts(wanted))


def _is_bound(wanted: Wanted) -> bool:
    return wanted.year is not None and wanted.year_only and wanted.kind not in {"year", "date"}


def _is_near(wanted: Wanted, reading: Reading) -> bool:
    """Tell whether a passage or what stands over it names a year at all that would be welcome."""
    page, said = reading.page, str(wanted.year)
    return said in page.text(reading.segment) or said in reading.label.text  # fmt: skip


def _undated(wanted: Wanted, reading: Reading) -> Reading | None:
    """Return what no year is said of: where filled rows had theirs, or where the fact hardly changes."""
    if reading.match.taught_by:
        return reading
    return replace(reading, score=reading.score * _UNDATED) if lasts(wanted) else None


def lasts(wanted: Wanted) -> bool:
    """Tell whether what is asked for hardly changes, as what happened on a day does not."""
    return wanted.kind in {"year", "date"} or bool(_LASTING & {*wanted.topic, *stems(wanted.label)})


def _segment_at(reading: Reading, start: int) -> Segment:
    segments = reading.page.document.segments
    place = bisect_right(segments, start, key=lambda s: s.start) - 1
    return segments[place] if place >= 0 else reading.segment


class _Spot(NamedTuple):
    """Where a value stands: its passage, and its offsets in the document."""

    page: Page
    segment: Segment
    start: int
    end: int


def _fits(wanted: Wanted, spot: _Spot, others: Sequence[tuple[int, int]] = ()) -> bool | None:
    """Tell whether what stands at a spot is of the asked year; None where nothing says."""
    held = _of_clause(wanted, spot, others)
    for years in (held,) if held is not None else _around(wanted, spot.page, spot.segment):
        if years is not None:
            return wanted.year in years
    return None


def _of_clause(
    wanted: Wanted, spot: _Spot, others: Sequence[tuple[int, int]]
) -> Container[int] | None:
    """Return the years to which a value is tied in its own passage; None for none."""
    page, segment, start, end = spot
    if not segment.start <= start <= segment.end:
        return None
    text = page.text(segment)
    first, last = start - segment.start, min(end, segment.end) - segment.start
    if within := {year for at, _, year in _years(text) if first <= at < last}:
        bare = wanted.kind in FIGURES and _YEAR.fullmatch(text, first, last)
        return within if len(within) == 1 and not bare else ()
    if wanted.kind in FIGURES or others or _FIGURE.search(text, first, last):
        beside = [(a - segment.start, b - segment.start) for a, b in others]
        return _tied(wanted, text, first, last, beside)
    return _while(page, text, first, last)


def _tied(
    wanted: Wanted, text: str, start: int, end: int, others: Sequence[tuple[int, int]]
) -> Container[int] | None:
    """Return the year of a figure or an item in a sentence: that behind it, else that which the sentence gives it."""
    found = list(_years(text))
    for at, stop, year in found:
        if end <= at <= end + _REACH:
            if _is_behind(text, end, at, stop):
                return {year}
            break
    before = [(at, stop, year) for at, stop, year in found if stop <= start]
    if not before:
        return None
    at, stop, year = before[-1]
    gap = _FROM_TO.sub(" ", text[stop:start])
    if len(gap) > _BEFORE_REACH or _SHIFT.search(gap) or _CLAUSE_END.search(gap):
        return ()
    spans = others or [(m.start(), m.end()) for m in _FIGURE.finditer(text, 0, at)]
    if any(_is_behind(text, b, at, stop) for _, b in spans):
        return ()  # the year of another value
    event = _EVENT.search(text, max(0, at - _REACH), at)
    if event and not set(stems(event["what"])) & {*wanted.topic, *wanted.hint, *stems(f"{wanted.label} {wanted.description}")}:  # fmt: skip
        return None
    return {year}


def _is_behind(text: str, end: int, at: int, stop: int) -> bool:
    """Tell whether a year from ``at`` to ``stop`` is said of what ends before it."""
    if not end <= at <= end + _REACH or _COLON.match(text, stop):
        return False
    return bool(
        _BEHIND.fullmatch(text, end, at)
        or (_COMMA.fullmatch(text, end, at) and _ENDS.match(text, stop))
    )


def _while(page: Page, text: str, start: int, end: int) -> Container[int] | None:
    """Return the years in which something is said to hold: ``since 2019``, ``2010-2019``, ``in 2012``."""
    first = max((m.end() for m in _CLAUSE_END.finditer(text, 0, start)), default=0)
    stop = _CLAUSE_END.search(text, end)
    last = stop.start() if stop else len(text)
    term = _TERM.search(text, end, last) or _TERM.search(text, first, start)
    if term is not None:
        begin = int(term["first"])
        return range(begin, (int(term["last"]) if term["last"] else _told_until(page)) + 1)
    behind = [y for y in _years(text) if end <= y[0] < last]
    before = [y for y in _years(text) if first <= y[0] < start]
    if not behind and not before:
        return None
    at, _, year = behind[0] if behind else before[-1]
    if _UNTIL.search(text, first, at):
        return {year}
    if _SINCE.search(text, first, at):
        return range(year, _told_until(page) + 1)
    return {year}


def _around(wanted: Wanted, page: Page, segment: Segment) -> Iterator[Container[int] | None]:
    """Yield the years of what stands beside and over a passage, the nearest first."""
    yield _said(f"{segment.row} {segment.label}")
    yield _of_row(page, segment)
    for heading in reversed(page.document.sections[segment.section].path):
        yield _said(heading)
    yield _said(page.document.title)
    dated = page.document.dated
    if dated and not _OVER_A_YEAR & {*wanted.topic, *stems(wanted.label)} and not _said(page.text(segment)):  # fmt: skip
        yield {int(dated[:4])}


def _of_row(page: Page, segment: Segment) -> Container[int] | None:
    """Return the year of a table's row, or of a list of labelled values: what stands under "Year", "Date", "Since"."""
    segments, place = page.document.segments, page.place_of(segment)
    since: int | None = None
    found: set[int] = set()
    for cell in _beside(segments, place):
        said = set(words(cell.label))
        years = [year for _, _, year in _years(page.text(cell))]
        if len(years) != 1 or cell is segment:
            continue
        if said & _TIMES:
            found.add(years[0])
        elif said & _FROM and len(said) == 1:
            since = years[0]
    if len(found) == 1:
        return found
    if found:
        return ()
    return None if since is None else range(since, _told_until(page) + 1)


_BESIDE: Final = 40


def _beside(segments: Sequence[Segment], place: int) -> Iterator[Segment]:
    """Yield the cells of a row; of labelled values, those of a part that say of when it is."""
    own = segments[place]
    near = segments[max(0, place - _BESIDE) : place + _BESIDE]
    row = [s for s in near if s.group == own.group]
    if len(row) > 1:
        yield from row
    elif own.label:
        yield from (
            s for s in near if s.section == own.section and s.label and not s.row
            and set(words(s.label)) <= _TIMES and s.kind == "value"
        )  # fmt: skip


def _told_until(page: Page) -> int:
    """Return the last year of which a document tells as past or present."""
    document = page.document
    text = document.text[:_READ_CHARS]
    told = [
        int(m.group())
        for m in _ANY_YEAR.finditer(text)
        if not _AHEAD.search(text, max(0, m.start() - 60), m.start())
    ]
    return max([*told, int(document.dated[:4]) if document.dated else 0])


def _said(text: str) -> Container[int] | None:
    """Return the one year that a text names; nothing fits where it names several."""
    if not _ANY_YEAR.search(text) and "FY" not in text:
        return None
    years = {year for _, _, year in _years(text)}
    return years if len(years) == 1 and len(set(_ANY_YEAR.findall(text))) <= 1 else ()


def _years(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and number of each year that a text names; a span of years is none."""
    for match in _YEAR.finditer(text):
        said = match["year"] or match["last"] or f"20{match['short']}"
        yield match.start(), match.end(), int(said)
