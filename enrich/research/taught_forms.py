"""The forms that the values of filled rows may have, and a field asked in the form that they have.

A text tells how it is written wherever it stands (``2024-04-01``, ``20%``, ``50.0M``). A number
tells nothing of its size: that 63.5 stands for millions is known only where its document says
so, and then holds for every row, since a column has one size and one unit.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.taught_notations import (
    MAGNITUDES,
    FigureNotation,
    are_codes,
    day_notations,
    figure_notation,
    sure_days,
)
from enrich.research.codes import guarded, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.records import Json
    from enrich.research.kinds import Kind
    from enrich.research.wanted import Wanted

_TEXT_KINDS: Final[tuple[Kind, ...]] = ("name", "place", "phrase", "url", "email", "phone", "date")
_NAME = re.compile(r"[^\W\d_a-z][^\d;]{0,80}")
_CODE_CHARS: Final = 12
_SHARE: Final = 2.0  # parts of one are seldom more: 150 % are 1.5
_UNSAID: Final[tuple[Kind, ...]] = ("phrase", "amount", "number")


def forms(field: Wanted, values: Sequence[Json]) -> Iterator[Wanted]:
    """Yield the forms that known values may have, the narrowest first: of equals it is taken."""
    if field.kind in {"number", "boolean", "enum"} or field.many:
        if field.kind == "number" and all(isinstance(v, int) and 1000 <= v <= 2100 for v in values):
            yield replace(field, kind="year", whole=True)
        yield field
        if field.kind == "boolean":
            yield replace(field, denied=not field.denied)
        return
    texts = [value for value in values if isinstance(value, str)]
    yield from (replace(field, kind="date", days=days) for days in day_notations(texts))
    codes = are_codes(texts)
    if not codes and (figures := _figures(field, texts)) is not None:
        yield figures
    if field.kind != "phrase":
        yield field  # it says itself what it is
    shapes = dict.fromkeys(s for t in texts if len(t) <= _CODE_CHARS and (s := shape_of(t)))
    if shapes and len(shapes) < max(2, len(texts)):
        yield replace(field, kind="code", shape=guarded(*shapes))
    if codes and (figures := _figures(field, texts)) is not None:
        yield figures
    named = all(map(_NAME.fullmatch, texts))
    kinds = _TEXT_KINDS if named else sorted(_TEXT_KINDS, key=lambda kind: kind != "phrase")
    yield from (replace(field, kind=kind) for kind in kinds if kind != field.kind or kind == "phrase")  # fmt: skip


def sized(field: Wanted, values: Sequence[Json]) -> Iterator[Wanted]:
    """Yield forms of figures that are not as their documents state them: parts of one, millions, rounded."""
    if field.many:
        return
    if field.kind != "number":
        texts = [value for value in values if isinstance(value, str)]
        form = _figures(field, texts)
        notation = form.number.notation if form is not None else None
        if form is None or notation is None:
            return
        if max(size for _, size in notation.sizes) > 1:
            number = replace(form.number, notation=replace(notation, most=_decimals(texts)))
            yield replace(form, number=number)
        elif not notation.percent and not notation.currency:
            yield from _parts_of_one(form, notation, [float(t.replace(",", "")) for t in texts if _is_float(t)])  # fmt: skip
        return
    figures = [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]
    if not figures or field.number.scale != 1:
        return
    yield from _parts_of_one(field, FigureNotation(is_text=False), figures)
    decimals = _decimals([repr(float(figure)) for figure in figures])
    for most in (None, decimals):
        notation = None if most is None else FigureNotation(is_text=False, most=most)
        for scale in MAGNITUDES:
            number = replace(field.number, scale=scale, notation=notation, percent=False)
            yield replace(field, number=number)


def in_form(field: Wanted, form: Wanted) -> Wanted:
    """Return a field asked in the form that filled rows have theirs in: one column, one notation, one unit."""
    if form.days is not None:
        return replace(field, kind="date", days=form.days)
    if form.kind != "number" or field.kind not in _UNSAID:
        return field
    asked, taught = field.number, form.number
    if taught.notation is None and field.kind != "number":
        return field
    any_money = asked.currency in {None, "*"}
    number = replace(
        asked,
        unit=asked.unit or taught.unit,
        currency=taught.currency or asked.currency if any_money else asked.currency,
        percent=taught.percent if taught.notation is not None else asked.percent,
        scale=taught.scale,
        notation=taught.notation,
    )
    return replace(field, kind="number", number=number)


def as_written(field: Wanted, values: Sequence[Json]) -> Wanted:
    """Return a field in the notation of texts of which nothing is known but how they are written."""
    texts = [value for value in values if isinstance(value, str)]
    if field.many or len(texts) < len(values):
        return field
    if field.kind in {"date", "phrase"} and (days := sure_days(texts)) is not None:
        return replace(field, kind="date", days=days)
    figures = _figures(field, texts) if field.kind in {"amount", "phrase"} else None
    return field if figures is None or are_codes(texts) else figures


def _figures(field: Wanted, texts: Sequence[str]) -> Wanted | None:
    """Return a field asked for figures that are written as some texts are; None if they are no figures."""
    notation = figure_notation(texts)
    if notation is None:
        return None
    number = replace(
        field.number,
        unit=notation.unit or field.number.unit,
        currency=notation.currency or field.number.currency,
        percent=notation.percent,
        scale=1.0,
        notation=notation,
    )
    return replace(field, kind="number", number=number)


def _parts_of_one(
    field: Wanted, notation: FigureNotation, figures: Sequence[float]
) -> Iterator[Wanted]:
    """Yield a field asked for shares that are written as 0.2, if known figures may be such."""
    if figures and all(abs(f) <= _SHARE for f in figures) and any(f % 1 for f in figures):
        share = replace(notation, percent=True, fraction=True)
        number = replace(field.number, percent=True, whole=False, unit=None, currency=None, notation=share)  # fmt: skip
        yield replace(field, kind="number", number=number)


def _decimals(texts: Sequence[str]) -> int:
    """Return how many decimals some figures have at most."""
    tails = [re.search(r"\.(\d+)", text) for text in texts]
    return max((len(tail[1].rstrip("0")) for tail in tails if tail), default=0)


def _is_float(text: str) -> bool:
    return bool(re.fullmatch(r"-?[\d,]*\.?\d+", text))
