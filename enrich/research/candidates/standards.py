"""Standards and attestations that a passage says are held: ``ISO 27001``, ``SOC 2 Type II``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.words import own_label, stems

if TYPE_CHECKING:
    from enrich.research.wanted import Wanted

# What a list of them is called.
STANDARDS: Final = frozenset(
    stems(
        "certification certificate certified certs cert attestation accreditation standards credentials compliance"
    )
)
_STANDARD = re.compile(
    r"\b(?:ISO(?:/IEC)?|IEC|EN|DIN|IATF|SOC|BS|OHSAS|AS|PCI|NIST|API|ISAE)[ -]?\d+[\d:.-]*\d?\b(?: (?:type|Type) (?:II?|[12])\b)?"
    r"|\b(?:[A-Z]{3,6} (?=certif|accredit))|\bPCI[ -]DSS\b|\b[A-Z][A-Za-z]*RAMP\b(?= authori)|\bHIPAA\b(?= complian)"
)
_NUMBERED = re.compile(r"\b(?:iso|iec|en|din|soc|iatf|bs)[ _-]?(\d{1,5})\b", re.IGNORECASE)
_HELD = re.compile(
    r"\b(?:certif\w+|holds?|held|maintains?|carr(?:y|ied|ies)|attest\w+|accredit\w+|authori[sz]\w+|compl(?:y|ies|iant)|renewed|audited|passed|meets?|have|has|reports?)\b",
    re.IGNORECASE,
)
_NOT_HELD = re.compile(
    r"\b(?:not|no|never|without|plan(?:s|ned)?|prepar\w+|pursu\w+|road ?map|toward?s?|expect\w*|intend\w*|will|aims?|under(?:way| way| consideration)|until|lapsed|expired|withdrawn|former\w*|in progress|soon|next|scheduled)\b",
    re.IGNORECASE,
)
_PART = re.compile(r"[.;](?=\s|$)|,\s+(?:but|and (?:is|are|we|it)|while|which)\b|\b(?:but|while)\b")


def has_code(wanted: Wanted, text: str) -> bool:
    """Tell whether a passage names the standard that is asked for by its number, where one is: ISO 14001, not ISO 9001."""
    asked = {m[1] for m in _NUMBERED.finditer(f"{wanted.label} {wanted.description}")}
    return not asked or any(re.search(rf"(?<!\d){code}(?!\d)", text) for code in asked)


def standards_in(text: str, label: str) -> list[tuple[int, int]]:
    """Return the spans of the standards that a passage says are met now, each clause for itself.

    Args:
        text: The passage.
        label: What stands over and beside it.
    """
    beside = own_label(label)
    if _NOT_HELD.search(beside):
        return []
    told = bool(_HELD.search(beside))
    found = []
    start = 0
    for stop in [*(m.start() for m in _PART.finditer(text)), len(text)]:
        clause = text[start:stop]
        if (told or _HELD.search(clause)) and not _NOT_HELD.search(clause):
            found += [
                (m.start(), m.start() + len(m.group().rstrip(" .:-")))
                for m in _STANDARD.finditer(text, start, stop)
            ]
        start = stop
    return found
