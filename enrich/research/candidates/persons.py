"""Who holds an office: ``Ada Example (chief executive)``, ``Bo Sample – Rector``, ``Chair: Cy Case``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.descriptions import statement
from enrich.research.words import name_key, stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.wanted import Wanted

_OFFICES: Final = {
    "ceo": r"chief executive(?: officer)?|CEO|(?:group )?managing director|general director",
    "cfo": r"chief financial officer|CFO|finance director",
    "cto": r"chief technology officer|CTO",
    "coo": r"chief operating officer|COO",
    "cio": r"chief information officer|CIO",
    "ciso": r"chief information security officer|CISO",
    "cmo": r"chief marketing officer|CMO|marketing director",
    "general-counsel": r"general counsel",
    "managing-partner": r"managing (?:partner|shareholder)|senior partner",
    "chef": r"(?:head|executive) chef|chef de cuisine",
    "captain": r"captain",
    "president": r"president",
    "rector": r"rector|rektor",
    "vice-chancellor": r"vice[- ]chancellor",
    "chancellor": r"(?<!vice[- ])chancellor",
    "chairman": r"chair(?:man|woman|person)?(?: of the (?:supervisory |advisory )?board)?",
    "director": r"director|head of (?:the )?(?:institute|museum|school)",
    "principal": r"principal",
    "mayor": r"mayor",
    "editor": r"editor(?:[- ]in[- ]chief)?",
}
_SPOKEN: Final = {office: re.compile(rf"\b(?:{said})\b", re.IGNORECASE) for office, said in _OFFICES.items()}  # fmt: skip
# Words of labels beside which somebody's name stands.
OFFICES: Final = frozenset(
    stems(
        "ceo cfo cto president rector chancellor chairman chairperson director manager founder owner principal mayor editor"
        " dean provost registrar secretary officer librarian professor minister chief leader executive head spouse contact"
    )
)
_ADJECTIVES: Final = frozenset(stems("principal chief head"))
LESSER: Final = frozenset(stems("vice deputy pro vp dvc assistant associate acting interim"))
_SOMEONE = re.compile(
    r"\b(?:who|whom|person|people|individual|surname|first name|full name|someone|somebody)\b",
    re.IGNORECASE,
)
# Who leads a university has one of these titles.
_LEADS = re.compile(
    r"\b(?:head|lead(?:s|er|ing)?)\b.*\b(?:university|institution)\b|\b(?:university|institution)\b.*\b(?:head|leader)\b|^head$"
)
_LEADING: Final = ("rector", "vice-chancellor", "president")
# A lesser or a past holder; a vice-chancellor is no deputy.
_LESSER = re.compile(
    r"\b(?:vice(?![- ]chancellor)|vp|dvc|deputy|pro(?=[- ])|assistant|associate|acting|interim|honorary|emerit\w+|former\w*|previous|past|ex|late|until|designate|elect)\b",
    re.IGNORECASE,
)
_TERM = re.compile(
    r"\bfrom (?:\w+ )?\d{4} (?:to|until)\b|\b\d{4}\s?[-\N{EN DASH}]\s?\d{2,4}\b|\buntil \d{4}"
)
_THEIRS = re.compile(r"\b(?:its|their|whose|his|her)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_BODY = re.compile(
    r"\b(?:[^\W\d_a-z][\w&'-]*,? (?:of |for |and |& )?){1,5}(?:University|College|Institute|Group|Inc|GmbH|AG|Ltd|Limited|Corp|Bank|Foundation|Fund|A/S|AB|Oy|plc)\b|\b(?:University|Institute|College|Bank) of [^\W\d_a-z]\w+"
)
_KIN = re.compile(
    r"\b(?:child(?:ren)?|sons?|daughters?|brothers?|sisters?|twins?|husband|wife|grand\w+|(?:fa|mo)ther|parents?)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_TITLE = r"(?:(?:Prof|Dr|Ing|Mr|Mrs|Ms|Sir|Dame|JUDr|Dipl)\b\.?(?:-Ing\.)? ?|Professor )"
_WORD = r"[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff](?:[\w'\N{RIGHT SINGLE QUOTATION MARK}-]+|\.)"
_NOT_NAMED = r"(?!(?:Chief|Executive|Officer|President|Director|Managing|Chair\w*|Board|Rector|Vice|Head|General|Group|Senior|The|In|Since|Our|Company|University)\b)"
_NAME: Final = rf"(?P<name>{_TITLE}*{_NOT_NAMED}{_WORD}(?: (?:(?:de|da|van|von|der|den|del|di|la|le|bin|al) ){{0,2}}{_NOT_NAMED}{_WORD}){{1,4}})"
_BEHIND = re.compile(
    rf"{_NAME}(?P<mark>\s*\(|,\s|\s[\N{{EN DASH}}\N{{EM DASH}}-]\s|:\s)(?P<role>[^();.]{{2,80}})(?P<note>\s?\([^()]*\))?"
)
_HELD = r"(?:has been|is|serves as|has served as|was (?:appointed|made|named|elected)|became|took over as|acts as|works as|(?:has held|holds) the (?:post|office|position) of)"
_IS = re.compile(
    rf"{_NAME}(?:,[^,.;]{{2,60}},)? {_HELD} (?:the |our |its |(?:the|this) [a-z]+['\N{{RIGHT SINGLE QUOTATION MARK}}]s )?(?:[a-z][\w-]* ){{0,2}}$"
)
_BEFORE_NAME = r"(?:\s*[,:\N{EN DASH}\N{EM DASH}]\s*|\.{2,}\s*|\s+(?:is (?:now |currently )?)?)"
_OF_ANOTHER = re.compile(
    r"\s+(?:of|at) (?:the )?(?P<whose>[^\W\d_a-z][\w&.-]*(?: (?:of |and |& )?[^\W\d_a-z][\w&.-]*)*)"
)


def offices(wanted: Wanted) -> tuple[str, ...]:
    """Return the offices whose holder is asked for; none where a deputy or no office is."""
    if wanted.kind != "name" or wanted.many:
        return ()
    asked = f"{wanted.label} {statement(wanted.description)}"
    if _LESSER.search(asked) or ("vice" in wanted.topic and "chancellor" not in wanted.topic):
        return ()
    found = tuple(o for o, spoken in _SPOKEN.items() if o in wanted.topic or spoken.search(asked))
    return found or (_LEADING if _LEADS.search(asked.lower()) else ())


def names_someone(wanted: Wanted) -> bool:
    """Tell whether a name that is asked for may be a person's by what the question says."""
    said = f"{wanted.label} {wanted.description}"
    return bool(_SOMEONE.search(said) or (OFFICES - _ADJECTIVES) & set(stems(said)))


def asks_who(wanted: Wanted) -> bool:
    """Tell whether it is asked who somebody is."""
    return bool(re.match(r"who\b", wanted.description, re.IGNORECASE) or offices(wanted))


def is_lesser(text: str) -> bool:
    """Tell whether an office is a deputy's, or one that is over."""
    return bool(_LESSER.search(text))


def holders(text: str, asked: tuple[str, ...], names: frozenset[str]) -> Iterator[Candidate]:
    """Yield the names beside which one of the offices stands, each once.

    Args:
        text: A passage.
        asked: Offices, as :func:`offices` gives them.
        names: The subject's; an office of something else is not asked for.
    """
    seen: set[int] = set()
    if _of_a_body(text, names):
        return
    for office in asked:
        for said in _SPOKEN[office].finditer(text):
            for found in (_before(text, said, names), _behind(text, said, names), _is(text, said, names)):  # fmt: skip
                if found and found.start not in seen:
                    seen.add(found.start)
                    yield found


def _behind(text: str, said: re.Match[str], names: frozenset[str]) -> Candidate | None:
    """Return the name behind which an office is told: ``Ada Example, chief executive``."""
    for found in _BEHIND.finditer(text, max(0, said.start() - 140)):
        if not found.start("role") <= said.start() < found.end("role"):
            continue
        told = text[found.start("role") : said.end()]
        rest = text[said.end() : found.end()] + text[found.end() : found.end() + 24]
        if _LESSER.search(told) or _TERM.match(rest.lstrip(" (,of")) or _TERM.search(rest[:40]):
            return None
        if re.search(r"[.;]|, [A-Z]", told) or _of_another(text, said.end(), names):
            return None
        return _person(found)
    return None


def _before(text: str, said: re.Match[str], names: frozenset[str]) -> Candidate | None:
    """Return the name before which an office is told: ``Managing director Ada Example``."""
    if _LESSER.search(text, max(0, said.start() - 24), said.start()) or _THEIRS.search(
        text, 0, said.start()
    ):
        return None
    at = said.end()
    of = _OF_ANOTHER.match(text, at)
    if of and _of_another(text, at, names):
        return None
    found = re.compile(rf"{_BEFORE_NAME}{_NAME}").match(text, of.end() if of else at)
    if found is None or _TERM.match(text[found.end() :].lstrip(" (,")):
        return None
    return _person(found)


def _is(text: str, said: re.Match[str], names: frozenset[str]) -> Candidate | None:
    """Return the name that is said to hold an office: ``Ada Example has been managing partner``."""
    for found in _IS.finditer(text, max(0, said.start() - 140), said.start()):
        if found.end() != said.start() or _LESSER.search(text, found.end("name"), said.start()):
            continue
        if _TERM.match(text[said.end() :].lstrip(" (,")) or _of_another(text, said.end(), names):
            return None
        return _person(found)
    return None


def _of_a_body(text: str, names: frozenset[str]) -> bool:
    """Tell whether a passage names another body and not the subject: ``Globex Group (CEO Bo Case)``."""
    bodies = [name_key(found.group()) for found in _BODY.finditer(text)]
    return bool(bodies) and not any(key in name or name in key for key in bodies for name in names)


def is_of_kin(text: str, at: int) -> bool:
    """Tell whether what stands at an offset is said of a relative: ``one child (born 2013)``."""
    return bool(_KIN.search(text, max(0, at - 80), at))


def _of_another(text: str, at: int, names: frozenset[str]) -> bool:
    """Tell whether an office is held in something that is not the subject: ``CEO of Globex``."""
    found = _OF_ANOTHER.match(text, at)
    if found is None:
        return False
    key = name_key(found["whose"])
    generic = {"board", "company", "group", "university", "institution", "management board"}
    return key not in generic and not any(key in name or name in key for name in names)


def _person(found: re.Match[str]) -> Candidate:
    start, end = found.span("name")
    return Candidate(value=found["name"], start=start, end=end, fit=1.0)
