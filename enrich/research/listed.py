"""Lists that a page gives under a heading, behind a lead-in or in a sentence, by what names them."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.countries import is_country
from enrich.research.candidates.languages import language_candidates
from enrich.research.candidates.lists import parted_spans
from enrich.research.candidates.standards import STANDARDS, standards_in
from enrich.research.candidates.strings import is_clause
from enrich.research.descriptions import statement
from enrich.research.stated import WHO, is_own, sentences
from enrich.research.wanted import is_neutral
from enrich.research.words import concepts, stems, verbs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.documents import Segment
    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

    Items = list[tuple[int, int]]  # offsets in the document

_LED: Final = 0.84  # how sure a list is whose heading or lead-in names it
_NAMED: Final = 0.8  # likewise one whose items name themselves: "School of Law"
_SAID: Final = 0.78  # likewise one in a sentence
_LAST: Final = 4  # words before a colon that say what follows
_MAX_ITEM: Final = 90
_MOST: Final = 0.6
_FEW: Final = 2
# "Names of the faculties, schools or colleges": any of them will do.
_ANY_OF = re.compile(r"^(?:[\w-]+ ){0,4}?([\w-]+(?:(?:, | / )[\w-]+)*(?:,? or | / )[\w-]+)")
# "List of product lines, …": what stands first is what is listed.
_OPENING = re.compile(
    r"^(?:(?:a |the )?(?:lists? of|names? of|kinds of|types of|all|the|main|current|present|which|what|top-level|short|types? of|kinds? of) )*((?:[a-z-]+ )?[a-z-]+)(?=[,;.:]|$| (?:that|which|who|the|of|in|at|into|for|on|does|do|is|are)\b)",
    re.IGNORECASE,
)
_GENERIC: Final = frozenset(
    stems(
        "line lines group groups family type kind sort area range category unit item main list name structure level base team"
    )
)
_ITEM_END = re.compile(r"\s[-\N{EN DASH}\N{EM DASH}]\s|\s\(|:\s|;|\.\s|\.$")
_SAYING = re.compile(
    r"\s(?:are|is|include[sd]?|includes|comprises?|consists? of|cover|covers)\s(?:also )?|:\s|\s[\N{EN DASH}\N{EM DASH}]\s|,? (?:such as|namely)\s|(?<=\w)\s+(?=[A-Z]\w+(?:, [A-Z]\w+)*,? and [A-Z])"
)
_LIST_END = re.compile(
    r"[.!?](?:\s|$)|;|\s[\N{EN DASH}\N{EM DASH}]\s|,? (?:which|who|where|while|but)\b|,? and (?=[a-z]+s\b (?:in|at|to|the|a)\b)"
)
# What a sentence lists without a noun for it: "it comes in" red and blue, "we use" Python and React.
_LED_BY: Final = {
    "colour": rf"(?:{WHO} (?:comes?|(?:is|are) (?:available|offered|sold|supplied))|^[Aa]vailable) in (?:the (?:shades|colou?rs) )?",
    "award": rf"{WHO} (?:has |have |had )?(?:won|received|been awarded|was awarded|were awarded|holds) (?:both )?(?:the )?(?=[A-Z])",
    "twin-city": rf"{WHO} (?:is|has been) twinned with (?:the (?:towns|cities|communities) of )?(?=[A-Z])",
    "technology": rf"{WHO} (?:(?:is|was|are) )?(?:(?:built|written|developed|coded|implemented|programmed) (?:with|in|on|using|upon)|uses?|runs? on|relies on|rely on|works? with|builds? (?:it |everything )?(?:with|on|in)) (?=[A-Z])|\b[Ss]tack(?: is| includes|:| consists of) (?=[A-Z])",
    "customer": rf"{WHO} counts? (?:companies such as |such \w+ as )?(?=[A-Z][^.;]*\bamong (?:its|our|their|the) (?:\w+ )?(?:customers|clients))",
    "product": r"^(?:[Tt]he|[Oo]ur|[Ii]ts) (?:product )?(?:range|portfolio|assortment) (?:comprises|includes|covers|consists of|contains) ",
}  # fmt: skip
# What one of the items must say.
_SORT: Final = {
    "colour": r"\b(?:red|blue|black|white|green|yellow|orange|gr[ae]y|silver|gold(?:en)?|brown|pink|purple|violet|beige|navy|turquoise|teal|cream|ivory|charcoal|anthracite|graphite|bronze|copper|olive|burgundy|khaki|magenta|cyan|lilac)\b",
    "award": r"\b(?:Prize|Medal|Award|Order|Cup|Trophy|Grammy|Oscar|Emmy|BAFTA|Fellowship|Honou?r|Star|Cross|Nobel|Pulitzer|Booker|Prix|Preis)s?\b",
}  # fmt: skip
_AMONG = re.compile(r" among (?:its|our|their|the)\b")
_ARTICLE = re.compile(r"(?:the|an?|both) ")
_GOES_ON = re.compile(r", and (?=[a-z])")
_NOT_LISTED = re.compile(r"\b(?:not|no longer|never|former\w*|discontinued|until|were)\b")


def listed(
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, list[tuple[int, int]], float]]:
    """Yield lists of what is asked: the place of their first segment, their items, how sure each is."""
    if not wanted.many or wanted.kind not in {"phrase", "name", "code"}:
        return
    nouns = asked_nouns(wanted)
    segments = page.document.segments
    if nouns & STANDARDS:
        yield from _standards(page, names)
    yield from _bulleted(page, nouns)
    for concept in nouns & _LED_BY.keys():
        yield from _led_by(concept, wanted, page, names)
    for place in page.holding({*nouns, *(v for n in nouns for v in verbs(n))}):
        segment = segments[place]
        if segment.kind != "item" and not segment.row:
            text = page.text(segment)
            spans = _said(text, nouns) or _under(page, segment, text, nouns)
            if len(spans) >= _FEW:
                yield place, [(segment.start + a, segment.start + b) for a, b in spans], _SAID


def _bulleted(
    page: Page, nouns: frozenset[str]
) -> Iterator[tuple[int, list[tuple[int, int]], float]]:
    """Yield the lists of points that are named by what stands over them, or whose points name themselves."""
    segments = page.document.segments
    for _, run in groupby(
        (n for n, s in enumerate(segments) if s.kind == "item"), lambda n: segments[n].group
    ):
        places = list(run)
        spans = [span for n in places if (span := _item(page, segments[n]))]
        if len(spans) < _FEW or len(spans) < _MOST * len(places):
            continue
        if _led(page, places[0], nouns):
            yield places[0], spans, _LED
        elif _own_named(page, spans, nouns):
            yield places[0], spans, _NAMED


def _led_by(
    concept: str, wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, list[tuple[int, int]], float]]:
    """Yield the lists behind the words by which a sentence tells of its subject what is asked."""
    lead, sort = re.compile(_LED_BY[concept]), re.compile(_SORT.get(concept, ""), re.IGNORECASE)
    for place, text in sentences(page, lead):
        found = lead.search(text)
        if found is None or not is_own(found, wanted, names):
            continue
        at = page.document.segments[place].start
        spans = [_bare(text, span) for span in _listed_from(text, found.end())]
        items = [text[a:b] for a, b in spans]
        if (
            len(spans) >= _FEW
            and not _NOT_LISTED.search(found.group())
            and any(map(sort.search, items))
            and not any(" as " in item for item in items)
            and not all(is_country(item) or language_candidates(item) for item in items)
        ):
            yield place, [(at + a, at + b) for a, b in spans], _SAID


def _bare(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Return an item's span without the article before it."""
    article = _ARTICLE.match(text, *span)
    return (article.end() if article else span[0]), span[1]


def asked_nouns(wanted: Wanted) -> frozenset[str]:
    """Return the concepts by any of which a list may be called: the field's last noun, and what stands for it."""
    own = [c for c in wanted.topic if not is_neutral(c)]
    found = set(own[-1:])
    stated = statement(wanted.description)
    if told := _ANY_OF.match(stated):
        found |= {c for c in concepts(told[1]) if not is_neutral(c)}
    if opening := _OPENING.match(stated):
        noun = [c for c in concepts(opening[1]) if not is_neutral(c) and c not in _GENERIC]
        found |= set(noun[-1:])
    return frozenset(found - _GENERIC)


def _item(page: Page, segment: Segment) -> tuple[int, int] | None:
    """Return an item without what is said of it; None for one that is a sentence."""
    text = page.text(segment)
    end = cut.start() if (cut := _ITEM_END.search(text)) else len(text)
    if not end or end > _MAX_ITEM or is_clause(text[:end]) or "@" in text[:end]:
        return None
    return segment.start, segment.start + end


def _led(page: Page, place: int, nouns: frozenset[str]) -> bool:
    """Tell whether the line right above a list, or else its heading, says that it is one of what is asked."""
    segment = page.document.segments[place]
    above = page.document.text[: segment.lead].rstrip("\n").rpartition("\n")[2].strip()
    if above.endswith(":"):
        if _NOT_LISTED.search(above):
            return False
        last = set(concepts(" ".join(above.split()[-_LAST:])))
        if _names(nouns, last):
            return True
    own = _heading(page, segment)
    own = own - _GENERIC or own
    return bool(own) and (own <= nouns or any(own <= verbs(n) for n in nouns))


def _heading(page: Page, segment: Segment) -> set[str]:
    """Return the telling concepts of the heading right over a passage."""
    path = page.document.sections[segment.section].path
    return {c for c in concepts(path[-1]) if not is_neutral(c)} if path else set()


def _names(nouns: frozenset[str], said: set[str]) -> bool:
    """Tell whether some words name what is asked, by a noun or by its verb."""
    return bool(nouns & said) or any(verbs(noun) & said for noun in nouns)


def _own_named(page: Page, spans: list[tuple[int, int]], nouns: frozenset[str]) -> bool:
    texts = [page.document.text[a:b] for a, b in spans]
    named = [t for t in texts if t[:1].isupper() and nouns & set(concepts(t))]
    return len(named) >= _MOST * len(texts)


def _said(text: str, nouns: frozenset[str]) -> list[tuple[int, int]]:
    """Return the items of a list that a sentence gives of what is asked: ``The products are A, B and C``."""
    for found in _SAYING.finditer(text):
        before = text[: found.start()]
        clause = re.split(r"[.;]\s|,\s", before)[-1]
        told = concepts(" ".join(clause.split()[-_LAST:]))
        last = set(told[-2:]) if found.group().strip() else set(told[-1:])
        if _NOT_LISTED.search(clause) or not _names(nouns, last):
            continue
        if spans := _listed_from(text, found.end()):
            return spans
    return []


def _listed_from(text: str, at: int) -> list[tuple[int, int]]:
    """Return the items that are listed from an offset of a sentence on; none where it lists nothing."""
    end = stop.start() if (stop := _LIST_END.search(text, at)) else len(text)
    if among := _AMONG.search(text, at, end):
        end = among.start()
    body = text[at:end]
    # "French and Wolof, and swims": what has no capital goes on with the sentence.
    on = _GOES_ON.search(body) if body[:1].isupper() else None
    body = body[: on.start()] if on else body
    if "," not in body and " and " not in body:
        return []
    spans = parted_spans(body)
    if len(spans) < _FEW or any(is_clause(body[a:b]) for a, b in spans):
        return []
    return [(at + a, at + b) for a, b in spans]


def _under(page: Page, segment: Segment, text: str, nouns: frozenset[str]) -> list[tuple[int, int]]:
    """Return the items behind a colon in the first lines under a heading that names what is asked."""
    own = _heading(page, segment)
    first = segment.kind == "value" and segment.label and segment.order == 0
    if not own or not own - _GENERIC <= nouns or not first:
        return []
    if _NOT_LISTED.search(segment.label) or set(concepts(segment.label)) & own:
        return []
    end = stop.start() if (stop := _LIST_END.search(text)) else len(text)
    spans = parted_spans(text[:end])
    return [] if any(is_clause(text[a:b]) for a, b in spans) else spans


def _standards(
    page: Page, names: frozenset[str]
) -> Iterator[tuple[int, list[tuple[int, int]], float]]:
    """Yield the standards that a page says are met, all of them as one list."""
    spans: list[tuple[int, int]] = []
    first = -1
    for place, segment in enumerate(page.document.segments):
        if segment.row and segment.row.casefold() not in names:
            continue
        found = standards_in(page.text(segment), page.labels[place].text)
        if found and first < 0:
            first = place
        spans += [(segment.start + a, segment.start + b) for a, b in found]
    if spans:
        yield first, spans, _LED
