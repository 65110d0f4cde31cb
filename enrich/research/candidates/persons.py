"""Who holds an office: ``Ada Example (chief executive)``, ``Bo Sample – Rector``, ``Chair: Cy Case``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.bodies import is_person, names_subject, whole_end
from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.offices import IS_LESSER, LED, SPOKEN
from enrich.research.words import name_key, word_set, words

if TYPE_CHECKING:
    from collections.abc import Iterator


_FUNCTION = r"(?:medical|clinical|nursing|marketing|sales|financ(?:e|ial)|technical|artistic|art|creative|commercial|operations|research|personnel|human resources|hr|it|legal|communications?|press|development|product|program(?:me)?|music|musical|regional|country|site|plant|works|sporting|sports|non-executive|independent|outside|associate|studio|film|stage|assistant)"
_OF_A_PART = re.compile(rf"\b{_FUNCTION}\s*$", re.IGNORECASE)
_FOR_A_PART = re.compile(
    rf"\s*(?:of|for) (?!the |our |its |this |that |a )(?-i:[a-z])|\s*(?:of|for|,) (?:the )?(?:{_FUNCTION}|[a-z]+ (?:affairs|services|department))\b",
    re.IGNORECASE,
)
_PLAIN: Final = frozenset({"director", "president", "chairman", "principal"})
_TERM = re.compile(
    r"\bfrom (?:\w+ )?\d{4} (?:to|until)\b|\b\d{4}\s?[-\N{EN DASH}]\s?\d{2,4}\b|\buntil \d{4}"
)
_THEIRS = re.compile(r"\b(?P<whose>its|their|whose|his|her)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_BODY = re.compile(
    r"\b(?:[^\W\d_a-z][\w&'-]*,? (?:of |for |and |& )?){1,5}(?:University|College|Institute|Group|Inc|GmbH|AG|Ltd|Limited|Corp|Bank|Foundation|Fund|A/S|AB|Oy|plc)\b|\b(?:University|Institute|College|Bank) of [^\W\d_a-z]\w+"
)
_KIN = re.compile(
    r"\b(?:child(?:ren)?|sons?|daughters?|brothers?|sisters?|twins?|husband|wife|grand\w+|(?:fa|mo)ther|parents?)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_TITLE = r"(?:(?:Prof|Dr|Ing|Mr|Mrs|Ms|Sir|Dame|JUDr|Dipl|Col|Capt|Gen|Maj|Lt|Cdr|Rev|Hon|Mag|Dott|Dra|Engr?)\b\.?(?:-Ing\.)? ?|Professor )"
_WORD = r"[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff](?:[\w'\N{RIGHT SINGLE QUOTATION MARK}-]+|\.)"
_NOT_NAMED = r"(?!(?:Chief|Executive|Officer|President|Director|Managing|Chair\w*|Board|Rector|Vice|Head|General|Group|Senior|The|In|Since|Our|Company|University)\b)"
# Robert "Bo" Example
_NICK = (
    r"(?:[\"\N{LEFT DOUBLE QUOTATION MARK}(][^\W\d_]{2,12}[\"\N{RIGHT DOUBLE QUOTATION MARK})] )"
)
NAME: Final = rf"(?P<name>{_TITLE}*{_NOT_NAMED}{_WORD}(?: (?:(?:de|da|van|von|der|den|del|di|la|le|bin|al) ){{0,2}}{_NICK}?{_NOT_NAMED}{_WORD}){{1,4}})"
_ANYONE = re.compile(NAME)
_BEHIND = re.compile(
    rf"{NAME}(?P<mark>\s*\(|,\s|\s[\N{{EN DASH}}\N{{EM DASH}}-]\s|:\s)(?P<role>[^();.]{{2,80}})(?P<note>\s?\([^()]*\))?"
)
_HELD = r"(?:has been|is|serves as|has served as|was (?:appointed|made|named|elected)|became|took over as|acts as|works as|(?:has held|holds) the (?:post|office|position) of|(?:succeeded|replaced|followed|takes over from|took over from|joined) [^.;,]{3,40}? as)"
# "has been President and" chief executive officer
_OTHER_OFFICE = r"(?:(?:[A-Za-z-]+ ){1,6}(?:(?:and|&) |\())?"
_IS = re.compile(
    rf"{NAME}(?: of (?:the )?{_WORD}(?: {_WORD}){{0,2}})?(?:,[^,.;]{{2,90}},)? {_HELD} (?:the |our |its |(?:the|this) [a-z]+['\N{{RIGHT SINGLE QUOTATION MARK}}]s )?{_OTHER_OFFICE}(?:[a-z\d][\w-]* ){{0,2}}$"
)
_SURNAME_IS = re.compile(
    rf"(?P<name>{_NOT_NAMED}{_WORD})(?:, \d\d,)? (?P<held>{_HELD}) (?:the |our |its )?{_OTHER_OFFICE}(?:[a-z\d][\w-]* ){{0,2}}$"
)
_PRONOUN_IS = re.compile(
    rf"^(?:[Ss]?[Hh]e)\b[^.;]{{0,140}}?\b(?P<held>{_HELD}) (?:the |our |its )?{_OTHER_OFFICE}(?:[a-z\d][\w-]* ){{0,2}}$"
)
_OVER = re.compile(r"\b(?:until|left|resigned|retired|stepped down)\b", re.IGNORECASE)
_LEADS_IT = (
    re.compile(
        rf"\b(?:has been|is|are|and|now|currently|today) (?:now |currently |today )?(?:led|headed|run|managed|directed) by (?:the )?(?:[a-z-]+ ){{0,3}}{NAME}"
    ),
    re.compile(
        rf"{NAME}(?:, [^,.;()]{{2,60}},)? (?:(?:has )?led|leads|runs|has run|heads|has headed|directs|has directed) (?:the (?:company|firm|business|group|fair|show|event|hospital|museum|institute|university|school|charity|airport|conference|chain)|it)\b"
    ),
)
_CHAIRS_IT = (
    re.compile(rf"(?:\b(?:board|company|group|firm|foundation|trust|association|society|[Ii]t)(?: of directors)?(?: is|,| has been)(?: now| currently)? |^)[Cc]haired by (?:the )?(?:[a-z-]+ ){{0,3}}{NAME}"),
    re.compile(rf"{NAME}(?:, [^,.;()]{{2,60}},)? (?:chairs|has chaired) (?:the (?:supervisory |advisory |executive )?(?:board|company|group|association|foundation|trust)|it)\b(?! of (?:the )?[A-Z])"),
)  # fmt: skip
_LEAD_CUE = re.compile(r"\b(?:led|leads|head(?:ed|s)|runs?|managed|direct(?:ed|s))\b")
_LEADS_NOT = re.compile(
    r"\b(?:round|financing|funding|Series [A-Z]|kitchen|team|division|department|project|study|until)\b[^.;]*$",
    re.IGNORECASE,
)
_BEFORE_THEM = re.compile(
    r"\b(?:predecessors?(?: was)?|former(?:ly)?|ex|succeed(?:s|ed|ing)|successor (?:to|of)|replac(?:es|ed|ing)|(?:took|takes|taking|taken) over (?:[\w-]+ ){0,6}from|in succession to|follow(?:s|ed|ing)|late|against|beat(?:ing|s)?|defeat(?:ing|ed|s)|oust(?:ing|ed)|unseat(?:ing|ed)|incumbent,?)[ -](?:(?:chef|president|director|founder|[A-Z][a-z]+\.) )?$",
    re.IGNORECASE,
)
_LEFT = re.compile(
    r"(?:,[^,.;]{2,60},)?\s?[(,]?\s?(?:who )?(?:(?:[\w-]+ ){1,10}and )?(?:has )?(?:left|resigned|retired|died|stepped down|stood down|stepped aside|was replaced|was succeeded|handed over|departed|until \d{4}|from \d{4} (?:to|until) \d{4})\b"
)
_ENDED = re.compile(
    r"(?:until|till|to) \d{4}|div(?:orced|\.)|former|[^()]{0,24}\b(?:divorced|separated|until \d{4})",
    re.IGNORECASE,
)
_LATER: Final = 0.01  # what each office counts less than the one before it
_BEFORE_NAME = r"(?:\s?\([^()]{1,30}\))?(?:\s*[,:\N{EN DASH}\N{EM DASH}]\s*|\.{2,}\s*|\s+(?:is (?:now |currently )?)?)"
_THEN_NAME = re.compile(rf"{_BEFORE_NAME}{NAME}")
# "Ulm: 1,200 inhabitants, mayor Ada Example": an entry about something else.
_ENTRY = re.compile(r"(?P<whose>[^\W\d_a-z][^:;.()]{1,60}):\s[^:]*?\d")
_PARTS: Final = word_set(
    "board council management team staff contact contacts leadership people officers organisation organization administration employees members"
)
_OF_ANOTHER = re.compile(
    r"\s+(?:of|at) (?:the )?(?P<whose>[^\W\d_a-z][\w&.-]*(?: (?:of |and |& )?[^\W\d_a-z][\w&.-]*)*)"
)


# What a thing is called in its own pages.
_ITSELF: Final = word_set(
    "hospital museum institute fair show event conference exhibition firm restaurant school library airport hotel foundation charity trust clinic chain"
)


def holders(text: str, asked: tuple[str, ...], names: frozenset[str]) -> Iterator[Candidate]:
    """Yield the names beside which one of the offices stands, each once; those of the first office fit best.

    Args:
        text: A passage.
        asked: Offices, as :func:`offices` gives them.
        names: The subject's; an office of something else is not asked for.
    """
    seen: set[int] = set()
    leading = bool(LED & set(asked)) and _LEAD_CUE.search(text) is not None
    spoken = any(SPOKEN[office].search(text) for office in asked)
    chairing = "chairman" in asked and "chair" in text
    if not (leading or chairing or spoken) or _of_a_body(text, names):
        return
    for nth, office in enumerate(asked):
        for said in SPOKEN[office].finditer(text):
            if office in _PLAIN and _is_of_a_part(text, said):
                continue
            for found in (_before(text, said, names), _behind(text, said, names), _is(text, said, names)):  # fmt: skip
                if found and found.start not in seen and not is_former(text, found):
                    seen.add(found.start)
                    yield replace(found, fit=1.0 - _LATER * nth)
    told = (*_LEADS_IT * leading, *_CHAIRS_IT * chairing)
    for found in _leading(text, told):
        if found.start not in seen and not is_former(text, found):
            yield replace(found, fit=1.0 - _LATER)


def surnames(text: str, asked: tuple[str, ...], names: frozenset[str]) -> Iterator[Candidate]:
    """Yield the single names that are said to hold one of the offices: ``Example has been chief executive``."""
    for found, said in _held_by(text, asked, _SURNAME_IS):
        last = text[: found.start("name")].rstrip().rpartition(" ")[2]
        if not last[:1].isupper() and not _of_another(text, said.end(), names):
            person = _person(found)
            if not is_former(text, person):
                yield person


def is_of_somebody(text: str, asked: tuple[str, ...], names: frozenset[str]) -> bool:
    """Tell whether he or she is said to hold one of the offices, who was named before."""
    held = _held_by(text, asked, _PRONOUN_IS)
    return any(
        not _of_another(text, said.end(), names) and not _OVER.search(text, 0, said.start())
        for _, said in held
    )


def _held_by(
    text: str, asked: tuple[str, ...], holding: re.Pattern[str]
) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Yield where a pattern ends right before one of the offices, with the office."""
    for office in asked:
        for said in SPOKEN[office].finditer(text):
            found = holding.search(text, max(0, said.start() - 200), said.start())
            if found is None or IS_LESSER.search(text, found.start("held"), said.start()):
                continue
            part = office in _PLAIN and _is_of_a_part(text, said)
            if not part and not _TERM.match(text[said.end() :].lstrip(" (,")):
                yield found, said


def _leading(text: str, patterns: tuple[re.Pattern[str], ...]) -> Iterator[Candidate]:
    """Yield who is said to lead or chair: ``It has been headed by Ada Example``, ``Ada Example has led the company``."""
    for pattern in patterns:
        for found in pattern.finditer(text):
            name, end = found["name"], found.end("name")
            if is_person(name) and whole_end(text, found.start("name"), end) == end and not _LEADS_NOT.search(text, 0, found.start()):  # fmt: skip
                yield _person(found)


def persons(text: str) -> list[Candidate]:
    """Return the names in a sentence that have the shape of a person's."""
    return [_person(found) for found in _ANYONE.finditer(text) if is_person(found["name"])]


def is_over(text: str, found: Candidate) -> bool:
    """Tell whether what stands behind a name says that it is over: ``(1990-1999, divorced)``, ``until 2020``."""
    behind = text[found.end : found.end + 40].lstrip(" ,(")
    return bool(_TERM.match(behind) or _ENDED.match(behind))


def is_former(text: str, found: Candidate) -> bool:
    """Tell whether somebody is named as one who was there before: ``took over from Ada Example``, ``Ada Example, who left in 2020``."""
    return bool(_BEFORE_THEM.search(text, 0, found.start) or _LEFT.match(text, found.end))


def _is_of_a_part(text: str, said: re.Match[str]) -> bool:
    return bool(_OF_A_PART.search(text, 0, said.start()) or _FOR_A_PART.match(text, said.end()))


def _behind(text: str, said: re.Match[str], names: frozenset[str]) -> Candidate | None:
    """Return the name behind which an office is told: ``Ada Example, chief executive``."""
    for found in _BEHIND.finditer(text, max(0, said.start() - 140)):
        if not found.start("role") <= said.start() < found.end("role"):
            continue
        told = text[found.start("role") : said.end()]
        rest = text[said.end() : found.end()] + text[found.end() : found.end() + 24]
        if IS_LESSER.search(told) or _TERM.match(rest.lstrip(" (,of")) or _TERM.search(rest[:40]):
            return None
        if re.search(r"[.;]|, [A-Z]", told) or _of_another(text, said.end(), names):
            return None
        return _person(found)
    return None


def _before(text: str, said: re.Match[str], names: frozenset[str]) -> Candidate | None:
    """Return the name before which an office is told: ``Managing director Ada Example``."""
    if IS_LESSER.search(text, max(0, said.start() - 24), said.start()):
        return None
    theirs = _THEIRS.search(text, 0, said.start())
    if theirs and not (theirs["whose"].lower() == "its" and names_subject(text[: theirs.start()], names)):  # fmt: skip
        return None
    at = said.end()
    of = _OF_ANOTHER.match(text, at)
    if of and _of_another(text, at, names):
        return None
    found = _THEN_NAME.match(text, of.end() if of else at)
    if found is None or _TERM.match(text[found.end() :].lstrip(" (,")):
        return None
    return _person(found)


def _is(text: str, said: re.Match[str], names: frozenset[str]) -> Candidate | None:
    """Return the name that is said to hold an office: ``Ada Example has been managing partner``."""
    for found in _IS.finditer(text, max(0, said.start() - 180), said.start()):
        if found.end() != said.start() or IS_LESSER.search(text, found.end("name"), said.start()):
            continue
        if _TERM.match(text[said.end() :].lstrip(" (,")) or _of_another(text, said.end(), names):
            return None
        return _person(found)
    return None


def _of_a_body(text: str, names: frozenset[str]) -> bool:
    """Tell whether a passage names another body and not the subject: ``Globex Group (CEO Bo Case)``."""
    bodies = [name_key(found.group()) for found in _BODY.finditer(text)]
    return bool(bodies) and not any(key in name or name in key for key in bodies for name in names)


def is_entry(text: str, asked: tuple[str, ...], names: frozenset[str]) -> bool:
    """Tell whether a line is an entry of another thing with its figures: ``Ulm: 1,200 inhabitants, mayor Ada Example``."""
    found = _ENTRY.match(text)
    if found is None or any(SPOKEN[office].search(found["whose"]) for office in asked):
        return False
    if not any(SPOKEN[office].search(text, found.end()) for office in asked):
        return False
    key = name_key(found["whose"])
    own = set(words(found["whose"])) & (_PARTS | _ITSELF)
    return not own and not any(key in name or name in key for name in names)


def is_of_kin(text: str, at: int) -> bool:
    """Tell whether what stands at an offset is said of a relative: ``one child (born 2013)``."""
    return bool(_KIN.search(text, max(0, at - 80), at))


def _of_another(text: str, at: int, names: frozenset[str]) -> bool:
    """Tell whether an office is held in something that is not the subject: ``CEO of Globex``."""
    found = _OF_ANOTHER.match(text, at)
    if found is None:
        return False
    key = name_key(found["whose"])
    generic = _ITSELF | {
        "board",
        "company",
        "group",
        "university",
        "institution",
        "management board",
    }
    return key not in generic and not any(key in name or name in key for name in names)


def _person(found: re.Match[str]) -> Candidate:
    start, end = found.span("name")
    return Candidate(value=found["name"], start=start, end=end, fit=1.0)
