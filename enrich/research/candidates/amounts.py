"""Quantities wanted as text: ``1,200 employees``, ``$12.5 million``, or short as ``12.5M``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.dates import days_in
from enrich.research.candidates.numbers import form_fit, numbers_in

if TYPE_CHECKING:
    from enrich.research.candidates.numbers import Number, NumberForm

MAX_WHOLE_CHARS: Final = 60
_STEPS: Final = ((1e9, "B"), (1e6, "M"), (1e3, "K"))
_COUNTED = re.compile(
    r"(?:[\s-](?!(?:and|or|in|at|of|to|by|as|with|from|for|on|which|is|was|were|are)\b)[a-z]+){1,2}"
)


def amount_candidates(
    text: str, form: NumberForm, *, short: bool, labelled: bool
) -> list[Candidate]:
    """Return a passage's quantities as text.

    Args:
        text: The passage.
        form: What sort of number is wanted; its currency or percent must be there.
        short: Whether they are wanted as ``50M`` rather than in the source's words.
        labelled: Whether the passage stands beside a label and so is, if short, the amount itself.
    """
    dates = [(day.start, day.end) for day in days_in(text)]
    found = []
    for number in numbers_in(text):
        fit = form_fit(number, form)
        if (
            fit <= 0
            or any(a <= number.start < b for a, b in dates)
            or (number.year and not number.currency)
        ):
            continue
        if short:
            found.append(
                Candidate(
                    value=_short(number),
                    start=number.start,
                    end=number.end,
                    fit=fit,
                    how="written short",
                )
            )
            continue
        end = number.end
        counted = None if number.percent or number.currency else _COUNTED.match(text, end)
        end = counted.end() if counted else end
        found.append(
            Candidate(value=text[number.start : end], start=number.start, end=end, fit=fit)
        )
    if found and labelled and not short and len(text) <= MAX_WHOLE_CHARS:
        first, last = len(text) - len(text.lstrip()), len(text.rstrip())
        return [
            Candidate(value=text[first:last], start=first, end=last, fit=max(c.fit for c in found))
        ]
    return found


def _short(number: Number) -> str:
    for step, letter in _STEPS:
        if abs(number.value) >= step:
            return f"{number.value / step:.10g}{letter}"
    return f"{number.value:.10g}"
