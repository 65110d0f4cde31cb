"""What an answer owes to filled rows, in sentences; and a figure that is not of their size."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from enrich.research.basis import Found
    from enrich.research.examples import Lesson
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

_NAMED: Final = 3  # labels and words that are told
_DOUBTED: Final = 0.59  # what a figure counts that is not of the size of those that are known


def with_lesson(found: Found, lesson: Lesson, field: Wanted) -> Found:
    """Return what was found for a field with what filled rows taught about it, or that they taught nothing.

    Args:
        found: What was found in the form that they taught.
        lesson: What they taught.
        field: What was asked for before that.
    """
    reading, notes = found.reading, []
    if lesson.found:
        if reading is None or not reading.match.taught_by:
            notes.append(_sought(lesson, reading))
        scale = lesson.form.number.scale
        if reading is not None and scale not in {1.0, field.number.scale}:
            notes.append(f"Filled rows have theirs in units of {scale:,.0f}.")
        reading = _cased(reading, lesson)
    else:
        notes.append(_unfound(lesson))
        if reading is not None and not lesson.allows(reading.value):
            notes.append("It is of another size than theirs, so it may be in another unit.")
            reading = replace(reading, score=min(reading.score, _DOUBTED))
    told = dict.fromkeys((*found.notes, *notes))  # a page that was hopped to has them already
    return replace(found, reading=reading, notes=tuple(told))


def _cased(reading: Reading | None, lesson: Lesson) -> Reading | None:
    """Return a text in the letters in which filled rows have theirs."""
    if reading is None or not isinstance(reading.value, str) or not lesson.cased:
        return reading
    upper = lesson.cased == "upper"
    value = reading.value.upper() if upper else reading.value.lower()
    how = f"in {'capitals' if upper else 'small letters'} as in the filled rows"
    return reading if value == reading.value else replace(reading, value=value, how=how)


def _sought(lesson: Lesson, reading: Reading | None) -> str:
    """Return where filled rows have their values, of a field that was not answered from there."""
    labels = ", ".join(f'"{label}"' for label in list(lesson.labels)[:_NAMED])
    words = ", ".join(" ".join(topic).replace("-", " ") for topic in lesson.topics[:_NAMED])
    beside = f"beside {labels}" if labels else f"in sentences that speak of {words}"
    here = "nothing like it was found" if reading is None else "this value stands elsewhere"
    return f"Filled rows have their value {beside}; {here}."


def _unfound(lesson: Lesson) -> str:
    why = (
        "could not be found in their documents"
        if lesson.read
        else "have no document in the sources"
    )
    written = lesson.form.days is not None or lesson.form.number.notation is not None
    form = "only how a value is written" if written else "neither place nor form"
    return f"The values of the filled rows {why}, so they taught {form}."
