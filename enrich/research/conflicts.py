"""Documents that say otherwise: newer ones and more independent ones win.

Each page has a vote, pages of one site or file one together, and a copied passage none
of its own. The newest edition's vote counts ``NEWEST`` more: it outweighs two older
sources that agree, not three. What a newer document says plainly has its vote though an
older one says it beside a better label, where the fact is one that changes. Of equal votes
a page about the subject counts before one that mentions it. What lost is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from enrich.research.words import name_key
from enrich.research.years import is_past

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from enrich.records import Json
    from enrich.research.documents import Document
    from enrich.research.index import Hit
    from enrich.research.page import Page
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

NEWEST: Final = 1.5
NEAR: Final = 0.1
"""How far below the best a reading of another page may score and still be as good."""
PLAIN: Final = 0.75
"""What a newer page says from here on is heard, however sure an older one is."""
EDITIONS: Final = 32
"""Documents about a thing among which the newest edition is sought."""
_BESIDES: Final = 0.85  # likewise what a page says besides in another place
_COPIED_CHARS: Final = 60  # equal passages of that length have one author
_NAMED: Final = 2


def settle(
    readings: Sequence[Reading],
    same: Callable[[Json, Json], bool],
    *,
    own: Callable[[Reading], bool],
    changes: bool,
) -> tuple[Reading, tuple[str, ...]]:
    """Return the reading that is answered, and sentences on those that lost to it.

    On one page the best reading counts; of equal ones the newer, then the earlier.

    Args:
        readings: All of them, at least one.
        same: Tells whether two values say the same.
        own: Tells whether a reading stands on a page about the subject.
        changes: Whether the fact is one that changes.
    """
    by_page: dict[int, Reading] = {}
    for reading in sorted(readings, key=_place, reverse=True):
        by_page.setdefault(reading.page.number, reading)
    best = next(iter(by_page.values()))
    groups: list[list[Reading]] = []
    for reading in by_page.values():
        if best.score - reading.score > NEAR and not (changes and _is_newer(reading, best)):
            continue
        group = next((g for g in groups if same(g[0].value, reading.value)), None)
        if group is None:
            groups.append([reading])
        else:
            group.append(reading)
    if len(groups) == 1:
        return best, ()
    newest = _newest(groups)
    votes = [(_independent(g) + NEWEST * (g is newest), any(map(own, g))) for g in groups]
    won = groups[votes.index(max(votes))]
    return _representative(won), tuple(_lost(g, won, newest) for g in groups if g is not won)[:_NAMED]  # fmt: skip


def _is_newer(reading: Reading, best: Reading) -> bool:
    """Tell whether a reading in the question's own words is of a newer document."""
    day, last = dated(best), dated(reading)
    newer = bool(day and last) and last > day and not last.startswith(day)
    return newer and reading.score >= PLAIN and _is_worded(reading)


def _is_worded(reading: Reading) -> bool:
    """Tell whether a reading was found by the question's own words."""
    return not (reading.match.by_meaning or reading.match.by_hint or reading.match.taught_by)


def is_said_besides(wanted: Wanted, reading: Reading, best: Reading) -> bool:
    """Tell whether a page says otherwise in a sentence than beside a label, as plainly, and of no time before."""
    here = reading.page.number == best.page.number and reading.in_prose != best.in_prose
    sure = reading.score >= _BESIDES and _is_worded(reading)
    return here and sure and not is_past(wanted, reading)


def superseded(reading: Reading, best: Reading) -> bool:
    """Tell whether a reading is of an older edition of the page that is answered from."""
    one, other = reading.page.document, best.page.document
    edition = name_key(one.title) == name_key(other.title) and reading.page is not best.page
    return edition and bool(one.dated and other.dated and one.dated < other.dated)


def newest_first(pages: Iterable[Page]) -> list[Page]:
    """Return pages with the editions of each thing's page in the order of their dates, the newest first."""
    editions: dict[str, list[Page]] = {}
    for page in pages:
        editions.setdefault(name_key(page.document.title), []).append(page)
    for found in editions.values():
        found.sort(key=lambda page: page.document.dated or "", reverse=True)
    return [page for found in editions.values() for page in found]


def newest_editions(hits: Sequence[Hit], load: Callable[[int], Document]) -> list[Hit]:
    """Return documents in their order, but of those of one title the newest first; of the first ``EDITIONS`` alone."""
    places: dict[str, list[int]] = {}
    for place, hit in enumerate(hits[:EDITIONS]):
        places.setdefault(name_key(hit.title), []).append(place)
    out = list(hits)
    for own in places.values():
        if len(own) > 1:
            newest = sorted(own, key=lambda p: load(hits[p].id).dated or "", reverse=True)
            for place, taken in zip(own, newest, strict=True):
                out[place] = hits[taken]
    return out


def dated(reading: Reading) -> str:
    """Return when a reading was true: the year that its label names, else its document's day; empty if unknown."""
    return str(reading.year) if reading.year else reading.page.document.dated or ""


def _place(reading: Reading) -> tuple[float, int, str, int]:
    document = reading.page.document
    return round(reading.score, 2), reading.year, document.dated or "", -reading.segment.start


def _representative(group: list[Reading]) -> Reading:
    return max(group, key=lambda r: (dated(r), *_place(r)))


def _newest(groups: list[list[Reading]]) -> list[Reading] | None:
    """Return the group that is newer than every other; None where dates are unknown or tell nothing."""
    days = [max(map(dated, group)) for group in groups]
    last = max(days)
    others = [day for day in days if day != last]
    if len(others) < len(groups) - 1 or not all(others):
        return None
    if any(last.startswith(day) or day.startswith(last) for day in others):
        return None
    return groups[days.index(last)]


def _independent(group: list[Reading]) -> int:
    """Return the number of sources: sites, or files, without those that copy a passage of another."""
    sources: set[str] = set()
    passages: set[str] = set()
    for reading in group:
        parts = urlsplit(reading.page.document.url)
        web = parts.scheme in {"http", "https"} and parts.hostname
        source = parts.hostname.removeprefix("www.") if web and parts.hostname else parts.path
        passage = reading.page.text(reading.segment)
        if source in sources or (len(passage) >= _COPIED_CHARS and passage in passages):
            continue
        sources.add(source)
        passages.add(passage)
    return len(sources)


def _lost(group: list[Reading], won: list[Reading], newest: list[Reading] | None) -> str:
    first = _representative(group)
    shown = ", ".join(map(str, first.value)) if isinstance(first.value, list) else str(first.value)
    day = dated(first)
    where = f'"{first.page.document.title}"' + (f" ({day})" if day else "")
    winner = dated(_representative(won))
    if won is newest:
        why = f"it is older than {winner}"
    elif _independent(won) > _independent(group):
        why = f"{_independent(won)} independent sources say otherwise"
    else:  # a close call; the basis names it as a rival
        return ""
    return f"{shown[:120]} of {where} was left aside: {why}."
