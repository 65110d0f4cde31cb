"""Examples in a description that name a thing and its value: "e.g. Canberra for Australia".

Such a pair is a filled row that somebody wrote into a sentence. Whether it is one is not settled
here: what the patterns find is tried on the thing's own documents (``lessons.py``), and a pair
whose value does not stand there teaches nothing. So they may be loose.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.numbers import numbers_in
from enrich.research.candidates.strings import SENTENCE_STARTERS
from enrich.research.words import STOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.records import Json
    from enrich.research.wanted import Wanted

MAX_PAIRS: Final = 4
_REST = r"[\w'\N{RIGHT SINGLE QUOTATION MARK}&-]*+"
_WORD = rf"[^\W_]{_REST}"
_MORE = rf"(?: (?:(?:of|the|and|de|da|del|al) ){{0,2}}(?=[A-Z]){_WORD}){{0,7}}+"
_NAME = rf"(?=[A-Z]){_WORD}{_MORE}"
_NUMBER = r"\d[\d.,\N{NARROW NO-BREAK SPACE}]*"
_VALUE = rf"(?:\[[^\]]+\]|\"[^\"]+\"|(?<!\w)\.[a-z]{{2,6}}\b|{_NUMBER}|{_NAME})"
# "JPY for Japan"; "Nepal = true", "Chad: true"; "Iron has 26", "Adidas was set up in 1949", "Lyon would give France".
_FOR = re.compile(rf"(?P<value>{_VALUE}|(?<=: ){_WORD}|(?<=e\.g\. ){_WORD}) for (?:the )?(?P<thing>{_WORD}{_MORE})")  # fmt: skip
_IS = re.compile(
    rf"(?P<thing>{_WORD}{_MORE})(?: = |: | (?:->|=>|\N{{RIGHTWARDS ARROW}}) )(?P<value>{_VALUE}|true|false|yes|no)"
)
# "For Volvo it would be Gothenburg"; "Italy .it, Sweden .se"; "Norway - Oslo, Peru - Lima".
_WOULD = re.compile(rf"\b[Ff]or (?:the )?(?P<thing>{_NAME}),? (?:it|this|that|the answer) (?:would be|is|was) (?P<value>{_VALUE}(?:(?:, | and ){_VALUE})*)")  # fmt: skip
_LISTED = re.compile(
    rf"(?:(?<=^)|(?<=[,;:(] ))(?P<thing>{_WORD}(?: {_WORD}){{0,3}}?(?<!\bin)(?<!\bor)(?<!\band)(?<!\bof)(?<!\bto)(?<!\bas)) (?:- )?(?P<value>\.[a-z]{{2,6}}\b|{_NUMBER}|[A-Z][a-z]?\b|[A-Z]{{2,4}}\b|(?<=- ){_NAME})(?=[,;.)]|$| and\b)"
)
_COUNTS = re.compile(
    rf"(?P<thing>{_WORD}{_MORE}) (?:is|has|had|was|in|founded in) (?P<value>{_NUMBER})"
)
# "Company that imports from the United States" says what is asked.
_SAYS = re.compile(
    rf"(?P<thing>{_NAME})(?! (?:that|which|who|whose|where|when|to|by|in which)\b)(?:,? (?!for\b)[a-z]+){{1,5}}? (?P<value>{_VALUE})"
)
# "What was the profit of Acme in 2023?", "Share of imports from Kenya": what is asked gives no example.
_ASKED = re.compile(
    r"(?:^|(?<=[.!?] ))(?:(?:what|which|who|whose|where|when|how|(?:in|at|on|by|from) (?:which|what))\b[^?]*\?|[A-Z][a-z]+ (?:of|in|on|from|at|to|for)\b[^.;:(]*)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4_096)
def plain_pairs(description: str) -> tuple[tuple[str, str], ...]:
    """Return things and their values as a description surely gives them: "JPY for Japan"."""
    found = [pair for pattern in (_FOR, _IS, _WOULD) for pair in _of(pattern, description)]
    listed = list(_of(_LISTED, description))
    return tuple(dict.fromkeys([*(listed if len(listed) > 1 else ()), *found]))[:MAX_PAIRS]


@lru_cache(maxsize=4_096)
def pairs(description: str) -> tuple[tuple[str, str], ...]:
    """Return things and their values as a description may give them."""
    told = _ASKED.sub("", description)
    said = plain_pairs(description) or tuple(_of(_SAYS, told)) or tuple(_of(_COUNTS, told))
    return tuple(dict.fromkeys(said))[:MAX_PAIRS]


def _of(pattern: re.Pattern[str], description: str) -> Iterator[tuple[str, str]]:
    at = 0
    while found := pattern.search(description, at):
        at = found.start() + len(found["value" if pattern is _FOR else "thing"])
        thing, value = found["thing"], found["value"].rstrip(".,").strip('"')
        plain = thing in SENTENCE_STARTERS or thing.casefold() in STOP
        if value and not plain and thing.casefold() != value.casefold():
            yield thing, value


def as_value(value: str, field: Wanted) -> Json:
    """Return an example's value in the JSON type of a field; None if it has none."""
    if field.many:
        items = re.split(r",\s*|\s+and\s+|;\s*", value.strip("[]"))
        return [item.strip(" \"'") for item in items if item.strip()]
    if field.kind == "boolean":
        return None  # a yes or a no stands anywhere, and one teaches little
    if field.kind in {"number", "year"} or field.whole:
        number = next(iter(numbers_in(value)), None)
        if number is None or number.start:
            return None
        return (
            int(number.value) if field.whole or number.value == int(number.value) else number.value
        )
    return value
