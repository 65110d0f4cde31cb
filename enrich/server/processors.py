"""The processors that a run may name.

Source: protocol reference, section 11. A ``-fast`` variant has the price and the
fields of the one that it is named after.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from enrich.spec.limits import MAX_FIELDS

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
    # name, USD per 1,000 runs, events by default
    ("lite", 5, False),
    ("base", 10, False),
    ("core", 25, False),
    ("core2x", 50, False),
    ("pro", 100, True),
    ("ultra", 300, True),
    ("ultra2x", 600, True),
    ("ultra4x", 1_200, True),
    ("ultra8x", 2_400, True),
)


def _with_fast() -> Iterator[Processor]:
    for name, price_mills, events in _TIERS:
        for suffix in ("", "-fast"):
            yield Processor(
                name=name + suffix,
                price_mills=price_mills,
                max_fields=MAX_FIELDS[name],
                events=events,
            )


PROCESSORS: Final[Mapping[str, Processor]] = MappingProxyType({p.name: p for p in _with_fast()})
"""Every processor by its name."""
