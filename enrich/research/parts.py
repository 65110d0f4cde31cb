"""A part of a thing is not the thing: "The present terminal was opened in 2009" does not tell when the airport was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.words import clause_start, concepts, stem, word_set

if TYPE_CHECKING:
    from enrich.research.wanted import Wanted

_BEGUN: Final = frozenset({"found", "founding-date", "establish", "begin", "open", "opened", "start", "build", "built", "launch", "inaugurat", "completion", "release", "create"})  # fmt: skip
_DONE: Final = r"(?:re)?(?:opened|inaugurated|founded|established|built|completed|launched|started|incorporated|created|unveiled|set up)"
# "the present terminal, designed by Ada Example, was opened"; "its new stand opened".
_PART_DONE = re.compile(
    rf"\b(?:the|its|their|our|an?|this|new|present|current|old|second|third|another)\s+(?:[\w'-]+\s+){{0,3}}?(?P<noun>[a-z][a-z-]+)"
    rf"(?:\s+(?:in use|of|in|at|with)\s[\w' -]{{1,40}}?)?(?:,[^,;.]{{1,60}},)?(?:,?\s+(?:which|that))?\s+(?:(?:was|were|is|been|has|have|had|first|officially|formally|ceremonially|finally)\s+)*{_DONE}\b",
    re.IGNORECASE,
)
# What a thing is called as a whole.
WHOLE: Final = word_set(
    """
    company firm group business organization organisation institution university college school hospital clinic bank museum library hotel restaurant
    club association charity foundation trust society church theatre house project programme program service site venture brand shop store chain fair
    event festival ship vessel bridge dam tower airport station port park it practice partnership start-up startup agency product software
    """
)
# What is founded or established rather than opened or built, so that a page speaks of its own subject by it.
BODIES: Final = word_set(
    """
    brewery winery distillery bakery dairy consultancy publisher newspaper magazine manufacturer maker retailer wholesaler supplier producer workshop
    studio gallery estate farm mill foundry shipyard airline carrier operator broker brokerage insurer lender cooperative co-operative union party band
    orchestra choir ensemble platform marketplace website network league team academy seminary monastery abbey parish zoo observatory cinema pub inn
    hostel resort pharmacy laboratory lab builder developer contractor forwarder dealership label union order federation alliance consortium group
    chamber council authority ministry office institute centre center body charity fund bureau
    """
)
_FOUNDED = re.compile(
    r"(?:founded|established|incorporated|set up|created|started)$", re.IGNORECASE
)
_ANOTHER = re.compile(r"(?:its|their|our|an?|new|second|third|another)\b", re.IGNORECASE)
# "Globex is a" consultancy founded in 2001.
_IS_ONE = re.compile(r"\b(?:is|was|are|were|remains|became) (?:now |still |also |today )?$")
_OF_PART = re.compile(r"\W*(?i:the|its|their|our|an?|another|one) [a-z]")
# Of these one may have another.
_SITES: Final = word_set(
    "university college school hospital clinic museum library hotel restaurant theatre church station"
)


def is_of_part(wanted: Wanted, text: str, at: int) -> bool:
    """Tell whether a date in a sentence is that of a part of the thing which the question does not name.

    Args:
        wanted: The field; only dates of a beginning are looked at.
        text: The sentence.
        at: Offset of the date.
    """
    asked = {*wanted.topic, *wanted.hint}
    if wanted.kind not in {"year", "date"} or not _BEGUN & asked:
        return False
    first = clause_start(text, at)
    found = list(_PART_DONE.finditer(text, first, at))
    if not found:
        return False
    last = found[-1]
    head = text[first : last.start()]
    if _IS_ONE.search(head) and not _OF_PART.match(head):
        return False
    noun = last["noun"].lower()
    if noun in BODIES and _FOUNDED.search(last.group()) and not _ANOTHER.match(last.group()):
        return False
    named = {*concepts(noun), stem(noun)}
    # "The medical school was founded" tells nothing of a university, and "the college" of a college.
    whole = noun in WHOLE and not (noun in _SITES and wanted.asked_of & _SITES)
    return not (whole or noun in wanted.asked_of or named & asked)
