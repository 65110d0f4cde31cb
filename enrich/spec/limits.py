"""The published numbers and word lists, each with its source.

Lengths are in characters, as Python counts them. No source says how the API
counts; see ``enrich.spec.size`` for the conservative reading that is used here.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# Task Spec, "Size and Complexity Limits".
MAX_DEPTH: Final = 5  # objects and arrays within each other; the root is 1
MAX_PROPERTIES: Final = 100  # across all levels
MAX_STRING_CHARS: Final = 25_000  # names and values together
MAX_ENUM_VALUES: Final = 500  # across all properties
LARGE_ENUM_VALUES: Final = 250  # an enum with more values than this ...
MAX_LARGE_ENUM_CHARS: Final = 7_500  # ... is held to this total length
MAX_SPEC_CHARS: Final = 15_000
MAX_SPEC_AND_INPUT_CHARS: Final = 25_000

# Task Spec, "Unsupported Keywords", in the page's order.
UNSUPPORTED_KEYWORDS: Final = (
    "contains",
    "format",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minimum",
    "minProperties",
    "multipleOf",
    "pattern",
    "patternProperties",
    "propertyNames",
    "uniqueItems",
    "unevaluatedItems",
    "unevaluatedProperties",
)

# Protocol reference, 15-C2: one page says 5, another "3 or less".
ADVISED_DEPTH: Final = 3

# Protocol reference, 6.2: sizes are worth a word from 90 % of the limit.
NEAR_LIMIT_SHARE: Final = 0.9

# Protocol reference, 6.4, and Task Spec, "Unnecessary Fields" (confidence_score).
BASIS_NAMES: Final = frozenset(
    {
        "citations",
        "confidence",
        "confidence_score",
        "evidence",
        "reasoning",
        "source",
        "source_urls",
        "sources",
    }
)

# Task Spec, "Use clear, descriptive field names": the page's three, with what it would
# write instead. The others are of the same kind and have no better name of their own.
VAGUE_NAMES: Final[Mapping[str, str | None]] = MappingProxyType(
    {
        "name": "ceo_name",
        "address": "headquarters_address",
        "revenue": "annual_revenue_2024",
        "amount": None,
        "data": None,
        "date": None,
        "details": None,
        "info": None,
        "number": None,
        "other": None,
        "status": None,
        "type": None,
        "value": None,
    }
)

# Ours. A spec ten times too long is told its length and nothing else: a hostile or
# mistaken one (YAML anchors can unfold without end) must not cost minutes or memory.
MAX_CHECKED_CHARS: Final = 10 * MAX_SPEC_CHARS
