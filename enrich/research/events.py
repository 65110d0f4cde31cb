"""The day of something that happened or is to come, by what was done: a round was closed, a ship was handed over.

A question names such an event with a noun, a page tells it with whatever verb is usual. Of several days
of one sort, the last that is not merely planned is the latest; the next one is announced as that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from enrich.research.barred import is_anothers
from enrich.research.candidates.dates import days_in
from enrich.research.descriptions import statement
from enrich.research.figures import is_planned, of_another
from enrich.research.prose import LEAD, about_another
from enrich.research.typed import typed_candidates
from enrich.research.words import name_words, own_label, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.candidates.candidate import Candidate
    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

# "in 2014, and again in 2021": what was done once more.
_YEAR = re.compile(r"\d{4}")
_AGAIN = re.compile(r"\bagain\b[^.;]{0,60}$")
_BESIDE: Final = 0.92  # how sure a day is beside a label that names the event
_SAID: Final = 0.8  # likewise in a sentence
_LATEST: Final = 0.91  # likewise the latest of several
_AFTER: Final = 0.76  # likewise in the sentence behind that which names it
_FAR: Final = 110  # characters between what was done and its day
_BEFORE: Final = 1.3  # what each of them counts where the day stands first
_CLAUSE: Final = 45  # what a new clause between them counts
_HEADED: Final = 0.72  # likewise at the head of a page about it
_HEADER_CHARS: Final = 120
_LABEL_CHARS: Final = 60  # characters beside a label before its day


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has a day.

    Attributes:
        asked: What a question calls it.
        told: What a page says of it.
        barred: What else is told with such words.
        again: Whether it happens again and again, so that the latest is meant.
        ahead: Whether it is still to come.
        someone: Whether it is somebody's doing, by whose name a sentence may begin.
    """

    asked: re.Pattern[str]
    told: re.Pattern[str]
    barred: re.Pattern[str] | None = None
    again: bool = False
    ahead: bool = False
    someone: bool = False


def _event(
    asked: str,
    told: str,
    barred: str = "",
    *,
    again: bool = False,
    ahead: bool = False,
    someone: bool = False,
) -> Event:
    flags = re.IGNORECASE
    return Event(
        re.compile(asked, flags), re.compile(rf"\b(?:{told})", flags), re.compile(rf"\b(?:{barred})", flags) if barred else None,
        again, ahead, someone,
    )  # fmt: skip


_LEADER = r"rector|chancellor|president|principal|head|leader\w*|leading|leads|boss|ceo|chief|executive|director|manager|chair\w*|incumbent|partner|exec"
_EVENTS: Final = (
    _event(
        r"\b(?:next|upcoming|forthcoming|coming)\b.*\b(?:edition|event|fair|show|conference|exhibition|congress|festival|start|begin)\w*|\b(?:edition|event|fair|show|conference|exhibition|congress|festival)\b.*\b(?:next|upcoming|forthcoming)\b",
        r"next (?:edition|event|fair|show|conference|exhibition|congress|festival|dates?|one|year|time|term|round)\b|next\s*:|upcoming\b|forthcoming\b|coming up\b|following (?:edition|event|fair|show|conference|exhibition)\b|save the date\b|will be back\b|(?:returns?|will return)\b|will (?:take place|be held)\b|(?:is|are) (?:scheduled|to be held)\b|(?:takes place|is (?:held|on)|runs) (?:on |from )",
        r"previous|last|most recent|pencil+ed|provisional|tentative|deadline|early[- ]bird|registration|submissions?",
        ahead=True,
    ),
    _event(
        r"\b(?:funding|financing|investment|equity|fund-?raising|capital)\b.*\b(?:round|raise|event|rd|injection|dt)\b|\b(?:round|raise|injection)\b.*\b(?:funding|financing|investment|equity|capital)\b|\braised? (?:money|capital|equity|funds)\b",
        r"series [A-H]\d?\b|(?:funding|financing|investment|seed|growth|angel|equity|pre-seed) (?:round|capital|financing|funding)\b|(?:raised|raises|took|secured|closed|lands?) [^.;]{0,24}(?:million|\d ?m\b|bn\b|billion)|(?:latest |most recent |last )?raise\b|round\b",
        r"debt|loan|venture debt|credit|expects?|hopes?|next round|bridge",
        again=True,
    ),
    _event(
        r"\bmerge[rd]?s?\b|\bmergers?\b|\b(?:combination|combined?|joined) (?:with|effective|of)\b|\blatest combination\b",
        r"merg(?:er?d?|ing)\b|mergers?\b|joined forces\b|combin(?:ed|ation) with\b|amalgamat\w+|absorbed\b|took its present form\b|united with\b|took over the (?:practice|firm)\b",
        r"talks|considered|rumou?r\w*|fell through|called off|abandoned|failed|broke off",
        again=True,
    ),
    _event(
        r"\b(?:latest|newest|last|current|most recent|stable)\b.*\b(?:release\w*|version|shipped|build|edition of the software)\b|\b(?:release\w*|version)\b.*\b(?:latest|newest|stable|current)\b",
        r"(?:stable|latest|current|newest|last) (?:stable )?(?:release|version)\b|(?:is|came|has come) out\b|out since\b|released?\b(?! by)|published\b|available (?:from|since)\b|version \d[\d.]*\b",
        r"initial|first|preview|rc\d*|betas?|alpha|candidate|before that|previous|next|planned|older|upcoming|end of (?:life|support)|supported until|announced for",
        again=True,
    ),
    _event(
        r"\b(?:deliver\w*|handed (?:over )?to|handover|turned .{0,40}over|hand(?:ing)? over|dlvd)\b",
        r"deliver(?:ed|y)\b|handed over\b|hand(?:ing)?-?over\b|turned over\b|turned .{0,30} over to\b|date delivered\b",
        r"sister|sisters|first foreseen|originally|was due|were due|will be|deliver(?:y|ed) (?:of|by) (?!the (?:ship|vessel))|due for",
    ),
    _event(
        rf"(?:\b(?:{_LEADER})\b.*\b(?:since|began|start\w*|took (?:office|over)|take over|assumed|tenure|from|in (?:office|the (?:job|post)))\b|\b(?:since|start\w*|began|tenure)\b.*\b(?:{_LEADER})\b)",
        r"took (?:up )?(?:his |her |the )?(?:office|post)\b|(?:been |was )?sworn in\b|in office since\b|took over (?:from|as|on|in)\b|since I took over\b|assumed office\b"
        r"|(?:has been|is|was (?:appointed|named|elected|made)|appointed|became|joined the board as) (?:our |the |its |president and |group )*(?:chief executive|ceo|rector|vice-chancellor|president|managing director|director general|principal)\b"
        r"|since (?=[^.;]{4,24} (?:has been|is|was|the \w+ has been) (?:led|headed|run|managed|chaired))",
        r"deputy|vice[- ](?!chancellor)|pro-|chief (?!executive)\w+ officer|dean|cfo|coo|cto|predecessor|former|previous|until|she had been|he had been|acting|interim|registrar|secretary|chairman|chairwoman",
        again=True, someone=True,
    ),
    _event(
        r"\b(?:renovat\w+|refurbish\w+|moderni[sz]\w+|overhaul\w*|restor(?:ed|ation))\b",
        r"renovat(?:ed|ion)\b|refurbish(?:ed|ment)\b|moderni[sz](?:ed|ation)\b|overhaul(?:ed)?\b|restor(?:ed|ation)\b|reopened after\b",
        r"planned|partial|next",
        again=True,
    ),
    _event(
        r"\b(?:open(?:s|ed|ing)?|inaugurat\w*|came into use|first day of trading|welcomed|start(?:ed)? trading|(?:premises|building)\b.*\bsince)\b",
        r"(?<!re)(?<!re-)opened(?: to (?:\w+ )?(?:patients|guests|visitors|traffic))?\b(?! (?:a|an|its|their|another|in 1\d\d\d at)\b)|inaugurat(?:ed|ion)\b|was dedicated\b|went into (?:service|operation)\b|came into (?:use|service)\b|received its first\b|(?:served|welcomed|received) (?:the |its |our |their )?first\b|rolled up to\b"
        r"|moved (?:in)?to (?:our|its|the|their) (?:current|present|new)\b|(?:opening|opening date|since|established)\s*$|has been open since\b|(?:cooking|serving|welcoming)\b[^.;]{0,50} since\b",
        r"second|sister|branch|wing|annex\w*|extension|another|unit|pool|school|re-?opened|terrace|bar|shop|closed|clinic|laborator\w+|garden|exhibition",
    ),
    _event(
        r"\b(?:birth|born|birthday|came into the world|dob)\b",
        r"born\b|came into the world\b|saw the light of day\b",
    ),
)  # fmt: skip
_PRESENT = re.compile(
    r"\b(?:present|current\w*|today'?s?|occupies today|now)\b[^.;]*\b(?:building|campus|premises|site|house|bldg|home)\b|\b(?:building|campus|premises|bldg)\b[^.;]*\b(?:today|now|present|current)\b",
    re.IGNORECASE,
)
_IS_PRESENT = re.compile(
    r"\b(?:present|current|today|in use|main building|new (?:building|hospital|campus|premises)|glass front|relocated|moved)\b",
    re.IGNORECASE,
)
# "It was announced on …", behind the sentence that says what was.
_IT = re.compile(
    r"(?:It|This|The (?:deal|round|transaction|merger|financing|investment|release|version|handover)) (?:was |has been |had been )?(?:announced|closed|completed|signed|concluded|effective|took effect|came out|went live|made public|became effective|dates)\b"
)
_CLAUSES = re.compile(
    r";|,? (?:but|while|whereas)\b|, (?:and|which|who|with)\b|\band (?:was|were|is|has|had)\b|\(|\)"
)
# What a page's own subject is called at the beginning of a sentence.
_OWN_OPENING = re.compile(
    r"(?:It|We|She|He)\b|(?:Its|Our|Her|The) (?!rivals?\b|competitors?\b|sister\b|others?\b|neighbou?ring\b|parent\b)[a-z]+\b"
)
_LOOKS_BACK = re.compile(
    r"\b(?:reports?|reviews?|results?|recap|final|audit\w*|post-show|releases?|held|was|were|closed|last|previous)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|not|never|without|wrong|denied|denies|rumou?r\w*|would|(?-i:may)|might|possible|possibly|road ?map)\b|n['\N{RIGHT SINGLE QUOTATION MARK}]t\b",
    re.IGNORECASE,
)
_WILL = re.compile(r"\b(?:will|due|scheduled|to come|shall)\b", re.IGNORECASE)
# Right before a day: what else was done on it.
_OTHER_DOING = re.compile(
    r"\b(?P<did>founded|established|incorporated|born|built|launched|laid(?: down)?|named|christened|renamed|bought|sold|joined|created"
    r"|formed|renewed|re-elected|elected|died|started|began|retired|left|graduated|married|planned|listed)(?: (?:back )?(?:in|on|since))?\s*$",
    re.IGNORECASE,
)
# Where a release says when it was sent: "Springfield, 3 May 2024 - Acme, maker of …".
_DATELINE_CHARS: Final = 50  # of a place before its day
_DASH = re.compile(r"\s*\)?\s?(?:[\N{EN DASH}\N{EM DASH}-]{1,2}|:)\s")
_TOLD_NOW = re.compile(r"\b(?:today|has|have|announces?)\b")


class _Told(NamedTuple):
    """A day that is told of an event: how sure, in which passage."""

    day: tuple[int, int, int]
    sure: float
    place: int
    candidate: Candidate


def event_asked(wanted: Wanted) -> Event | None:
    """Return the event whose day is asked for; None where none is known."""
    if wanted.kind not in {"date", "year"} or wanted.many:
        return None
    return _event_of(f"{wanted.label} {statement(wanted.description)}")


@lru_cache(maxsize=4_096)
def _event_of(said: str) -> Event | None:
    return next((event for event in _EVENTS if event.asked.search(said)), None)


def is_undone(wanted: Wanted, text: str, candidate: Candidate, names: frozenset[str]) -> bool:
    """Tell whether a sentence tells of the event that is asked for, but not that it was on such a day.

    Args:
        wanted: The field.
        text: The sentence.
        candidate: A day in it.
        names: The subject's names as ``name_key`` gives them.
    """
    event = event_asked(wanted)
    if event is None:
        return False
    told = list(event.told.finditer(text))
    if told:
        nearest = min(told, key=lambda doing: _distance(text, doing, candidate))
        if not _is_done(event, text, nearest, candidate, far=len(text) * 3.0):
            return True
    return not event.someone and _is_strange(wanted, event, text, candidate, names)


def event_days(
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the day that a page tells of the event that is asked for, its place, and how sure it is.

    Args:
        wanted: The field.
        page: The page.
        names: The subject's names as ``name_key`` gives them.
    """
    event = event_asked(wanted)
    if event is None:
        return
    found = list(_told_days(wanted, event, page, names))
    if not found and event.ahead:
        found += _header(wanted, page)
    if not found:
        return
    if event.again:
        best = max(found, key=lambda told: (told.day, told.sure))
        if any(told.day < best.day for told in found):
            best = best._replace(sure=max(best.sure, _LATEST))
    else:
        top = max(told.sure for told in found)
        found = [told for told in found if told.sure == top]
        best = max(found, key=lambda told: told.day)
        if not _agree([told.day for told in found]):
            return
    yield best.place, best.candidate, best.sure


def _told_days(wanted: Wanted, event: Event, page: Page, names: frozenset[str]) -> Iterator[_Told]:
    """Yield the days that the passages of a page tell of an event of its subject."""
    present = bool(_PRESENT.search(f"{wanted.label} {statement(wanted.description)}"))
    before = ""
    for place, segment in enumerate(page.document.segments):
        text = page.text(segment)
        around, previous = f"{segment.label} {text} {before}", before
        before = text
        if not any(c.isdigit() for c in text) or (present and not _IS_PRESENT.search(around)):
            continue
        for candidate, sure in _in_passage(wanted, event, text, segment.label, previous):
            anothers = is_anothers(wanted, text, candidate, names, in_prose=True)
            strange = not (event.someone or segment.label) and _is_strange(
                wanted, event, text, candidate, names
            )
            day = next(days_in(text[candidate.start : candidate.end]), None)
            if anothers or strange or day is None or page.is_aside(segment, wanted.topic):
                continue
            if day.month or not event.ahead:
                yield _Told((day.year, day.month or 0, day.day or 0), sure, place, candidate)


def _is_strange(
    wanted: Wanted, event: Event, text: str, candidate: Candidate, names: frozenset[str]
) -> bool:
    """Tell whether a sentence tells of something else than the page's subject."""
    if _OWN_OPENING.match(text):
        return False
    known = name_words(names)
    opening = text[: candidate.start].split(",", maxsplit=1)[0]
    if about_another(text, names, wanted) and not (
        known & set(words(opening)) or event.told.match(text)
    ):
        return True
    return of_another(wanted, text, candidate.start, names)


def _header(wanted: Wanted, page: Page) -> Iterator[_Told]:
    """Yield the days that stand at the head of a page about an event: ``Springfield, 12-14 May 2026``."""
    if _LOOKS_BACK.search(page.document.title):
        return
    for place, segment in enumerate(page.document.segments[:LEAD]):
        text = page.text(segment)
        if len(text) > _HEADER_CHARS or _LOOKS_BACK.search(text):
            continue
        ranges = [day for day in days_in(text) if day.first or day.last]
        candidates = typed_candidates(wanted, text) if ranges else []
        if candidates:
            yield _Told((0, 0, 0), _HEADED, place, candidates[0])
            return


def _agree(days: list[tuple[int, int, int]]) -> bool:
    """Tell whether days are one and the same, some of them told in part."""
    whole = max(days, key=lambda d: sum(part > 0 for part in d))
    return all(all(not a or a == b for a, b in zip(day, whole, strict=True)) for day in days)


def _in_passage(
    wanted: Wanted, event: Event, text: str, label: str, before: str
) -> Iterator[tuple[Candidate, float]]:
    """Yield the days of a passage that are told of an event, each with how sure it is."""
    beside = own_label(label)
    labelled = bool(label) and event.told.search(beside) is not None
    after = event.again and _IT.match(text) is not None and event.told.search(before) is not None
    told = [] if labelled else list(event.told.finditer(text))
    if not (labelled or after or told):
        return
    candidates = typed_candidates(wanted, text)
    if event.ahead:
        candidates = [c for c in candidates if not _YEAR.fullmatch(text, c.start, c.end)]
    if not candidates:
        return
    if labelled:
        first = candidates[0]
        barred = _is_barred(event, f"{beside}: {text[: first.start]}")
        if first.start <= _LABEL_CHARS and not barred:
            yield first, _BESIDE
    elif not told:
        yield candidates[0], _AFTER
    for doing in told:
        near = min(candidates, key=lambda c: _distance(text, doing, c))
        if _is_done(event, text, doing, near):
            yield near, _SAID
            more = (c for c in candidates if c.start > near.end)
            if event.again:
                yield from ((c, _SAID) for c in more if _AGAIN.search(text, near.end, c.start))


def _is_done(
    event: Event, text: str, doing: re.Match[str], near: Candidate, far: float = _FAR
) -> bool:
    """Tell whether a day is that on which something was done, and not planned, denied or another thing's."""
    if _distance(text, doing, near) > far:
        return False
    span = text[max(0, min(doing.start(), near.start) - 25) : max(doing.end(), near.end) + 12]
    if _is_barred(event, span) or _DENIED.search(span):
        return False
    if not event.ahead and (_WILL.search(span) or is_planned(text, near.start)):
        return False
    other = _OTHER_DOING.search(text, max(0, near.start - 40), near.start)
    return not other or bool(event.told.search(text, other.start(), near.end))


def _is_barred(event: Event, said: str) -> bool:
    return event.barred is not None and bool(event.barred.search(said))


def _distance(text: str, doing: re.Match[str], candidate: Candidate) -> float:
    """Return how far a day stands from what was done, in characters; a new clause counts besides."""
    if candidate.start >= doing.end():
        between, factor = text[doing.end() : candidate.start], 1.0
    elif candidate.end <= doing.start():
        between, factor = text[candidate.end : doing.start()], _BEFORE
        sent = candidate.start <= _DATELINE_CHARS and _DASH.match(between)
        if sent and _TOLD_NOW.search(text):
            return _FAR - 1  # when it was sent, where it tells of no other day
    else:
        return 0.0
    if ";" in between:
        return _FAR * 2.0
    return len(between) * factor + _CLAUSE * len(_CLAUSES.findall(between))
