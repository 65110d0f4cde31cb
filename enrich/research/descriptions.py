"""What a description says: the fact itself, its instructions, its examples, its way out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from enrich.research.worked_examples import plain_pairs

_UNKNOWN = (
    r"unknown|unavailable|un(?:clear|stated|specified|sure)|missing|absent|none|partial|only|several|multiple|more than one|cannot|can't|nothing|empty"
    r"|no (?:data|figures?|values?|information|answer|source|such)|not (?:\w+ )?(?:found|known|available|stated|given|applicable|mentioned|specified|disclosed|sure|reported|listed|clear|determined|published|exist)"
)
_WAY_OUT = re.compile(
    rf"\b(?:if|when|where|unless|in case|otherwise)\b[^.;]*\b(?:{_UNKNOWN})\b.*$"
    r"|(?:^|(?<=[,;(]\s))default(?:s|ing)?(?: value)?\s?(?:to\b|is\b|:|=).*$"
    r"|\b(?:null|n/a)\b.*$|\be\.g\..*$|\b(?:for example|such as|eg)\b.*$"
    r"|(?<=[\s,;])(?:please\s+)?(?:return|use|format(?:ted)?|write|give|answer|leave|put|set)\s+(?:it\b|them\b|as\b|the (?:first|word|string|value)|an?\s+empty|[\"'`0]|[YMD]{2,}).*$",
    re.IGNORECASE | re.DOTALL,
)
# "If you left it by road, where would you be?" is a question, not a way out.
_CONDITION = re.compile(
    r"(?:(?:if|in case)\b(?!.*\?$)|(?:otherwise|unless|format|round|do not|don't|exclude|leave out|ignore|omit|skip|disregard|no other)\b)",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"(?:(?:but )?not?|excluding|except|without|leaving out|ignoring|apart from|rather than|instead of)\b",
    re.IGNORECASE,
)
# "empty array if island": a clause that says when there is nothing to say.
_NOTHING_IF = re.compile(
    r"(?:or |else )?(?:an? )?(?:empty|blank|null|none|nothing|n/?a|zero|0)\b[^,;]*\b(?:if|when|where|for|otherwise)\b",
    re.IGNORECASE,
)
_NOT_THIS = re.compile(r"not (?:the|its|their|an?)\b", re.IGNORECASE)  # "Not the age, the year"
_ORDER = re.compile(
    r"(?:(?:we|i)(?: would|'d)? (?:want|need|like|wish) to (?:know|see|have|learn)|(?:we|i) need|let (?:me|us) know)\s+(?=\S)|"
    r"(?:please\s+)?(?:return|use|format(?:ted)?(?:\s+as)?|write|give|answer(?:\s+with)?|provide|state(?!\s+(?:of|that|to|in which (?:it|the))\b)|report|specify|indicate|find|enter|extract|tell)\s+(?:only\s+|me\s+)?(?=\S)",
    re.IGNORECASE,
)
_ROW = re.compile(
    r"\s*\b(?:for|of|in) (?:(?:the|this) \w+ in )?(?:the|this|each) row\b", re.IGNORECASE
)
_DENIED = re.compile(
    r"\b(?:no(?!\.\s+[a-z(/,;])|not|never|without|rather than|instead of)\b[^,.;:()]*",
    re.IGNORECASE,
)
_LINKING: Final = 4  # words between the things and the values of examples
_TRUE_IF = re.compile(
    r"(?:is\s+)?(?:(?:1|enter|indicate)\W+)?\b(?:(?:checked\W+)?(?:true|yes)|checked)(?:\W*\s(?:if|when|where|means)\b|\W*[=:])\s*",
    re.IGNORECASE,
)
_FALSE_IF = re.compile(
    r"[,;.]?\s*(?:\b(?:and|or)\s+)?(?:\b0\W+)?\b(?:false|no)(?:\W*\s(?:if|when|where|means|otherwise)\b|\W*[=:]).*$",
    re.IGNORECASE | re.DOTALL,
)
# Words of clauses that say how an answer is to be written, and nothing of what is asked.
_FORM = frozenset(
    """
    a an and as at be by for in is it must no not of on one only or out per please should than the to use using value with without
    answer array available blank boolean case characters comma commas date day decimal decimals digit digits empty english enclosed exact
    false figure figures first float format give given integer leave latest letter letters list lists str strings varchar en lower lowercase month most name names newest number
    numbers numeric numerals output place places plain possible provide recent return round rounded separator separators short sign simple singular
    spelled string text thousand three two four five letter letters thousands true upper uppercase whole write xx year word words yes yyyy mm dd percent
    four-digit current stated source unit units na int integers bool checkbox checked
    unchecked flag indicator t f y n char chars character alpha alphanumeric three-letter two-letter -letter -digit -char standard just code codes
    """.split()  # noqa: SIM905
)
_UNITS = frozenset(
    [
        "km",
        "m",
        "sq",
        "square",
        "kilometre",
        "kilometres",
        "kilometer",
        "kilometers",
        "metre",
        "metres",
        "meter",
        "meters",
        "kelvin",
        "celsius",
        "degrees",
        "usd",
        "eur",
        "dollars",
        "euros",
    ]
)
_SORTS = frozenset({"city", "town", "country", "countries", "state"})
_EXAMPLES = re.compile(
    r"\b(?:e\.g\.,?|for example,?|such as|example:|eg\b\.?,?)\s*(?P<list>[^;)]{1,80})",
    re.IGNORECASE,
)


_OPTIONS = re.compile(
    r"(?::|\beither|\bone of)\s*(?P<list>[a-z-]+(?:, [a-z-]+)*,? or [a-z-]+)(?=\W*(?:$|[.;]))",
    re.IGNORECASE,
)


@lru_cache(maxsize=4_096)
def options(description: str) -> frozenset[str]:
    """Return the words of which a description says that the answer is one: ``solid, liquid or gas``."""
    found = _OPTIONS.search(description)
    return frozenset(re.split(r",? or |, ", found["list"].casefold())) if found else frozenset()


@lru_cache(maxsize=4_096)
def statement(description: str) -> str:
    """Return what a description says about the fact, without its instructions, examples and way out."""
    kept: list[str] = []
    plain = _ROW.sub("", description)
    plain = re.sub(r"\([^)]*\)|[YMD]{2,4}(?:[-/.][YMD]{2,4})+|(?<=\bsq)\.", "", plain)
    for sentence in re.split(r"(?<=[.;!?])\s+|\n", plain.replace("e.g.", "e\x00g\x00")):
        said = sentence.replace("\x00", ".").strip()
        if _CONDITION.match(said):
            continue
        if kept and (_only_shows(said) or _DENIAL.match(said)):
            continue
        part = _without_form(_ordered(_WAY_OUT.sub("", said)).strip())
        if part and not (kept and is_form(part)):
            kept.append(part)
        if len(kept) == 2:
            break
    return " ".join(kept)[:300]


def without_units(stated: str) -> str:
    """Return a statement without the clauses that only name the unit: ``surface of the land, in square kilometres``."""
    clauses = re.split(r"(?<=[,;])\s+", stated)
    kept = [c for c in clauses if not set(re.findall(r"[a-z-]+", c.lower())) <= _FORM | _UNITS]
    return " ".join(kept)


def is_form(said: str) -> bool:
    """Tell whether words say no more than what form an answer has: "just the city", "country names in English"."""
    return set(re.findall(r"[a-z-]+", said.lower())) <= _FORM | _SORTS


def _only_shows(said: str) -> bool:
    """Tell whether a sentence does nothing but give examples, as "Chad: true, Kenya: false" does."""
    return bool(plain_pairs(said)) and len(re.findall(r"(?<!\S)[a-z]+\b", said)) <= _LINKING


def undenied(description: str) -> str:
    """Return a description without what it says is not wanted: ``no 2-letter abbreviations``."""
    return _DENIED.sub("", description)


def _ordered(said: str) -> str:
    """Return what an order is about: ``Return the name of …``."""
    found = _ORDER.match(said)
    return said[found.end() :] if found else said


def _without_form(said: str) -> str:
    """Return a sentence without the clauses that say only how the answer is to be written: ``integer, no commas``."""
    clauses = re.split(r"(?<=[,;])\s+", _FALSE_IF.sub("", said))
    if len(clauses) > 1 and _NOT_THIS.match(clauses[0]):
        del clauses[0]
    kept = []
    for nth, clause in enumerate(clauses):
        told = _TRUE_IF.match(clause)
        stated = clause[told.end() :] if told else clause
        form = set(re.findall(r"[a-z-]+", stated.lower())) <= _FORM
        aside = nth and not told and (_DENIAL.match(stated) or _NOTHING_IF.match(stated))
        if not form and not aside:
            kept.append(stated)
    return " ".join(kept)


def examples(description: str) -> list[str]:
    """Return the examples that a description gives, one word each; of a thing and its value, the value."""
    if shown := plain_pairs(description):
        return [value for _, value in shown if " " not in value]
    found = _EXAMPLES.search(description)
    if not found:
        return []
    parts = re.split(r",\s*|\s+or\s+|\s+and\s+|\s", found["list"])
    return [
        stripped
        for part in parts
        if (
            stripped := part.strip(
                "\"'`\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
            ).rstrip(".,")
        )
    ]
