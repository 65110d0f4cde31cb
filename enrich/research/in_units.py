"""Figures wanted as text in units that the page does not have: "580,367 sq km" in square miles, or in both."""

from __future__ import annotations

from dataclasses import replace
from math import floor, log10
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.numbers import numbers_in
from enrich.research.candidates.units import asked_units, ratio
from enrich.research.descriptions import statement, undenied

if TYPE_CHECKING:
    from enrich.research.basis import Found
    from enrich.research.candidates.numbers import Number
    from enrich.research.candidates.units import Unit
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

_DIMENSIONS: Final = frozenset({"area", "length", "mass", "volume", "speed", "energy", "power"})
_FEWEST: Final = 3  # digits that a converted figure has at least
_BOTH: Final = 2


def in_asked_units(field: Wanted, found: Found) -> Found:
    """Return a figure in text with the units that its field asks for; anything else as it is.

    A figure that stands there in an asked unit is left in the page's words; what is
    converted has as many digits as what it comes from.
    """
    reading = found.reading
    if reading is None or not isinstance(reading.value, str) or field.many or field.short:
        return found
    if field.kind not in {"amount", "phrase"}:
        return found
    units = [u for u in asked_units(field.label, undenied(statement(field.description))) if u.dimension in _DIMENSIONS]  # fmt: skip
    if not 0 < len(units) <= _BOTH:
        return found
    either = len(units) > 1 and " or " in f" {field.description} "
    written = _written(reading, units, either=either)
    return found if written is None else replace(found, reading=written)


def _written(reading: Reading, units: list[Unit], *, either: bool) -> Reading | None:
    text = str(reading.value)
    numbers = [n for n in numbers_in(text) if n.unit is not None and ratio(n.unit, units[0])]
    if not numbers or numbers[0].start > 0:
        return None
    first = numbers[0]
    there = [n.unit for n in numbers if n.unit is not None]
    lacking = [unit for unit in units if not any(unit.name == u.name for u in there)]
    if either:
        lacking = units[:1] if lacking == units else []
    if not lacking or first.unit is None or first.rate:
        return None
    said = text[: _end(text, first, numbers)].strip(" ;,(")
    made = [_converted(first, unit) for unit in lacking]
    there_already = len(lacking) < len(units) and not either
    value = f"{said} ({made[0]})" if there_already else " / ".join(made)
    how = f"converted from {first.unit.name} to {' and '.join(unit.name for unit in lacking)}"
    return replace(reading, value=value, how=", ".join(part for part in (reading.how, how) if part))


def _end(text: str, first: Number, numbers: list[Number]) -> int:
    """Return where the first figure and its unit end."""
    following = [n.start for n in numbers if n.start > first.start]
    unit = first.unit.name if first.unit is not None else ""
    at = text.find(unit, first.start) if unit else -1
    return at + len(unit) if at >= 0 else min([*following, len(text)])


def _converted(number: Number, unit: Unit) -> str:
    share = ratio(number.unit, unit) if number.unit is not None else None
    value = number.value * (share or 1.0)
    digits = max(_FEWEST, len(f"{number.value:.15g}".replace(".", "").strip("0")))
    places = digits - 1 - floor(log10(abs(value))) if value else 0
    return f"{round(value, places):,.{max(0, places)}f} {unit.name}"
