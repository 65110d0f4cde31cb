"""A plan in words: what would be bought, and its price."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.pipeline.plan import Plan


def money(usd: float) -> str:
    """Return an amount, never less than it is: ``free``, ``$0.05``, ``$0.125``, ``$1,250.00``."""
    thousandths = math.ceil(round(usd * 1000, 6))
    return f"${thousandths / 1000:,.3f}".removesuffix("0") if thousandths else "free"


def count(number: int, what: str) -> str:
    """Return ``1 row``, ``1,000 rows``."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def told(plan: Plan) -> Iterator[str]:
    """Yield a plan, one thing a line."""
    yield whole(plan)
    for each in plan.tasks or [plan]:
        name = f"{each.task}: " if plan.tasks else ""
        for line in (*counts(each), price(each)):
            yield f"{name}{line}"
    if plan.tasks:
        yield f"together {price(plan)}"


def whole(plan: Plan) -> str:
    """Return how many rows there are, and different requests."""
    return f"{count(plan.rows, 'row')}, {count(plan.distinct, 'different request')}"


def counts(plan: Plan) -> Iterator[str]:
    """Yield what one task would buy, and why other rows are not asked."""
    parts = [f"{plan.to_buy:,} to buy"]
    for number, what in (
        (plan.stale, "of them stale"),
        (plan.waiting, "rows wait for an earlier task"),
        (plan.completed, "known already"),
        (plan.running, "on their way"),
        (plan.in_doubt, "in doubt: bought already, or to be bought again"),
        (plan.failed, "failed before (--retry-failed buys them again)"),
        (plan.elsewhere, "rows are other shards'"),
        (plan.beyond, "rows beyond the limit"),
    ):
        if number:
            parts.append(f"{number:,} {what}")
    yield ", ".join(parts)
    for reason, number in plan.skipped.most_common(3):
        yield f"{count(number, 'row')} skipped: {reason}"
    for reason, number in plan.refused.most_common(3):
        yield f"{count(number, 'row')} refused: {reason}"


def price(plan: Plan) -> str:
    """Return what is known to be paid, and what may come to it."""
    if not plan.price_known:
        more = f"{money(plan.cost_usd)} and more: " if plan.cost_usd else ""
        return f"price {more}not known for {_unpriced(plan)}; give it in `prices`"
    if plan.cost_usd == plan.known_usd:
        return f"price {money(plan.cost_usd)}"
    known = f"{money(plan.known_usd)}, " if plan.known_usd else ""
    return f"price {known}at most {money(plan.cost_usd)}"


def _unpriced(plan: Plan) -> str:
    """Return the processors whose price is not known."""
    unknown = [each.processor for each in plan.tasks or [plan] if not each.price_known]
    return ", ".join(dict.fromkeys(unknown))
