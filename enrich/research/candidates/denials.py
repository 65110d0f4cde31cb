"""Whether a sentence says that there is a thing today, or that there is none, by the words around what names it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_N_T = r"\w+n['\N{RIGHT SINGLE QUOTATION MARK}]t"
# "not only", "no later than", "no-cost" and "without a break" deny nothing.
_DENIAL = re.compile(
    rf"""\b(?:
    not\b(?!\s(?:only|just|merely|least|later|more|less|fewer|all|every|always|to\smention|far|yet\sknown)\b)
    | no\b(?![-\N{{NON-BREAKING HYPHEN}}])(?!\s(?:later|more|less|fewer|doubt|matter|sooner|longer\sthan|\d|extra|additional|hidden|(?:\w+\s)?(?:charge|cost|fee))\b)
    | (?:never|cannot|neither|nor|none|nothing|nobody|nowhere|unavailable|impossible|forbidden|prohibited|banned)\b
    | without\b(?!\s(?:asking|having|being|leaving|needing)\b)(?!\s(?:an?\s|any\s)?(?:break|interruption|charge|cost|fee|limit|exception|delay|problem|payment|paying|doubt|booking|reservation|notice|time))
    | lack(?:s|ed|ing)?\b | refus(?:e[sd]?|ing|al)\b | declin(?:e[sd]?|ing)\b | turn(?:s|ed|ing)?\s(?:down|away)\b
    | reject(?:s|ed|ing)?\b | exclud(?:e[sd]?|ing)\b | absent\b | {_N_T}
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# "They brought the line and took it away": what is taken up by "it" has come to its end.
_DONE_TO_IT: Final = r"(?:took|tore|pulled|closed|shut|scrapped|removed|dismantled|demolished|abolished|dropped|withdrew|discontinued)\s(?:it|them)\b"
_ENDED = re.compile(
    rf"""\b(?:
    no\slonger | {_DONE_TO_IT} | (?:taken|torn|pulled|ripped)\s(?:away|up|out)\b | decommission(?:ed|ing) | discontinu(?:ed|es|ing|ation) | with(?:drew|drawn) | abolished | ceased | stopped | ended\s(?:in|with)\b
    | dropped | scrapped | dismantled | demolished | removed | expired | lapsed | revoked | retired | suspended | cancell?ed
    | phased\sout | given\sup | gave\sup | built\sover | filled\sin | did\saway\swith | came\sto\san\send
    | (?:closed|shut)(?!\s(?:on|from|between|every|at|during|by|as|under|with|for(?!\sgood))\b)
    | used\sto | formerly | former | (?<!good\s)(?<!valid\s)(?<!runs\s)(?<!force\s)(?<!certified\s)(?<!accredited\s)(?<!approved\s)(?<!licensed\s)(?<!guaranteed\s)(?<!extended\s)(?<!renewed\s)(?:up\s)?until\s(?:(?:its|his|her|their)\s)?(?:19|20)\d\d
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# Behind what is named, an end must be said of it: "the lift was removed", not "the lift, with every engine stopped".
_SAID_OF = re.compile(
    r"\b(?:was|were|is|are|be|been|being|has|have|had|got)\s(?:\w+\s){0,2}$", re.IGNORECASE
)
_OF_ITSELF = re.compile(r"no longer|until|up to|came|used|former|\w+\s(?:it|them)$", re.IGNORECASE)
_SHUT = re.compile(
    r"(?:closed|shut)\b", re.IGNORECASE
)  # behind "a" no end, but a quality: a closed garage
_COMING = re.compile(
    r"""\b(?:
    will\b(?!\snot) | shall\b | (?:is|are)\s(?:to|due\sto)\s(?:be|get|have|open|follow|come|receive) | plans?\s(?:to|for|call) | (?:is|are|being|been|was|were)\splanned | planning | planned\s(?:for|to)
    | scheduled | expect(?:s|ed)\b | aims?\b | aiming | intends? | intended\sto | hopes?\b | hoped | proposed | proposals? | consider(?:s|ed|ing)
    | under\s(?:consideration|discussion|construction|evaluation|review) | in\s(?:progress|preparation) | roadmap | road\smap | applied\sfor | seeks?\b | seeking
    | foreseen | envisaged | awaiting | work\s(?:has|is)\s(?:begun|under\s?way) | on\sthe\shorizon | to\scome | pencil?led\sin | ask(?:s|ed)?\s(?:for|about) | wants?\sto | would\s(?:like|be)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_UNSURE = re.compile(
    r"\b(?:if|whether|unless|perhaps|possibly|might|rumou?red|reportedly|allegedly|could)\b|\?",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"\b(?:not yet|as yet no|none yet|still no|still without)\b", re.IGNORECASE)
# A clause ends where another begins that speaks of something else; behind a colon or a comma the same is gone on with.
_BREAK = re.compile(
    r"[;?!]\s|\.\s+(?=[A-Z\"'\N{LEFT DOUBLE QUOTATION MARK}])|,?\s(?:but|although|though|whereas|while|unlike|however|except\sthat)\s|,\syet\s|\s[\N{EN DASH}\N{EM DASH}]\s|,\s(?:and|so|or|who|which|where|because|since)\s"
)
# What is taken up again: visitors ask for a lift, and "there isn't one".
_TAKEN_UP = re.compile(
    rf"[^.;]{{0,60}}[:,;\N{{EN DASH}}\N{{EM DASH}}]\s(?:there|it|they|we|he|she|this|that)\s(?:\w+\s)?(?:{_N_T}|not|never)"
    r"(?:\s(?:one|any|it|so|exist|offered|available|provided|included))?(?=\s*(?:[,.;:)]|but\b|$))",
    re.IGNORECASE,
)
_NUMBER = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})"
# "Two in three guests get a room" promises none.
_PARTLY = re.compile(
    rf"\b{_NUMBER} (?:in|out of) (?:every )?{_NUMBER}\b(?!\s(?:years?|cit|countr|sites|towns|places))|\b(?:some|half|most|many|few|part) of (?:the|our|its|their)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\ban? $")
# What others deny or have given up, and one of several that was closed, is no denial of the thing.
_OTHERS = re.compile(r"\b(?:others?|rivals?|competitors?)\s(?:\w+\s){0,2}$", re.IGNORECASE)
_NEAREST = re.compile(r"\b(?:nearest|closest)\s(?:[\w-]+\s){0,2}$", re.IGNORECASE)
_COUNTED = re.compile(rf"\b{_NUMBER}(?: of (?:the|its|our|their))? $", re.IGNORECASE)
# "He stopped smoking and the certificate followed": a sentence of its own.
_GOES_ON = re.compile(
    r"\s(?:followed|came|remain(?:s|ed)|stay(?:s|ed)|is|are|was|were|has|have|had|will)\b"
)
_BEFORE: Final = 8  # words that may stand between a denial and what it denies
_BEHIND: Final = 6  # likewise where it stands behind


def says(text: str, spots: Sequence[tuple[str, int, int]]) -> tuple[bool, int, int] | None:
    """Return whether a sentence asserts or denies that there is a thing today, and the clause in which it does.

    Args:
        text: The sentence.
        spots: The words that name the thing, with their offsets.
    """
    coming = [m.span() for m in _COMING.finditer(text)]  # "we plan to" names no plan
    spots = [s for s in spots if not any(a <= s[1] < b for a, b in coming)] or spots
    here = [s for s in spots if not is_nearest(text, s[1])]
    if not here:
        return None
    start, end = _clause(text, spots)
    for first, last in _clauses(text, spots):
        part = text[first:last]
        named = [(a - first, b - first) for _, a, b in spots if first <= a < last]
        for pattern in (_NOT_YET, _ENDED, _DENIAL):
            if any(_reaches(part, m, named) for m in pattern.finditer(part)):
                return (False, first, last)
    if taken := _TAKEN_UP.match(
        text, max((b for _, _, b in spots if start <= b <= end), default=start)
    ):
        return (False, start, taken.end())
    if _is_open(text[start : end + 1]) or not any(start <= s[1] < end for s in here):
        return None
    return (True, start, end)


def is_nearest(text: str, at: int) -> bool:
    """Tell whether what a sentence names is only the nearest of its kind: ``the closest station is in Ulm``."""
    return bool(_NEAREST.search(text, 0, at))


def is_ended(text: str, start: int, end: int) -> bool:
    """Tell whether what a sentence names at some offsets is said there to have come to an end."""
    spots = [("", start, end)]
    first, last = _clause(text, spots)
    part, named = text[first:last], [(start - first, end - first)]
    return any(_reaches(part, m, named) for m in _ENDED.finditer(part))


def is_left_open(text: str, start: int, end: int) -> bool:
    """Tell whether what a sentence names at some offsets is only planned, supposed, asked, or true of a part."""
    first, last = _clause(text, [("", start, end)])
    return _is_open(text[first : last + 1])


def _is_open(part: str) -> bool:
    return any(pattern.search(part) for pattern in (_COMING, _UNSURE, _PARTLY))


def _clauses(text: str, spots: Sequence[tuple[str, int, int]]) -> list[tuple[int, int]]:
    """Return the clauses that hold the most of what names a thing, or at least half as much, the fullest first."""
    held = _held(text, spots)
    most = max(held.values())
    return sorted((c for c, n in held.items() if n and 2 * n >= most), key=lambda c: -held[c])


def _clause(text: str, spots: Sequence[tuple[str, int, int]]) -> tuple[int, int]:
    """Return where the clause lies that holds the most of what names a thing; the first of several."""
    held = _held(text, spots)
    return max(held, key=lambda part: held[part])


def _held(text: str, spots: Sequence[tuple[str, int, int]]) -> dict[tuple[int, int], int]:
    """Return the clauses of a sentence in their order, each with how many words it holds of what names a thing."""
    breaks = list(_BREAK.finditer(text))
    starts = [0, *(m.end() for m in breaks)]
    ends = [*(m.start() for m in breaks), len(text)]
    return {
        (first, last): len({c for c, a, _ in spots if first <= a < last})
        for first, last in zip(starts, ends, strict=True)
    }


def _reaches(part: str, denial: re.Match[str], named: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a denial stands near enough to what is named to deny it; "former" only right before it."""
    said = denial.group().lower()
    if _OTHERS.search(part, 0, denial.start()):
        return False
    near = 2 if said.startswith("former") else _BEFORE
    ended = bool(_ENDED.match(said)) and not _OF_ITSELF.match(said)
    said_of = not ended or bool(_SAID_OF.search(part, 0, denial.start()))
    quality = bool(_SHUT.match(said) and _ARTICLE.search(part, 0, denial.start()))
    for start, end in named:
        if start <= denial.start() < end:
            return True
        if ended and _COUNTED.search(part, 0, start):
            continue
        if denial.end() <= start:
            between = part[denial.end() : start]
            another = ended and " and " in between and _GOES_ON.match(part, end)
            reach = 0 if quality or another else near
        else:
            # "a hotel without a lift" denies the lift alone
            reach = min(near, _BEHIND) if said_of and said != "without" else 0
            between = part[end : denial.start()]
        if reach and len(between.split()) <= reach:
            return True
    return False
