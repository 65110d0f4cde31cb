"""The day of something that happened or is to come, by what was done: a round was closed, a ship was handed over.

A question names such an event with a noun, a page tells it with whatever verb is usual. Of several days
of one sort, the last that is not merely planned is the latest; the next one is announced as that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from enrich.research.barred import is_anothers
from enrich.research.candidates.dates import days_in
from enrich.research.descriptions import statement, undenied
from enrich.research.figures import is_planned, of_another
from enrich.research.occasions import Event, event_called
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
_LESSER = re.compile(
    r"\b(?:(?:deputy|acting|interim|assistant)[ -]|vice[ -](?!chancellor))(?:(?!,| and | but )[^;])*$",
    re.IGNORECASE,
)
_RANK = re.compile(r"\b(?:deputy|acting|interim|assistant|vice)\b", re.IGNORECASE)
_PART = re.compile(
    r"\b(auth|writer|founder|artist|composer|director|chef|architect)", re.IGNORECASE
)
_PRONOUN = re.compile(
    r"(?:She|He|(?:The|Its) (?:author|writer|founder|artist|composer|director|chef|architect))\b"
)
_BY_WHOM = re.compile(
    r"\b(?:[Bb]y|[Aa]uthor|[Ww]riter)(?: the(?: [A-Z]?[a-z]+){1,3})? ((?:[A-Z][\w'-]+ ){0,2}[A-Z][\w'-]+)"
)
_LIFE = re.compile(r"\b(?:birth|[bB]\. ?\d{4}|[12]\d{3}\s?[-\N{EN DASH}])|\N{ASTERISK}\s?\d")
_INITIALS: Final = 2  # letters of a part of a name that anyone may have
_VERSIONED = re.compile(r"\b(?:version|release|v)\W{0,3}\d+(?:\.\d+)+", re.IGNORECASE)
_STRONGLY = re.compile(
    r"\b(?:first|initial\w*|original\w*|launch\w*|on the market|on sale|(?:into|in) the stores|appeared|debuted|commission\w*|service|operations?)\b",
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
    stated = statement(wanted.description) or undenied(wanted.description)
    return event_called(f"{wanted.label} {stated}")


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
    asked = f"{wanted.label} {wanted.description}"
    if event.someone and _LESSER.search(text, 0, candidate.start) and not _RANK.search(asked):
        return True
    if event.only and not told and _is_sentence(text) and not _LIFE.search(text):
        return True
    if told:
        nearest = min(told, key=lambda doing: _distance(text, doing, candidate))
        if not _is_done(event, text, nearest, candidate, far=len(text) * 3.0):
            return True
    return not event.someone and _is_strange(wanted, event, text, candidate, names)


def is_headed_undone(wanted: Wanted, label: str, text: str, candidate: Candidate) -> bool:
    """Tell whether a label, or what stands before a day beside it, tells of a later one than the first that is asked for."""
    event = event_asked(wanted)
    if event is None or not event.first:
        return False
    return _is_barred(event, f"{own_label(label)} {text[: candidate.start]}")


def _is_sentence(text: str) -> bool:
    return len(text) > _LABEL_CHARS and text.rstrip()[-1:] in ".!?"


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
        if event.first:
            earliest = min(told.day[0] for told in found)
            found = [told for told in found if told.day[0] == earliest]
            if not _is_first(page, found[0]):
                return
        best = max(found, key=lambda told: told.day)
        if not event.first and not _agree([told.day for told in found]):
            return
    yield best.place, best.candidate, best.sure


def _is_first(page: Page, told: _Told) -> bool:
    """Tell whether a day is that of a beginning: of a thing with versions, "out since" may be said of any of them."""
    segments = page.document.segments
    said = f"{segments[told.place].label} {page.text(segments[told.place])}"
    if _STRONGLY.search(said) or not _VERSIONED.search(page.document.text):
        return True
    days = (day for segment in segments for day in days_in(page.text(segment)))
    return all(day.year >= told.day[0] for day in days)


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
            strange = strange or (event.role and not _in_part(wanted, page, text))
            if anothers or strange or day is None or page.is_aside(segment, wanted.topic):
                continue
            if day.month or not event.ahead:
                yield _Told(day.key, sure, place, candidate)


def _in_part(wanted: Wanted, page: Page, text: str) -> bool:
    """Tell whether a sentence speaks of who has a part in the page's subject: "she", or the name beside "author" or "by"."""
    if _PRONOUN.match(text):
        return True
    part = _PART.search(f"{wanted.label} {wanted.description}")
    known = set()
    for segment in page.document.segments:
        said = page.text(segment)
        if part and part[1].lower() in segment.label.lower():
            known |= set(words(said))
        known |= {w for found in _BY_WHOM.finditer(said) for w in words(found[1])}
    known |= {w for found in _BY_WHOM.finditer(page.document.title) for w in words(found[1])}
    opening = text.split(" born", maxsplit=1)[0]
    return bool(known & {w for w in words(opening) if len(w) > _INITIALS})


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
