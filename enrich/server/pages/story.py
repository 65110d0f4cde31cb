"""What a run at work says: its newest messages, and the sources that it has looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.html import el, outward
from enrich.server.pages.frame import chip, short

if TYPE_CHECKING:
    from enrich.html import Html
    from enrich.research.question import Sources
    from enrich.server.feed import Progress

NEWEST: Final = 30


def story(progress: Progress) -> Html:
    """Show what a run has said so far, the newest first."""
    said = list(progress.messages)
    earlier = progress.dropped + max(0, len(said) - NEWEST)
    return el(
        "div",
        _sources(progress.sources) if progress.sources else None,
        el(
            "ol",
            *(
                el(
                    "li",
                    el("time", f"{at[11:19]} ", datetime=at, class_="soft id"),
                    chip(message.kind),
                    f" {message.text}",
                )
                for at, message in said[: -NEWEST - 1 : -1]
            ),
            class_="story",
        )
        if said
        else el("p", "It has said nothing yet.", class_="soft"),
        el("p", f"{earlier:,} earlier messages", class_="soft") if earlier else None,
        class_="card",
    )


def last_word(progress: Progress) -> Html:
    """Show in one line how far a run is, and what it said last."""
    sources, said = progress.sources, progress.messages
    return el(
        "div",
        el("div", _meter(sources)) if sources else None,
        short(said[-1][1].text) if said else None,
    )


def _sources(sources: Sources) -> Html:
    return el(
        "div",
        _meter(sources),
        f" {sources.read:,} of {sources.considered:,} sources read",
        *(el("div", outward(url, url), class_="soft id") for url in sources.sample),
    )


def _meter(sources: Sources) -> Html:
    percent = round(sources.progress)
    return el("progress", f"{percent} %", value=percent, max=100)
