"""What a label says of the numbers beside it: ``Area (km²)``, ``Revenue, US$ million``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.currencies import CODES
from enrich.research.candidates.units import MAGNITUDES, UNITS, Unit, asked_unit

if TYPE_CHECKING:
    from enrich.research.candidates.numbers import Number

_ASIDE = re.compile(r"[(\[]([^()\[\]]{1,40})[)\]]|,\s*([^,()]{1,40})$|\bin ([^,()]{1,40})$")
_MAGNITUDE = re.compile(
    r"(?:^|\s|\$)(thousand|million|billion|trillion|mn|bn)s?\b|^(?P<thousand>'?000s?)$",
    re.IGNORECASE,
)
_CURRENCY = re.compile(rf"US\$|\$|\N{{EURO SIGN}}|\N{{POUND SIGN}}|\b(?:{'|'.join(CODES)})\b")
_SIGNS: Final = {
    "US$": "USD",
    "$": "USD",
    "\N{EURO SIGN}": "EUR",
    "\N{POUND SIGN}": "GBP",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """What bare numbers beside a label are.

    Attributes:
        unit: Their unit.
        scale: What they are to be multiplied by.
        currency: Their currency's ISO code.
        percent: Whether they are shares of a hundred.
    """

    unit: Unit | None = None
    scale: float = 1.0
    currency: str | None = None
    percent: bool = False

    def of(self, number: Number) -> Number:
        """Return a number as its label has it; what stands beside the number itself goes before."""
        if number.unit or number.currency or number.percent or number.scaled:
            return number
        value = number.value * self.scale
        return replace(
            number, value=value, unit=self.unit, currency=self.currency, percent=self.percent,
            scaled=self.scale != 1, year=number.year and self == Measure(),
        )  # fmt: skip


@lru_cache(maxsize=4_096)
def heading_measure(label: str) -> Measure:
    """Return what a label says of the numbers beside it."""
    aside = [next(filter(None, match.groups())).strip() for match in _ASIDE.finditer(label)]
    unit = next((UNITS[a] for a in aside if a in UNITS), None) or asked_unit("", label)
    found = next((m for a in aside if (m := _MAGNITUDE.search(a))), None)
    scale = 1.0 if found is None else 1e3 if found["thousand"] else MAGNITUDES[found[1].lower()]
    mark = next((m.group() for a in aside if (m := _CURRENCY.search(a))), None)
    return Measure(
        unit=unit,
        scale=scale,
        currency=_SIGNS.get(mark, mark) if mark else None,
        percent=any(a in {"%", "percent", "per cent"} for a in aside),
    )
