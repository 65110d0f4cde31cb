"""How many items a list is to have, which, and from when: ``top_3_products``, "Up to 10 languages", "since 2022"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from enrich.research.descriptions import statement
from enrich.research.words import stems, words

Order = Literal["", "latest", "earliest", "first", "largest"]

_WORDS: Final = "one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
_LATEST: Final = r"most recent|recent|latest|newest|last"
_LARGEST: Final = r"largest|biggest|highest"
_MARK: Final = (
    rf"{_LATEST}|{_LARGEST}|top|first|earliest|main|major|best|leading|key|most important"
)
_NUMBER = re.compile(
    rf"(?<![\w.,/-])(?:\d{{1,3}}|{'|'.join(_WORDS)})(?![\w%/-])(?![.,]\d)", re.IGNORECASE
)
# What stands before a number of items.
_LIMIT = re.compile(
    rf"(?:\b(?P<cap>up to|at (?:the )?most|(?:a )?max(?:imum)?\.?(?: of)?|(?:no|not) more than|limit(?:ed)?(?: to)?|exactly|only|just)(?: the)?\s)?(?:\b(?P<mark>{_MARK})\s)?$",
    re.IGNORECASE,
)
_BEHIND = re.compile(rf"\s(?P<mark>{_MARK})\b|\s(?P<cap>at (?:the )?most|max(?:imum)?|or (?:fewer|less))\b", re.IGNORECASE)  # fmt: skip
# What a number counts that is no item: "up to 3 words", "the last 5 years", "up to 4 million".
_NO_ITEMS = re.compile(
    r"\s(?:(?:and|or|to)\s\d|per ?cent|decimals?\b|hundred|thousand|million|billion|km\b|kg\b|miles|met(?:er|re)s|kilomet|dollars|euros|usd\b|eur\b"
    r"|(?:[a-z]+ ){0,2}(?:characters?|chars|letters?|digits?|words?|sentences?|lines?|paragraphs?|decimal places|years?|months?|weeks?|days?|hours?|minutes?|quarters?|seasons?|decades?|centur(?:y|ies))\b)",
    re.IGNORECASE,
)
# Words before a number that only lead to what is asked.
_OPENING = re.compile(
    r"(?:^|[.;:,(\N{EN DASH}\N{EM DASH}]\s?)(?:(?:an?|the|its|their|lists?|names?|of|give|return|provide|include|show|please|array|what are|which are)\s)*$",
    re.IGNORECASE,
)
_ONE_OF = re.compile(r"one (?:of|or more|per|for each)\b", re.IGNORECASE)
_LED: Final = 60  # characters before a number that may lead to it
_COUNTED: Final = 5  # words behind a number among which what it counts is named
_SINGLE = re.compile(r"\W*(?:a|one|the) single\b", re.IGNORECASE)
_ITEMS: Final = frozenset(stems("items entries elements values results examples names ones them"))
_NAMED = re.compile(
    rf"\b(?:(?P<mark>{_MARK}|max|up to|at most) ?(?P<n>\d{{1,3}})|(?P<k>\d{{1,3}}) (?P<behind>{_MARK}))\b(?! (?:years?|months?|weeks?|days?|quarters?|seasons?|digits?|letters?|chars|characters|words?|percent|pct)\b)"
)
# "most recent acquisition", of a field that asks for one thing
_ONE = re.compile(
    rf"^(?:(?:the|its|their|name|title|of|company|what|which|is|was)\s)*(?P<mark>{_LATEST}|(?:first|earliest)(?=\s(?:[a-z]+\s)?(?:acqui\w+|bought|purchased?|takeovers?|rounds?|investments?|releases?|versions?|editions?|products?|orders?|contracts?|customers?)\b))\s(?!(?:names?|year|day|month|quarter|available|known|figures?|data|values?|estimates?|letter|word|line|paragraph|sentence|part|updated?)\b)[a-z]",
    re.IGNORECASE,
)
_Y: Final = r"(?P<{0}>(?:19|20)\d\d)\b"
_YEARS = re.compile(
    rf"\b(?:between\s{_Y.format('a')}\sand|from\s{_Y.format('b')}\s(?:to|until|through))\s{_Y.format('c')}"
    rf"|\b(?:since|from)\s(?:the (?:start|beginning) of )?{_Y.format('since')}|\b(?:after|later than)\s{_Y.format('after')}|\b(?:before|prior to|earlier than)\s{_Y.format('before')}",
    re.IGNORECASE,
)  # fmt: skip
_EVER: Final = 10_000
_ORDERS: Final[tuple[Order, ...]] = ("latest", "earliest", "first", "largest")
_ORDER = re.compile(
    rf"\b(?:(?P<latest>{_LATEST})|(?P<earliest>earliest|oldest)|(?P<first>first)|(?P<largest>{_LARGEST}))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """Which items of a list are wanted.

    Attributes:
        most: How many at most; None for all of them.
        order: Of which end: ``latest`` and ``earliest`` by their days, ``first`` by these
            or as they stand, ``largest`` by their shares; empty for as they stand.
        years: Of which years alone; None where nothing is said.
    """

    most: int | None = None
    order: Order = ""
    years: range | None = None


ALL: Final = Quantity()


@lru_cache(maxsize=4_096)
def quantity(name: str, description: str) -> Quantity:
    """Return which items a list's name and description ask for."""
    years = _years(description)
    named = _NAMED.search(" ".join(words(name)))
    if named is not None:
        mark, most = named["mark"] or named["behind"], int(named["n"] or named["k"])
        return Quantity(most=most or None, order=_order(f"{mark} {description}"), years=years)
    counted = _counted(name, description)
    if counted is not None:
        return Quantity(
            most=_number(counted.number) or None, order=_order(counted.said), years=years
        )
    if _SINGLE.match(description):
        return Quantity(most=1, order=_order(description), years=years)
    return Quantity(years=years) if years is not None else ALL


def uncounted(name: str, description: str) -> tuple[str, str]:
    """Return a list's name and description without the number of its items.

    ``recent_3_rounds`` asks for rounds, "Up to 10 languages" for languages; of the largest
    the word stays, since not every list has them.
    """
    said = " ".join(words(name))
    shorter = " ".join(_NAMED.sub(lambda m: _kept(m["mark"] or m["behind"]), said).split())
    counted = _counted(name, description)
    if counted is not None:
        start, end = counted.span
        rest = description[end:].lstrip()
        behind = _BEHIND.match(description, end)
        rest = description[behind.end() :].lstrip() if behind else rest
        description = f"{description[:start]}{_kept(counted.said)} {rest}".replace(
            "  ", " "
        ).strip()
    return (shorter.replace(" ", "_") if shorter and shorter != said else name), description


def _kept(mark: str) -> str:
    found = _ORDER.search(mark)
    return found["largest"] if found and found["largest"] else ""


def one_of(name: str, description: str) -> Order:
    """Return which of several a field for one thing asks for: "most recent acquisition"; empty for any other."""
    found = _ONE.match(" ".join(words(name)) + " ") or _ONE.match(description)
    return _order(found["mark"]) if found else ""


class _Counted(NamedTuple):
    """A number of items in a description.

    Attributes:
        number: As it is written.
        said: What is said beside it, and what it counts.
        span: Its offsets, with what stands before it.
    """

    number: str
    said: str
    span: tuple[int, int]


def _counted(name: str, description: str) -> _Counted | None:
    """Return the first number of items in a description; None for numbers of anything else."""
    for found in _NUMBER.finditer(description):
        at, end = max(0, found.start() - _LED), found.end()
        limit, behind = (
            _LIMIT.search(description[at : found.start()]),
            _BEHIND.match(description, end),
        )
        if _NO_ITEMS.match(description, end) or limit is None:
            continue
        opens = _OPENING.search(description[at : at + limit.start()])
        capped = bool(limit["cap"] or limit["mark"] or behind)
        clause = re.split(r"[.;:,()]", description[end:])[0]
        counted = {*stems(" ".join(clause.split()[:_COUNTED]))}
        first = not (at or (opens and opens.start()) or not counted)
        if opens is None:
            meant = capped and bool(counted & {*stems(" ".join(words(name))), *_ITEMS})
        else:
            meant = capped or (first and not _ONE_OF.match(description, found.start()))
        if meant:
            said = " ".join(filter(None, (limit["mark"], behind and behind["mark"], clause)))
            return _Counted(found.group(), said, (at + limit.start(), end))
    return None


def _order(said: str) -> Order:
    found = _ORDER.search(said)
    return next((name for name in _ORDERS if found[name]), "") if found else ""


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _WORDS.index(said.lower()) + 1


def _years(description: str) -> range | None:
    """Return the years of which alone items are wanted: "since 2020", "between 2018 and 2020"."""
    found = _YEARS.search(statement(description))
    if found is None:
        return None
    if last := found["c"]:
        return range(int(found["a"] or found["b"]), int(last) + 1)
    if found["before"]:
        return range(int(found["before"]))
    return range(int(found["since"] or int(found["after"]) + 1), _EVER)
