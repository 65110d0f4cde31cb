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


def plan_counts(plan: Plan) -> Iterator[str]:
    """Yield how many rows there are, what of them is to be bought, and why others are not."""
    yield f"{count(plan.rows, 'row')}, {count(plan.distinct, 'different request')}"
    parts = [f"{plan.to_buy:,} to buy"]
    for number, what in (
        (plan.stale, "of them stale"),
        (plan.completed, "known already"),
        (plan.running, "on their way"),
        (plan.failed, "failed before (--retry-failed buys them again)"),
        (plan.beyond, "rows beyond the limit"),
    ):
        if number:
            parts.append(f"{number:,} {what}")
    yield ", ".join(parts)
    for reason, number in plan.skipped.most_common(3):
        yield f"{count(number, 'row')} skipped: {reason}"
    for reason, number in plan.refused.most_common(3):
        yield f"{count(number, 'row')} refused: {reason}"
