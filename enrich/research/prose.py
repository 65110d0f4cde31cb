"""What a sentence says of a field: whether it speaks of it, and which of its words answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from enrich.research.candidates import strings
from enrich.research.candidates.bodies import whole_name
from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.choices import yes_or_no
from enrich.research.candidates.countries import country_candidates
from enrich.research.candidates.dates import year_candidates
from enrich.research.candidates.persons import is_of_kin
from enrich.research.extent import COMPARED, is_base, narrowed, part_factor
from enrich.research.figures import counts_at
from enrich.research.labels import NO_MATCH, Match
from enrich.research.typed import dates, typed_candidates
from enrich.research.wanted import is_neutral
from enrich.research.words import concept_spans, name_key, name_words, verbs, word_set, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

COVERAGE: Final = 0.75  # of the topic's weight, or the sentence speaks of something else
_HINT_COVERAGE: Final = 0.6
LEAD: Final = 3  # segments at a page's beginning, where what it is about is said
_CEILING: Final = 0.9  # a sentence is never as sure as a label
ASIDE: Final = 0.5  # what a sentence about someone else counts
_TITLED_CHARS: Final = 80
_FAR: Final = 0.3  # the least that a name counts which stands in the same sentence
_BESIDES: Final = 60  # characters
_JOINED: Final = 0.8  # how near a name must stand to the word that it answers

_LINK_WORDS = re.compile(
    r"""^[\s,:('"]*(?:(?:is|was|are|were|has|been|became|being|of|in|at|by|on|to|as|from|since|the|a|an|its|their
    |his|her|city|town|located|called|named|currently|now|and|approximately|about|around|some|nearly|over|more|than
    |roughly|estimated|stands?|stood|reached|totall?ed|amounts?|amounted|with|year|only|just|up)[\s,:('"]*)*$""",
    re.IGNORECASE | re.VERBOSE,
)
# What else the topic is: "the capital, largest city and chief port is Ulm", "its capital and largest city, Ulm,".
_NO_NOUN = r"(?!(?:of|in|by|with|for|from|at|to|than|which|who|that|while|but|is|are|was|were|has|had|not|nor|or)\b)"
_AND_IS = re.compile(
    rf"(?:,? and|,)(?: {_NO_NOUN}[a-z-]+){{1,5}}(?:(?:,? and|,)(?: {_NO_NOUN}[a-z-]+){{1,5}})?(?: (?:is|was) |, )"
)
_SAID_TO_BE = re.compile(
    r"\s+(?:is|was|are|were|include[sd]?|consists? of|:)\s+(?:the |an? )?"
    r"((?:[^.;]|\.(?=\d)){2,120}?)(?=\.(?!\d)|;|,? (?:which|who|where|while|but|and is|and was|(?:up|down) from)\b|$)"
)
_DEFINED_BY: Final = word_set("occupation type kind category genre style")
NO_ROLE: Final = r"(?:[Mm]ember|[Mm]other|[Ff]ather|[Bb]rother|[Ss]ister|[Dd]aughter|[Oo]ther|[Nn]ever|[Aa]nother|[Ff]ormer|[Ww]inner|[Nn]umber|[Ss]upporter|[Ll]over|[Ff]ollower|[Oo]lder|[Yy]ounger|[Bb]etter|[Nn]ewcomer|[Ss]urvivor|[Bb]eginner|[Dd]escendant|[Ii]nhabitant|[Ee]lder|[Oo]ver|[Uu]nder)"
"""A pattern of what somebody is called that is no occupation."""
_NO_OCCUPATION = re.compile(rf"(?:[\w-]+ ){{0,4}}?{NO_ROLE}\b")
_IS_A = re.compile(
    r"\b(?:is|was) (?:an? )([^.,;()]{3,80}?)(?=\s+(?:who|which|that|known|chiefly|best|in|from|released|based|located|by|for)\b|[.,;(])"
)
_DEFINITION_CHARS: Final = 500
_PLACE_NAME = re.compile(
    r"(?:[A-Z]\.){2,}|[^\W\d_a-z][\w'\N{RIGHT SINGLE QUOTATION MARK}-]*(?:(?: and| of the| of)? [^\W\d_a-z][\w'\N{RIGHT SINGLE QUOTATION MARK}-]*)*"
)
_IS_PLACE = re.compile(
    r"\b(?:is|was|makes it|making it)\b(?:(?!\b(?<!one )(?:of|in) the\b)[^.;])*?\b(?:city|town|capital|municipality|metropolis|settlement|village|port|district|commune|cent(?:re|er)|seat)\b"
)
_IT_IS = re.compile(
    r"\b(?:it|the (?:city|town)) (?:is|was|ranks)\b|\bmak(?:es|ing) it\b", re.IGNORECASE
)
_IS_ONE = re.compile(r"\s+(?:is|was) an? ")
_DISTANT = re.compile(
    r"\b(?:km|kilomet\w+|mi|miles|border\w*|neighbou?ring|than|equal|similar|compared)\b"
)
_WITHIN = re.compile(r"(?:\b(?:in|of|on)\s+(?:the |[a-z-]+ )*|,\s*(?:the )?)$")
_AROUND = re.compile(
    r"^(?:(?:north|south|east|west|central)(?:ern)?(?:east|west)?(?:ern)? )+", re.IGNORECASE
)
_BY = re.compile(r"[^.;:]{0,60}?\bby\b\s*")
_OF_NAME = re.compile(r"\s+of (?:the |its )?([A-Z][\w'-]*(?: [A-Z][\w'-]*)*)\b(?!\s?[\d$\u20ac\u00a3])")  # fmt: skip
_OF_WHICH = re.compile(r"^\s+of\s+(?:the\s+|its\s+)?(?:[a-z-]+\s+)?$")
# Words behind which "of" stands for "namely": the city of Nairobi.
_SORTS: Final = word_set("city town country state province region island river lake title name")
# "based on" is no place; "founded on 4 May" is no ground.
_UPON = re.compile(rf"\s+(?:upon\b|on\b(?! (?:the )?(?:\d{{1,2}}\b|{strings.MONTH}\b)))")
_AND = re.compile(r"^\s*(?:,|and|&|, and|as well as)\s*$")
_COUNTED_AND = re.compile(r"\s+\w+(?:,|,? and| with)\s+")
_PLACE_MORE = re.compile(
    r",\s+(?:the )?[A-Z][\w'-]*(?: [A-Z][\w'-]*){0,3}(?=[.,;)]|$| (?:and|or|but|in|on|at|by|to|as|from|with|since|which|where|that|who)\b)"
)
_OPENING = re.compile(r"^(?:[A-Z][\w'&-]*)(?:\s+(?:of |and |the )?[A-Z][\w'&-]*)+")
_LIFE_PARTS: Final = {
    "born": word_set("birth-date birth born"),
    "died": word_set("death-date death died"),
}
_LIFE = re.compile(
    r"\((?:[^();]*;\s*)?(?:born\s+)?(?P<born>[^()\N{EN DASH}-]*\d{4})(?:\s*[\N{EN DASH}-]\s*(?P<died>[^()]*\d{4}))?\)"
)


def prose_match(wanted: Wanted, page: Page, place: int) -> Match:
    """Return how far a segment's own words name the topic, its headings counting half."""
    segment = page.document.segments[place]
    said = page.sayings[place]
    label = page.labels[place]
    around = label.own | label.over | label.far
    if place < LEAD and _life_span(wanted, page.text(segment)):
        return Match(_CEILING, 1.0)
    topic = {c: page.weight(c) * (0.15 if is_neutral(c) else 1.0) for c in wanted.topic}
    total = sum(topic.values())
    told = {c for c in topic if c in said or verbs(c) & said}
    if place < LEAD and _definition(wanted, page.text(segment)):
        return Match(0.8 * _CEILING, 1.0)
    if (place < LEAD or _IT_IS.search(page.text(segment))) and _lies_in(wanted, page.text(segment)):
        return Match(_CEILING, 1.0)
    if not total or not any(not is_neutral(c) for c in told):
        return _by_hint(wanted, said)
    coverage = (
        sum(w if c in told else 0.5 * w if c in around else 0.0 for c, w in topic.items()) / total
    )
    return Match(coverage * _CEILING, coverage) if coverage >= COVERAGE else _by_hint(wanted, said)


def _by_hint(wanted: Wanted, said: frozenset[str]) -> Match:
    """Return the match of a yes or no that only the description spells out."""
    asked = {c for c in wanted.hint if not is_neutral(c)}
    if wanted.kind != "boolean" or not asked:
        return NO_MATCH
    share = len(asked & said) / len(asked)
    return Match(0.7 * share, share, by_hint=True) if share >= _HINT_COVERAGE else NO_MATCH


def about_another(text: str, names: frozenset[str], wanted: Wanted) -> bool:
    """Tell whether a sentence begins with the name of something that is not the subject."""
    opening = _OPENING.match(text, _opened(text))
    if opening is None:
        return False
    key = name_key(opening.group())
    known = any(
        key == name
        or (key.startswith(f"{name} ") and len(name.split()) > 1)
        or name.startswith(key)
        for name in names
    )
    topical = any(concept in wanted.topic for concept, _, _ in concept_spans(opening.group()))
    return not known and not topical


def of_another(text: str, names: frozenset[str], wanted: Wanted) -> bool:
    """Tell whether a sentence speaks of the topic of something else: ``the capital of Dilmun``."""
    known = name_words(names)
    if _SORTS & set(wanted.topic) or not known:
        return False
    told = [_OF_NAME.match(text, spot.end) for spot in _spots(wanted, text)]
    return bool(told) and all(m is not None and not known & set(words(m[1])) for m in told)


def _opened(text: str) -> int:
    """Return where a sentence's first words stand, those passed over that only join it: ``As of June``."""
    first = re.match(r"[A-Z][a-z]*\b(?: of)? ", text)
    return first.end() if first and first.group().split()[0] in strings.SENTENCE_STARTERS else 0


def in_sentence(wanted: Wanted, text: str) -> Iterator[tuple[Candidate, float]]:
    """Yield the candidates of a sentence, each with how near it stands to the words of the topic."""
    spots = _spots(wanted, text)
    yield from ((candidate, 1.0) for candidate in _life_span(wanted, text))
    yield from ((candidate, 1.0) for candidate in _definition(wanted, text))
    yield from ((candidate, 1.0) for candidate in _lies_in(wanted, text))
    if not spots:
        return
    if wanted.kind == "boolean":
        if len(_told(wanted, text)) == max(len(_told(wanted, c)) for c in text.split(";")):
            yield from ((c, 1.0) for c in yes_or_no(text, [(s.start, s.end) for s in spots]))
    elif wanted.kind == "prose":
        yield Candidate(value=text, start=0, end=len(text), fit=0.9), 1.0
    elif wanted.kind == "phrase":
        yield from _said_phrases(text, spots)
    elif wanted.kind in {"name", "place"}:
        yield from _names(wanted, text, spots)
    else:
        for candidate in (found := _counting_it(wanted, text, typed_candidates(wanted, text))):
            factor = _clause_factor(wanted, text, candidate)
            factor *= part_factor(wanted, text, candidate, [(s.start, s.end) for s in spots])
            near, nearest = max((_nearness(text, s, candidate), s.before) for s in spots)
            # "a population of 1,622,245 within …": what stands behind is not what is counted.
            joined = near == 1.0 and nearest and candidate.start >= min(s.end for s in spots)
            joined = joined and not any(counts_at(c, s.start, s.end) for c in found for s in spots)
            yield replace(candidate, counted="") if joined else candidate, factor * near


def _told(wanted: Wanted, text: str) -> frozenset[str]:
    """Return the concepts of the topic that a part of a sentence names."""
    said = {concept for concept, _, _ in concept_spans(text)}
    return frozenset(c for c in wanted.topic if c in said or verbs(c) & said)


def _clause_factor(wanted: Wanted, text: str, candidate: Candidate) -> float:
    """Lower what stands in another clause than the topic: ``students pay 5; adults pay 9``."""
    if ";" not in text:
        return 1.0
    start = text.rfind(";", 0, candidate.start) + 1
    end = text.find(";", candidate.end)
    own = len(_told(wanted, text[start : end if end >= 0 else len(text)]))
    most = max(len(_told(wanted, clause)) for clause in text.split(";"))
    return 0.5 + 0.5 * own / most if most else 1.0


def _counting_it(wanted: Wanted, text: str, found: list[Candidate]) -> list[Candidate]:
    """Leave out what is counted beside the topic: the 61 of ``24 beds and 61 staff``."""
    asked = {concept for concept in wanted.topic if not is_neutral(concept)}
    counts = {c.start for c in found if asked & {n for n, _, _ in concept_spans(c.counted)}}
    return [
        candidate
        for candidate in found
        if candidate.start in counts
        or not any(
            other.start in counts and _COUNTED_AND.fullmatch(text, other.end, candidate.start)
            for other in found
        )
    ]


def titled(wanted: Wanted, text: str) -> bool:
    """Tell whether a passage begins with a title that is asked for: ``President Ada Example``."""
    first = next(iter(concept_spans(text[:80])), None)
    return (
        first is not None and first[1] == 0 and first[0] in wanted.topic and wanted.kind == "name"
    )


def names_in_row(wanted: Wanted, text: str) -> list[Candidate]:
    """Return the names that a sentence joins to the topic: ``founded by Ada Example and Bo Sample``."""
    found: list[Candidate] = []
    for first, _ in _names(wanted, text, _spots(wanted, text)):
        found = [first]
        for candidate in strings.proper_names(text):
            if candidate.start >= found[-1].end and _AND.match(
                text[found[-1].end : candidate.start]
            ):
                found.append(candidate)
        if len(found) > 1:
            break
    return found


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a sentence names the topic.

    Attributes:
        start: Offset of the first character.
        end: Offset behind the last; of a doing by someone, behind its ``by``.
        before: Whether the answer may stand before it; what is done has its object behind.
    """

    start: int
    end: int
    before: bool = True


def _spots(wanted: Wanted, text: str) -> list[_Spot]:
    """Return where a sentence names the topic, by its nouns or by what is done."""
    spots = []
    found = list(concept_spans(text))
    said = {verb: concept for concept in wanted.topic for verb in verbs(concept)}
    asked = set(wanted.topic)
    named = any(concept in asked for concept, _, _ in found)
    if wanted.kind == "boolean" and not named and not wanted.denied:
        asked |= set(wanted.hint)  # but a coast that is told of is no "yes" to "has no coast"
    for concept, start, end in found:
        if concept in asked and not is_neutral(concept):
            spots += [] if is_base(wanted, text, start) else [_Spot(start, end)]
        elif concept in said and said[concept][:-2] == concept:  # "founded by" answers "founder"
            by = _BY.match(text, end)
            spots += [_Spot(start, by.end(), before=False)] if by else []
        elif concept in said and not _UPON.match(text, end):
            spots.append(_Spot(start, end, before=False))
    return spots


def _names(wanted: Wanted, text: str, spots: list[_Spot]) -> Iterator[tuple[Candidate, float]]:
    for candidate in strings.proper_names(text):
        bare = _without_topic(candidate, spots, text)
        if bare is None or (wanted.kind == "place" and any(c.isdigit() for c in bare.value)):
            continue
        near = max(
            (_nearness(text, s, bare) for s in spots if not _owns(wanted, text, s, bare)),
            default=0.0,
        )
        if near >= _JOINED:
            whole = _whole_place(bare, text) if wanted.kind == "place" else whole_name(text, bare)
            yield whole, near * narrowed(wanted, text[: bare.end])


def _owns(wanted: Wanted, text: str, spot: _Spot, candidate: Candidate) -> bool:
    """Tell whether a name is that of which something is: "capital of France" does not name the capital."""
    if spot.before and candidate.start >= spot.end and not _SORTS & set(wanted.topic):
        return bool(_OF_WHICH.match(text[spot.end : candidate.start]))
    return False


def _whole_place(candidate: Candidate, text: str) -> Candidate:
    """Take in what a place lies in: ``Falmouth, England``."""
    end = candidate.end
    for _ in range(2):
        more = _PLACE_MORE.match(text, end)
        if more is None:
            break
        end = more.end()
    return Candidate(
        value=text[candidate.start : end], start=candidate.start, end=end, fit=candidate.fit
    )


def _without_topic(candidate: Candidate, spots: list[_Spot], text: str) -> Candidate | None:
    """Cut the topic's own words off a name's front: ``President Ada Example`` is Ada Example."""
    start = candidate.start
    for first, last in ((spot.start, spot.end) for spot in spots):
        if first <= start < last < candidate.end:
            rest = text[last : candidate.end]
            start = last + len(rest) - len(rest.lstrip(" ,"))
        elif first < candidate.end and start < last:
            return None
    if start >= candidate.end or text[start] in "'\N{RIGHT SINGLE QUOTATION MARK}":
        return None
    if start > candidate.start and text.startswith("of ", start):
        return None  # "Capital of Dilmun" names no capital
    # "President Ada Example (since 2020)": a title and its holder, and little else.
    titled = start > candidate.start == 0 and len(text) <= _TITLED_CHARS
    fit = 1.0 if titled else candidate.fit
    return Candidate(value=text[start : candidate.end], start=start, end=candidate.end, fit=fit)


def _nearness(text: str, spot: _Spot, candidate: Candidate) -> float:
    """Return 1 for a candidate joined to a word of the topic, less the farther it stands."""
    if isinstance(candidate.value, str) and COMPARED.search(text, 0, candidate.start):
        return _FAR
    if candidate.start >= spot.end:
        between, before = text[spot.end : candidate.start], False
    elif candidate.end <= spot.start:
        between, before = text[candidate.end : spot.start], True
    else:
        return 1.0
    if before and not spot.before:
        return 0.0
    also = not before and len(between) <= _BESIDES and _AND_IS.fullmatch(between)
    if also or (len(between) <= 40 and _LINK_WORDS.match(between)):
        return 0.95 if before else 1.0
    if before and _IS_ONE.match(between) and candidate.start == 0:
        return _FAR  # "Vatican City is an independent country": no city's country
    distance = len(between) * (1.5 if before else 1.0) + (60 if ";" in between else 0)
    return max(_FAR, 0.85 - distance / 200)


def _said_phrases(text: str, spots: list[_Spot]) -> Iterator[tuple[Candidate, float]]:
    """Yield what a sentence says a thing is: ``The terrain is mostly flat``."""
    for end in (spot.end for spot in spots):
        found = _SAID_TO_BE.match(text, end)
        if found:
            phrase, at = found[1].rstrip(), found.start(1)
            yield Candidate(value=phrase, start=at, end=at + len(phrase), fit=0.85), 0.95


def _definition(wanted: Wanted, text: str) -> list[Candidate]:
    """Return what a page's first sentence says that its subject is: ``was an English mathematician``."""
    asked = {concept for concept in wanted.topic if not is_neutral(concept)}
    if wanted.kind != "phrase" or not asked or not asked <= _DEFINED_BY:
        return []
    found = _IS_A.search(text[:400])
    if found is None or is_of_kin(text, found.start()) or _NO_OCCUPATION.match(found[1]):
        return []
    return [Candidate(value=found[1], start=found.start(1), end=found.end(1), fit=0.9)]


def _lies_in(wanted: Wanted, text: str) -> list[Candidate]:
    """Return the places in which a page's subject is said to lie: ``is a town in Kent, England``.

    The widest of them comes first: the last of those that follow each other.
    """
    if wanted.kind not in {"country", "place", "name"} or "country" not in wanted.topic:
        return []
    said = _IS_PLACE.search(text[:_DEFINITION_CHARS])
    found: list[Candidate] = []
    for match in _PLACE_NAME.finditer(text, said.end(), _DEFINITION_CHARS) if said else ():
        if not _WITHIN.search(text, said.end() if said else 0, match.start()):
            continue
        start, end = match.span()
        around = _AROUND.match(match.group())
        start += around.end() if around else 0
        of = match.group().rfind(" of ")
        start = (
            match.start() + of + 4
            if of > 0 and text[match.start() + of + 4 :][:3] != "the"
            else start
        )
        found.append(Candidate(value=text[start:end], start=start, end=end, fit=0.85))
    if wanted.kind == "country" and said:
        return [
            replace(
                c, fit=0.9 * c.fit if _WITHIN.search(text, said.end(), c.start) else 0.75 * c.fit
            )
            for c in country_candidates(text[:_DEFINITION_CHARS])
            if c.start >= said.end() and not _DISTANT.search(text, said.end(), c.start)
        ]
    return found


def _life_span(wanted: Wanted, text: str) -> list[Candidate]:
    """Return the date of birth or death that stands behind a person's name in parentheses."""
    part = next((part for part, nouns in _LIFE_PARTS.items() if nouns & set(wanted.topic)), "")
    found = _LIFE.search(text[:300]) if part and wanted.kind in {"date", "year"} else None
    if found is None or not found[part]:
        return []
    base, stated = found.start(part), found[part]
    if wanted.kind == "year":
        days = year_candidates(stated, whole=wanted.whole)
    else:
        days = dates(wanted, stated)
    return [
        Candidate(value=c.value, start=base + c.start, end=base + c.end, fit=1.0, how=c.how)
        for c in days[-1:]
    ]
