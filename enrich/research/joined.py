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
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

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
    return as_text(found, found.reading, wanted(path, schema, context=context), mark)


def as_text(found: Found, listed: Reading, field: Wanted, mark: str) -> Found:
    """Return a list that was found as one text, its items with a mark between them.

    Args:
        found: What was found.
        listed: Its reading.
        field: What is wanted, a text.
        mark: What parts the items.
    """
    text = mark.join(map(str, listed.value))
    whole = replace(listed, value=text, elements=())
    return replace(found, wanted=field, reading=whole, agreeing=(), rivals=())
