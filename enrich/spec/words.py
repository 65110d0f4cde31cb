"""Constraints as words: what the API does not take as a keyword stands in a description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.spec.size import compact_json

if TYPE_CHECKING:
    from enrich.records import Json, JsonObject

_COUNTED: Final = {
    "minLength": ("At least", "character"),
    "maxLength": ("At most", "character"),
    "minItems": ("At least", "item"),
    "maxItems": ("At most", "item"),
    "minProperties": ("At least", "field"),
    "maxProperties": ("At most", "field"),
    "minContains": ("At least", "such item"),
    "maxContains": ("At most", "such item"),
}
_COMPARED: Final = {
    "minimum": "At least",
    "maximum": "At most",
    "exclusiveMinimum": "More than",
    "exclusiveMaximum": "Less than",
    "multipleOf": "A multiple of",
}
_FORMATS: Final = {
    "date": "Date as YYYY-MM-DD.",
    "date-time": "Date and time as YYYY-MM-DDTHH:MM:SSZ.",
    "time": "Time as HH:MM:SS.",
    "duration": "Duration as in ISO 8601, such as P3D.",
    "email": "E-mail address.",
    "uri": "Full URL with its scheme, such as https://example.com/page.",
    "hostname": "Host name, such as www.example.com.",
    "uuid": "UUID of 36 characters.",
    "ipv4": "IPv4 address.",
    "ipv6": "IPv6 address.",
    "regex": "Regular expression.",
}
_FITTING: Final = {
    "contains": "At least one item fits",
    "propertyNames": "Names of fields fit",
    "patternProperties": "Fields by the pattern of their names:",
    "unevaluatedItems": "Further items fit",
    "unevaluatedProperties": "Further fields fit",
}
_SWITCHED: Final = {
    ("uniqueItems", True): "No item twice.",
    ("uniqueItems", False): "",
    ("unevaluatedItems", False): "No further items.",
    ("unevaluatedItems", True): "",
    ("unevaluatedProperties", False): "No further fields.",
    ("unevaluatedProperties", True): "",
}


def words_for(keyword: str, value: Json) -> str:
    """Say a JSON Schema constraint in words for a description.

    Args:
        keyword: Such as ``minLength``; besides the keywords that the API does not
            support, ``exclusiveMinimum`` and ``exclusiveMaximum``.
        value: The keyword's value.

    Returns:
        One sentence, or an empty string where the constraint forbids nothing. What is
        not known is shown as it is (``minLength: "five".``).
    """
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if keyword in _COUNTED and is_number:
        bound, noun = _COUNTED[keyword]
        return f"{bound} {value} {noun}{'' if value == 1 else 's'}."
    if keyword in _COMPARED and is_number:
        return f"{_COMPARED[keyword]} {value}."
    if keyword == "format" and isinstance(value, str):
        return _FORMATS.get(value, f"Format: {value}.")
    if keyword == "pattern" and isinstance(value, str):
        return f"Matches the regular expression {value}"
    if isinstance(value, bool) and (keyword, value) in _SWITCHED:
        return _SWITCHED[keyword, value]
    return f"{_FITTING.get(keyword, f'{keyword}:')} {compact_json(value)}."


def add_words(schema: JsonObject, words: str) -> None:
    """Put a sentence behind a subschema's description."""
    before = str(schema.get("description") or "").rstrip()
    if before and words and before[-1].isalnum():
        before += "."
    described = f"{before} {words}".strip()
    if described:
        schema["description"] = described
