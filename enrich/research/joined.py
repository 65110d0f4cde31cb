"""Lists that a field wants as one text: "Products, comma separated"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.schemas import json_type
from enrich.research.wanted import wanted

if TYPE_CHECKING:
    from enrich.records import JsonObject
    from enrich.research.basis import Found
    from enrich.research.lookup import Lookup

_MARKS: Final = {"comma": ", ", "semicolon": "; ", "pipe": " | ", "newline": "\n", "slash": " / "}
_TEXTS: Final = frozenset({"phrase", "name", "place", "country"})
_SEPARATED = re.compile(
    rf"[,;(]?\s*(?:(?:as )?(?:an?|one) )?(?:list )?\(?\b(?:(?P<mark>{'|'.join(_MARKS)})s?[- ](?:separated|delimited)(?: (?:list|string|text|values))?(?: of)?"
    rf"|(?:separated|joined|delimited) (?:by|with) (?:an? )?(?P<by>{'|'.join(_MARKS)})s?)\b\)?",
    re.IGNORECASE,
)


def find_joined(path: str, schema: JsonObject, lookup: Lookup, context: str) -> Found | None:
    """Look up a text that is to be a list, item by item; None for any other field, or where no list is there."""
    description = str(schema.get("description") or "")
    told = _SEPARATED.search(description)
    if told is None or json_type(schema) != "string" or "enum" in schema:
        return None
    plain = f"{description[: told.start()]} {description[told.end() :]}".strip()
    if wanted(path, {**schema, "description": plain}, context=context).kind not in _TEXTS:
        return None  # thousands separated by commas
    listed = {"type": "array", "items": {"type": "string"}, "description": plain}
    found = lookup.find(wanted(path, listed, context=context))
    if found.reading is None:
        return None
    mark = _MARKS[(told["mark"] or told["by"]).lower()]
    text = mark.join(map(str, found.reading.value))
    field = wanted(path, schema, context=context)
    return replace(found, wanted=field, reading=replace(found.reading, value=text, elements=()), agreeing=(), rivals=())  # fmt: skip
