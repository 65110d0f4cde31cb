"""The processors that a run may name: what they cost, what they are meant for, how long they take.

Source: protocol reference, section 11 (read 2026-11-21; late-2026 latencies). A ``-fast``
variant has the price and the fields of the one that it is named after.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """One tier.

    Attributes:
        name: As the wire has it.
        usd_per_1000: List price of 1,000 runs in US dollars, which is the price of one
            run in thousandths of a dollar. Whole, so that sums are exact.
        max_fields: Output fields that it is meant for; advice, not a limit.
        deep: Whether it does deep research: auto output with a structure of its own,
            and progress events unless a run says otherwise.
        usual_s: Half of its runs are done after so many seconds.
        longest_s: The published upper end of its time, in seconds.
    """

    name: str
    usd_per_1000: int
    max_fields: int
    deep: bool
    usual_s: float
    longest_s: float


_TIERS: Final = (
    # name, USD per 1,000 runs, fields, deep, median s, upper end s
    ("lite", 5, 2, False, 45, 120),
    ("base", 10, 5, False, 50, 180),
    ("core", 25, 10, False, 90, 300),
    ("core2x", 50, 10, False, 210, 600),
    ("pro", 100, 20, True, 210, 600),
    ("ultra", 300, 20, True, 240, 1_500),
    ("ultra2x", 600, 25, True, 360, 3_000),
    ("ultra4x", 1_200, 25, True, 480, 5_400),
    ("ultra8x", 2_400, 25, True, 390, 7_200),
)
_STANDARD: Final = tuple(
    Processor(
        name=name,
        usd_per_1000=price,
        max_fields=fields,
        deep=deep,
        usual_s=float(usual),
        longest_s=float(longest),
    )
    for name, price, fields, deep, usual, longest in _TIERS
)
_FAST: Final = tuple(replace(tier, name=f"{tier.name}-fast") for tier in _STANDARD)

PROCESSORS: Final[Mapping[str, Processor]] = MappingProxyType(
    {tier.name: tier for tier in (*_STANDARD, *_FAST)}
)
"""Every processor by its name. A name that is not here may exist all the same."""
