"""Where a page lists things: bullets, cells, columns, and rows of names or nouns in a sentence, with what says what they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.countries import country_candidates
from enrich.research.candidates.languages import language_candidates
from enrich.research.candidates.lists import is_told, list_spans, parted_spans
from enrich.research.candidates.offices import OFFICES
from enrich.research.candidates.strings import is_clause, proper_names
from enrich.research.candidates.weekdays import PARTS, weekday_candidates
from enrich.research.elsewhere import is_elsewhere
from enrich.research.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.candidates.candidate import Candidate
    from enrich.research.documents import Segment
    from enrich.research.page import Page

_FEW: Final = 2
_MOST: Final = 0.6  # of a list's items that must be readable as such
_MAX_ITEM: Final = 80
_MAX_REMARK: Final = 160  # characters of an item with what is said of it
_MAX_WORDS: Final = 7
_MAX_FIRST: Final = 6
_ITEM_END = re.compile(r"\s[-\N{EN DASH}\N{EM DASH}]\s|\s?\(|:\s|;|,\s|\.\s|\.$")
# What a row stands behind: a colon or a dash, a verb that has it for its object, a preposition.
_MARK = re.compile(r"(?::|\s[\N{EN DASH}\N{EM DASH}])\s+")
_VERB = re.compile(
    r"\b(?:includ(?:es?|ed|ing)|compris(?:es?|ed|ing)|consists? of|cover(?:s|ed|ing)?|namely|such as|offer(?:s|ed|ing)?|makes?|making"
    r"|produc(?:es?|ing)|sells?|suppl(?:y|ies)|teach(?:es)?|treats?|serves?|speaks?|spoke|supports?|features?|provid(?:es?|ing))\s+(?:the |an? |both |also )*"
)
_WORD = re.compile(
    r"\b(?:is|are|was|were|be|been|holds?|has|have|had|as|in|into|of|on|upon|to|for|by|with|besides|from|between|around|across"
    r"|through|over|than|at|under|both|the|an?|its|their|our|his|her|my)\s+(?:the |an? |its |their |both )*"
)
_SEPARATOR = re.compile(r"[,;]\s|\s(?:and|&|or|as well as)\s")
_REGION_END = re.compile(
    r"[.!?](?:\s|$)|;|:\s|\s[\N{EN DASH}\N{EM DASH}]\s|,? (?:which|who|whose|where|while|when|but|although|though|because|since|after|before|until|so|if|that)\b|[\"\N{RIGHT DOUBLE QUOTATION MARK}]"
)
_CLAUSE_END = re.compile(r"[.!?;](?:\s|$)|[\"\N{RIGHT DOUBLE QUOTATION MARK}]")
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")
_AND = re.compile(r",?\s(?:and|&|or|as well as)\s")
_ARTICLE = re.compile(r"(?:the|an?|in|for|of|on) ")
_NUMBERED = re.compile(r"(?<!\S)\((?:[a-z]|[ivx]{1,4}|\d{1,2})\) ")
_PERSON = re.compile(
    r"[^\W\d_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}.-]+[^\W\d_]*)*(?: [^\W\d_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}.-]+[^\W\d_]*)*){1,4}"
)
_BODY = re.compile(
    r"\b(?:University|College|Institute|School|Group|Inc|GmbH|AG|Ltd|Limited|LLC|LLP|Corp\w*|Company|Bank|Fund|Foundation|Hospital|Street|Road|Avenue|Park|Ministry|Department|Partners|Capital|Ventures|Prize|Award|The|of|and)\b"
)
_TAIL = re.compile(
    r",\s|\s(?:in|at|on|by|from|under|with|for|to|as|is|are|was|were|have|has|had|will|would|can|do|does|did|alone|only|too|together|each|between|through|than|during)\b|\s(?=\d)"
)
_NAME = re.compile(
    r"[^\W\d_a-z][\w'\N{RIGHT SINGLE QUOTATION MARK}.&-]*(?: (?:(?:de|da|van|von|der|den|del|di|la|le|bin|al|of|the) ){0,2}(?:[^\W\d_a-z][\w'\N{RIGHT SINGLE QUOTATION MARK}.&-]*|\d{1,2}\b))*"
)
_DATED = re.compile(r"(?:since|until|from|in|after|before|as of|by)\b.*\d", re.IGNORECASE)
_OPENING = re.compile(r"(?:and |also |in |for |of |on |by |the |an? )+")
# What goes on with the sentence: "took the name", "with eleven wards", "spends it on …".
_DOING = re.compile(
    r"(?:with|without|had|has|have|was|were|is|then|now|so|not|even|took|went|came|being|having)\b|[a-z]+ (?:a|an|the|its|his|her|their|our|it|them|him|one|two|three)\b(?! [A-Z])",
)
_LEAD_WORDS: Final = 14
_MAX_ITEMS: Final = 60
_MAX_CHARS: Final = 700
_MAX_VALUE: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumeration:
    """A list somewhere on a page.

    Attributes:
        place: Its first segment.
        spans: Its items, as offsets in the document.
        lead: What stands over or before it.
        behind: What its sentence says behind it.
        form: ``items``, ``value``, ``column``, ``sentence``; ``countries``, ``days``, ``languages`` or ``people``.
    """

    place: int
    spans: tuple[tuple[int, int], ...]
    lead: str
    behind: str
    form: str


def enumerations(page: Page) -> list[Enumeration]:
    """Return the lists of a page, in order; what stands under words for other things is none of them."""
    found = [*_bullets(page), *_columns(page)]
    for place, segment in enumerate(page.document.segments):
        if segment.kind == "item" or _is_aside(page, segment):
            continue
        text = page.text(segment)[:_MAX_CHARS]
        if not segment.row:
            found += _of_a_sort(page, place, text)
        if only := _whole(page, place, text):
            found.append(only)
        elif not segment.row:
            found += _in_sentence(page, place, text)
    return sorted(found, key=lambda e: (e.place, e.spans))


def _is_aside(page: Page, segment: Segment) -> bool:
    path = page.document.sections[segment.section].path
    return any(is_elsewhere(part) for part in (*path, segment.label))


def _over(page: Page, segment: Segment) -> str:
    path = page.document.sections[segment.section].path
    return path[-1] if path else ""


def _bullets(page: Page) -> Iterator[Enumeration]:
    segments = page.document.segments
    for _, run in groupby(
        (n for n, s in enumerate(segments) if s.kind == "item"), lambda n: segments[n].group
    ):
        places = list(run)
        first = segments[places[0]]
        if _is_aside(page, first):
            continue
        spans = [span for n in places if (span := _item(page, segments[n]))]
        if len(spans) >= _FEW and len(spans) >= _MOST * len(places) and len(spans) <= _MAX_ITEMS:
            before = segments[places[0] - 1] if places[0] else None
            above = page.text(before) if before and before.section == first.section else ""
            above = (
                above
                if len(above) <= 200 and before is not None and before.kind == "sentence"
                else ""
            )
            lead = f"{_over(page, first)} {above}".strip()
            if lead:  # else it is a site's menu
                yield Enumeration(
                    place=places[0], spans=tuple(spans), lead=lead, behind="", form="items"
                )


def _item(page: Page, segment: Segment) -> tuple[int, int] | None:
    text = page.text(segment)
    end = cut.start() if (cut := _ITEM_END.search(text)) else len(text)
    if (
        len(text) > _MAX_REMARK
        or not 0 < end <= _MAX_ITEM
        or is_clause(text[:end])
        or text[0].isdigit()
        or "@" in text[:end]
    ):
        return None
    return segment.start, segment.start + end


def _columns(page: Page) -> Iterator[Enumeration]:
    """Yield the columns of tables whose cells name something, each with its heading."""
    segments = page.document.segments
    cells: dict[tuple[int, str], list[int]] = {}
    for place, segment in enumerate(segments):
        if segment.kind == "value" and segment.label and not segment.row and segment.order == 0:
            beside = segments[place + 1] if place + 1 < len(segments) else None
            if beside is not None and beside.group == segment.group and beside.row:
                cells.setdefault((segment.section, segment.label), []).append(place)
    for (_, label), places in cells.items():
        texts = [page.text(segments[place]) for place in places]
        if _FEW <= len(places) <= _MAX_ITEMS and not any(
            t[:1].isdigit() or len(t) > _MAX_ITEM for t in texts
        ):
            if _is_aside(page, segments[places[0]]):
                continue
            yield Enumeration(
                place=places[0], spans=tuple((segments[p].start, segments[p].end) for p in places),
                lead=f"{_over(page, segments[places[0]])}: {label}", behind="", form="column",
            )  # fmt: skip


def _whole(page: Page, place: int, text: str) -> Enumeration | None:
    """Return the list that a cell is, or a line of short parts under a heading."""
    segment = page.document.segments[place]
    before = page.document.segments[place - 1] if place else None
    goes_on = (
        before is not None
        and before.label == segment.label
        and before.group == segment.group
        and not segment.row
    )
    behind = page.document.segments[place + 1 : place + 2]
    if behind and behind[0].group == segment.group and behind[0].row and not segment.row:
        return None  # it names a row
    if segment.kind == "sentence":
        if segment.order or not _over(page, segment) or is_told(text):
            return None
    elif not segment.label or goes_on:
        return None
    if is_clause(text) or len(text) > _MAX_VALUE:
        return None
    spans = parted_spans(text)
    least = _FEW + 1 if segment.kind == "sentence" else 1
    if len(spans) < least or any(len(text[a:b].split()) > _MAX_WORDS for a, b in spans):
        return None
    lead = " ".join(
        part for part in (_over(page, segment) + ":", segment.row, segment.label) if part
    )
    return Enumeration(
        place=place, spans=tuple((segment.start + a, segment.start + b) for a, b in spans),
        lead=lead.removeprefix(": "), behind="", form="value",
    )  # fmt: skip


def _of_a_sort(page: Page, place: int, text: str) -> Iterator[Enumeration]:
    """Yield the countries, the days and the people that a passage names, however it joins them."""
    segment = page.document.segments[place]
    sorts = [
        ("countries", 0, text, [c for c in country_candidates(text) if c.fit == 1.0]),
        ("people", 0, text, people(text)),
        ("languages", 0, text, _several(language_candidates(text), segment)),
        *(
            ("days", m.start(), m.group(), weekday_candidates(m.group()))
            for m in PARTS.finditer(text)
        ),
    ]
    for form, at, part, candidates in sorts:
        found = {
            c.value: (segment.start + at + c.start, segment.start + at + c.end)
            for c in reversed(candidates)
        }
        if found:
            spans = tuple(dict.fromkeys(sorted(found.values())))
            lead = f"{segment.label}: {part}" if segment.label else part
            yield Enumeration(place=place, spans=spans, lead=lead, behind="", form=form)


def _several(found: list[Candidate], segment: Segment) -> list[Candidate]:
    """Return languages where a passage names more than one, or has a label: a single one may be any thing's."""
    return found if len({c.value for c in found}) >= _FEW or segment.label else []


def people(text: str) -> list[Candidate]:
    """Return the names in a passage that have the look of people's."""
    return [
        c for c in proper_names(text)
        if _PERSON.fullmatch(c.value) and not _BODY.search(c.value) and not set(stems(c.value)) & OFFICES
        and not country_candidates(c.value)
    ]  # fmt: skip


def _in_sentence(page: Page, place: int, text: str) -> Iterator[Enumeration]:
    """Yield the rows of a sentence's names or nouns: ``shops in Norway, Sweden and, since 2021, Finland``."""
    segment = page.document.segments[place]
    mask = _NUMBERED.sub(lambda m: " " * len(m.group()), text)
    mask = re.sub(r"\([^()]*\)", lambda m: "\x00" * len(m.group()), mask)
    at = 0
    while separator := _SEPARATOR.search(mask, at):
        row: list[tuple[int, int]] = []
        for start, led in _starts(mask, at, separator.start()):
            row = _row(mask, start, led=led)
            if len(row) >= _FEW:
                break
        if len(row) < _FEW:
            at = separator.end()
            continue
        end = row[-1][1]
        stop = _REGION_END.search(mask, end)
        before = text[: row[0][0]].split()[-_LEAD_WORDS:]
        lead = [f"{segment.label}:"] * bool(segment.label) + before
        yield Enumeration(
            place=place, spans=tuple((segment.start + a, segment.start + b) for a, b in row),
            lead=" ".join(lead) or _over(page, segment),
            behind=text[end : stop.start() if stop else len(text)][:100].strip(" ,."), form="sentence",
        )  # fmt: skip
        at = end


def _starts(mask: str, at: int, end: int) -> list[tuple[int, str]]:
    """Return where a row may begin, the likeliest first, and what stands before it there: a colon, a verb, a word of place."""
    clause = max([at, *(m.end() for m in _CLAUSE_END.finditer(mask, at, end))])
    from_at = max(0, clause - 2)
    found = []
    for kind, pattern in (("mark", _MARK), ("verb", _VERB), ("word", _WORD)):
        places = [m.end() for m in pattern.finditer(mask, from_at, end) if m.end() < end]
        found += [(places[-1], kind)] if places else []
    return [*found, (clause + len(mask[clause:]) - len(mask[clause:].lstrip()), "")]


def _row(mask: str, start: int, *, led: str) -> list[tuple[int, int]]:
    """Return the items of a row that begins at an offset; none where it is no row of alike short parts."""
    capital = mask[start : start + 1].isupper()
    if not led and not capital:
        return []
    sentence = stop.start() if (stop := _SENTENCE_END.search(mask, start)) else len(mask)
    if led == "mark" and mask.count(";", start, sentence) >= _FEW:
        return _checked(mask, start, list_spans(mask[start:sentence]), capital=False)
    end = stop.start() if (stop := _REGION_END.search(mask, start)) else len(mask)
    for closing in reversed(list(_AND.finditer(mask, start, end))):
        article = _ARTICLE.match(mask, closing.end())
        closes = article.end() if article else closing.end()
        named = _NAME.match(mask, closes)
        if capital and not named:
            continue
        tail = _TAIL.search(mask, closes, end)
        last = named.end() if capital and named else tail.start() if tail else end
        row = (
            []
            if is_clause(mask[start:last])
            else _checked(mask, start, parted_spans(mask[start:last]), capital=capital)
        )
        if len(row) >= _FEW:
            return row
    if led == "mark":
        return _checked(mask, start, parted_spans(mask[start:end]), capital=capital)
    return []


def _checked(
    mask: str, start: int, spans: list[tuple[int, int]], *, capital: bool
) -> list[tuple[int, int]]:
    kept = []
    for a, b in ((start + a, start + b) for a, b in spans):
        opening = _OPENING.match(mask, a, b)
        first = opening.end() if opening and opening.end() < b else a
        item = mask[first:b].rstrip("\x00 ")
        if not item or _DATED.match(item):
            continue
        if (
            "\x00" in item
            or item[0].isdigit()
            or _DOING.match(item)
            or len(item.split()) > _MAX_WORDS
            or len(item) > _MAX_ITEM
            or is_clause(item)
        ):
            return []
        kept.append((first, first + len(item)))
    if not kept or len(mask[kept[0][0] : kept[0][1]].split()) > _MAX_FIRST:
        return []
    if capital and not all(mask[a].isupper() for a, _ in kept):
        return []
    return kept
