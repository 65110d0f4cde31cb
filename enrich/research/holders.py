"""What is asked of somebody whom the thing has: the wife of its president, the birthplace of its founder, their assistants.

Who holds the office is no answer to it: a passage must tell what is asked of him or her, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.answer_sorts import PERSONS
from enrich.research.descriptions import statement, undenied
from enrich.research.kinds import FIGURES
from enrich.research.wanted import is_neutral
from enrich.research.words import concepts, fold, spoken, stems, verbs, word_set, words

if TYPE_CHECKING:
    from enrich.research.page import Label
    from enrich.research.wanted import Wanted

_KIN: Final = word_set("spouse husband wife mother father")
_HOLDERS: Final = (
    PERSONS
    | _KIN
    | word_set("founder cofounder owner cto coo chair premier king queen monarch treasurer dean")
) - word_set("person individual somebody someone man woman surname head leader principal manager boss executive")  # fmt: skip
_HOLDER: Final = rf"(?:(?:[a-z-]+ ){{0,2}}?(?:chief executive(?: officer)?|managing director|prime minister|head of (?:state|government)|{'|'.join(sorted(_HOLDERS))}))"
_LEAD: Final = r"\W*(?:(?:what|which|who|how|is|are|was|were|the|its|their|full|names?|of|current|present)\s+)*"
_OF_HOLDER = re.compile(
    rf"{_LEAD}(?P<what>[^,.;:?!()|]{{2,60}}?) of (?:the |its |his |her |their |an? )?(?P<who>{_HOLDER})\b(?!['\N{{RIGHT SINGLE QUOTATION MARK}}-])",
    re.IGNORECASE,
)
_HOLDERS_OWN = re.compile(
    rf"{_LEAD}(?P<who>{_HOLDER})['\N{{RIGHT SINGLE QUOTATION MARK}}]s (?P<what>[^,.;:?!()|]{{2,60}})",
    re.IGNORECASE,
)
_DOES = re.compile(
    rf"\b(?:where|in (?:which|what) [a-z]+) (?:is|was|were|did|does|do) (?:the |its |their )?(?P<who>{_HOLDER})\b[^?]{{0,60}}?\b(?P<what>born|stud(?:y|ied)|died?)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\s(?:at|of|in|on|for|by|from|with|to|who|which|that|is|was|are|were|as|when|if|and|or)\b|\(",
    re.IGNORECASE,
)
_LAST_OF = re.compile(r"\bof (?:the |its |their |an? )?", re.IGNORECASE)
# "editor in chief", "president-elect": these belong to the office.
_OF_OFFICE: Final = frozenset(
    stems(
        "first last family given kind sort type form category class chief general elect designate office board executive officer in emeritus member director minister president secretary holder position role title person who"
    )
)
# What a field's name may ask of whom it names before: "ceo_salary".
_OWN: Final = word_set(
    """
    wife husband spouse partner children salary pay compensation birthplace birth born nationality education degree alma university school assistant
    deputy successor predecessor party religion hobby height weight shoe shoes car house dog
    """
)
_KINDS: Final = frozenset({"name", "phrase", "place", "country", "number", "amount"})
_BORN: Final = frozenset(concepts("born birthplace birthdate birth"))
_MINISTER = re.compile(
    r"\bminister (?:of|for) (?:the )?(?P<of>[a-z-]+(?: (?:and )?[a-z-]+)?)|\b(?P<area>[a-z-]+) minister\b",
    re.IGNORECASE,
)
_FIRST: Final = word_set("prime first chief head current present the a name of vice deputy former")
_PREFIX: Final = 5  # letters by which "defense" and "defence" are one


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of whom, as concepts."""

    what: frozenset[str]
    whose: frozenset[str]
    kin: bool


def is_of_holder(wanted: Wanted, label: Label, text: str) -> bool:
    """Tell whether a passage names somebody of whom something is asked, and not that; or another minister.

    Args:
        wanted: The field.
        label: What stands over and beside the passage.
        text: The passage.
    """
    if wanted.kind not in _KINDS or wanted.many or wanted.number.age:
        return False
    if wanted.kind in {"name", "phrase"} and (area := _area(wanted.label, wanted.description)):
        around = fold(f"{label.text} {text}")
        if not any(part[:_PREFIX] in around for part in area):
            return True
    asked = _asked(wanted.label, wanted.description)
    if asked is None or asked.whose & set(words(" ".join(wanted.asked_of))):
        return False
    if "person" in wanted.sorts and not asked.kin:
        return False  # of the author whose page it is
    told = frozenset(concepts(f"{label.text} | {text}"))
    if not asked.what & told:
        return True
    whose = {c for who in asked.whose for c in concepts(who)}
    told |= frozenset(stems(f"{label.text} {text}"))
    needed = asked.kin or wanted.kind in FIGURES
    return needed and not any(({c} | spoken(c)) & told for c in whose)


@lru_cache(maxsize=4_096)
def _asked(label: str, description: str) -> _Asked | None:
    stated = undenied(statement(description))
    for pattern in (_DOES, _OF_HOLDER, _HOLDERS_OWN):
        found = pattern.search(stated) if pattern is _DOES else pattern.match(stated)
        if found and (asked := _what(found["what"], last=pattern is _OF_HOLDER)):
            return _made(asked, words(found["who"])[-1])
    holder, _, own = label.partition(" ")
    if holder not in _HOLDERS or own.partition(" ")[0] not in _OWN:
        return None
    return _made(_what(own, last=False), holder)


def _made(what: frozenset[str], who: str) -> _Asked:
    more = {v for concept in what for v in verbs(concept)} | (_BORN if what & _BORN else set())
    return _Asked(what | more, frozenset({who}), who in _KIN)


def _what(said: str, *, last: bool) -> frozenset[str]:
    """Return what is asked, as concepts: the words before the last "of", or up to what a possessive belongs to."""
    if last:
        part = _LAST_OF.split(said)[-1]
    else:
        end = _ENDS.search(said)
        part = said[: end.start()] if end else said
    asking = re.sub(r"^\W*(?:what|which|who|how)(?:'s| is| was| are)? (?:the |an? )?", "", part, flags=re.IGNORECASE)  # fmt: skip
    return frozenset(
        c for c in concepts(asking) if not is_neutral(c) and c not in _OF_OFFICE and len(c) > 1
    )


@lru_cache(maxsize=4_096)
def _area(label: str, description: str) -> tuple[str, ...]:
    """Return what a minister who is asked for is the minister of; nothing for a prime minister, or for no minister."""
    found = _MINISTER.search(f"{label} | {undenied(statement(description))}")
    if found is None:
        return ()
    said = words(found["of"] or found["area"])
    return tuple(word for word in said if word not in _FIRST and len(word) >= _PREFIX)
