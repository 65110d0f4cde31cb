"""The processors that a run may name.

Source: protocol reference, section 11. A ``-fast`` variant has the price and the
fields of the one that it is named after.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """One tier.

    Attributes:
        name: As the wire has it.
        price_mills: Price of one run in thousandths of a USD, which is the list
            price of 1,000 runs in USD. Whole, so that sums are exact.
        max_fields: Output fields that it is recommended for; advice, not a limit.
        events: Whether progress events are recorded when the run does not say.
    """

    name: str
    price_mills: int
    max_fields: int
    events: bool


_TIERS: Final = (
    # name, USD per 1,000 runs, fields, events by default
    ("lite", 5, 2, False),
    ("base", 10, 5, False),
    ("core", 25, 10, False),
    ("core2x", 50, 10, False),
    ("pro", 100, 20, True),
    ("ultra", 300, 20, True),
    ("ultra2x", 600, 25, True),
    ("ultra4x", 1_200, 25, True),
    ("ultra8x", 2_400, 25, True),
)


def _with_fast() -> Iterator[Processor]:
    for name, price_mills, max_fields, events in _TIERS:
        for suffix in ("", "-fast"):
            yield Processor(
                name=name + suffix, price_mills=price_mills, max_fields=max_fields, events=events
            )


PROCESSORS: Final[Mapping[str, Processor]] = MappingProxyType({p.name: p for p in _with_fast()})
"""Every processor by its name."""
