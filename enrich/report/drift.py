"""The round against the one before: how full, how sure, and which values are others now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from enrich.html import Html, el, join
from enrich.report import values
from enrich.report.words import bdi, count, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.html import Content
    from enrich.report.facts import Change, Facts, FieldFacts

MUCH: Final = 0.005
"""A share that moved by less is told as unmoved."""


def is_known(facts: Facts) -> bool:
    """Say whether there was a round before."""
    return facts.settings.previous is not None


def section(facts: Facts) -> Html:
    """Show what is different."""
    before: dict[str, Any] = facts.settings.previous or {}
    known = {key: each for key, each in facts.fields.items() if key in before["filled"]}
    rows = []
    for key, each in known.items():
        moves = _moves(key, each, before)
        if any(moved for _, moved in moves):
            rows.append([bdi(each.name), *(cell for cell, _ in moves)])
    moved = facts.rows - before["rows"]
    said = f"The run before had {count(before['rows'], 'row')}" + (
        f", this one {abs(moved):,} {'more' if moved > 0 else 'fewer'}."
        if moved
        else ", as this one."
    )
    new = [each.name for key, each in facts.fields.items() if key not in before["filled"]]
    if new:
        said += f" New since then: {', '.join(new)}."
    if len(rows) < len(known):
        said += " The other fields are as before." if rows else " Its fields are as they were."
    return join(
        (
            el("p", said, class_="soft small"),
            table(["Field", "Filled", "High confidence", "Changed values"], rows) if rows else None,
            *_changes(facts),
        )
    )


def _moves(key: str, each: FieldFacts, before: dict[str, Any]) -> list[tuple[Content, bool]]:
    """Return what is shown of a field, each with whether it moved."""
    then = before["answered"].get(key, 0)
    now = each.completed
    levels = before["confidence"].get(key, {})
    high = levels.get("high", 0) if levels else each.confidence["high"]
    return [
        _move(before["filled"][key], then, each.filled, now),
        _move(high, then if levels else now, each.confidence["high"], now),
        (f"{each.changed:,}", each.changed > 0),
    ]


def _move(part: int, whole: int, part_now: int, whole_now: int) -> tuple[Html, bool]:
    if not whole or not whole_now:
        return el("span", "–"), False
    before, after = part / whole, part_now / whole_now
    step = after - before
    if abs(step) < MUCH:
        return el("span", f"{after:.0%}, as before"), False
    points = el("span", f"{step * 100:+.0f} points", class_="up" if step > 0 else "down")
    return el("span", f"{before:.0%} → {after:.0%} ", points), True


def _changes(facts: Facts) -> Iterator[Content]:
    if not facts.changes:
        return
    changed = sum(each.changed for each in facts.fields.values())
    if changed > len(facts.changes):
        first = f"The first {len(facts.changes)} of {changed:,} values that are others now."
        yield el("p", first, class_="soft small")
    yield el("div", *(map(_change_card, facts.changes)), class_="review")


def _change_card(change: Change) -> Html:
    return el(
        "article",
        el("h3", bdi(change.name), " of ", bdi(change.row)),
        el(
            "p",
            values.value(change.before),
            " → ",
            el("strong", values.value(change.after)),
            class_="value",
        ),
        values.source(change.source),
        class_="card",
    )
