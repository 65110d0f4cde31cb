"""Answers that are known by their form wherever they stand on a page: addresses, and who holds an office."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.addresses import (
    address_candidates,
    asks_main_line,
    main_lines,
    purposes,
)
from enrich.research.candidates.bodies import is_body, is_person
from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.choices import enum_candidates
from enrich.research.candidates.homes import asked_districts
from enrich.research.candidates.offices import is_office, offices
from enrich.research.candidates.persons import (
    holders,
    is_entry,
    is_of_somebody,
    is_over,
    persons,
    surnames,
)
from enrich.research.candidates.relations import (
    RELATIONS,
    Relation,
    is_labelled,
    latest,
    related,
    relation,
)
from enrich.research.candidates.strings import labelled_name, url_candidates
from enrich.research.candidates.where import is_born, sought
from enrich.research.degrees import highest
from enrich.research.described import described
from enrich.research.descriptions import undenied
from enrich.research.events import event_days
from enrich.research.fullnames import full_name
from enrich.research.identifiers import identifiers
from enrich.research.kinds import NETWORKS
from enrich.research.measured import measured
from enrich.research.officialnames import official_names
from enrich.research.rounds import (
    asks_last_sum,
    asks_round_type,
    round_types,
    sums_all_rounds,
)
from enrich.research.stated import stated
from enrich.research.terms import asks_end, ends
from enrich.research.typed import typed_candidates
from enrich.research.whereabouts import lying, standing
from enrich.research.words import fold, name_key, names_it, word_set, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.research.documents import Segment
    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

_ADDRESS: Final = 0.86  # how sure an address is that serves what is asked
_DIGITS: Final = 7  # of the shortest telephone number
_OFFICE: Final = 0.86  # likewise a name in an item or a cell of a table
_OFFICE_SAID: Final = 0.8  # likewise in a sentence
_OFFICE_THEIRS: Final = 0.74  # likewise of one who is "he" or "she" in it
_LABELLED: Final = 0.88  # likewise beside a label that says so
_RELATED: Final = 0.78  # somebody who is said to stand in a relation
_SITE: Final = 0.82  # a site that bears the subject's name
_DEFINED: Final = 0.76  # a choice that is named in what the subject is said to be
_BY_NAME: Final = 0.7  # likewise in the name that it bears
# Nouns by which names say what sort of thing they name; a book's or a film's name says nothing of it.
_SORT = r"(?:station|plant|farm|park|works|mill|mine|dam|bridge|hospital|clinic|university|college|school|museum|gallery|hotel|airport|bank|fund|cent(?:re|er)|library|theatre)"
_KIND = re.compile(rf"(?:^| ){_SORT}$", re.IGNORECASE)
_IS_A = re.compile(
    r"(?P<who>[^.;,]{2,80}?),? (?:is|remains|has remained) (?P<what>(?:today |still )?(?:an? )[^.;]{4,160})"
)
_THE_SUBJECT: Final = word_set(
    "it university company firm we institution school museum hotel business"
)
_BRIEF: Final = 5  # letters of a word of a name that may stand in a site's by chance
# Words of many names, which tell nothing of whose a site is.
_COMMON: Final = word_set(
    "university universitat universidade universite college school institute company group software systems"
    " technology technologies services solutions hotel museum national international bridge"
)
_OFFICIAL: Final = "official-name"
_IMPRINT = re.compile(r"[^:;,]{2,40} : (?P<name>[^:;,]{2,60}), \[?c?\d{4}\b")
_MONEY = re.compile(r"[$\N{EURO SIGN}\N{POUND SIGN}]|\b[A-Z]{3} ?\d|\b(?:million|billion)\b")
_OWN_SITE: Final = frozenset({"websit"})


def formed(  # noqa: C901, PLR0912  (a form a line)
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the places of a page that hold such an answer, the answer, and how sure it is."""
    if wanted.many:
        return
    if asks_last_sum(wanted):
        yield from _last_sums(wanted, page)
    yield from stated(wanted, page, names)
    yield from described(wanted, page, names)
    if wanted.kind == "email" and purposes(wanted):
        yield from _addresses(wanted, page, names)
    elif wanted.kind == "url" and (network := _network(wanted)):
        yield from _profiles(network, page, names)
    elif wanted.kind == "url" and _OWN_SITE & {*wanted.topic, *wanted.hint}:
        yield from _sites(page, names)
    elif wanted.kind == "number":
        yield from measured(wanted, page, names)
    elif sought(wanted) or is_born(wanted):
        yield from standing(wanted, page, names)
    elif units := asked_districts(wanted):
        yield from lying(units, wanted, page, names)
    elif wanted.kind == "enum":
        yield from _defined(wanted, page, names)
    elif wanted.kind == "phone" and asks_main_line(wanted):
        yield from _lines(wanted, page, names)
    elif asks_end(wanted):
        yield from ends(wanted, page)
    elif wanted.kind in {"code", "date", "year"}:
        told = identifiers if wanted.kind == "code" else event_days
        yield from told(wanted, page, names)
    else:
        yield from _named(wanted, page, names)


def _named(
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield what a thing is officially called, who holds an office, or who stands in a relation to it."""
    if _OFFICIAL in wanted.topic:
        yield from official_names(page, names)
    elif asks_round_type(wanted):
        yield from round_types(page)
    elif asked := offices(wanted):
        yield from _holding(asked, page, names)
    elif bond := relation(wanted):
        yield from _related(bond, page, names)


def _last_sums(wanted: Wanted, page: Page) -> Iterator[tuple[int, Candidate, float]]:
    """Yield what the last round of funding brought, by the passage that tells of what type it was."""
    for place, _, score in round_types(page):
        segment = page.document.segments[place]
        text = page.text(segment)
        if sums_all_rounds(segment.label, 0, len(segment.label)):
            continue
        sums = [c for c in typed_candidates(wanted, text) if _MONEY.search(text, 0, c.end)]
        sums = [c for c in sums if not sums_all_rounds(text, c.start, c.end)]
        yield from ((place, candidate, score) for candidate in sums[:1])


def _holding(
    asked: tuple[str, ...], page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield who holds an office; of those who are told by a surname or as he or she, the name that was told before."""
    before: tuple[int, list[Candidate]] = 0, []
    for place, segment in enumerate(page.document.segments):
        text = page.text(segment)
        sure = _OFFICE_SAID if segment.kind == "sentence" else _OFFICE
        if is_entry(f"{segment.label}: {text}" if segment.label else text, asked, names):
            continue
        if _beside(page, segment, lambda label: is_office(asked, label)):
            yield from ((place, c, _LABELLED) for c in _labelled(text) if is_person(str(c.value)))
        for candidate in holders(text, asked, names):
            yield place, candidate, sure * candidate.fit
        if segment.kind != "sentence":
            continue
        for candidate in surnames(text, asked, names):
            if whole := full_name(page, str(candidate.value)):
                yield *whole, _OFFICE_SAID
        if len(before[1]) == 1 and is_of_somebody(text, asked, names):
            yield before[0], before[1][0], _OFFICE_THEIRS
        if told := persons(text):
            before = place, told


def _related(
    bond: Relation, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield those who are said to stand in a relation to the subject; of several one after the other, the last."""
    if bond is RELATIONS["alma-mater"]:
        yield from ((place, c, _RELATED) for place, c in highest(page, names))
        return
    found: list[tuple[int, Candidate, float]] = []
    for place, segment in enumerate(page.document.segments):
        text = page.text(segment)
        if _beside(page, segment, lambda label: is_labelled(bond, label)):
            found += [(place, c, _LABELLED) for c in _labelled(text) if is_body(str(c.value))]
            continue
        found += [(place, c, _RELATED) for c in related(text, bond, names)]
    if bond.latest and found:
        when = [latest(_line(page, place)) for place, _, _ in found]
        found = [told for told, at in zip(found, when, strict=True) if at == max(when)]
    yield from found


def _labelled(text: str) -> list[Candidate]:
    """Return the name that a labelled value begins with, unless it is that of one who was there before.

    In a library's ``Ulm : Acme Press, 2014`` it stands behind the place.
    """
    if entry := _IMPRINT.match(text):
        start, end = entry.span("name")
        return [Candidate(value=entry["name"], start=start, end=end, fit=1.0)]
    return [c for c in labelled_name(text, place=False) if not is_over(text, c)]


def _beside(page: Page, segment: Segment, fits: Callable[[str], bool]) -> bool:
    """Tell whether a label or the name of a row stands beside a segment that says what is asked, and not among what is about others."""
    said = [label for label in (segment.label, segment.row) if label]
    return any(fits(label) for label in said) and not page.is_aside(segment, ())


def _line(page: Page, place: int) -> str:
    """Return a sentence, or the row of a table with all its cells in which a segment stands."""
    text, segment = page.document.text, page.document.segments[place]
    if segment.kind == "sentence":
        return page.text(segment)
    end = text.find("\n", segment.end)
    return text[text.rfind("\n", 0, segment.start) + 1 : end if end >= 0 else len(text)]


def _defined(
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the choice that a sentence names by which the subject is defined: ``Acme is a listed company``."""
    named = False
    for place, segment in enumerate(page.document.segments):
        if segment.kind != "sentence":
            continue
        text = page.text(segment)
        if not named and (own := _own_kind(text, wanted, names)):
            named = True
            yield place, own, _BY_NAME
        found = _IS_A.match(text)
        if found is None or not _is_subject(found["who"], names):
            continue
        told = enum_candidates(found["what"], wanted.choices)
        if len(told) == 1:
            at = found.start("what")
            yield place, replace(told[0], start=told[0].start + at, end=told[0].end + at), _DEFINED


def _own_kind(text: str, wanted: Wanted, names: frozenset[str]) -> Candidate | None:
    """Return the choice that a subject's own name tells where it ends in what it is: ``Example Wind Farm``."""
    folded = fold(text)
    for name in names:
        parts = name.split()
        if not _KIND.search(name) or parts[0] not in folded or len(folded) != len(text):
            continue
        found = re.search(r"\b" + r"[\W_]+".join(map(re.escape, parts)) + r"\b", folded)
        told = enum_candidates(text[slice(*found.span())], wanted.choices) if found else []
        if found and len(told) == 1:
            at = found.start()
            return replace(told[0], start=told[0].start + at, end=told[0].end + at)
    return None


def _is_subject(who: str, names: frozenset[str]) -> bool:
    key = name_key(re.sub(r"\([^()]*\)", "", who))
    return key in _THE_SUBJECT or names_it(key, names, least=_BRIEF)


def _addresses(
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the addresses of a page; where some bear the subject's name, those alone."""
    found = [
        (place, candidate)
        for place, segment in enumerate(page.document.segments)
        if "@" in (text := page.text(segment)) and not page.is_aside(segment, wanted.topic)
        for candidate in address_candidates(text, wanted, segment.label)
    ]
    own = [
        (p, c) for p, c in found if _bears(str(c.value).partition("@")[2].rpartition(".")[0], names)
    ]
    for place, candidate in own or found:
        yield place, candidate, _ADDRESS * candidate.fit


def _lines(
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the telephone number under which anyone reaches the subject: the first that is called so."""
    found = []
    for place, segment in enumerate(page.document.segments):
        text = page.text(segment)
        if sum(map(str.isdigit, text)) < _DIGITS or page.is_aside(segment, wanted.topic):
            continue
        if segment.row and name_key(segment.row) not in names and segment.label:
            continue  # a table of other places
        found += [(place, c, sure) for c, sure in main_lines(text, page.labels[place].text)]
    if found:
        place, candidate, sure = max(found, key=lambda f: f[2])
        yield place, candidate, sure * _ADDRESS


def _sites(page: Page, names: frozenset[str]) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the addresses of sites, not of their pages, that bear the subject's name."""
    for place, segment in enumerate(page.document.segments):
        text = page.text(segment)
        if "." not in text:
            continue
        for candidate in url_candidates(text, bare=True):
            host, _, path = re.sub(r"^https?://", "", str(candidate.value)).partition("/")
            if not path and _bears(host.rpartition(".")[0], names):
                yield place, replace(candidate, fit=1.0), _SITE


def _network(wanted: Wanted) -> str:
    """Return the network on which a profile is asked for; empty for none."""
    said = (*words(wanted.label), *words(undenied(wanted.description)))
    return next((word for word in said if word in NETWORKS), "")


def _profiles(
    network: str, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the addresses of profiles on a network; where some bear the subject's name, those alone, else the only one."""
    sites = [f"{name}.com/" for name in NETWORKS[network]]
    host = re.compile(rf"(?:^|[/.])(?:{'|'.join(map(re.escape, sites))})(?=[^/\s])", re.IGNORECASE)
    found = [
        (place, replace(candidate, fit=1.0))
        for place, segment in enumerate(page.document.segments)
        if any(site in page.text(segment).lower() for site in sites)
        and not page.is_aside(segment, ())
        for candidate in url_candidates(page.text(segment), bare=True)
        if host.search(str(candidate.value))
    ]
    own = [(p, c) for p, c in found if _bears(host.split(str(c.value), 1)[1], names)]
    if own or len({str(c.value) for _, c in found}) == 1:
        for place, candidate in own or found:
            yield place, candidate, _SITE


def _bears(address: str, names: frozenset[str]) -> bool:
    """Tell whether an address, a host's without its ending, has a telling word of the subject's name in it, or all of them."""
    letters = re.sub(r"[^a-z0-9]", "", fold(address))
    for name in names:
        parts = fold(name).split()
        if "".join(parts) in letters or any(
            len(p) >= _BRIEF and p not in _COMMON and p in letters for p in parts
        ):
            return True
    return False
