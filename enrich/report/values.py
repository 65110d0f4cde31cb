"""Values on the page: one, where it stands, and how those of a field are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from enrich.html import Html, el, outward
from enrich.records import says_nothing
from enrich.report.charts import bar, histogram
from enrich.report.gather import shown
from enrich.report.words import bdi, count, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.html import Content
    from enrich.report.facts import Facts, FieldFacts, Source

EXAMPLES: Final = 3


def value(found: object) -> Html:
    """Show a value."""
    if says_nothing(found):
        return el("span", "nothing was found", class_="soft")
    return bdi(shown(found))


def source(cited: Source | None) -> Html | None:
    """Show a page that is cited; its domain stands beside its title, which may say anything."""
    if cited is None:
        return None
    domain = _domain(cited.url)
    title = cited.title or domain or cited.url
    return el(
        "div",
        el("blockquote", bdi(cited.excerpt)) if cited.excerpt else None,
        el(
            "p",
            outward(cited.url, bdi(title)),
            el("span", " · ", bdi(domain), class_="soft") if domain and domain != title else None,
            class_="small",
        ),
    )


def _domain(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def section(facts: Facts) -> Html:
    """Show how the values of each field are spread."""
    return el("div", *(map(_card, facts.fields.values())), class_="cards")


def _card(each: FieldFacts) -> Html:
    return el(
        "article",
        el(
            "div",
            el("h3", bdi(each.name)),
            el("span", _spread(each), class_="soft small"),
            class_="between",
        ),
        *_picture(each),
        class_="card",
    )


def _spread(each: FieldFacts) -> str:
    if not each.is_whole:
        return f"more than {each.distinct:,} different"
    return f"{each.distinct:,} different"


def _picture(each: FieldFacts) -> Iterator[Content]:
    if not each.filled:
        yield el("p", "No value was found.", class_="soft")
    elif each.least is not None and each.greatest is not None:
        yield from _numbers(each, each.least, each.greatest)
    elif each.values[0][1] == 1 and len(each.values) > 1:
        examples = " · ".join(text for text, _ in each.values[:EXAMPLES])
        yield el("p", "No two are equal, such as ", bdi(examples), class_="small")
    else:
        most = max(each.completed, each.values[0][1])
        yield el(
            "ol", *(_value_bar(text, times, most) for text, times in each.values), class_="bars"
        )


def _numbers(each: FieldFacts, least: float, greatest: float) -> Iterator[Content]:
    median = each.numbers[len(each.numbers) // 2]
    words = f"from {number(least)} to {number(greatest)}, half of them up to {number(median)}"
    if each.numbers[0] < each.numbers[-1]:
        drawn, powers = histogram(each.numbers, words)
        yield drawn
        yield el(
            "div",
            el("span", number(least)),
            el("span", number(greatest)),
            class_="between small soft",
        )
        words += "; drawn by powers" if powers else ""
    yield el("p", f"{words[0].upper()}{words[1:]}.", class_="small")


def _value_bar(text: str, times: int, most: int) -> Html:
    return el(
        "li",
        el("div", bdi(text), el("span", f"{times:,}"), class_="between small"),
        bar([("bar", times)], most, count(times, "row")),
    )
