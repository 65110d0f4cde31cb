"""The sort of value that a field wants, from its name, JSON type and description."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from enrich.research.candidates.notations import asked_notation
from enrich.research.candidates.offices import SPOKEN
from enrich.research.codes import LETTERS
from enrich.research.descriptions import examples, statement, undenied
from enrich.research.identifiers import REGISTERS, sort_asked
from enrich.research.words import word_set, words

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal[
    "name", "place", "country", "phrase", "prose", "amount", "number", "year", "date",
    "code", "email", "url", "phone", "boolean", "enum",
]  # fmt: skip


FIGURES: Final = frozenset({"number", "amount"})
"""The kinds of which a value is a figure."""

NAME_HEADS: Final = word_set(
    """
    name ceo cto cfo founder president minister chairman chairperson chair director
    author owner leader king queen monarch head capital city town river mountain company
    organization manufacturer publisher developer person spouse successor predecessor
    mayor governor editor artist composer architect captain coach currency brand parent
    university nickname demonym designer inventor discoverer manager contact
    rector chancellor principal dean executive auditor provider supplier employer operator library husband wife
    organiser organizer ambassador envoy diplomat consul builder shipyard shipbuilder yard insurer investor backer sommelier creator maintainer
    """
)
_PLACE_HEADS: Final = word_set(
    """
    headquarters headquarter hq location birthplace place country state province county
    continent region
    """
)
_AMOUNT_HEADS: Final = word_set(
    """
    population count number amount revenue price cost salary height length width depth
    weight mass area elevation altitude speed distance size capacity duration percentage
    percent rate share total gdp employees headcount turnover funding valuation budget
    """
)
_PROSE_HEADS: Final = word_set(
    """
    summary overview description background history biography bio abstract synopsis
    profile about
    """
)


_COUNTING: Final = word_set("count number amount total how percentage percent population revenue")
_TOLD_OF: Final = word_set("distribution structure composition history policy trend trends groups")
_NETWORKS: Final = "linkedin facebook instagram youtube github gitlab tiktok xing crunchbase"
NETWORKS: Final = {name: (name,) for name in _NETWORKS.split()} | {"twitter": ("twitter", "x")}
"""On which people and companies have pages, and the names of their sites; who asks for one by its name alone asks for the address."""
_URL_HEADS: Final = word_set("url website homepage link webpage")
_PHONE_HEADS: Final = word_set("phone telephone fax mobile tel")
_CODE_HEADS: Final = REGISTERS | word_set(
    "tld ticker postcode zip symbol abbreviation acronym iso2 iso3"
)
_EMBLEM: Final = word_set("national state heraldic official country city cultural religious animal")
_CODE_EXAMPLE = re.compile(r"\.[a-z]{2,6}|[A-Z]{2,5}|[A-Z]+[-\d]+[A-Z\d-]*")

# An example of several words is a name: ["ISO 9001", "FSC Mix"].
_QUOTED_WORDS = re.compile(r"[\"'][A-Z][\w-]* [\w -]+[\"']")


def value_kind(
    name: str, leaf_type: str, description: str, *, closed: bool, form: str = ""
) -> Kind:
    """Return the sort of value that a field wants.

    Args:
        name: The field's name.
        leaf_type: The JSON type of one value.
        description: Its description.
        closed: Whether its values are listed (an enum).
        form: The JSON Schema's ``format``, such as ``date``; empty for none.
    """
    if closed:
        return "enum"
    if leaf_type == "boolean":
        return "boolean"
    if leaf_type == "string" and form in _FORMATS:
        return _FORMATS[form]
    asked = _Asked(words(name), statement(description).lower(), description)
    if leaf_type in {"integer", "number"}:
        # A date that is a whole number is a year.
        dated = asked.year() or asked.when() or asked.date() or _YYYY.match(description)
        return "year" if leaf_type == "integer" and dated else "number"
    found: Kind = next((kind for kind, test in _TESTS if test(asked)), "phrase")
    return "name" if found == "phrase" and _NAME_ONLY.search(undenied(description)) else found


_FORMATS: Final[dict[str, Kind]] = {
    "date": "date", "date-time": "date", "email": "email", "uri": "url", "url": "url",
}  # fmt: skip
_NAME_ONLY = re.compile(r"\bnames? only\b", re.IGNORECASE)
_YEAR_ONLY = re.compile(
    r"\b(?:year|YYYY) only\b(?! if)|\bonly the year\b(?! if)|\((?:year|YYYY)\)", re.IGNORECASE
)


# "Population with year of estimate": a figure that says when it was one.
_DATED_WITH = re.compile(
    r"\w[\w )]*,? (?:(?:along |together )?(?:with|including|incl\.?|plus) (?:the |its |a )?(?:\w+ )?year\b"
    r"|and (?:the |its )?year (?:of (?:the |its )?(?:estimate|figure|data|census|survey|count|measurement)|(?:it|they) (?:is|are|was|were|refers?)\b))"
)
_LAST_YEAR = re.compile(r"\w (?:last|latest|past|previous|prior|this) year$")  # "guests last year"
_YYYY = re.compile(r"\W*YYYY\b(?!-)")  # "YYYY; null if not stated"
# What has a name of its own.
_BODY = (
    r"(?:person|company|firm|organi[sz]ation|institution|establishment|university|school|provider|supplier|body|bank|agency"
    r"|individual|entity|network|alliance|association|grouping|shipyard|yard|insurer|investor|fund|trust|foundation|authority|customer|client|practice)"
)
# "State of matter: solid, liquid or gas" is no place.
_CONDITION = re.compile(
    r"\bstate of (?:matter|aggregation|health|repair)\b|[:(]\s*(?:[a-z-]+, )*[a-z-]+,? or [a-z-]+\b"
)


# "Current managing partner, full name": who holds an office.
_HOLDER = re.compile(
    rf"(?:(?:the|current|present) )*(?:{'|'.join(said.pattern for said in SPOKEN.values())})(?=$|[,;.]| of\b| in\b| at\b)",
    re.IGNORECASE,
)


# What recurs has no date.
_WEEKDAYS = re.compile(r"\bweek ?days?\b|\bdays? of (?:the|a|each|every) week\b")


_HEAD_OF = re.compile(r"\b(?:head|chief)(?: of)? (?:state|government|mission)\b")


class _Asked:
    """A field's name and description, and what they have the look of."""

    def __init__(self, spoken: list[str], stated: str, description: str) -> None:
        self._spoken = frozenset(spoken)
        self._name = spoken
        self._first = spoken[0] if spoken else ""
        # "title_of_state" is a title; only where nothing stands before "of" is it what stands behind.
        of = spoken.index("of") if "of" in spoken[1:] else len(spoken)
        self._last = spoken[of - 1] if spoken else ""
        self._stated = stated
        self._description = description

    def email(self) -> bool:
        opening = r".{0,30}\be-?mail(?: address)?\b|.{0,30}\b(?:electronic (?:mail )?address|electronic mail|e-?mail|mailbox)\b"
        if {"email", "mailbox"} & self._spoken or "name@" in self._description:
            return True
        mail = "mail" in self._spoken and bool(
            {"e"} & self._spoken or re.match(r"address\b", self._description, re.IGNORECASE)
        )
        return mail or bool(re.match(opening, self._stated))

    def url(self) -> bool:
        opening = r"(?:(?:what|which) (?:is|was) )?(?:the |official )*(?:url|website|homepage|web ?site|web ?page|web address|link|address of .{0,40}\b(?:website|web ?site|home ?page))\b"
        under = r"(?:under|at) (?:what|which) (?:url|web ?site|web address|domain)\b"
        # A web address's ending is none.
        named = self._last in _URL_HEADS | NETWORKS.keys() or self._name[-2:] == ["web", "address"]
        return named or bool(re.match(f"{opening}|{under}", self._stated))

    def phone(self) -> bool:
        opening = r".{0,30}\b(?:phone|telephone|fax|switchboard) number|(?:the |what |which )?(?:number|digits) (?:to|does one|do i|can one|should one) (?:dial|call|ring|phone)\b"
        heads = self._last in _PHONE_HEADS or (self._first == "tel" and len(self._name) < 3)
        return heads or bool(re.match(opening, self._stated))

    def year(self) -> bool:
        if asked_notation(self._description):
            return False
        if _YEAR_ONLY.search(self._description):
            return True
        if (
            "date" in self._spoken
            or "years" in self._spoken
            or _LAST_YEAR.search(" ".join(self._name))
            or re.search(r"\b(?:a|per|each|every) year\b", " ".join(self._name))
            or re.search(r"\b(?:number of|in) years\b", self._stated)
            or _DATED_WITH.search(self._stated)
        ):
            return False
        opening = (
            r"(?:in |since |during )?(?:the |which |what )*year\b|.{0,40}\byear (?:of|in which|when|founded|the)\b|.*\byyyy\b"
            r"|(?:the )?(?!fiscal|each|per|every)[a-z]+ year\W*$"
        )
        return (
            "year" in self._spoken
            or bool(re.match(opening, self._stated))
            or bool(re.match(r"(?:the )?year\b", self._description, re.IGNORECASE))
        )

    def when(self) -> bool:
        # "When we sign contracts, …" asks for no date.
        opening = r"(?:since |until )?when\b(?! (?:i|we|you|one|people)\b)"
        if _WEEKDAYS.search(self._stated):
            return False
        return self._first == "when" or bool(re.match(opening, self._stated))

    def date(self) -> bool:
        if {"date", "birthday"} & self._spoken or asked_notation(self._description):
            return True
        if _WEEKDAYS.search(self._stated):
            return False
        opening = (
            r"(?:the |exact |calendar |last |first )*(?:date|day +(?:on which|when|of))\b|(?:on|since|until) (?:what|which) (?:date|day)\b"
            r"|(?:the )?(?:[a-z]+ ){1,2}date (?:of|on which|when|for)\b|(?:the )?(?:first|last|opening) day of\b|since when\b|on which\b.{0,60}\bdate\b"
        )
        return self.when() or bool(
            re.match(opening, self._stated) or re.match(opening, self._description, re.IGNORECASE)
        )

    def code(self) -> bool:
        if "symbol" in self._spoken and _EMBLEM & self._spoken:
            return False
        if sort_asked(" ".join(self._name), self._description):
            return True
        if self._last in _CODE_HEADS or LETTERS.search(undenied(self._description)):
            return True
        if {"code", "iso"} & self._spoken or re.search(r"\biso[\s-]?\d{4}\b", self._stated):
            return True
        if _QUOTED_WORDS.search(self._description):
            return False
        shaped = any(_CODE_EXAMPLE.fullmatch(example) for example in examples(self._description))
        return shaped and "format" not in self._description.lower()

    def prose(self) -> bool:
        opening = r"(?:(?:a|one|short|brief|concise|two|three) )*(?:summary|overview|paragraph|description of)\b|describe\b|.{0,20}\bsentences?\b"
        return self._last in _PROSE_HEADS or bool(re.match(opening, self._stated))

    def place(self) -> bool:
        if self._last in {"city", "town"}:
            return False  # its name alone, without what it lies in
        if self._first in {"who", "whom"} or _HEAD_OF.search(" ".join(self._name)):
            return False  # "Who runs the place?"
        if self._last == "state" and _CONDITION.search(self._stated):
            return False
        opening = r"(?:the )?(?:city|town|place|location|country) (?:and|of|where|in)\b|where\b|(?:in |within |at |from |to )(?:which|what) (?:city|town|village|municipality|place|county|province|district|region)\b"
        return self._last in _PLACE_HEADS or bool(re.match(opening, self._stated))

    def country(self) -> bool:
        opening = r"(?:the |which |all |other |every |lists? of |names? of (?:the )?)*(?:country|nation|sovereign state|countries|nations)\b(?!'s|-| code| name)|(?:the )?state (?:that|in which|in whose|to which|where|(?:it|the (?:city|town|place)) (?:is|lies|belongs))\b|(?:in |to )(?:which|what) (?:country|nation|sovereign state)\b"
        named = self._last in {"country", "nation"} or "sovereign state" in " ".join(self._name)
        return named or bool(re.match(opening, self._stated))

    def name(self) -> bool:
        opening = (
            r"(?:what (?:is|was|are|were) )?(?:the |full |first |last |and |legal |common |official |proper )*names?\b|(?:to )?whom?\b|(?:the |a )*(?:noun|adjective|word|term)\b|what .{0,70}\bcall(?:s|ed)?\b|(?:under )?what name\b|.*\b(?:by|full) name\W*$"
            rf"|(?:the |an? |independent )*{_BODY}\b(?: \w+){{0,6}} (?:that|who|which|whose|from which)\b|which (?:[a-z-]+ ){{0,2}}{_BODY}\b(?:,|(?! (?:does|did|do|is|was|has) (?:the|this|it)\b))"
        )
        return (
            self._last in NAME_HEADS
            or self._first == "head"
            or bool(_HEAD_OF.search(" ".join(self._name)))
            or bool(_HOLDER.match(self._stated))
            or bool(re.match(opening, self._stated))
        )

    def amount(self) -> bool:
        opening = r"(?:the |total |current |approximate |estimated )*(?:number|amount|how many|how much|count|percentage|share)\b"
        return (
            self._last in _AMOUNT_HEADS
            or (bool(_COUNTING & self._spoken) and self._last not in _TOLD_OF)
            or bool(re.match(opening, self._stated))
        )


# In this order: what has a form of its own before what is only a word.
_TESTS: Final[tuple[tuple[Kind, Callable[[_Asked], bool]], ...]] = (
    ("email", _Asked.email),
    ("url", _Asked.url),
    ("phone", _Asked.phone),
    ("year", _Asked.year),
    ("date", _Asked.date),
    ("code", _Asked.code),
    ("prose", _Asked.prose),
    ("country", _Asked.country),
    ("place", _Asked.place),
    ("name", _Asked.name),
    ("amount", _Asked.amount),
)
