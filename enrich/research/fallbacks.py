"""What a description says to answer when nothing is known: "Unknown", 0, an empty text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.schemas import choices_of, json_type, nullable

if TYPE_CHECKING:
    from enrich.records import Json, JsonObject

_FALLBACK = re.compile(
    r"\b(?:if|when|where)\b[^.;]*?\b(?:unknown|unavailable|un(?:clear|stated|specified)|missing|absent|none|no data|nothing|not\s+\w+|cannot|can't|isn't)\b"
    r"[^.;,'\"]*?[,:]?\s*(?:then\s+)?(?:please\s+)?(?:return|use|give|write|answer|say|put|output|set (?:it )?to|leave(?: it)?)?\s*(?:as\s+|the (?:string|word|value)\s+)?"
    r"(?:(?P<quote>[\"'\N{LEFT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}`])(?P<text>[^\"'\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}`]{0,60})[\"'\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}`]|(?<!\w)(?P<word>null|none|N/A|unknown|empty|false|-?\d+)\b(?!\w))\s*(?:[.,;)]|$)",
    re.IGNORECASE,
)
_FALLBACK_FIRST = re.compile(
    r"(?:^|[,;.(]\s*|\bor\s+|\breturn\s+|\buse\s+)(?:(?P<quote>[\"'])(?P<text>[^\"']{1,60})[\"']|(?P<word>null|none|N/A))\s+(?:if|when)\s+(?:it is\s+)?(?:un|not|no|missing|absent)",
    re.IGNORECASE,
)
_QUOTED = r"[\"'\N{LEFT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}`](?P<text>[^\"'\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}`]{0,60})[\"'\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}`]"
_WORD = r"(?P<word>null|none|N/A|unknown|false|true|an? empty (?:string|text)|-?\d{1,3}(?:\.0+)?)(?![\w.]\w)"
_GIVE = r"(?:return|use|give|write|answer(?: with)?|say|put|output|enter|set (?:it )?to)"
_KNOWN = r"(?:found|known|available|stated|given|mentioned|specified|disclosed|reported|clear|sure|determined|documented|provided|published|present|inferable)"
# That a thing has none of something is a fact; that none was found is not.
_NOT_KNOWN = (
    r"(?:un(?:known|available|clear|stated|specified|sure|disclosed|certain)|missing|absent|nothing (?:is |was )?"
    + _KNOWN
    + r"|(?:none|not|isn't|aren't|wasn't|never)(?: is| are| was)?(?: \w+)? "
    + _KNOWN
    + r"|no (?:data|information|info|value|answer|evidence|source|figure)s?"
    + r"|(?:can(?:not|'t)|could(?: not|n't)) (?:be )?(?:find|found|determine\w*|tell|told|establish\w*|verif\w+|confirm\w*))\b"
)
_IF = rf"(?:if|when|where)\s+(?:(?:it|this|that|you|one|we|they|there|(?:the )?\w+)\s+)?(?:(?:is|are|was|were)\s+)?{_NOT_KNOWN}"
# "Write Unknown if you cannot find it", "0 if none found", "or 'Unknown' if it cannot be found".
_BEFORE = re.compile(
    rf"(?:^|[,;.(:?!]\s*|\bor\s+|\b{_GIVE}\s+(?:an?\s+)?)(?:{_QUOTED}|{_WORD}),?\s+{_IF}",
    re.IGNORECASE,
)
# "If it cannot be found, use an empty string".
_BEHIND = re.compile(
    rf"\b{_IF}[^.;]{{0,60}}?[,:]?\s+(?:then\s+)?(?:please\s+)?(?:{_GIVE}\s+)?(?:{_QUOTED}|{_WORD})\s*(?:[.,;)]|$)",
    re.IGNORECASE,
)
_DEFAULT = re.compile(
    rf"(?:^|[,;.(?]\s*)(?:by default|default(?:s|ing)?(?: value)?)(?:\s+(?:is|to)\b|\s*[:=])?\s*(?:{_GIVE}\s+)?(?:{_QUOTED}|{_WORD})",
    re.IGNORECASE,
)
# "False if not available" says what is asked; "false if not known" what to say of it.
_SAYS_NOTHING = re.compile(
    r"\b(?:un(?:known|clear|sure|certain|specified|stated)|default|no (?:data|info|evidence|answer|source|figure)|(?:not|none|cannot|can't|nothing)\b[^,;]*\b(?:known|found|find|stated|mentioned|specified|clear|sure|determin\w+|documented|tell|verif\w+|confirm\w*))",
    re.IGNORECASE,
)
_ANY = re.compile("")
_AS_TEXT: Final = frozenset({"n/a", "unknown", "none"})


def fallback(description: str, schema: JsonObject, leaf: JsonObject, *, many: bool) -> Json:
    """Return what a description says to answer when nothing is known, if the schema allows it.

    Args:
        description: The field's description.
        schema: The field's schema.
        leaf: The schema of one value; the field's own, or that of a list's elements.
        many: Whether a list is asked for.
    """
    if many:
        empty = re.search(r"empty (?:list|array)|\[\]", description)
        return None if nullable(schema) and not empty else []
    kind = json_type(leaf)
    found = _told(description, _SAYS_NOTHING if kind == "boolean" else _ANY)
    if found is None:
        return None
    word, quoted = found
    value = _typed(word, kind, quoted=quoted)
    choices = choices_of(leaf)
    if not choices or value is None or value in choices:
        return value
    return next((c for c in choices if str(c).casefold() == str(value).casefold()), None)


def _told(description: str, when: re.Pattern[str]) -> tuple[str, bool] | None:
    """Return what a description says to answer when nothing is known, and whether it is quoted.

    Args:
        description: The description.
        when: What the clause that says so must hold.
    """
    for pattern in (_FALLBACK, _FALLBACK_FIRST, _BEFORE, _BEHIND, _DEFAULT):
        found = pattern.search(description)
        if found and when.search(found.group()):
            quoted = found["text"] is not None
            word = found["text"] if quoted else found["word"]
            return (
                ("", True) if word.lower().startswith(("an empty ", "a empty ")) else (word, quoted)
            )
    return None


def _typed(word: str, kind: str, *, quoted: bool) -> Json:
    """Return a word as a type; a number of four digits is a year that the description names."""
    said = word.lower()
    if kind == "string":
        return word if said != "null" and (quoted or said in _AS_TEXT) else None
    if kind in {"integer", "number"} and re.fullmatch(r"-?(?:\d{1,3}|9+)(?:\.0+)?", word):
        return int(float(word))
    return {"true": True, "false": False}.get(said) if kind == "boolean" else None
