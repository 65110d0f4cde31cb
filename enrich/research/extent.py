"""What an amount in a sentence is said of: the thing itself, a part, a wider whole, or long ago."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.words import word_set, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.research.candidates.candidate import Candidate
    from enrich.research.wanted import Wanted

_OF_ANOTHER: Final = (
    0.5  # what an amount counts that is said of a part or a wider whole, or of long ago
)
_CLAUSE = re.compile(r"[;()]|,\s|\s(?:while|whereas|and|but)\s")
_NARROWED: Final = 0.85  # what a part of the whole counts where the whole is asked for
_WIDER = re.compile(
    r"\b(?:metropolitan|metro|urban(?:i[sz]ed)?|built-up|greater|wider|statistical|suburban)"
    r"(?: [a-z]+){0,2} (?:area|region|zone|population|district)s?\b|\b(?:agglomeration|conurbation|suburbs)\b",
    re.IGNORECASE,
)
_WITHIN_WIDER = re.compile(
    r"\s*(?:people |residents |inhabitants )?(?:with)?in (?:its|the|this) (?:[a-z]+ )?(?:metropolitan|metro|urban|built-up)\b"
)
_ITSELF = re.compile(
    r"\b(?:the|this) (?:city|town)\b|\bcity (?:proper|limits|itself)\b|\bits population\b|\bmunicipality\b",
    re.IGNORECASE,
)
_SHARE_OF = re.compile(
    r"(?:%|percent|\b(?:half|third|thirds|quarter|quarters|fifth|fifths|tenth|majority|part|portion|most|some))"
    r" of (?:the |its |their )?(?:[\w-]+ ){0,2}$"
)
# What a class of things has at least is not what this one has: "one of three with over a million".
_OF_A_CLASS = re.compile(
    r"\bone of (?:the|only|its|their)\b[^.;]*\bwith\b[^.;]*\b(?:over|above|exceeding|(?:more|fewer|less) than|at least)\s+$"
)
_LONG_AGO = re.compile(r"^(?:In|By|As of|At) (?:the )?(?:[a-z]+ )?1\d{3}\b")
# What stands behind these words is what the subject is held against.
COMPARED = re.compile(
    r"\b(?:neighbou?ring|nearby|adjacent(?: to)?|than|equal to|similar to|compared (?:to|with)|unlike|as \w+ as|border(?:s|ed|ing)?(?: (?:with|by))?|after)"
    r"(?: (?:its|the|a|an|country|nation|state|city|of)\b)*\s$"
)
_NARROWING: Final = word_set(
    "metropolitan metro urban rural male female wider greater regional provincial former previous then late first"
)

_COUNTED = re.compile(r"\b(?:number of|how many|count of)\b", re.IGNORECASE)
_IN_NAME = re.compile(r"[A-Za-z]-$")
_MEASURED = re.compile(
    r"[\d.,]+\s?(?:MP|[kKMGT]B|[kKMGT]Wh?|[kKMG]?Hz|hp|dB|mAh|dpi|kg|km|cm|mm)\b"
)
# "14% (of GDP)" tells a share of it, and not what it is.
_BASE = re.compile(
    r"(?:%|\bper ?cent(?:age)?) ?\(?(?:points )?of (?:the |its |total )?$", re.IGNORECASE
)
_RELATIVE = re.compile(
    r"%|\b(?:shares?|ratio|rate|per ?cent\w*|proportion|part|how much of|relative)\b", re.IGNORECASE
)


def is_no_count(wanted: Wanted, text: str, candidate: Candidate) -> bool:
    """Tell whether how many there are is asked for, and a figure is part of a name or measures something: ``HD-200``, ``48 MP``."""
    if wanted.kind not in {"number", "amount"} or wanted.number.unit or wanted.number.currency:
        return False
    if not _COUNTED.search(f"{wanted.label} {wanted.description}"):
        return False
    return bool(_IN_NAME.search(text, 0, candidate.start) or _MEASURED.match(text, candidate.start))


def is_base(wanted: Wanted, text: str, at: int) -> bool:
    """Tell whether what stands at an offset is only what a share is taken of, where no share is asked for."""
    return bool(_BASE.search(text, 0, at)) and not _RELATIVE.search(
        f"{wanted.label} {wanted.description}"
    )


def narrowed(wanted: Wanted, text: str) -> float:
    """Lower a sentence that speaks of a part where the whole is asked for."""
    parts = _NARROWING & set(words(text)) - set(words(f"{wanted.label} {wanted.description}"))
    return _NARROWED if parts else 1.0


def part_factor(
    wanted: Wanted, text: str, candidate: Candidate, named: Sequence[tuple[int, int]]
) -> float:
    """Lower an amount that is said of a part or a wider whole, or of a time long past."""
    asked = wanted.year is not None or wanted.kind in {"year", "date"}
    if not asked and _LONG_AGO.match(text):
        return _OF_ANOTHER
    if _OF_A_CLASS.search(text, 0, candidate.start):
        return _OF_ANOTHER
    if any(_SHARE_OF.search(text, 0, start) for start, end in named if end <= candidate.start):
        return _OF_ANOTHER
    if not _WIDER.search(f"{wanted.label} {wanted.description}".replace("_", " ")):
        wider = [
            m.start()
            for m in _WIDER.finditer(text, 0, candidate.start)
            if not COMPARED.search(text, 0, m.start())
        ]
        itself = [m.start() for m in _ITSELF.finditer(text, 0, candidate.start)]
        if (wider and wider[-1] > max(itself, default=-1)) or _WITHIN_WIDER.match(
            text, candidate.end
        ):
            return _OF_ANOTHER
    before = [m.end() for m in _CLAUSE.finditer(text, 0, candidate.start)]
    behind = _CLAUSE.search(text, candidate.end)
    clause = text[before[-1] if before else 0 : behind.start() if behind else len(text)]
    opening = text[: before[0] if before else len(text)]
    if narrowed(wanted, _WIDER.sub("", clause)) < 1 or (
        candidate.start > len(opening) and narrowed(wanted, _WIDER.sub("", opening)) < 1
    ):
        return _OF_ANOTHER
    return narrowed(wanted, text)
