"""Sentences in which a page states a few common facts of its subject without a word for the fact itself.

"Acme has been making pumps since 1987" tells when it began, "340 people work here" how large its staff
is, "it turned over $45 million" its revenue. Only sentences about the subject itself are read: those that
name it first, or speak of it as "it", "we" or "the company".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from enrich.research.barred import is_anothers
from enrich.research.candidates.candidate import Candidate
from enrich.research.descriptions import undenied
from enrich.research.figures import is_not_asked, is_planned
from enrich.research.kinds import FIGURES
from enrich.research.parts import BODIES, WHOLE
from enrich.research.prose import about_another
from enrich.research.typed import typed_candidates
from enrich.research.words import name_key, names_it, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

_YEAR = r"(?P<value>(?:1[5-9]|20)\d\d)(?![\d.,-]\d)"
WHO: Final = r"(?P<who>[^.;:()]{2,70}?)"
"""A pattern of the one of whom a sentence tells, as ``is_own`` takes it."""
_MAKING = r"(?:mak|produc|build|manufactur|brew|bak|roast|distill?|craft|design|develop|supply|provid|serv|sell|trad|deliver|offer|help|grow|publish|print|operat|work|advis|ship)"
_MADE = r"(?:made|built|produced|manufactured|brewed|baked|roasted|distilled|crafted|supplied|printed|published)"
# What is made, and not where or for whom: "has sold pumps in France since 2011" tells no beginning.
_WARES = r"(?: (?!an? |in |to |for |with |at |from |its |their |our |the |profits?\b|loss|money|progress|sure)[\w-]+){1,5}"
_IN_BUSINESS = rf"(?:been (?:\w+ly )?(?:{_MAKING}ing(?:{_WARES})?|in (?:business|operation|existence)|active|around|trading)|(?:\w+ly )?{_MADE}{_WARES})"
_NUMBER = r"(?P<value>\d[\d,.\N{NARROW NO-BREAK SPACE} ]*\d|\d)"
_SOME = r"(?:(?:about|around|some|roughly|approximately|over|more than|nearly|almost|just under|just over|currently|today|now) )*"
_PEOPLE = r"(?:people|men and women|colleagues|employees|staff|persons|women and men)"


@dataclass(frozen=True, slots=True)
class _Statement:
    """A way in which a fact is stated.

    Attributes:
        told: What tells it; the group ``value`` holds the value, ``who`` the one of whom it is told.
        sure: How sure it is.
    """

    told: re.Pattern[str]
    sure: float


@dataclass(frozen=True, slots=True)
class _Fact:
    """A fact and the ways in which it is stated.

    Attributes:
        cue: What a sentence must hold before it is read closely.
        ways: How it is stated.
        someone: Whether it is another's doing, by whose name a sentence may begin.
    """

    cue: re.Pattern[str]
    ways: tuple[_Statement, ...]
    someone: bool = False


def _fact(cue: str, *ways: tuple[float, str], someone: bool = False) -> _Fact:
    told = tuple(_Statement(re.compile(pattern), sure) for sure, pattern in ways)
    return _Fact(re.compile(cue), told, someone)


_FOUNDED: Final = _fact(
    r"back (?:as|to)|[Ss]tor(?:y|ies) of|histor|origin|roots|beginnings|set up|formed|born|created|[Ee]stablished|[Ff]ounded|started|incorporated|began|[Ss]ince|[Ee]ver since|[Ee]st",
    (0.8, rf"{WHO} (?:dates|goes|reaches) back (?:as far as |to )(?:the year )?{_YEAR}"),
    (0.8, rf"(?:[Tt]he |[Oo]ur |[Ii]ts )?(?:story|history|origins?|roots|beginnings) of {WHO} (?:begins?|began|starts?|started|lies?|lay|goes|go|date|dates|reach|reaches)(?: back)?(?: in| to)?(?: the year)? {_YEAR}"),
    (0.8, rf"{WHO} (?:was |were )?(?:set up|formed|born|created|established|founded|started|incorporated)(?: out)?(?: as [^.;,]{{2,40}})?,? (?:back )?in (?:[A-Z][a-z]+ in )?{_YEAR}"),
    (0.78, rf"{WHO} (?:began|started)(?: out)?(?: (?:life|business|trading|work|operations?))?(?: as [^.;,]{{2,40}})?,? in {_YEAR}"),
    (0.72, rf"{WHO} (?:has|have) {_IN_BUSINESS},? since {_YEAR}"),
    (0.72, rf"^\W*(?:[Ss]ince|[Ee]ver since) {_YEAR},? {WHO} (?:has|have) (?:\w+ly )?{_IN_BUSINESS}\b"),
    (0.8, rf"^\W*(?:[Ee]st(?:d\b\.?|\.|ablished\b)|[Ff]ounded|[Ss]ince)\s?(?:in )?{_YEAR}(?:\W*$| in [A-Z][\w -]{{2,30}}\W*$)"),
)  # fmt: skip
_STAFF: Final = _fact(
    r"people|men and women|women and men|colleagues|employees|staff|persons|strong|of us|team of",
    (0.78, rf"{_SOME}{_NUMBER} {_PEOPLE} (?:work|are employed|are working|are on the payroll|earn their living)\b(?! (?:on|in|as) (?:(?:the|a|this|our|its) )?(?:[a-z]+ ){{0,2}}(?:projects?|teams?|sites?|departments?|industry|sector|trade|business|region|division|plants?|factory|factories|warehouses?|shops?|stores?|sales|production|research|development|marketing|administration|service)\b)(?: (?:for|at|with|by) {WHO}(?=[.,;]|$| in | and | at ))?"),
    (0.78, rf"\b[Ww]e(?: are|\N{{RIGHT SINGLE QUOTATION MARK}}re|'re) (?:a team of )?{_SOME}{_NUMBER}(?: {_PEOPLE}| strong\b)"),
    (0.74, rf"\b[Tt]here are {_SOME}{_NUMBER} of us\b"),
    (0.74, rf"\b(?:[Oo]ur|[Ii]ts|[Tt]he company's|[Ww]ith a) (?:(?:small|whole|global|international|dedicated|growing|young|current|entire) )?team of {_SOME}{_NUMBER}\b"),
)  # fmt: skip
_MAGNITUDE = r"(?: ?(?:k|m|mn|bn|b|million|billion|thousand|M|B)\b)?"
_SUM = (
    rf"(?P<value>(?:(?:[A-Z]{{1,3}} ?)?[$\N{{EURO SIGN}}\N{{POUND SIGN}}\N{{YEN SIGN}}] ?|[A-Z]{{3}} )\d[\d,.]*{_MAGNITUDE}"
    rf"|\d[\d,.]*{_MAGNITUDE} (?:euros?|dollars|pounds|francs|crowns|yen|[A-Z]{{3}})\b)"
)
_REVENUE: Final = _fact(
    r"turn|generate|gross|took in|[Ss]ales|revenue",
    (0.76, rf"{WHO} (?:turned over|turns over|had a turnover of|generates|generated|grossed|took in|makes? sales of|made sales of) {_SOME}{_SUM}(?! (?:in|of) (?:profit|savings|value|losses|funding|capital))(?=[^.;]{{0,40}}\b(?:year|annually|(?:19|20)\d\d|sales|revenue|turnover)\b)"),
    (0.76, rf"{WHO} (?:made|had|booked|recorded|achieved) {_SOME}{_SUM} (?:in|of) (?:[a-z]+ )?(?:sales|revenues?|turnover)\b"),
    (0.74, rf"(?:^\W*|; |, )(?:[Ii]n \d{{4}},? |[Aa]nnual |[Nn]et |[Tt]otal |[Gg]roup |[Ii]ts |[Oo]ur )*[Ss]ales(?: of {WHO})? (?:was|were|rose|grew|fell|climbed|increased|reached|amounted|stood|came|topped|hit|exceeded)(?: by [\d.,]+ ?(?:%|per ?cent))?(?: to| at)? {_SOME}{_SUM}"),
)  # fmt: skip
_COUNTRIES: Final = _fact(
    r"countries",
    (0.74, rf"{WHO} (?:sells?|ships?|exports?|delivers?|supplies|supply|operates?|works?|trades?|serves?|is (?:present|active|represented|sold)|has (?:[a-z]+ ){{0,2}}(?:offices|customers|clients|users|dealers|distributors|subsidiaries))(?: [a-z]+){{0,3}}? (?:in|to|customers in|clients in) {_SOME}{_NUMBER} countries\b"),
)  # fmt: skip
_EXCHANGE = r"(?:NYSE|NASDAQ|Nasdaq|LSE|AIM|TSX|ASX|XETRA|Xetra|FWB|SIX|HKEX|SGX|JSE|Euronext|(?:[A-Z][a-z]+ ){1,3}(?:Stock )?Exchange)"
_EXCHANGES_ASKED: Final = frozenset({"exchang", "public", "stock-exchang"})
_LISTED: Final = _fact(
    r"public|listed|traded?|quoted|[A-Z]: ?[A-Z]",
    (0.78, rf"{WHO} (?:is|has been|went|became) (?:a )?(?:publicly (?:traded|listed)|(?:listed|traded|quoted) on (?:the )?(?:{_EXCHANGE}|stock (?:market|exchange))|public company)\b"),
    (0.78, rf"\b(?:[Ss]hares|[Ss]tock)(?: (?:of|in) {WHO})? (?:trades?|are traded|is traded|have traded|are listed|is listed|have been listed|are quoted) (?:[^.;]{{0,30}} )?on (?:the )?{_EXCHANGE}"),
    (0.76, rf"{WHO} \({_EXCHANGE}: ?[A-Z]{{1,5}}\)"),
)  # fmt: skip
_UNLISTED: Final = _fact(
    r"private|unlisted|not (?:publicly )?(?:listed|traded|quoted)",
    (0.78, rf"{WHO} (?:is|remains|has remained|has always been) (?:[^.;,]{{2,40}}, )?(?:an? )?(?:privately[- ](?:held|owned)|unlisted|private (?:company|firm|limited company))\b"),
    (0.78, rf"{WHO} is not (?:publicly )?(?:listed|traded|quoted)\b"),
)  # fmt: skip
_ON_EXCHANGE = re.compile(f"{_LISTED.cue.pattern}|{_UNLISTED.cue.pattern}")
_OF_OTHERS = re.compile(
    r"\b(?:students?|learners?|pupils?|alumni|graduates?|customers?|members?|users?|visitors?|patients?|volunteers?|turnover of staff|per (?:employee|head|capita))\b",
    re.IGNORECASE,
)
_FURTHER = re.compile(r"\b(?:further|another|additional|other|of (?:whom|which|them))\b[^.;]{0,20}$", re.IGNORECASE)  # fmt: skip
# "In the plant in Brno 340 people work": a part of the staff.
_AT_PLANT = re.compile(
    r"\b(?:plants?|factory|factories|sites?|works|warehouses?|branch|stores?|shops?|departments?|divisions?|regions?|industry|sector)\b",
    re.IGNORECASE,
)
_FLOATED: Final = _fact(
    r"public|float|debut|IPO|listed|traded|quoted",
    (0.78, rf"{WHO} (?:went public|was floated|floated|debuted|made its debut|had its IPO|completed its IPO|was listed)\b[^.;]{{0,50}}? in (?:[A-Z][a-z]+ )?{_YEAR}"),
    (0.76, rf"{WHO} (?:has been|is) (?:publicly )?(?:listed|traded|quoted)\b[^.;]{{0,50}}? since (?:[A-Z][a-z]+ )?{_YEAR}"),
    (0.78, rf"^\W*[Ii]n (?:[A-Z][a-z]+ )?{_YEAR},? {WHO} (?:went public|was floated|floated|was listed)\b"),
)  # fmt: skip
_BOUGHT: Final = _fact(
    r"acquired|bought|t(?:ook|aken) over|purchased|sold",
    (0.8, rf"^\W*[Ii]n (?:[A-Z][a-z]+ )?{_YEAR},? {WHO} (?:was|has been|were) (?:acquired|bought|taken over|purchased|sold)\b"),
    (0.78, rf"\b(?:acquired|bought|took over|purchased) {WHO},? (?:in|on) (?:[\w ]{{0,12}} )?{_YEAR}"),
    (0.78, rf"^\W*[Ii]n (?:[A-Z][a-z]+ )?{_YEAR},? [^.;]{{2,60}} (?:acquired|bought|took over|purchased) {WHO}(?:\W*$| for | from | and |, )"),
    (0.8, rf"{WHO} (?:was|has been|were) (?:acquired|bought|taken over|purchased|sold)\b[^.;]{{0,60}}? in (?:[A-Z][a-z]+ )?{_YEAR}"),
    someone=True,
)  # fmt: skip
_POPULATION: Final = _fact(
    r"people|inhabitants|souls|residents",
    (0.78, rf"{WHO} (?:is|was) (?:an? |the )[^.;,]{{2,60}}? (?:of|with) {_SOME}{_NUMBER} (?:people|inhabitants|residents|souls)\b"),
    (0.78, rf"{_SOME}{_NUMBER} (?:people|inhabitants|residents|souls) (?:live|live today|are at home|dwell) (?:in|on) {WHO}(?=[.,;]|$| and | today)"),
)  # fmt: skip
_PRICE: Final = _fact(
    r"[Aa]vailable|[Yy]ours|sale|[Ss]old|[Rr]etail",
    (0.74, rf"(?:^|{WHO} (?:is|are) (?:now )?)(?:[Aa]vailable|[Yy]ours|[Oo]n sale|[Ss]old|[Rr]etailed) (?:now )?(?:for|at|from) (?:only |just )?{_SUM}"),
    (0.74, rf"{WHO} (?:retails?|sells?) (?:for|at) {_SOME}{_SUM}"),
)  # fmt: skip
_ADMISSION: Final = _fact(
    r"[Tt]ickets?|[Ee]ntry|[Aa]dmission|[Ee]ntrance",
    (0.76, rf"^(?:A |The )?(?:(?:[Aa]dult|[Ff]ull|[Ss]tandard|[Ss]ingle|[Dd]ay) )?(?:[Tt]ickets?|[Ee]ntry|[Aa]dmission|[Ee]ntrance)(?: fee| price)?(?: for adults)?(?: (?:costs?|is|are)(?: only| just)? |: ?){_SUM}(?![\d.,]*\d| (?:at|in) )"),
)  # fmt: skip
_ELEVATION: Final = _fact(
    r"\b(?:lies|situated|located|stands|sits|perched)\b",
    (0.78, rf"{WHO} (?:(?:lies|stands|sits)|is (?:situated|located|perched)) (?:[^.;\d]{{0,40}})?at {_SOME}{_NUMBER} ?(?:m|met(?:re|er)s|ft|feet) (?:above (?:the )?sea|a\.?s\.?l)"),
)  # fmt: skip
_DAYS: Final = frozenset({"year", "date"})
_FACTS: Final = {
    "found": (_FOUNDED, _DAYS),
    "founding-date": (_FOUNDED, _DAYS),
    "ipo": (_FLOATED, _DAYS),
    "acquisition": (_BOUGHT, _DAYS),
    "acquir": (_BOUGHT, _DAYS),
    "population": (_POPULATION, FIGURES),
    "employe": (_STAFF, FIGURES),
    "country": (_COUNTRIES, FIGURES),
    "revenu": (_REVENUE, FIGURES),
    "admission-price": (_ADMISSION, FIGURES),
    "admission": (_ADMISSION, FIGURES),
    "price": (_PRICE, FIGURES),
    "elevation": (_ELEVATION, FIGURES),
}
_SENTENCE_CHARS: Final = 2_000
_DIGIT = re.compile(r"\d")
_SHORTEST: Final = 4  # letters of the beginning of a name that stands for it
_ITSELF: Final = frozenset({"it", "we", "they", "she", "he"})
_RELATIVE = re.compile(
    r"(?P<who>[^,]{2,40}?) (?:is|are) (?:an? |the )[^,]{2,60} (?:that|which|who)"
)
_OPENING = re.compile(r"(?:.*\b(?:and|that|but|which|where|when),? |[^,]{2,40}, )", re.DOTALL)


def sentences(page: Page, cue: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield the sentences of a page that hold a cue and stand under nothing about others, each with its place.

    What is longer than any sentence is none: an adversary's page without a full stop.
    """
    for place, segment in enumerate(page.document.segments):
        if segment.kind != "sentence" or segment.end - segment.start > _SENTENCE_CHARS:
            continue
        text = page.text(segment)
        if cue.search(text) and not page.is_aside(segment, ()):
            yield place, text


def stated(
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the values of such sentences, each with its passage and how sure it is.

    Args:
        wanted: The field.
        page: The page.
        names: The subject's names as ``name_key`` gives them.
    """
    if wanted.kind == "boolean":
        yield from _listed(wanted, page, names)
        return
    fact = next((f for c, (f, kinds) in _FACTS.items() if c in wanted.topic and wanted.kind in kinds), None)  # fmt: skip
    if fact is None or wanted.many or wanted.number.percent or _OF_OTHERS.search(f"{wanted.label} {undenied(wanted.description)}"):  # fmt: skip
        return
    for place, text in sentences(page, fact.cue):
        for way in fact.ways if _DIGIT.search(text) else ():
            found = way.told.search(text)
            if found is None or not is_own(found, wanted, names):
                continue
            candidate = _candidate(wanted, text, found.span("value"))
            if candidate is None:
                continue
            if fact.someone or not _is_others(wanted, text, candidate, names):
                yield place, candidate, way.sure
                break


def _listed(
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield whether the subject is said to be listed, or held privately."""
    asked = {*wanted.topic, *wanted.hint}
    if not (_EXCHANGES_ASKED & asked and not wanted.denied):
        return
    for place, text in sentences(page, _ON_EXCHANGE):
        for value, fact in ((True, _LISTED), (False, _UNLISTED)):
            for way in fact.ways if fact.cue.search(text) else ():
                found = way.told.search(text)
                if found and is_own(found, wanted, names) and not is_planned(text, found.end()):
                    how = "it says so" if value else "it denies it"
                    yield place, Candidate(value=value, start=found.start(), end=found.end(), fit=1.0, how=how), way.sure  # fmt: skip
                    return


def is_own(found: re.Match[str], wanted: Wanted, names: frozenset[str]) -> bool:
    """Tell whether the one of whom something is told, the group ``who``, is the subject; so it is where no one is named."""
    who = found.groupdict().get("who")
    if who is None:
        return True
    relative = _RELATIVE.fullmatch(who)  # "Acme is a family firm that goes back to 1987"
    told = relative["who"] if relative else _OPENING.sub("", who)
    said = words(told) or words(who)
    key = name_key(told if words(told) else who)
    if key in _ITSELF or names_it(key, names, least=_SHORTEST):
        return True
    # "The company", "our family bakery": one word for what it is, behind an article.
    called = said[-1] if said else ""
    return said[:1] in (["the"], ["our"], ["this"]) and len(said) <= 4 and (
        called in WHOLE or called in BODIES or called in wanted.asked_of
    )  # fmt: skip


def _candidate(wanted: Wanted, text: str, span: tuple[int, int]) -> Candidate | None:
    start, end = span
    return next((c for c in typed_candidates(wanted, text) if c.start < end and start < c.end), None)  # fmt: skip


def _is_others(wanted: Wanted, text: str, candidate: Candidate, names: frozenset[str]) -> bool:
    return (
        bool(
            _AT_PLANT.search(text, 0, candidate.start) or _FURTHER.search(text, 0, candidate.start)
        )
        or is_not_asked(wanted, text, candidate, names, 0)
        or is_anothers(wanted, text, candidate, names, in_prose=True)
        or about_another(text, names, wanted)
    )
