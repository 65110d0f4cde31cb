"""Reports: a Markdown outline of verbatim passages, each with its source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from enrich.research.aboutness import is_about
from enrich.research.asked_years import fixed_year
from enrich.research.basis import MAX_EXCERPT_CHARS
from enrich.research.orders import is_order
from enrich.research.subject import mentioned
from enrich.research.words import STOP, concepts, name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.records import JsonObject
    from enrich.research.documents import Segment
    from enrich.research.page import Page
    from enrich.research.processors import Effort

    Scope = Callable[[Page, Segment], bool]

PASSAGES_PER_SECTION: Final = 5
MAX_CITED: Final = 160
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_OWNING = re.compile(r"['\N{RIGHT SINGLE QUOTATION MARK}]s\b")
_FEWEST: Final = 4  # passages of a section, beside two for each section that the processor allows

_ASKS_REPORT = re.compile(
    r"\b(?:reports?|overview|summar(?:y|ies|ise|ize)|profile|briefing|dossier|analysis|analyse|analyze|essay|markdown|outline|deep[- ]dive|background on|write[- ]up|describe)\b",
    re.IGNORECASE,
)
_REPORT_WORDS: Final = frozenset(
    concepts("report overview summary summaries summarise profile briefing analysis markdown outline describe write "
             "detailed short comprehensive country company subject include including section cover inline citation cite indicator")
) | STOP  # fmt: skip
# What a report on a field of things is about, beside its own name.
_FIELDS: Final = {
    "management leadership leaders executives": "ceo | cfo | cto | chairman | board member | key people | founder | director",
    "finances financials finance": "revenue | profit | net income | total asset | funding | budget | debt",
    "economy economic economics": "gdp | inflation | unemployment | exports | imports | industry",
    "people demographics": "population | ethnic group | religion | language | median age",
}
_MEANT: Final = {
    name: frozenset(c for fact in facts.split("|") for c in concepts(fact.strip()))
    for names, facts in _FIELDS.items()
    for name in concepts(names)
}


def asks_report(description: str | None) -> bool:
    """Tell whether a text schema asks for a report: by its description, or by having none."""
    return description is None or not description.strip() or bool(_ASKS_REPORT.search(description))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a report tells of one thing.

    Attributes:
        title: Its name, where the report is about several; else empty.
        pages: The pages, the most important first.
        own: How many of these are about it; of the others only what speaks of it is told. 0 for all.
        names: The thing's names as ``name_key`` gives them.
        held: Names that every passage must have, where no page is about what they name.
    """

    title: str = ""
    pages: list[Page]
    own: int = 0
    names: frozenset[str] = frozenset()
    held: tuple[str, ...] = ()

    def scope(self, page: Page) -> Scope | None:
        """Return which passages of a page may be told; None for all of them."""
        if self.held:
            keys = frozenset(name_key(name) for name in self.held)
            return lambda page, segment: any(
                f" {k} " in f" {name_key(page.text(segment))} " for k in keys
            )
        own = self.pages[: self.own or len(self.pages)]
        if any(page is each for each in own) or any(is_about(page.document, n) for n in self.names):
            return None
        return mentioned(self.names)


def pages_besides(others: list[Page], name: str, names: frozenset[str]) -> list[Page]:
    """Return the pages about other things that have something to say of a thing, the newest first."""
    speaks = mentioned(names)
    told = [
        page
        for page in others
        if is_about(page.document, name) or any(speaks(page, s) for s in page.document.segments)
    ]
    return sorted(told, key=lambda page: page.document.dated or "", reverse=True)


def write_report(
    description: str, parts: list[Part], *, effort: Effort
) -> tuple[str, list[JsonObject]]:
    """Return a report in Markdown and its citations.

    Every passage stands as it does in its document, followed by the number of its
    source as a link; rows of a table stay whole and together. What an older edition of a
    page says stands behind the newer, each under its date. The sources are listed at the end.

    Args:
        description: What the report is to be about; its words choose the sections.
        parts: What it is about, each with its pages.
        effort: How many sections, and passages of each, at most.
    """
    wanted = report_topic(description)
    titles = [part.title or part.pages[0].document.title for part in parts if part.pages]
    lines, cited = [f"# {' and '.join(dict.fromkeys(titles))}", ""], Cited()
    for part in parts:
        several = len(parts) > 1
        if several:
            lines += [f"## {part.title}", ""]
        chosen = chosen_sections(
            wanted, part.pages, effort.sections, passages=_FEWEST + 2 * effort.sections,
            scope=part.scope, opened=effort.hops > 0, year=fixed_year("", description),
        )  # fmt: skip
        for page, section, segments in chosen:
            lines += [f"{'###' if several else '##'} {_heading(page, section, part)}", ""]
            for segments_alike in _blocks(page, segments):
                lines += (
                    _table(page, segments_alike, cited)
                    if segments_alike[0].group in _rowed(page)
                    else _items(page, segments_alike, cited)
                )
            lines.append("")
    return "\n".join([*lines, *cited.sources()]), cited.citations()


def _heading(page: Page, section: int, part: Part) -> str:
    """Return what stands over a section: its own heading, its page's title where that is another, and its date."""
    document = page.document
    path = list(document.sections[section].path)
    first = part.pages[0].document.title
    if document.title != first or not path:
        path.insert(0, document.title)
    return " / ".join(path) + (f" ({document.dated})" if document.dated else "")


def _items(page: Page, segments: list[Segment], cited: Cited) -> list[str]:
    lines = []
    for segment in segments:
        passage = page.text(segment)
        beside = " ".join(part for part in (segment.row, segment.label) if part)
        line = page.document.text[segment.lead : segment.end]
        number = cited.add(page, line if beside else passage, passage)
        shown = f"**{beside}**: {passage}" if beside else passage
        lines.append(f"- {shown} [{number}]({page.document.url})")
    return lines


def _table(page: Page, cells: list[Segment], cited: Cited) -> list[str]:
    """Return rows as a table of Markdown, each with its source."""
    columns = list(dict.fromkeys(cell.label for cell in cells))
    rows: dict[int, dict[str, Segment]] = {}
    for cell in cells:
        rows.setdefault(cell.group, {})[cell.label] = cell
    lines = [_row([*columns, "Source"]), _row(["---"] * (len(columns) + 1))]
    for row in rows.values():
        first, last = min(c.lead for c in row.values()), max(c.end for c in row.values())
        line = page.document.text[first:last]
        number = cited.add(page, line, line[:MAX_EXCERPT_CHARS])
        said = [page.text(row[name]) if name in row else "" for name in columns]
        lines.append(_row([*said, f"[{number}]({page.document.url})"]))
    return lines


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(" ".join(c.split()).replace("|", "\\|") for c in cells) + " |"


def _rowed(page: Page) -> set[int]:
    """Return the groups that are rows of a table of things."""
    return {group for groups in page.rows.values() for group in groups}


def _blocks(page: Page, segments: list[Segment]) -> Iterator[list[Segment]]:
    """Yield segments in runs: rows of a table together, what stands between them together."""
    rowed = _rowed(page)
    for _, run in groupby(segments, key=lambda segment: segment.group in rowed):
        yield list(run)


def report_topic(description: str) -> frozenset[str]:
    """Return the concepts that choose a report's sections."""
    said = frozenset(concepts(_OWNING.sub("", description))) - _REPORT_WORDS
    return said.union(*(_MEANT.get(concept, ()) for concept in said))


def chosen_sections(
    wanted: frozenset[str],
    pages: list[Page],
    limit: int,
    *,
    passages: int = PASSAGES_PER_SECTION,
    scope: Callable[[Page], Scope | None] = lambda _: None,
    opened: bool = False,
    year: int | None = None,
) -> list[tuple[Page, int, list[Segment]]]:
    """Return the sections that speak most of what is wanted, in the order of their pages.

    Args:
        wanted: Concepts of what is wanted; none for everything.
        pages: The pages, the most important first.
        limit: How many sections at most.
        passages: How many passages of each; a row of a table is one.
        scope: Which passages of a page may be told.
        opened: Whether the first page's opening stands there whatever is wanted.
        year: The year of which is to be told, if one is fixed: what names others alone is left out.
    """
    scored: list[tuple[float, int, int, Page, list[Segment]]] = []
    for nth, page in enumerate(pages):
        by_section: dict[int, list[int]] = {}
        may = scope(page)
        for place, segment in enumerate(page.document.segments):
            if may is None or may(page, segment):
                by_section.setdefault(segment.section, []).append(place)
        for at, (section, every) in enumerate(by_section.items()):
            places = _of_year(page, every, year)
            if not places:
                continue
            score, segments = _section(wanted, page, places, passages)
            opens = opened and nth == at == 0
            if segments and (score > 0 or not wanted or opens):
                scored.append((-score, nth, section, page, segments))
    if wanted and not any(score for score, *_ in scored):
        return chosen_sections(frozenset(), pages, limit, passages=passages, scope=scope, year=year)
    scored.sort(key=lambda s: s[:3])
    kept = sorted(scored[:limit], key=lambda s: s[1:3])
    return [(page, section, segments) for _, _, section, page, segments in kept]


def _of_year(page: Page, places: list[int], year: int | None) -> list[int]:
    """Return a section's passages without those that name other years; none where one of these is left without its year."""
    if year is None:
        return places
    told = {place: _years_of(page, place) for place in places}
    kept = [place for place in places if not told[place] or str(year) in told[place]]
    return kept if len(kept) == len(places) or any(told[place] for place in kept) else []


def _years_of(page: Page, place: int) -> set[str]:
    segment = page.document.segments[place]
    return set(_YEAR.findall(f"{segment.row} {segment.label} {page.text(segment)}"))


def _section(
    wanted: frozenset[str], page: Page, places: list[int], limit: int
) -> tuple[float, list[Segment]]:
    label = page.labels[places[0]]
    heading = (label.over | label.own | label.far | label.parts) & wanted
    score = 2.0 * sum(page.weight(c) for c in heading)
    units: dict[int, list[int]] = {}
    values: dict[int, float] = {}
    rowed = _rowed(page)
    for place in places:
        segment = page.document.segments[place]
        if segment.end - segment.start > MAX_EXCERPT_CHARS * 2 or is_order(page, segment):
            continue
        said = wanted & {*page.sayings[place], *page.labels[place].own}
        value = sum(page.weight(c) for c in said)
        score += 0.3 * value
        unit = -segment.group - 1 if segment.group in rowed else place  # a whole row, or itself
        units.setdefault(unit, []).append(place)
        values[unit] = max(values.get(unit, 0.0), value)
    best = sorted(units, key=lambda unit: (-values[unit], units[unit]))[:limit]
    kept = sorted(place for unit in best for place in units[unit])
    return score, [page.document.segments[place] for place in kept]


class Cited:
    """Sources numbered as they come, with what was quoted from each."""

    def __init__(self) -> None:
        self._pages: dict[int, tuple[int, Page]] = {}
        self._excerpts: dict[int, list[str]] = {}
        self._count = 0

    def add(self, page: Page, quoted: str, passage: str) -> int:
        """Note a passage; return its source's number."""
        number, _ = self._pages.setdefault(page.number, (len(self._pages) + 1, page))
        if self._count < MAX_CITED:
            self._excerpts.setdefault(page.number, []).append(
                quoted if len(quoted) <= MAX_EXCERPT_CHARS * 2 else passage
            )
            self._count += 1
        return number

    def sources(self) -> list[str]:
        """Return the list of sources, in lines."""
        named = [
            f"{n}. [{p.document.title}]({p.document.url})"
            + (f", {p.document.dated}" if p.document.dated else "")
            for n, p in self._pages.values()
        ]
        return ["## Sources", "", *named]

    def citations(self) -> list[JsonObject]:
        """Return the wire's citations."""
        return [
            {
                "url": page.document.url,
                "title": page.document.title,
                "excerpts": list(dict.fromkeys(self._excerpts.get(key, []))),
            }
            for key, (_, page) in self._pages.items()
        ]
