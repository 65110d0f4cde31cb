"""Reports: a Markdown outline of verbatim passages, each with its source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.basis import MAX_EXCERPT_CHARS
from enrich.research.orders import is_order
from enrich.research.words import STOP, concepts

if TYPE_CHECKING:
    from enrich.records import JsonObject
    from enrich.research.documents import Segment
    from enrich.research.page import Page

PASSAGES_PER_SECTION: Final = 5
MAX_CITED: Final = 40

_ASKS_REPORT = re.compile(
    r"\b(?:reports?|overview|summar(?:y|ies|ise|ize)|profile|briefing|dossier|analysis|analyse|analyze|essay|markdown|outline|deep[- ]dive|background on|write[- ]up|describe)\b",
    re.IGNORECASE,
)
_REPORT_WORDS: Final = frozenset(
    concepts("report overview summary summaries summarise profile briefing analysis markdown outline describe write "
             "detailed short comprehensive country company subject include including section cover inline citation cite")
) | STOP  # fmt: skip


def asks_report(description: str | None) -> bool:
    """Tell whether a text schema asks for a report: by its description, or by having none."""
    return description is None or not description.strip() or bool(_ASKS_REPORT.search(description))


def write_report(
    description: str, pages: list[Page], *, sections: int
) -> tuple[str, list[JsonObject]]:
    """Return a report in Markdown and its citations.

    Every passage stands as it does in its document, followed by the number of its
    source as a link; the sources are listed at the end.

    Args:
        description: What the report is to be about; its words choose the sections.
        pages: The pages, the most important first.
        sections: How many sections at most.
    """
    wanted = report_topic(description)
    title = pages[0].document.title
    lines, cited = [f"# {title}", ""], Cited()
    chosen = chosen_sections(wanted, pages, sections)
    for page, section, segments in chosen:
        path = page.document.sections[section].path
        lines += [f"## {' / '.join(path) or title}", ""]
        for segment in segments:
            passage = page.text(segment)
            beside = " ".join(part for part in (segment.row, segment.label) if part)
            number = cited.add(
                page,
                passage if not beside else page.document.text[segment.lead : segment.end],
                passage,
            )
            shown = f"**{beside}**: {passage}" if beside else passage
            lines.append(f"- {shown} [{number}]({page.document.url})")
        lines.append("")
    return "\n".join([*lines, *cited.sources()]), cited.citations()


def report_topic(description: str) -> frozenset[str]:
    """Return the concepts that choose a report's sections."""
    return frozenset(concepts(description)) - _REPORT_WORDS


def chosen_sections(
    wanted: frozenset[str], pages: list[Page], limit: int
) -> list[tuple[Page, int, list[Segment]]]:
    """Return the sections that speak most of what is wanted, in the order of their pages."""
    scored: list[tuple[float, int, int, Page, list[Segment]]] = []
    for nth, page in enumerate(pages):
        by_section: dict[int, list[int]] = {}
        for place, segment in enumerate(page.document.segments):
            by_section.setdefault(segment.section, []).append(place)
        for section, places in by_section.items():
            score, segments = _section(wanted, page, places)
            if segments and (score > 0 or not wanted):
                scored.append((-score, nth, section, page, segments))
    if wanted and not scored:
        return chosen_sections(frozenset(), pages, limit)
    scored.sort(key=lambda s: s[:3])
    kept = sorted(scored[:limit], key=lambda s: s[1:3])
    return [(page, section, segments) for _, _, section, page, segments in kept]


def _section(wanted: frozenset[str], page: Page, places: list[int]) -> tuple[float, list[Segment]]:
    label = page.labels[places[0]]
    heading = (label.over | label.own | label.far | label.parts) & wanted
    score = 2.0 * sum(page.weight(c) for c in heading)
    ranked = []
    for place in places:
        segment = page.document.segments[place]
        if segment.end - segment.start > MAX_EXCERPT_CHARS * 2 or is_order(page, segment):
            continue
        said = wanted & {*page.sayings[place], *page.labels[place].own}
        value = sum(page.weight(c) for c in said)
        score += 0.3 * value
        ranked.append((-value, place))
    best = sorted(ranked)[:PASSAGES_PER_SECTION]
    return score, [page.document.segments[place] for place in sorted(place for _, place in best)]


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
        named = [f"{n}. [{p.document.title}]({p.document.url})" for n, p in self._pages.values()]
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
