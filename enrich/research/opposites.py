"""Facts that stand beside each other and are told apart by a word: imports and exports, net and gross, buyer and seller.

Where a question names one of them, and a label or sentence another one and not that, it tells of the neighbour.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.descriptions import statement, undenied
from enrich.research.kinds import FIGURES

if TYPE_CHECKING:
    from enrich.research.candidates.candidate import Candidate
    from enrich.research.page import Label
    from enrich.research.wanted import Wanted

_Side = tuple[re.Pattern[str], re.Pattern[str]]
_TOLD_OF: Final = frozenset({"number", "amount", "phrase"})
_ALL: Final = frozenset(
    "number amount phrase name place country date year boolean enum code".split()  # noqa: SIM905
)
_CHARS: Final = 400  # of a passage that are looked at


def _sides(*sides: str | tuple[str, str]) -> tuple[_Side, ...]:
    """Return the sides of a pair or more, each by what words it is asked for and told."""
    pairs = ((side, side) if isinstance(side, str) else side for side in sides)
    return tuple(
        (
            re.compile(rf"\b(?:{asked})\b", re.IGNORECASE),
            re.compile(rf"(?<!\w)(?:{told})(?!\w)", re.IGNORECASE),
        )
        for asked, told in pairs
    )


_GAIN: Final = r"(?:profits?|income|earnings|result|loss|margin|surplus)"
_NEVER: Final = r"(?!)"  # of a side that is told only
_REGNAL: Final = r"[\w-]+ [ivx]+"  # Queen Mary University reigns nowhere
_OPPOSITES: Final = (
    (
        _TOLD_OF,
        _sides(
            (rf"net {_GAIN}|bottom line", r"net"),
            (rf"gross {_GAIN}", r"gross"),
            (rf"operating {_GAIN}|ebit", rf"operating {_GAIN}|ebit"),
            r"ebitda",
            (rf"{_GAIN} before tax(?:es)?|pre-?tax {_GAIN}", r"before tax(?:es)?|pre-?tax"),
        ),
    ),
    (
        _TOLD_OF,
        _sides(
            (r"(?<!for )(?<!for-)(?<!non-)profits?|net income|net loss|bottom line", r"profits?|net income|net loss|earnings"),
            (r"revenues?|turnover|net sales|annual sales", r"revenues?|turnover|sales"),
            r"valuation|market cap(?:itali[sz]ation)?",
            (_NEVER, r"total funding|funding|rounds?|series [a-h]"),
        ),
    ),
    (
        _TOLD_OF,
        _sides(
            (r"(?:fund\w*|investment|financing|latest|last|recent|seed) round|series [a-h]|seed funding", r"rounds?|series [a-h]"),
            (_NEVER, r"total|to date|so far|altogether|cumulative|overall"),
            (_NEVER, r"valuation|valued"),
        ),
    ),
    (_TOLD_OF, _sides((r"(?<!gross )(?<!operating )(?<!for )(?<!for-)(?<!non-)profits?", r"(?<!gross )profits?|net"), (r"gross profits?", r"gross"))),
    (_TOLD_OF, _sides((r"net (?:weight|mass)", r"net"), (r"gross (?:weight|mass)", r"gross|packag(?:ed|ing)|laden"))),
    (
        _TOLD_OF,
        _sides(
            r"list price|rrp|msrp|(?:recommended|regular|original|full)(?: retail)? price",
            (
                r"(?:sale|discount(?:ed)?|reduced|promotional|offer|wholesale|second-hand|used)s? price|price after (?:the )?discount",
                r"sale|discount(?:ed)?|reduced|promotion(?:al)?|offer|wholesale|second-hand|used",
            ),
        ),
    ),
    (_TOLD_OF, _sides((r"land (?:area|surface)", r"land"), (r"water (?:area|surface)|inland waters?", r"(?:inland )?waters?"))),
    (_TOLD_OF, _sides(r"nominal|official exchange rates?", r"ppp|purchasing power(?: parity)?")),
    (
        _TOLD_OF,
        _sides(
            r"(?:kerb|curb|unladen|empty|dry|ready-to-ride) (?:weight|mass)|tare",
            r"gross (?:vehicle )?(?:weight|mass)|gvwr?|gvm|(?:permitted|maximum|laden|total) (?:\w+ )?(?:weight|mass)",
            (r"payload|load capacity|carrying capacity", r"payload|load capacity|carrying capacity"),
            (r"towing|tow|trailer|braked", r"towing|tow|trailers?|braked|unbraked"),
            (r"roof(?:[ -](?:load|rack|box|bars?|carrying))?", r"roof"),
            r"axle",
            (_NEVER, r"(?:vehicle|kerb|curb|gross|max) (?:weight|mass|towing)"),
        ),
    ),
    (_TOLD_OF, _sides((r"ac[ -]charg\w+|on-?board charger|wallbox", r"ac|on-?board|wallbox"), (r"dc[ -](?:fast[ -])?charg\w+|(?:rapid|fast|quick)[ -]charg\w+", r"dc|rapid|fast|quick"))),
    (_TOLD_OF, _sides(r"breakfast", r"lunch", r"dinner|supper")),
    (_TOLD_OF, _sides(r"adults?", r"child(?:ren)?|kids?", r"seniors?|pensioners?")),
    (_TOLD_OF, _sides(r"females?|wom[ae]n", r"males?|m[ae]n")),
    (_TOLD_OF, _sides(r"ram|working memory", r"storage|disk|ssd|flash")),
    (_TOLD_OF, _sides(r"undergraduates?", r"postgraduates?", r"doctoral|ph\.?d\.?")),
    (_ALL, _sides(r"imports?", r"exports?")),
    (_ALL, _sides((r"front|selfie", r"front|selfie"), (r"rear", r"rear|back"))),
    (_ALL, _sides(r"indoor", r"outdoor|open-air")),
    (_ALL, _sides(r"uploads?", r"downloads?")),
    (_ALL, _sides(r"arrivals?", r"departures?")),
    (_ALL, _sides(r"check-?in", r"check-?out")),
    (_ALL, _sides(r"summer", r"winter")),
    (_ALL, _sides(r"mother", r"father")),
    (_ALL, _sides(r"winner|champion", r"runners?-up")),
    (_ALL, _sides(r"landlord|lessor", r"tenant|lessee")),
    (_ALL, _sides(r"lender", r"borrower")),
    (_ALL, _sides(r"parent(?: company)?|parent organi[sz]ation", (r"subsidiar(?:y|ies)", r"subsidiar(?:y(?! of\b)|ies)"))),
    (_ALL, _sides(r"suppliers?", r"customers?|clients?")),
    (_ALL, _sides(r"president", (r"king|queen|emperor|empress|monarch|sultan|emir", rf"monarch|emperor|empress|sultan|\A(?:king|queen)\Z|(?:king|queen) {_REGNAL}"))),
    (_ALL, _sides((r"king", rf"\Aking\Z|king {_REGNAL}"), (r"queen", rf"\Aqueen\Z|queen {_REGNAL}"))),
    (_ALL, _sides(r"iata", r"icao")),
    (_ALL, _sides(r"domestic (?!product\b)[a-z]+", r"international|foreign|overseas")),
    (FIGURES, _sides((r"(?:annual|yearly) (?:prices?|fees?|costs?|rent|subscription)|(?:price|fee|cost|rent|subscription) (?:per|a) year", r"annual\w*|yearly|years?|per annum|p\.?a\.?"), (r"monthly|(?:per|a|each) month", r"monthly|months?|mo\.?"), (r"weekly|(?:per|a|each) week", r"weekly|weeks?"), (r"daily|(?:per|a|each) day", r"daily|days?"))),
    (frozenset({"date", "year", "phrase"}), _sides((r"starts?(?: date)?|beginning|begins?|from", r"starts?|begins?|beginning"), (r"ends?(?: date)?|expiry|expires", r"ends?|expir\w+|until"))),
    (
        _ALL,
        _sides(
            (
                r"buyer|purchaser|acquir(?:er|or)|acquiring company|(?:acquired|bought|taken over) by|(?:who|which company|company (?:that|which)|firm (?:that|which)) (?:bought|acquired|purchased) (?:it|the|this)",
                r"buyer|purchaser|acquir(?:er|or)|(?:acquired|bought|taken over) by|sold to",
            ),
            (r"seller|sold by|who sold", r"seller|sold by|(?:bought|acquired|purchased) from"),
            (r"acquisitions?|acquired (?:compan|firm|business)\w+|takeover targets?", r"acquisitions?|acquired (?:compan|firm|business)\w+|takeovers?"),
        ),
    ),
    (frozenset({"date", "year"}), _sides(r"releas(?:ed?|es)|launch(?:ed)?|available|on sale", r"announced|announcement|unveiled")),
)  # fmt: skip
_OF_LANDS: Final = _sides((r"land (?:area|surface)", r"land"), (r"water (?:area|surface)", r"(?:inland )?waters?"), (r"total (?:area|surface)", r"total"))  # fmt: skip
_COUNT: Final = r"(?:number of|how many|count of|no\. of) (?:[\w-]+ ){0,2}"
# What is counted: seats are no rooms, whoever sits in them.
_COUNTED: Final = _sides(
    *(
        (rf"{_COUNT}(?:{said})", said)
        for said in (
            r"employees|staff|workers|personnel",
            r"offices|branches|locations|sites",
            r"customers|clients|subscribers",
            r"products|models",
            r"patents",
            r"stores|shops|outlets",
            r"students|pupils|learners",
            r"schools",
            r"beds",
            r"rooms",
            r"suites",
            r"exhibitors",
            r"visitors",
            r"passengers",
            r"flights",
        )
    )
)
_CLAUSE = re.compile(r"[;()|\n]|,\s|\.\s|\s(?:and|while|but|whereas)\s")


def is_opposite(wanted: Wanted, label: Label) -> bool:
    """Tell whether a label tells of a neighbour of what is asked: of exports where a question says imports.

    Args:
        wanted: The field.
        label: What stands over and beside the passage.
    """
    for sides, asked in _asked(wanted.label, wanted.description, wanted.kind, wanted.sorts):
        told = _told_over(sides, label)
        if told and asked not in told:
            return True
    return False


def is_opposite_beside(wanted: Wanted, label: Label, text: str, candidate: Candidate) -> bool:
    """Tell whether the words around a value say that it is a neighbour's, where no label says anything.

    Those of its clause decide, ``total: 5 km2; land: 4 km2``, else those of the passage.

    Args:
        wanted: The field.
        label: What stands over and beside the passage.
        text: The passage.
        candidate: The value.
    """
    asked = _asked(wanted.label, wanted.description, wanted.kind, wanted.sorts)
    if not asked or wanted.kind in {"date", "year"}:
        return False  # a sentence tells of many a beginning and end
    first = max(0, candidate.start - _CHARS)
    before = [m.end() for m in _CLAUSE.finditer(text, first, candidate.start)]
    behind = _CLAUSE.search(text, candidate.end)
    clause = text[before[-1] if before else first : behind.start() if behind else len(text)]
    around = text[first : candidate.end + _CHARS]
    for sides, side in asked:
        if _told_over(sides, label):
            continue
        told = _told(sides, clause[:_CHARS]) or _told(sides, around)
        if told and side not in told:
            return True
    return False


def _told_over(sides: tuple[_Side, ...], label: Label) -> set[int]:
    """Return which sides a label tells; where it tells none, the heading over it."""
    parts = label.text.split(" > ")
    return _told(sides, parts[-1]) or (_told(sides, parts[-2]) if len(parts) > 1 else set())


def _told(sides: tuple[_Side, ...], said: str) -> set[int]:
    return {n for n, (_, pattern) in enumerate(sides) if pattern.search(said)}


@lru_cache(maxsize=4_096)
def _asked(
    label: str, description: str, kind: str, sorts: frozenset[str]
) -> tuple[tuple[tuple[_Side, ...], int], ...]:
    """Return the pairs of which a question names one side, each with that side."""
    said = f"{label} | {undenied(statement(description))}"
    every = [sides for kinds, sides in _OPPOSITES if kind in kinds]
    every += [_COUNTED] * (kind in FIGURES) + [_OF_LANDS] * ("country" in sorts)
    out = []
    for sides in every:
        named = [n for n, (pattern, _) in enumerate(sides) if pattern.search(said)]
        if len(named) == 1:
            out.append((sides, named[0]))
    return tuple(out)
