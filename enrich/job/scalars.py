"""What a job file's single values are: durations, dollars, paths, lists of texts."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

_DURATION: Final = re.compile(r"([0-9]{1,6})\s*(s|m|h|d|w)")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _listed(value: object) -> object:
    """Let one text stand for a list of one."""
    if isinstance(value, str | Path):
        return (str(value),)
    return tuple(value) if isinstance(value, list) else value


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        msg = "a duration is a whole number and a unit (s, m, h, d, w), such as 30d"
        raise ValueError(msg)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _money(value: object) -> object:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    msg = "an amount in US dollars is a number, such as 50 or 2.5"
    raise ValueError(msg)


def as_version(value: object) -> object:
    """Keep ``true``, which equals 1, from being a version."""
    return str(value).lower() if isinstance(value, bool) else value


def _text_of_path(value: object) -> object:
    return os.fspath(value) if isinstance(value, os.PathLike) else value


_TEXTS_SCHEMA: Final = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
}
Texts = Annotated[
    tuple[str, ...], BeforeValidator(_listed), Field(strict=False), WithJsonSchema(_TEXTS_SCHEMA)
]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]+ *[smhdw]$", "examples": ["30d"]}),
]
Dollars = Annotated[
    Decimal,
    BeforeValidator(_money),
    Field(ge=0, allow_inf_nan=False),
    WithJsonSchema({"type": "number", "minimum": 0}),
]
Place = Annotated[str, StringConstraints(min_length=1), BeforeValidator(_text_of_path)]
Word = Annotated[str, StringConstraints(min_length=1)]


class Part(BaseModel):
    """A part of a job: immutable, strict about types, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
