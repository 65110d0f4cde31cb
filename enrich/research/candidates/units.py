"""Units of measure and magnitudes, and which of them a description asks for.

Source: the international yard and pound, and the SI; factors are exact or to
six significant digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from enrich.research.candidates.currencies import money_scale


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit.

    Attributes:
        name: Its symbol.
        dimension: What it measures; units of one dimension convert into each other.
        factor: How many of the dimension's base unit it is.
    """

    name: str
    dimension: str
    factor: float


def _units(dimension: str, lines: str) -> dict[str, Unit]:
    table: dict[str, Unit] = {}
    for line in lines.strip().splitlines():
        factor, spellings = line.split(":")
        names = [name.strip() for name in spellings.split("|")]
        unit = Unit(names[0], dimension, float(factor))
        table.update(dict.fromkeys(names, unit))
    return table


UNITS: Final = {
    **_units("area", """
1: sq m | sq. m | sq.m | m^2 | m2 | m\N{SUPERSCRIPT TWO} | sqm | sq metre | sq meter | sq metres | sq meters | square metre | square meter | square metres | square meters
1e6: sq km | sq. km | km^2 | km2 | km\N{SUPERSCRIPT TWO} | sqkm | square km | square kilometre | square kilometer | square kilometres | square kilometers | sq kilometre | sq kilometer | sq kilometres | sq kilometers
2589988.110336: sq mi | sq. mi | mi2 | mi\N{SUPERSCRIPT TWO} | sq mile | sq miles | sq. miles | sqmi | square mile | square miles
1e4: ha | hectare | hectares
4046.8564224: acre | acres
0.09290304: sq ft | sq. ft | ft2 | sqft | sq foot | sq feet | square foot | square feet
"""),
    **_units("length", """
1: m | metre | meter | metres | meters
1e3: km | kilometre | kilometer | kilometres | kilometers | kms
0.01: cm | centimetre | centimeter | centimetres | centimeters
0.001: mm | millimetre | millimeter | millimetres | millimeters
1609.344: mi | mile | miles
0.3048: ft | foot | feet
0.0254: inch | inches
1852: nm | nmi | nautical mile | nautical miles
0.9144: yd | yard | yards
"""),
    **_units("mass", """
1: kg | kilogram | kilograms | kgs
0.001: g | gram | grams
1e-6: mg | milligram | milligrams
1e3: tonne | tonnes | t | metric ton | metric tons | metric tonnes
0.45359237: lb | lbs | pound | pounds
0.0283495: oz | ounce | ounces
"""),
    **_units("volume", """
1: l | litre | liter | litres | liters
0.001: ml | millilitre | milliliter | millilitres | milliliters
100: hl | hectolitre | hectolitres | hectoliter | hectoliters
1000: cubic metre | cubic meter | cbm | cubic metres | cubic meters | m3 | m\N{SUPERSCRIPT THREE}
3.785411784: gallon | gallons | gal
"""),
    **_units("speed", """
1: km/h | kph | kmh | kilometres per hour | kilometers per hour
1.609344: mph | miles per hour
3.6: m/s | metres per second | meters per second
1.852: knot | knots | kn | kts
"""),
    **_units("energy", """
0.001: wh | watt hour | watt hours | watt-hours
1: kwh | kilowatt hour | kilowatt hours | kilowatt-hour | kilowatt-hours
1000: mwh | megawatt hour | megawatt hours | megawatt-hour | megawatt-hours
1e6: gwh | gigawatt hour | gigawatt hours | gigawatt-hour | gigawatt-hours
1e9: twh | terawatt hour | terawatt hours | terawatt-hour | terawatt-hours
0.000293071: btu | btus | british thermal unit | british thermal units
293.071: mmbtu
"""),
    **_units("power", """
0.001: w | watt | watts
1: kw | kilowatt | kilowatts | kwe | kwp | kwel
1000: mw | megawatt | megawatts | mwe | mw(e) | mwp | mwel | mwac
1e6: gw | gigawatt | gigawatts | gwe | gwp
0.745699872: hp | horsepower
"""),
    **_units("heat", """
1: kwth | kwt | kw(th)
1000: mwth | mwt | mw(th)
"""),
    **_units("voltage", """
1: volt | volts
1e3: kv | kilovolt | kilovolts
"""),
    **_units("frequency", """
1: hz | hertz
1e3: khz
1e6: mhz
1e9: ghz
"""),
    **_units("time", """
1: year | years | yr | yrs
0.0833333333: month | months
0.00273790926: day | days
"""),
    **_units("clock", """
1: second | seconds | sec
60: minute | minutes | min | mins
3600: hour | hours | hr | hrs | h
"""),
    **_units("data", """
1: MB | mb | megabyte | megabytes | MiB | mib
0.001: KB | kb | kilobyte | kilobytes
1000: GB | gb | gigabyte | gigabytes | GiB | gib
1e6: TB | tb | terabyte | terabytes
"""),
    **_units("temperature", """
1: \N{DEGREE SIGN}C | \N{DEGREE SIGN} C | \N{DEGREE SIGN} c | degrees c | deg c | degc | degrees celsius | celsius | \N{DEGREE SIGN}c
"""),
    **_units("fahrenheit", """
1: \N{DEGREE SIGN}F | degrees fahrenheit | fahrenheit | \N{DEGREE SIGN}f
"""),
    **_units("kelvin", """
1: K | kelvin
"""),
}  # fmt: skip

MAGNITUDES: Final = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "millions": 1e6,
    "mn": 1e6,
    "mio": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "billions": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
    "trillions": 1e12,
    "tn": 1e12,
    "t": 1e12,
    "lakh": 1e5,
    "crore": 1e7,
}

# Short symbols stand for units only right behind a number; in a question "in" and "m" are words.
_ASKED_SYMBOLS: Final = {
    "km",
    "kg",
    "cm",
    "mm",
    "km2",
    "m2",
    "sqm",
    "ha",
    "mi",
    "ft",
    "kw",
    "mw",
    "gw",
    "wh",
    "kwh",
    "mwh",
    "gwh",
    "twh",
    "btu",
    "kv",
    "kn",
    "mph",
    "\N{DEGREE SIGN}c",
    "lb",
    "lbs",
    "mb",
    "gb",
}
_LONGEST_FIRST: Final = sorted(UNITS, key=len, reverse=True)
_ASKED = re.compile(
    r"(?<![a-z])(?:per |of )?("
    + "|".join(
        re.escape(name)
        for name in _LONGEST_FIRST
        if len(name) > 3 or " " in name or name in _ASKED_SYMBOLS
    )
    + r")(?![a-z0-9])"
)
# "in m;", "Battery life (h)", "width in nm": a letter alone is a unit where it stands like one.
_ASKED_LETTER = re.compile(r"(?:\bin |[(\[])(m|g|t|l|h|nm)(?=[)\],;.]|$)")
_SPANS: Final = frozenset({"time", "clock"})
_SPANNED: Final = r"\b(?:in|number of|how many) {0}\b|^{0} (?:as|the|for which|that|it)\b"
_DAY: Final = 86_400.0
_HEAT = re.compile(r"\b(?:heat|thermal|heating)\b")
_NO_HEAT = re.compile(r"\b(?:no|not|without) (?:heat|thermal)|\belectric")
_WARMTH: Final = frozenset(
    [
        "temp", "temperature", "temperatures", "point", "melting", "boiling", "freezing", "kelvin", "celsius",
        "fahrenheit", "degree", "degrees", "heat", "hot", "warm", "cold", "flash", "oven",
    ]
)  # fmt: skip
_BEHIND = re.compile(
    r"[\s-]?("
    + "|".join(re.escape(name) for name in _LONGEST_FIRST)
    + r")(?![A-Za-z0-9\N{SUPERSCRIPT TWO}])",
    re.IGNORECASE,
)


def unit_behind(text: str, at: int) -> Unit | None:
    """Return the unit that stands at an offset, right behind a number."""
    found = _BEHIND.match(text, at)
    if not found:
        return None
    return UNITS.get(found[1]) or UNITS.get(found[1].lower())


_RAISED: Final = str.maketrans(
    "\N{SUPERSCRIPT TWO}\N{SUPERSCRIPT THREE}", "23"
)  # "km2" is a unit, too


# "km sq.", "kilometers square(d)", "km^2": no lengths.
_SQUARED = re.compile(
    r"\b(?P<unit>km|m|kilomet(?:er|re)s?|met(?:er|re)s?|miles?|feet)(?:\^2| sq\b(?! ?k?m)| squared?\b)"
)


def ratio(unit: Unit, asked: Unit) -> float | None:
    """Return how many of the asked unit one of another is; None where they measure different things.

    Days and weeks are told in hours, too; what gives heat may give power where heat is asked for.
    """
    if unit.dimension == asked.dimension or (unit.dimension, asked.dimension) == ("power", "heat"):
        return unit.factor / asked.factor
    if {unit.dimension, asked.dimension} == _SPANS and {unit.name, asked.name} & {"day"}:
        seconds = [u.factor if u.dimension == "clock" else _DAY for u in (unit, asked)]
        return seconds[0] / seconds[1]
    return None


def asked_unit(name: str, description: str) -> Unit | None:
    """Return the unit that a field's name, or else its description, asks for.

    A duration is not asked for by "year": ``founding_year`` wants a year; nor a temperature by every letter.
    """
    for tail, degree in (("_c", "celsius"), ("_f", "fahrenheit"), ("_k", "kelvin")):
        if name.lower().endswith(tail) and _is_warmth(f"{name} {description}"):
            return UNITS[degree]
    for said in (name.replace("_", " ").lower(), description.lower()):
        text = _SQUARED.sub(r"square \g<unit>", said.translate(_RAISED))
        for found in _ASKED.finditer(text):
            unit = UNITS[found[1]]
            if unit.dimension == "time" and text[: found.start(1)].rstrip(" -")[-1:].isdigit():
                continue  # an age: "65 years and over"
            plain = unit.dimension not in _SPANS
            if (
                plain
                or re.search(_SPANNED.format(found[1]), text)
                or f"_{found[1]}" in name.lower()
            ):
                if unit.dimension == "time" and unit.name == "year" and not found[1].endswith("s"):
                    continue
                return _of_heat(unit, text)
    letter = _ASKED_LETTER.search(name) or _ASKED_LETTER.search(description)
    return UNITS[letter[1]] if letter else None


def asked_units(name: str, description: str) -> list[Unit]:
    """Return the units that a field's name and description speak of, each once; none of a rate's ("per km")."""
    found: dict[str, Unit] = {}
    for said in (name.replace("_", " ").lower(), description.lower()):
        text = _SQUARED.sub(r"square \g<unit>", said.translate(_RAISED))
        for match in _ASKED.finditer(text):
            before = text[: match.start(1)].rstrip()
            if not before.endswith(("per", "/", "of")) and not before[-1:].isdigit():
                unit = UNITS[match[1]]
                found.setdefault(unit.name, unit)
    return list(found.values())


def _of_heat(unit: Unit, text: str) -> Unit:
    """Return a unit of power as one of heat where heat is asked for and not turned down."""
    heat = unit.dimension == "power" and _HEAT.search(text) and not _NO_HEAT.search(text)
    return next((u for u in UNITS.values() if u.dimension == "heat" and u.factor == unit.factor), unit) if heat else unit  # fmt: skip


def _is_warmth(said: str) -> bool:
    return bool(_WARMTH & set(re.findall(r"[a-z]+", said.lower())))


def asked_scale(name: str, description: str) -> float:
    """Return the magnitude that the number is wanted in, such as 1e6 for ``revenue_in_millions``."""
    for text in (name.replace("_", " ").lower(), description.lower()):
        if scale := money_scale(text):
            return scale
        found = re.search(
            r"\b(?:in|how many) (thousand|million|billion|trillion|mn|bn)s?\b", text
        ) or re.search(
            r"(?:^|\s)(thousand|million|billion|trillion)s(?=$|[,;)]| of (?:[a-z]+ )?(?:currency|units|euros|dollars|pounds)\b)",
            text,
        )
        if found:
            return MAGNITUDES[found[1]]
    return 1.0
