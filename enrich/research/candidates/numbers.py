"""Numbers in running text: separators, magnitudes, currencies, percents and units."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.currencies import CODES
from enrich.research.candidates.digits import DIGITS, decimal_of, times
from enrich.research.candidates.spelled import spelled
from enrich.research.candidates.units import MAGNITUDES, Unit, ratio, unit_behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.records import Json
    from enrich.research.candidates.headings import Measure
    from enrich.research.candidates.taught_notations import FigureNotation

_CODES = "|".join(CODES)
_NUMBER = re.compile(
    r"(?P<currency>US\$|A\$|C\$|[$\N{EURO SIGN}\N{POUND SIGN}\N{YEN SIGN}\N{INDIAN RUPEE SIGN}]"
    rf"|\b(?:{_CODES})\b)?\s?"
    rf"(?<![\w.,])(?P<sign>[-\N{{MINUS SIGN}}\N{{EN DASH}}](?=\d))?(?P<digits>{DIGITS})"
    r"(?:\s?(?P<percent>%|percent\b|per cent\b))?"
    r"(?:[\s-]?(?P<magnitude>hundred|thousand|million|billion|trillion|lakh|crore|mn|bn|tn|mio)s?\b|(?P<short>[KMBT]|k|m|b)(?![\w\N{SUPERSCRIPT TWO}/]))?"
    rf"(?:\s?(?P<after>(?:{_CODES}|euros?|dollars?|pounds sterling|yen)\b|\N{{EURO SIGN}}(?!\s?\d)))?"
)
_CURRENCIES: Final = {
    "$": "USD", "US$": "USD", "A$": "AUD", "C$": "CAD", "\N{EURO SIGN}": "EUR", "\N{POUND SIGN}": "GBP",
    "\N{YEN SIGN}": "JPY", "\N{INDIAN RUPEE SIGN}": "INR", "euro": "EUR", "euros": "EUR", "dollar": "USD",
    "dollars": "USD", "pounds sterling": "GBP", "yen": "JPY",
}  # fmt: skip
_DATE_AROUND = re.compile(
    r"(?:\b(?:in|since|by|from|of|year|until|for)\s+|[(/]|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(?:\d{1,2},\s*)?)$",
    re.IGNORECASE,
)


_DECADE = re.compile(r"(?<=\d)'?s\b")  # "the 1960s", "in her 40s": no amounts
_YEAR_OF = re.compile(r"\s?(?:est\b|\)|-\d{2}\b|(?:census|estimates?|population|figures?)\b)")
_LEAST: Final = (
    0.01  # of the magnitude that is asked for: nobody tells a turnover in thousandths of a million
)
CONVERTED: Final = "converted from"
"""How the normalisation of a figure in another unit begins, in words."""
_MOST_PERCENT: Final = 10_000.0  # of a hundred, nothing is as much
_RATE_FIT: Final = 0.5  # what a rate counts where none is asked for
_PER = re.compile(r"(?:[^\W\d]\)?\s?/\s?|\b(?:per|out of|for every|for each)\s+)$", re.IGNORECASE)
_AGED = re.compile(r"\b(?:ages?|aged)\s(?:of\s)?(?:\d+[-\N{EN DASH}])?$", re.IGNORECASE)
_OLD = re.compile(
    r"(?:[\s-]years?)?[\s-](?:old\b|of age\b|(?:or|and) (?:older|over|above)\b)", re.IGNORECASE
)
_RATE = re.compile(r"\s?(?:[a-z]+(?:\(s\))?\s?){0,3}/\s?[\w]|\s[a-z]+ per \w", re.IGNORECASE)
_NO_NOUN = (
    r"(?!(?:and|or|in|at|of|to|by|as|with|from|for|on|is|was|were|are|has|had|have|est|but|which|that|who|when|while|where|including|ranking|making"
    r"|up|down|it|its|the|a|an|per|after|before|plus|all|each|only|since|until|than|under|over|between|among|within|inside|outside|across|around|throughout|about|near|during|through|against|according|living|spread|so|not|no|if|he|she|they|we|their|his|her|our|this|these|those)\b)"
)
# What is counted reaches to its first plural: "small and mid-size businesses", "hotel rooms".
_COUNTED = re.compile(
    rf"[\s-]({_NO_NOUN}[a-z]{{3,}}(?:(?<![^s]s)(?:[ -]| and ){_NO_NOUN}[a-z]{{3,}}){{0,3}})(?![a-z])"
)
_RATIO = re.compile(r"\s?(?:to|:)\s?1\b(?![.,]\d)")  # "19 to 1"
_IN_RATIO = re.compile(r"\d\s?(?:to|:)\s?$")
_BAND = re.compile(r"\s?(?:[-/\N{EN DASH}]|to)\s?\d")  # "250-499 employees" tells no number
_IN_BAND = re.compile(r"\d\s?(?:[-/\N{EN DASH}]|to)\s?$")
_ORDINAL = re.compile(
    r"(?:st|nd|rd|th)\b|[\s-](?:thirds|quarters|fifths|tenths|halves)\b"
)  # "19th", "two thirds"
_DENSITY = re.compile(
    r"\s[a-z]+ per (?:square|sq|km|mile|hectare|acre|capita|person|head|inhabitant|\d)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:\b[Nn][or]\.?\s?|#)$")  # "No. 2 furnace"
_IN_CODE = re.compile(
    rf"(?<![\w-])(?!(?:{_CODES})[-:])[A-Z][A-Z\d]*(?:-[A-Z\d]+)*[-:]$"
)  # "VD-LS-0926", "SCP:2011"
_STATED_BESIDE = re.compile(
    r"[\s-]?[a-z. ]{1,24}[(/]\s?(?:or |about |approx\.? |c\. )?", re.IGNORECASE
)
# The lower end of a share: the 9 of "9-11% of the people".
_TO_PERCENT = re.compile(r"\s?(?:[-\N{EN DASH}]|to)\s?\d+(?:\.\d+)?\s?(?:%|percent\b|per cent\b)")
_WHOLE: Final = 1e-9  # what a whole number may be off by
_WRITTEN_OUT: Final = "its magnitude written out"
_AS_HEADED: Final = "in the magnitude that its label names"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as it stands in a text.

    Attributes:
        value: The number with its magnitude applied; percents stay as written.
        start: Offset of the first character, currency and sign included.
        end: Offset behind the last, magnitude and percent sign included.
        percent: Whether it is a share of a hundred.
        currency: ISO 4217 code, if one stands beside it.
        unit: The unit behind it.
        scaled: Whether a magnitude word was applied.
        year: Whether it reads as a year rather than as an amount.
        note: Whether it stands in parentheses.
        counted: The word of the language behind it: ``valleys`` of "seven valleys".
        rate: Whether it is a share of something: "26 births/1,000 people".
        age: Whether it is somebody's age: "people aged 15 or older".
        named: Whether it tells no amount: a part of a ratio or of a band, the number of a thing.
        base: Whether it is what a rate is reckoned by: the 1,000 of "26 births/1,000 people".
    """

    value: float
    start: int
    end: int
    percent: bool = False
    currency: str | None = None
    unit: Unit | None = None
    scaled: bool = False
    year: bool = False
    note: bool = False
    base: bool = False
    counted: str = ""
    rate: bool = False
    age: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberForm:
    """The number that is asked for.

    Attributes:
        whole: Only whole numbers will do.
        unit: Unit to convert to; None for whatever the source has.
        scale: Magnitude that it is wanted in, such as 1e6.
        currency: ISO code that an amount must be in; ``*`` for any currency.
        percent: True: a share of a hundred; False: not one; None: either.
        rate: Whether a rate is asked for: so many of one thing for each other.
        age: Whether an age is asked for.
        count: Whether things are counted: such a number has no unit.
        notation: How it is to be written; None for a plain JSON number.
    """

    whole: bool = False
    unit: Unit | None = None
    scale: float = 1.0
    currency: str | None = None
    percent: bool | None = None
    rate: bool = False
    age: bool = False
    count: bool = False
    notation: FigureNotation | None = None


_YEAR_DIGITS: Final = 4


def numbers_in(text: str) -> Iterator[Number]:
    """Yield the numbers of a text in order; words like "twenty-three" only where no digit is.

    ``68,374,591`` and ``68.4 million`` are one number each; ``3.5M`` and ``$28 bn`` too.
    """
    found = False
    for match in _NUMBER.finditer(text):
        if _DECADE.match(text, match.end()):
            continue
        found = True
        yield _number(text, match)
    if not found:
        yield from _in_letters(text)


def _in_letters(text: str) -> Iterator[Number]:
    """Yield the numbers of a text that are written in letters."""
    for word in spelled(text):
        yield Number(
            value=word.value,
            start=word.start,
            end=word.end,
            unit=unit_behind(text, word.end),
            scaled=word.scaled,
            named=bool(_ORDINAL.match(text, word.end)),
            counted=_counted(text, word.end),
        )


def _numbers_for(text: str, form: NumberForm) -> list[Number]:
    """Return the numbers of a text; beside digits, letters tell how many units there are, and nothing else."""
    found = [*numbers_in(text)]
    if form.unit is None:
        return found
    more = [n for n in _in_letters(text) if n.unit is not None]
    more = [n for n in more if not any(n.start < d.end and d.start < n.end for d in found)]
    return sorted(found + more, key=lambda n: n.start)


def _number(text: str, match: re.Match[str]) -> Number:
    digits = decimal_of(match["digits"])
    magnitude = MAGNITUDES.get((match["magnitude"] or match["short"] or "").lower(), 1.0)
    value = times(digits, magnitude)
    mark: str | None = match["currency"] or (match["after"] or "").lower() or None
    start = (
        match.start("currency")
        if match["currency"]
        else match.start("sign")
        if match["sign"]
        else match.start("digits")
    )
    negative = match["sign"] and match["sign"] != "\N{EN DASH}"
    unit = None if match["percent"] else unit_behind(text, match.end())
    return Number(
        value=-value if negative else value,
        start=start,
        end=match.end() - (len(match.group()) - len(match.group().rstrip())),
        percent=bool(match["percent"] or _TO_PERCENT.match(text, match.end())),
        currency=_CURRENCIES.get(mark, mark.upper()) if mark else None,
        unit=unit,
        scaled=magnitude != 1,
        year=_is_year(text, match, value) and unit is None,
        note=text.rfind("(", 0, start) > text.rfind(")", 0, start),
        base=bool(_PER.search(text, max(0, start - 12), start)),
        age=bool(_AGED.search(text, max(0, start - 12), start) or _OLD.match(text, match.end())),
        rate=bool(_RATE.match(text, match.end())),
        counted=_counted(text, match.end()),
        named=_is_named(text, start, match),
    )


def _is_named(text: str, start: int, match: re.Match[str]) -> bool:
    """Tell whether a number counts nothing: a side of a ratio, an end of a band, a version, a thing's number."""
    before = text[max(0, start - 12) : start]
    behind = any(
        pattern.match(text, match.end()) for pattern in (_RATIO, _BAND, _ORDINAL, _DENSITY)
    )
    in_front = any(pattern.search(before) for pattern in (_IN_RATIO, _IN_BAND, _IN_CODE, _NUMBERED))
    version = "." in decimal_of(match["digits"]) and not (match["magnitude"] or match["short"])
    return behind or in_front or version


def _counted(text: str, end: int) -> str:
    """Return what a number counts, if it stands right behind it: words up to the first plural."""
    found = _COUNTED.match(text, end)
    return found[1] if found else ""


def is_plural(noun: str) -> bool:
    """Tell whether a counted noun is a plural by its form."""
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is"))


def _is_year(text: str, match: re.Match[str], value: float) -> bool:
    digits = match["digits"]
    if (
        match["currency"]
        or match["magnitude"]
        or match["short"]
        or match["percent"]
        or match["sign"]
    ):
        return False
    if len(digits) != 4 or not digits.isdigit() or not 1000 <= value <= 2100:
        return False
    return bool(
        _DATE_AROUND.search(text[max(0, match.start("digits") - 20) : match.start("digits")])
    ) or bool(_YEAR_OF.match(text, match.end()))


def number_candidates(
    text: str, form: NumberForm, measure: Measure | None = None
) -> list[Candidate]:
    """Return the numbers of a passage that have the asked form, in order.

    Args:
        text: The passage.
        form: What is asked for.
        measure: What the label beside the passage says of bare numbers.
    """
    found = []
    for bare in _as_stated(text, _numbers_for(text, form), form):
        number = bare if measure is None else measure.of(bare)
        fit = form_fit(number, form)
        if fit <= 0:
            continue
        value, converted = _as_asked(number, form)
        shown, taught = _shown(value, text, number, form)
        if shown is None:
            continue
        found.append(
            Candidate(
                value=shown,
                start=number.start,
                end=number.end,
                fit=fit,
                how=", ".join(
                    part
                    for part in (
                        _WRITTEN_OUT * bare.scaled,
                        _AS_HEADED * (number.scaled and not bare.scaled),
                        converted,
                        taught,
                    )
                    if part
                )
                if shown != text[number.start : number.end]
                else "",
                counted=""
                if number.unit is not None or (number.rate and form.rate)
                else number.counted,
                in_words=not any(c.isdigit() for c in text[number.start : number.end]),
            )
        )
    return found


def _as_stated(text: str, numbers: list[Number], form: NumberForm) -> Iterator[Number]:
    """Yield numbers but those beside which the same stands in the asked unit: the 203 of "203 feet (61.9 m)"."""
    unit, beside = form.unit, False
    for number, after in zip_longest(numbers, numbers[1:]):
        stated = beside and number.note
        beside = bool(
            after
            and unit
            and after.unit == unit != number.unit
            and number.unit
            and ratio(number.unit, unit)
            and _STATED_BESIDE.fullmatch(text, number.end, after.start)
        )
        if not beside:
            yield replace(number, note=False) if stated else number


def form_fit(number: Number, form: NumberForm) -> float:  # noqa: C901, PLR0911, PLR0912  (a condition a line)
    """Return how well a number has a form, 0 to 1; 0 where it has not: another currency, no percent."""
    if number.base:
        return 0.0
    fit = _plain_fit(number, form)
    if form.count and (number.unit is not None or number.currency or number.named):
        return 0.0
    if form.scale > 1 and not number.scaled and (_bare_year(number) or abs(number.value) < form.scale * (_LEAST if number.currency else 1)):  # fmt: skip
        return 0.0
    if number.year and form.count and not is_plural(number.counted):
        return 0.0
    if (form.unit or form.currency) and is_plural(number.counted) and not (number.unit or number.currency):  # fmt: skip
        return 0.0  # seats are no price
    if number.percent:
        if form.percent is False or form.unit or form.currency:
            return 0.0
        fit *= 1.0 if form.percent else 0.9
    elif form.percent:
        if abs(number.value) > _MOST_PERCENT:
            return 0.0
        fit *= 0.6
    if form.unit:
        if number.unit is None or ratio(number.unit, form.unit) is None:
            return (
                fit * 0.5
                if number.unit is None and not number.currency and not number.year
                else 0.0
            )
        fit *= 1.0 if number.unit == form.unit else 0.9
    if form.currency:
        if _bare_year(number):
            return 0.0
        if number.currency is None:
            return fit * 0.5 if not number.year and number.unit is None else 0.0
        if form.currency not in {"*", number.currency}:
            return 0.0
    elif number.currency:
        fit *= 0.85
    return fit


def _bare_year(number: Number) -> bool:
    """Tell whether a number without unit or currency has the look of a year, as 2003 has in a column."""
    return (
        not number.currency
        and 1500 <= number.value <= 2100
        and number.end - number.start == _YEAR_DIGITS
        and not number.scaled
    )


def _plain_fit(number: Number, form: NumberForm) -> float:
    """Return how well a number fits before its unit is looked at: years, ages and rates are not amounts."""
    fit = 0.5 if number.year else 0.8 if number.note else 1.0
    if number.age and not form.age:
        fit *= 0.4
    if number.rate and not form.rate:
        fit *= _RATE_FIT
    return fit


def _as_asked(number: Number, form: NumberForm) -> tuple[float, str]:
    value, how = number.value, ""
    if form.unit and number.unit and number.unit != form.unit:
        value = round(value * (ratio(number.unit, form.unit) or 1.0), 6)
        how = f"{CONVERTED} {number.unit.name} to {form.unit.name}"
    if form.scale != 1:
        value /= form.scale
        how = f"{how}, " if how else ""
        how += f"divided by {int(form.scale):,}"
    return value, how


def _shown(value: float, text: str, number: Number, form: NumberForm) -> tuple[Json, str]:
    """Return a number as it is to be written, None for not at all, and by which normalisation."""
    if form.notation is not None:
        return form.notation.write(value, text, number), form.notation.how
    return None if form.whole and abs(value - round(value)) > _WHOLE else _plain(value), ""


def _plain(value: float) -> Json:
    return int(value) if value == int(value) and abs(value) < 1e18 else value
