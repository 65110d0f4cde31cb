"""How known values are written, and the same notation for others: ``2024-04-01``, ``20%``, ``50.0M``, ``1,211``.

A notation is read from the texts alone, and is one only where all of them are written alike;
what a value is, is another matter. It is never guessed: days that may be read in two ways are
written only where both ways come to the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.digits import DIGITS, decimal_of
from enrich.research.candidates.notations import MONTHS
from enrich.research.candidates.numbers import numbers_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.records import Json
    from enrich.research.candidates.numbers import Number
    from enrich.research.candidates.units import Unit

TAUGHT: Final = "written as in the filled rows"
"""The normalisation between a span and its value in another's notation, in words."""

ISO: Final = "%Y-%m-%d"
# The day before the month goes before the month before the day; where both fit, neither is meant surely.
_DAYS: Final = (
    ISO, "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y",
    "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d", "%d %B %Y", "%d. %B %Y", "%B %d, %Y", "%B %d %Y", "%d %b %Y", "%b %d, %Y",
    "%d-%b-%Y", "%d-%b-%y", "%B %Y", "%b %Y", "%Y-%m", "%Y/%m", "%m-%Y", "%m/%Y", "%m.%Y",
)  # fmt: skip
_PART = re.compile(r"%[YymdBb]")
_NO_NOUGHT = re.compile(r"\b0(?=\d)")
_BARE_DIGITS = re.compile(r"\d+")
_EQUAL_CODES: Final = 4  # digits from which on texts of one length are rather codes than figures

_FIGURE = re.compile(
    r"(?P<before>[^\d+\N{MINUS SIGN}-]{0,5})(?P<sign>[-\N{MINUS SIGN}]?)(?P<digits>\d[\d.,'\N{RIGHT SINGLE QUOTATION MARK}\u00a0\u202f ]{0,24}(?<=\d)|\d)(?P<after>\D{0,20})"
)
_DOTTED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_PARTED = re.compile(r"\d{1,3}(?P<mark>[,'\N{RIGHT SINGLE QUOTATION MARK}\u00a0\u202f ])\d{3}")
_SIZES: Final = {
    "": 1.0, "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9,
    "billion": 1e9, "t": 1e12, "tn": 1e12, "trillion": 1e12,
}  # fmt: skip
_SIZE = re.compile(r"(?P<gap>\s?)(?P<word>[A-Za-z]*)(?P<rest>.*)", re.DOTALL)
_CODE = re.compile(r"\D*0\d")  # 0815
# What stands here is no whole figure: a version 3.1.4, a number 12-17.
_GOES_ON = re.compile(r"[.,'\N{RIGHT SINGLE QUOTATION MARK}]\d|[-/]\w")
_LONGEST: Final = 40
_UNPARTED: Final = 3  # digits that nothing parts
_LEAST: Final = 0.01  # of a size: nobody tells a turnover in thousandths of a million
MAGNITUDES: Final = (1e6, 1e3, 1e9)
"""Sizes in which a column of numbers may be kept, the likeliest first."""


@dataclass(frozen=True, slots=True)
class DayNotation:
    """How days are written.

    Attributes:
        formats: Directives of ``strftime``, any of which all known days may be written in.
        padded: Whether a day and a month have a nought before a single digit.
    """

    formats: tuple[str, ...]
    padded: bool

    def write(self, iso: str) -> str | None:
        """Return a date that is given as ``2024-04-01``, or less of it; None where it cannot be written surely."""
        parts = iso.split("-")
        if len(parts) < _parts(self.formats[0]):
            return iso if self.formats == (ISO,) else None
        known = date(*(int(part) for part in (*parts, "1", "1")[:3]))
        told = {_day(known, form, padded=self.padded) for form in self.formats}
        return told.pop() if len(told) == 1 else None

    def has(self, text: str) -> bool:
        """Tell whether a text is written so."""
        return any(_is_day(text, form, padded=self.padded) for form in self.formats)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureNotation:
    """How figures are written.

    Attributes:
        before: What stands in front: ``EUR ``.
        after: What stands behind, without the word for its size: ``%``.
        sizes: Words for its size with the blank before them, and what each stands for, the largest first.
        currency: ISO code of the money that ``before`` or ``after`` names.
        unit: The unit that ``after`` names.
        percent: Whether shares of a hundred are written.
        fraction: Whether those are written as parts of one.
        mark: What parts thousands; None where no known figure has as many.
        least: Decimals that all known figures have at least.
        most: Decimals that figures are rounded to; None where they are not.
        is_text: Whether they are text rather than JSON numbers.
    """

    before: str = ""
    after: str = ""
    sizes: tuple[tuple[str, float], ...] = (("", 1.0),)
    currency: str | None = None
    unit: Unit | None = None
    percent: bool = False
    fraction: bool = False
    mark: str | None = None
    least: int = 0
    most: int | None = None
    is_text: bool = True

    def write(self, value: float, text: str, number: Number) -> Json:
        """Return a figure in this notation; None where it cannot be written so.

        Args:
            value: In the unit and size that are asked for.
            text: The passage.
            number: What it says there.
        """
        stated = text[number.start : number.end]
        told = (
            number.percent,
            number.currency if self.currency else None,
            bool(number.unit and self.unit),
        )
        if told != (self.percent, self.currency, self.unit is not None):
            return None
        if _GOES_ON.match(text, number.end) or (self.is_text and _CODE.match(stated)):
            return None
        smallest = self.sizes[-1][1] * (_LEAST if number.currency else 1)
        if smallest > 1 and not number.scaled and abs(value) < smallest:
            return None
        whole = Decimal(repr(value)) / (100 if self.fraction else 1)
        fitting = ((word, size) for word, size in self.sizes if abs(whole) >= size)
        word, size = next(fitting, self.sizes[-1])
        exact = whole / Decimal(size)
        if self.most is not None:
            exact = exact.quantize(Decimal(1).scaleb(-self.most), ROUND_HALF_UP)
            if whole and not exact:
                return None
        if not self.is_text:
            return int(exact) if exact == exact.to_integral_value() else float(exact)
        decimals = max(
            self.least, -int(exact.normalize().as_tuple().exponent), _decimals(stated, exact)
        )
        mark = _mark_of(stated) if self.mark is None else self.mark
        digits = f"{abs(exact):,.{decimals}f}".replace(",", mark)
        return f"{self.before}{'-' * (exact < 0)}{digits}{word}{self.after}"

    @property
    def how(self) -> str:
        """The normalisation, in words."""
        if self.most is None:
            return TAUGHT
        return f"rounded to {self.most} decimal place{'s' * (self.most != 1)}, {TAUGHT}"

    def has(self, text: str) -> bool:
        """Tell whether a text is written so."""
        found = _figure(text)
        return found is not None and _alike((self, found)) is not None


Notation = DayNotation | FigureNotation


def day_notations(texts: Sequence[str]) -> Iterator[DayNotation]:
    """Yield the notations that all of some texts are days in; those that cannot be told apart as one."""
    for padded in (True, False):
        fitting = [form for form in _DAYS if all(_is_day(t, form, padded=padded) for t in texts)]
        if not fitting:
            continue
        if all(len({_read(t, form) for form in fitting}) == 1 for t in texts):
            yield DayNotation(tuple(fitting), padded)
        else:
            yield from (DayNotation((form,), padded) for form in fitting)
        return


def sure_days(texts: Sequence[str]) -> DayNotation | None:
    """Return the notation that all of some texts are days in, with every way in which they may be read."""
    found = list(day_notations(texts))
    forms = tuple(form for each in found for form in each.formats)
    return DayNotation(forms, found[0].padded) if found else None


def figure_notation(texts: Sequence[str]) -> FigureNotation | None:
    """Return the notation that some texts are figures in; None if they are none, or are not written alike."""
    found = [_figure(text) for text in texts]
    known = [each for each in found if each is not None]
    if not known or len(known) < len(found):
        return None
    return _alike(known)


def are_codes(texts: Sequence[str]) -> bool:
    """Tell whether texts of digits alone are likelier codes: all of one length, and not short."""
    lengths = {len(text) for text in texts}
    bare = all(map(_BARE_DIGITS.fullmatch, texts))
    nought = any(text.startswith("0") and len(text) > 1 for text in texts)
    return bare and (nought or (len(lengths) == 1 and min(lengths) >= _EQUAL_CODES))


def _is_day(text: str, form: str, *, padded: bool) -> bool:
    day = _read(text, form)
    return day is not None and _day(day, form, padded=padded) == text


def _read(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        return None


def _day(day: date, form: str, *, padded: bool) -> str:
    month = MONTHS[day.month - 1].capitalize()
    shown = {
        "%Y": f"{day.year:04}", "%y": f"{day.year % 100:02}", "%B": month, "%b": month[:3],
        "%m": f"{day.month:02}" if padded else str(day.month), "%d": f"{day.day:02}" if padded else str(day.day),
    }  # fmt: skip
    return _PART.sub(lambda part: shown[part.group()], form)


def _parts(form: str) -> int:
    return len(_PART.findall(form))


def _figure(text: str) -> FigureNotation | None:
    """Return the notation of one figure; None of what is none, or may be read in two ways."""
    text = text.strip()
    found = _FIGURE.fullmatch(text) if len(text) <= _LONGEST else None
    told = list(numbers_in(text)) if found is not None else []
    if found is None or len(told) != 1 or not _is_plain(found["digits"]):
        return None
    number, behind = told[0], found["after"]
    size = _SIZE.fullmatch(behind) if number.scaled else None
    word, rest = (size["gap"] + size["word"], size["rest"]) if size else ("", behind)
    times = _SIZES.get(word.strip().lower())
    named = number.percent or number.currency or number.unit
    unsaid = found["before"].strip() and number.currency is None
    if times is None or unsaid or (rest.strip() and not named):
        return None
    if number.end < len(text) and number.unit is None:
        return None
    whole, _, decimals = found["digits"].partition(".")
    parted = _PARTED.match(whole)
    return FigureNotation(
        before=found["before"],
        after=rest,
        sizes=((word, times),),
        currency=number.currency,
        unit=number.unit,
        percent=number.percent,
        mark=parted["mark"] if parted else "" if len(whole) > _UNPARTED else None,
        least=len(decimals),
    )


def _is_plain(digits: str) -> bool:
    """Tell whether digits are neither a code (007) nor parted so that they may mean two figures (1.234), or have a decimal comma."""
    comma = re.search(r",\d{1,2}$", digits)
    code = len(digits) > 1 and digits.startswith("0") and not digits.startswith("0.")
    return not (comma or code or _DOTTED.fullmatch(digits))


def _alike(figures: Sequence[FigureNotation]) -> FigureNotation | None:
    """Return the notation that all of some figures have."""
    first = figures[0]
    marks = {each.mark for each in figures} - {None}
    sizes = dict(size for each in figures for size in each.sizes)
    gaps = {word[: len(word) - len(word.lstrip())] for word in sizes}
    same = all(
        (e.before, e.after, e.currency, e.unit, e.percent) == (first.before, first.after, first.currency, first.unit, first.percent)
        for e in figures
    )  # fmt: skip
    if not same or len(marks) > 1 or len(gaps) > 1 or len(set(sizes.values())) < len(sizes):
        return None
    return replace(
        first,
        sizes=tuple(sorted(sizes.items(), key=lambda size: -size[1])),
        mark=next(iter(marks), None),
        least=min(each.least for each in figures),
    )


def _decimals(stated: str, exact: Decimal) -> int:
    """Return how many decimals a figure has on its page, where it is not put in another size: ``3.10``."""
    found = re.search(DIGITS, stated)
    digits = decimal_of(found.group()) if found else ""
    return len(digits.partition(".")[2]) if digits and Decimal(digits) == abs(exact) else 0


def _mark_of(stated: str) -> str:
    """Return what parts thousands in a figure as its page has it."""
    parted = re.search(_PARTED.pattern, stated)
    return parted["mark"] if parted else ""
