"""Text values: addresses on the net, telephone numbers, codes, names, phrases."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.words import word_set

MAX_PHRASE_CHARS: Final = 200
_UNNAMED: Final = 0.6  # what a name counts that has no capital letter
MAX_NAME_WORDS: Final = 8
MAX_PLAIN_WORDS: Final = 5  # without "of" and the like; a longer name is seldom one

EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?<![.-])")
URL: Final = re.compile(
    r"https?://[^\s<>\"')\]]+[^\s<>\"')\].,;:]|(?<![\w@.])(?:www\.)[\w-]+(?:\.[\w-]+)+(?:/[^\s<>\"')\],;]*)?"
)
DOMAIN: Final = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9-]+\.)+[a-z]{2,24}(?![\w@])(?:/[^\s<>\"')\],;]*)?", re.IGNORECASE
)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# "Tokyo 135-0001, Japan": a code of the post.
_THEN_LAND = re.compile(r",\s*[^\W\d_a-z]")
# "Largo 1, 3650-118 Town": a code of the post, not a number without its area.
_POSTAL: Final = re.compile(r"\d{4}-\d{3} (?=[^\W\d_]{3})(?![a-z])")
PHONE: Final = re.compile(r"(?<![\w/])(?:\+|\(|\[)?\d[\d\s().\[\]/-]{5,22}\d(?!\w)")

MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|March|Mar|April|Apr|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
_DAY = re.compile(
    rf"(?:{MONTH}\.? \d{{1,2}}|\d{{1,2}} {MONTH}\.?|{MONTH}\.?(?= \d{{4}}))(?: \d{{4}})?(?:,|$)"
)

_MONTHS: Final = re.compile(
    rf"{MONTH}\.?(?: \d{{1,2}})?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
)
_PRONOUN = re.compile(
    r"(?:[Ii]t|[Tt]h(?:at|is|ese|ose|ere|ey)|I|[Ww]e|[Hh]e|[Ss]he|[Yy]ou) [a-z]+\b"
)
# What has a verb in it says something, and names nothing: "Demand is high".
_CLAUSE = re.compile(
    r"(?<=[\w)] )(?:is|are|was|were|has|have|had|does|do|did|can|cannot|could|will|would|may|must|should)(?= [a-z])|(?<=[a-z)] )(?:is|are|was|were|has|had|bears)(?= )|^(?:[Ii]t|[Tt]h(?:at|is|ese|ose|ere|ey)|I|[Ww]e|[Hh]e|[Ss]he|[Yy]ou) [a-z]"
)

# "5 December 1979 in", "March 14, 1961": what stands before a place of birth.
_DATED = re.compile(
    rf"\W*(?:born |founded |on )?(?:{MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,?|\d{{1,2}}(?:st|nd|rd|th)? {MONTH}\.?|{MONTH}\.?|\d{{1,2}}[./]\d{{1,2}}[./]|(?=\d{{4}}))\W?\s*(?:1[5-9]|20)\d\d\b(?: \([^()]*\))?[\s,;]*(?:(?:in|at|near)\s+)?(?=[^\W\d])"
)

_CAP = r"[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff][\w'\N{RIGHT SINGLE QUOTATION MARK}.&-]*(?:/[A-Z](?!\w))?"
_CONNECTOR = (
    r"(?:of|de|da|do|dos|del|della|di|du|la|le|les|el|al|bin|ibn|van|von|der|den|the|&|y|e|upon)"
)
_PROPER = re.compile(rf"{_CAP}(?:\s+(?:{_CONNECTOR}\s+){{0,2}}{_CAP}|\s+\d{{1,3}}\b(?![.,]\d|%))*")
SENTENCE_STARTERS: Final = word_set(
    """
    A An The In On At Its It He She They We This That These Those There As By For From
    With After Before Since During While Although Though Until When Where Who If But And Or Both Each Every
    All Some Many Most One Our His Her Their According
    """
)
# A full stop behind a title or an initial ends nothing: "Dr. A. Example".
_NO_TITLE = (
    r"(?<!\b[A-Z])(?<!\b(?:Dr|Mr|Ms|St))(?<!\b(?:Mrs|Rev|Gen|Col|Hon))(?<!\bProf)(?<!\bCapt)"
)
_PHRASE_END = re.compile(rf"(?<=.{{12}});\s|;\s+(?=note\b)|{_NO_TITLE}\.\s+(?=[A-Z])|\s+-\s+note\b")
_NAME_END = re.compile(
    rf"\s*(?:[(\[;:\n]| - | \N{{EN DASH}} | \N{{EM DASH}} |{_NO_TITLE}\. (?=[A-Z])|, (?=[a-z])).*$",
    re.DOTALL,
)
# "Ada Example (1990-1999, divorced) Bo Case (m. 2004)": the first is no longer.
_NOTED = re.compile(r"[,;\s]*(?P<name>[^\W\d_a-z][^();]{1,60}?)\s*\((?P<note>[^()]*)\)")
_ENDED = re.compile(
    r"\d{4}\s?[-\N{EN DASH}]\s?\d{2,4}\b|\b(?:divorced|div\.|former\w*|until|died|d\.|annulled|separated|ex)\b",
    re.IGNORECASE,
)
_OVER: Final = 0.9  # what a name counts of one who was there before
_CITY = r"(?P<city>[^\W\d_a-z][^\W\d_]*(?:[ .'-]{1,2}[^\W\d_]+){0,3})"
_AFTER_POSTCODE = re.compile(rf",\s*(?:[A-Z]{{1,2}}-)?\d{{4,6}}\s+{_CITY}(?=[,.;]|$)")
_BEFORE_POSTCODE = re.compile(rf",\s*{_CITY},\s*[A-Z]{{2}}\.?\s+\d{{5}}\b")
_STREET = re.compile(
    r"[^,;(]*\b\d+[a-zA-Z]?,|\d+[a-zA-Z]? [^,;(]+,"
)  # with its number behind or before
_STOP = re.compile(r"(?<!\b[A-Z])(?<!\b(?:Co|Jr|Sr|St))(?<!\b(?:Inc|Ltd))(?<!\bCorp)\.$")
_NO_ANSWER = re.compile(r"\W*(?:yes|no|true|false)\W*", re.IGNORECASE)
# "GBP 1,000,000", "\N{EURO SIGN}10m of cover", "Three tiers": how much or how many, and no name.
_SUM = re.compile(
    r"(?:[A-Z]{3}|(?:US|A|C|NZ|HK|S)?\$|[\u20ac\u00a3\u00a5])\s?\d[\d.,]*(?:\s?(?:k|m|bn|million|billion|thousand))?(?!\w)"
    r"|(?:[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|[Ee]leven|[Tt]welve) [a-z]+s$"
)
_DASH_END = re.compile(r"\s*[-\N{EN DASH}:;,]+\s*$")


def is_clause(text: str) -> bool:
    """Tell whether a text says something of a thing, and does not name it."""
    return bool(_CLAUSE.search(text))


def matches(text: str, pattern: re.Pattern[str], *, fit: float = 1.0) -> list[Candidate]:
    """Return each match of a pattern as a candidate equal to its span."""
    return [
        Candidate(value=m.group(), start=m.start(), end=m.end(), fit=fit)
        for m in pattern.finditer(text)
    ]


def url_candidates(text: str, *, bare: bool) -> list[Candidate]:
    """Return web addresses; ``bare`` allows a domain without a scheme (``acme.com``)."""
    found = matches(text, URL)
    if bare:
        taken = [(c.start, c.end) for c in found]
        emails = [m.span() for m in EMAIL.finditer(text)]
        for candidate in matches(text, DOMAIN, fit=0.9):
            if not any(a < candidate.end and candidate.start < b for a, b in [*taken, *emails]):
                found.append(candidate)
    return sorted(found, key=lambda c: c.start)


def phone_candidates(text: str) -> list[Candidate]:
    """Return telephone numbers: seven to fifteen digits with the usual marks between (E.164)."""
    found = []
    for candidate in matches(text, PHONE):
        digits = sum(c.isdigit() for c in candidate.value)
        plain = not re.search(r"[\s().+\[\]/-]", candidate.value)
        postcode = (digits == 7 and _THEN_LAND.match(text, candidate.end)) or _POSTAL.match(
            text, candidate.start
        )
        if 7 <= digits <= 15 and not (plain or postcode or _ISO_DAY.fullmatch(candidate.value)):
            found.append(candidate)
    return found


def code_candidates(text: str, shape: re.Pattern[str]) -> list[Candidate]:
    """Return the codes of a passage: alone they fit best, then in parentheses, then in the text."""
    found = []
    for match in shape.finditer(text):
        start, end = match.span()
        if match.group() == text.strip():
            fit = 1.0
        elif text[start - 1 : start] in {"(", "["} and text[end : end + 1] in {")", "]"}:
            fit = 0.97
        elif text[:start].strip() == "" and re.match(r"\s*[;,(]", text[end:]):
            fit = 0.95
        else:
            fit = 0.8
        found.append(Candidate(value=match.group(), start=start, end=end, fit=fit))
    return found


def phrase_candidates(text: str) -> list[Candidate]:
    """Return a labelled value as one phrase: up to its first semicolon or sentence's end."""
    end = len(text)
    # A head of a word or two ("varies; arid in the north") is not yet the phrase.
    cut = _PHRASE_END.search(text)
    if cut:
        end = cut.start()
    if end > MAX_PHRASE_CHARS:
        comma = text.rfind(",", 0, MAX_PHRASE_CHARS)
        end = comma if comma > 0 else text.rfind(" ", 0, MAX_PHRASE_CHARS)
    phrase = _DASH_END.sub("", text[:end]).rstrip()
    phrase = phrase.removesuffix(".") if phrase.count(".") == 1 and " " in phrase else phrase
    if not phrase.strip() or _NO_ANSWER.fullmatch(phrase) or _PRONOUN.match(phrase):
        return []
    start = len(phrase) - len(phrase.lstrip())
    fit = 1.0 if len(phrase) <= 80 else 0.9
    return [Candidate(value=phrase.strip(), start=start, end=len(phrase), fit=fit)]


def labelled_place(text: str, *, whole: bool) -> list[Candidate]:
    """Return the place that a labelled value begins with; of an address, its city and never its street.

    Args:
        text: The value: ``Galway, Ireland`` or ``Storgata 61, 9008 Tromsø, Norway``.
        whole: Whether what the place lies in belongs to it.
    """
    dated = _DATED.match(text)
    if dated:
        found = labelled_place(text[dated.end() :], whole=whole)
        return [replace(c, start=c.start + dated.end(), end=c.end + dated.end()) for c in found]
    if not _STREET.match(text):
        found = labelled_name(text, place=whole)
        # "federal republic": nothing in it is written as a name.
        return [replace(c, fit=c.fit * _UNNAMED) if c.value.islower() else c for c in found]
    city = _AFTER_POSTCODE.search(text) or _BEFORE_POSTCODE.search(text)
    if city is None:
        return []
    start, end = city.span("city")
    return [Candidate(value=city["city"], start=start, end=end, fit=1.0)]


def labelled_name(text: str, *, place: bool) -> list[Candidate]:
    """Return the name that a labelled value begins with.

    ``Pretoria (administrative capital); Cape Town …`` is Pretoria. A comma ends it
    unless what follows is a short code (``Washington, DC``) or a place is wanted.
    """
    noted = list(_NOTED.finditer(text))
    kept_on = [m for m in noted if not _ENDED.search(m["note"])]
    if len(noted) > 1 and kept_on and _ENDED.search(noted[0]["note"]):
        start, end = kept_on[0].span("name")
        return [
            replace(c, start=c.start + start, end=c.end + start)
            for c in labelled_name(text[start:end], place=place)
        ]
    head = _NAME_END.sub("", text).strip(" ,")
    parts = head.split(", ")
    keep = 1
    while (
        keep < len(parts)
        and keep < 4
        and (place or re.fullmatch(r"[A-Z]{2}|[A-Z]\.[A-Z]\.|Inc\.?|Jr\.?|Ltd\.?", parts[keep]))
    ):
        if not parts[keep][:1].isupper() or len(parts[keep].split()) > 4:
            break
        keep += 1
    name = _STOP.sub("", ", ".join(parts[:keep]).strip())
    count = len(name.split())
    if not name or count > MAX_NAME_WORDS or not any(c.isalpha() for c in name):
        return []
    if _NO_ANSWER.fullmatch(name) or _DAY.match(name) or is_clause(name) or _SUM.match(name):
        return []
    if name.partition(" ")[0] in SENTENCE_STARTERS and name.partition(" ")[2][:1].islower():
        return []  # "For comparison"
    start = text.find(name)
    if start < 0:
        return []
    first = name.lstrip("\"'(\N{LEFT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}")[:1]
    fit = 1.0 if first.isupper() or not name.isascii() else 0.55
    over = any(m.start("name") == start and _ENDED.search(m["note"]) for m in noted[:1])
    fit *= (0.6 if any(c.isdigit() for c in name) else 1.0) * (_OVER if over else 1.0)
    if sum(not word.islower() for word in name.split()) > MAX_PLAIN_WORDS:
        fit *= 0.8
    return [Candidate(value=name, start=start, end=start + len(name), fit=fit)]


def proper_names(text: str) -> list[Candidate]:
    """Return the capitalised names in a sentence; the word that begins it counts less."""
    found = []
    for match in _PROPER.finditer(text):
        start, name = match.start(), match.group()
        first, _, rest = name.partition(" ")
        if first in SENTENCE_STARTERS:
            if not rest or not rest[0].isupper():
                continue
            start, name = start + len(first) + 1, rest
        name = (
            name.rstrip(".,&-'\N{RIGHT SINGLE QUOTATION MARK}")
            if not re.search(r"\b(?:Inc|Ltd|Jr|Sr|Co|Corp|[A-Z])\.$", name)
            else name
        )
        for tail in ("'s", "\N{RIGHT SINGLE QUOTATION MARK}s"):
            name = name.removesuffix(tail)
        if len(name) < 2 or _MONTHS.fullmatch(name) or _SUM.match(name):
            continue
        found.append(
            Candidate(
                value=name,
                start=start,
                end=start + len(name),
                fit=0.9 if start or " " in name else 0.8,
            )
        )
    return found
