"""Where of a thing is asked for, and which labels say it.

Five things are asked alike of things of all kinds: the town of a head office, a street with its number, the port of a ship's
registry, the venue of an event, the town where somebody lives.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from enrich.research.descriptions import undenied

if TYPE_CHECKING:
    from enrich.research.wanted import Wanted

Sought = Literal["", "seat", "town", "street", "port", "venue", "home"]

_OPENING = r"(?:the |name of |current |present |in |at |to )*(?:which |what )?(?:the )?(?:city|town|municipality|locality|place|location|village|where)\b"
_HOUSE = r"head(?: |-)?quarter(?:s|ed)?|hq|head(?: |-)?office|(?:main|principal|corporate|central|registered) (?:office|seat|administration)|domicil\w*"
_SEAT_NAMED: Final = re.compile(
    rf"\b(?:{_HOUSE})\b|^(?:registered )?seat$|\bwhere (?:is|are) (?:it|they|the \w+) based\b|^based in$|^base (?:location|city|town)$"
)
_SEAT_TOLD: Final = re.compile(
    rf"\b(?:{_HOUSE}|seat|based)\b|\bfrom which\b.*\b(?:run|led|managed|headed|directed|operates?)\b"
)
_TOWN_NAMED: Final = re.compile(
    r"(?:where is (?:it|the)|(?:location|city|town) of(?: the)?|city|town|municipality|locality|location|main|campus|site|name|situated|located|of|the|in|is| )+"
)
_TOWN_TOLD: Final = re.compile(r"\b(?:city|town|municipality)\b")
_NOT_SEAT: Final = re.compile(
    r"\b(?:state|province|region|county|country|continent|address|street|building|architect|size|area|floor|since|year"
    r"|parent|holding|owner|group|publisher|subsidiary|regional|european|asian|american|former|previous|original|first|old|new|future|planned|second"
    r"|birth|born|native|death|died|capital|largest|twin|nearest|venue|event|regist(?:er|ry)|port|mailing|phone|e ?mail)\b"
)
_STREET_ASKED: Final = re.compile(
    r"\bstreet (?:address|and (?:house )?number|name and (?:house )?number|\+ (?:house )?number)|\bstreet\b.{0,30}\bnumber\b|\b(?:postal|full|physical|visitor|visiting|office) address\b"
)
_NO_STREET: Final = re.compile(
    r"\b(?:e ?mail|web|url|ip|mailbox|site|internet|wallet|mac|home ?page|link)\b"
)
_PORT_ASKED: Final = re.compile(
    r"\bhome ?port\b|\bport of regist|\bregist\w* (?:home )?port\b|\bport\b.*\bregister|\bregister town\b"
)
_VENUE_ASKED: Final = re.compile(
    r"\bvenue\b|\b(?:exhibition|convention|congress|fair) (?:cent(?:re|er)|grounds?|halls?)\b|\bgrounds\b.*\bhalls?\b"
)
_NOT_VENUE: Final = re.compile(
    r"\b(?:city|town|address|capacity|owner|country|area|size|previous|former)\b"
)

_HOME_ASKED: Final = re.compile(
    r"\b(?:town|city|village|where|place)\b.*\b(?:lives?|resides?|at home)\b|\bplace of residence\b|\bhome ?town\b|\blives in$|^(?:where )?(?:\w+ )?(?:residence|lives)\b"
)
_NO_HOME: Final = re.compile(
    r"\b(?:born|birth|grew up|how many|people live|number|population|inhabitants|official|royal|permit|hall|tax|country|animals?)\b"
)
_HOME_LABEL: Final = re.compile(
    r"(?:(?:the |current |present |now )?(?:lives?|living|home|home ?town|(?:place of )?residence|resides?|residing)(?: in| now| at)?)"
)

_BORN: Final = frozenset({"birth-place", "born"})
_SURE: Final = 0.9
_LOOSE: Final = 0.78
_WEAK: Final = 0.7
_OFFICE = r"(?:head ?offices?|head-?quarters?|hq|main offices?|corporate offices?|principal offices?|central office|central administration)"
_SEAT_WORD = rf"(?:(?:our|the|global|world|corporate|group|company|international|legal|statutory|registered|principal|head|and|&|present|current) )*(?:{_OFFICE}|(?:seat|domicile|base|based in|headquartered in|based))"
_SEAT_LABEL: Final = re.compile(
    rf"{_SEAT_WORD}(?: (?:and|&) {_SEAT_WORD})?(?: (?:city|town|location|address))?"
)
_ADDRESS_LABEL: Final = re.compile(
    r"(?:(?:our|the|postal|street|business|company|office|visitors?|visiting|registered) )*(?:address|office|location|city|town|place)(?: and contact)?"
)
_WHERE_LABEL: Final = re.compile(
    r"(?:(?:our|the|postal|street|full|business|visitors?|visiting) )*(?:address|location|where|where to find us|find us|visit us|how to find us|getting there)"
)
_PORT_LABEL: Final = re.compile(
    r"(?:(?:the|current|present) )?(?:port of regist(?:ry|ration)|home ?port|registered port|regist(?:ry|ered)(?: at| in| port)?|port)(?: registered)?"
)
_VENUE_LABEL: Final = re.compile(
    r"(?:(?:the|our|current|present|main) )?(?:venue|site|grounds|fairgrounds?|held at|held in|exhibition cent(?:re|er)|where|place|location)(?: name)?"
)

_ALONE: Final = re.compile(r"\bonly\b|\balone\b|\bno(?:t the)?\b[^.;]*\bcountry\b", re.IGNORECASE)


def sought(wanted: Wanted) -> Sought:
    """Return where of a thing is asked for, of what is read by these rules; empty for anything else."""
    if wanted.many or wanted.kind not in {"name", "place", "phrase"}:
        return ""
    return _sought(wanted.label, wanted.description, wanted.kind)


@lru_cache(maxsize=4096)
def _sought(label: str, description: str, kind: str) -> Sought:  # noqa: PLR0911  (an answer a line)
    said = undenied(description).lower()
    both = f"{label}. {said}"
    town = re.match(_OPENING, said)
    if (_STREET_ASKED.search(both) and not _NO_STREET.search(label)) or (
        label == "address" and not said
    ):
        return "street"
    if _PORT_ASKED.search(both):
        return "port"
    if (
        _VENUE_ASKED.search(both)
        and not _NOT_VENUE.search(label)
        and not re.match(r"(?:the |in |which |what )*(?:city|town|country)\b", said)
    ):
        return "venue"
    if _HOME_ASKED.search(both) and not _NO_HOME.search(both):
        return "home"
    if _NOT_SEAT.search(label):
        return ""
    named = bool(_SEAT_NAMED.search(label)) and (kind != "phrase" or town)
    if named or (
        town
        and _SEAT_TOLD.search(said)
        and not re.search(r"\b(?:born|birth|died|event|held)\b", said)
    ):
        return "seat"
    if _TOWN_NAMED.fullmatch(label) and _TOWN_TOLD.search(both) and (town or not said):
        return "" if _NOT_SEAT.search(said) else "town"
    return ""


def is_born(wanted: Wanted) -> bool:
    """Tell whether it is asked where somebody was born."""
    where = wanted.kind in {"name", "place"} and not wanted.many
    return where and bool(
        _BORN & set(wanted.topic) or (_BORN & set(wanted.hint) and _TOWN_TOLD.search(wanted.label))
    )


def is_town(wanted: Wanted) -> bool:
    """Tell whether the town of a thing's seat is asked for."""
    return sought(wanted) in {"seat", "town"}


def is_whole(wanted: Wanted) -> bool:
    """Tell whether what a town lies in belongs to the answer; not where its name alone is asked for."""
    return wanted.kind == "place" and not _ALONE.search(wanted.description)


def label_fit(asked: Sought, label: str) -> float:  # noqa: PLR0911  (a place a line)
    """Return how surely a label says that what stands beside it is where something sits; 0 for any other label."""
    said = re.sub(r"[^\w&]+", " ", label.casefold()).strip()
    if asked in {"seat", "town"}:
        if _SEAT_LABEL.fullmatch(said):
            return _SURE
        return _WEAK if _ADDRESS_LABEL.fullmatch(said) else 0.0
    if asked == "street":
        return (
            _SURE
            if _WHERE_LABEL.fullmatch(said)
            else _LOOSE
            if _SEAT_LABEL.fullmatch(said)
            else 0.0
        )
    if asked == "port":
        return (
            _SURE
            if any(
                _PORT_LABEL.fullmatch(part.strip()) for part in re.split(r" / ", label.casefold())
            )
            or _PORT_LABEL.fullmatch(said)
            else 0.0
        )
    if asked == "home":
        return _SURE if _HOME_LABEL.fullmatch(said) else 0.0
    if asked == "venue" and _VENUE_LABEL.fullmatch(said):
        return _LOOSE if said in {"location", "place", "where"} else _SURE
    return 0.0
