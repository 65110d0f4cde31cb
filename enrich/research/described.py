"""Phrases in which a sentence says what its subject is, does, or is made of.

"Acme operates in the mechanical engineering industry" names an industry, "Ada Example is head of sales at Acme" a
title, "it is made of steel" a material: what is asked for stands where the sentence says it, with no label beside it.
Only sentences about the subject itself are read, as in ``stated``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.countries import country_candidates
from enrich.research.candidates.demonyms import COUNTRY_OF, DEMONYM
from enrich.research.descriptions import statement, undenied
from enrich.research.figures import is_planned
from enrich.research.prose import NO_ROLE
from enrich.research.stated import WHO, is_own, sentences
from enrich.research.words import name_words, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

_END = r"(?=[.,;)]|$| (?:and|but|who|which|that|since|where|while|with|for|in|on|at|by|from|as) )"
_WORKER = r"(?:[a-z]*(?:er|or|ist|ian|yst|ant|ect)|[Hh]ead|[Cc]hief|[Ll]ead|[Pp]resident|[Pp]artner|[Nn]urse|[Ff]ellow|[Cc]hef|[Cc]ounsel|[Aa]ssociate|[Ss]ecretary|[Ss]pecialist|[Ii]ntern|[Ee]xecutive|[Oo]fficial|[Aa]gent|[Cc]lerk|[Pp]ilot|[Jj]udge|[Ss]urgeon|C[ETFOIM]O|VP|[A-Z][a-z]*(?:er|or|ist|ian|yst|ant|ect))"
_ROLE = rf"(?!(?:[\w-]+ ){{0,4}}?{NO_ROLE}\b)(?:(?!(?:of|at|for|the|and)\b)[A-Za-z][\w-]* ){{0,4}}?\b{_WORKER}\b(?: (?:of|for) (?:the )?(?!(?-i:[A-Z][a-z]+ (?:Ltd|GmbH|Inc|AG)\b))[a-zA-Z][\w-]*(?: (?:and|&) [a-zA-Z][\w-]*| [a-z][\w-]*){{0,2}})?"
_HOLDS = r"(?:is|was|works as|has worked as|serves as|has served as|acts as|has been|was appointed|was made|became|joined [^.;,]{2,40}? as)"
# Words of what a company is that say nothing of its industry.
_PLAIN = rf"(?:family|private|privately|public|publicly|listed|limited|leading|global|international|multinational|independent|holding|parent|sister|small|large|largest|young|old|oldest|new|growing|medium|mid|major|successful|traditional|modern|innovative|well|known|joint|stock|trading|single|former|subsidiary|daughter|wholly|owned|held|run|sized|based|B2B|B2C|one|liability|great|fast|local|regional|national|world|{DEMONYM})"
_BUSINESS = r"(?:manufacturer|maker|producer|supplier|provider|retailer|wholesaler|distributor|developer|operator|consultancy|agency|insurer|brewery|bakery|brokerage|publisher|contractor|integrator|importer|exporter)"
_FORM = r"(?:(?:private|public|general|simple) )?(?:limited(?: liability)?|joint[- ]stock|stock|unlimited) (?:company|partnership|corporation)|sole (?:proprietorship|trader)|(?:general|limited) partnership|registered (?:association|cooperative|charity)|(?:workers' |worker )?co-?operative|public limited company|(?:public benefit |C |S |B )corporation|(?:charitable |public |private )?foundation|non-?profit(?: organi[sz]ation)?|GmbH(?: & Co\. KG)?|gGmbH|UG|AG|KGaA|SE|Ltd|LLC|LLP|plc|PLC|SARL|SAS|S\.?A\.?|S\.?p\.?A\.?|S\.?r\.?l\.?|B\.?V\.?|N\.?V\.?|ApS|A/S|AB|Oy|OY|Inc|Sp\. z o\.o\.|Kft|Lda|Pty Ltd"
_DAY = r"(?:(?:Mon|Tues?|Wednes|Wed|Thurs?|Thu|Fri|Satur|Sat|Sun)(?:day)?s?|daily|every day|weekdays|weekends|all (?:day|year)|round the clock|24)"
_LENGTH = r"(?:mm|cm|m|in|inch(?:es)?|ft|\N{DOUBLE PRIME}|\")"


@dataclass(frozen=True, slots=True)
class _Phrase:
    """What may be asked for, and how sentences say it.

    Attributes:
        asked: By which words it is asked for.
        kinds: What kind of value that is.
        cue: What a sentence must hold before it is read closely.
        said: What says it: the group ``value`` is the answer, ``who`` the one of whom it is told.
        sure: How sure it is.
    """

    asked: re.Pattern[str]
    kinds: frozenset[str]
    cue: re.Pattern[str]
    said: tuple[str, ...]
    sure: float


def _phrase(asked: str, cue: str, *said: str, sure: float = 0.74, kinds: str = "phrase") -> _Phrase:
    return _Phrase(re.compile(asked, re.IGNORECASE), frozenset(kinds.split()), re.compile(cue), said, sure)  # fmt: skip


@cache
def _compiled(said: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, said))


_PHRASES: Final = (
    _phrase(
        r"\bjob ?titles?\b|^(?:current |present )?(?:role|position)(?: title)?(?: \||$)|\b(?:role|position) (?:held|of the person|in the company|that (?:he|she|the person))|\boccupation\b|\bprofession\b",
        r"\b(?:is|was|works|worked|serves|served|acts|been|became|joined|appointed)\b|^[^,.;]{3,60}, [^,.;]{3,60},? ",
        rf"^{WHO} (?:{_HOLDS} (?:now |currently |today )?(?:an? |the |our |its )|(?:works|has worked|serves|has served|acts) as (?:an? |the )?)(?:new )?(?P<value>{_ROLE}){_END}",
        rf"^{WHO} {_HOLDS} (?:now |currently |today )?(?:new )?(?P<value>{_ROLE})(?= at (?:the )?[A-Z])",
        rf"^{WHO}, (?P<value>{_ROLE})(?:,| at| of) (?=[A-Z])",
    ),
    _phrase(
        r"\b(?:nationality|demonym|citizenship)\b",
        DEMONYM,
        rf"^{WHO} (?:is|was) an? (?:(?:[a-z]+|{DEMONYM}-born),? )?(?P<value>{DEMONYM})(?= [a-z]|-[a-z])(?!-born)",
    ),
    _phrase(
        r"^(?:main |primary )?(?:industry|sector|line of business|field)\b|\| (?:main |the |which |what )*(?:industry|sector|line of business)\b",
        r"industry|sector|business|trade|market|field|compan|firm|start|manufactur|maker|producer|supplier|provider|retailer|wholesaler|distributor|developer|operator|consultancy|agency|insurer|brewery|bakery|broker|publisher|contractor|integrator|porter",
        rf"{WHO} (?:operates?|works?|is active|is engaged|speciali[sz]es?|does business|trades?) in (?:the )?(?P<value>[a-z][\w -]{{2,50}}?) (?:industry|sector|business|trade|market|field)s?\b",
        rf"^{WHO} (?:is|are) (?:an? |the |one of the )?(?:(?:{_PLAIN})[ ,-]+(?:and )?)*(?P<value>(?!{_PLAIN}\b)(?:[a-z][\w-]* (?:(?:and|&) )?){{1,3}}{_BUSINESS})s?\b",
        rf"^{WHO} (?:is|are) (?:an? |the |one of the )?(?:(?:{_PLAIN})[ ,-]+(?:and )?)*(?P<value>(?!{_PLAIN}\b)[a-z][\w-]*(?: (?:(?:and|&) )?(?!{_PLAIN}\b)[a-z][\w-]*){{0,2}}) (?:company|firm|business|start-?up|enterprise|corporation|group)\b",
        sure=0.7,
    ),
    _phrase(
        r"\blegal (?:form|structure|entity type|type)\b|\b(?:form|type) of (?:incorporation|legal entity)\b|\bcorporate form\b",
        r"compan|partnership|trader|proprietor|association|operative|corporation|foundation|profit|GmbH|AG|Ltd|LLC|LLP|plc|PLC|UG|SE|S\.?A|SARL|SAS|B\.?V|N\.?V|A/S|AB|O[yY]|Inc|ApS|Kft|Lda|S\.?p|S\.?r",
        rf"^{WHO} (?:is|was|trades as|operates as) (?:an? )?(?:{DEMONYM} )?(?P<value>{_FORM})(?!\w)",
        rf"^{WHO},? (?:was |is )?(?:registered|incorporated|set up|organi[sz]ed) as (?:an? )?(?:{DEMONYM} )?(?P<value>{_FORM})(?!\w)",
    ),
    _phrase(
        r"\bopening (?:hours|times)\b|\bbusiness hours\b|\bhours of (?:operation|opening)\b",
        r"\bopen\b",
        rf"(?:{WHO} (?:is|are)|^) (?:usually |normally )?[Oo]pen (?:to the public |to visitors )?(?:from |on )?(?P<value>{_DAY}\b[^.;]*(?:\.(?:\d\d|m\.)[^.;]*)*)",
        rf"(?:{WHO} (?:is|are)|^) (?:usually |normally )?[Oo]pen (?:from )?(?P<value>\d{{1,2}}(?:[:.]\d\d)?(?: ?[ap]\.?m\.?)? ?(?:to|until|-|\N{{EN DASH}}) ?\d{{1,2}}(?:[:.]\d\d)?[^.;]*)",
    ),
    _phrase(
        r"^materials?\b|\| (?:the |main |what )?materials?\b|\bmade (?:out )?of\b",
        r"\bmade\b|\bbuilt\b|\bcrafted\b|\bconstructed\b|\bforged\b|\bcast\b|\bmanufactured\b",
        rf"{WHO} (?:is|are|comes|was) (?:\w+ly )?(?:made|built|crafted|forged|cast|constructed|manufactured) (?:\w+ly )?(?:of|from|out of) (?P<value>(?!(?:parts|scratch|two|three|four|many|several|over|more)\b)[\d% ]*[a-z][a-z -]{{2,50}}?){_END}",
    ),
    _phrase(
        r"\bdimensions\b|\bmeasurements\b",
        r"\d\s?[x\N{MULTIPLICATION SIGN}]\s?\d",
        rf"{WHO} (?:measures?|is|are) (?P<value>\d[\d.,]*(?: ?{_LENGTH})?(?: ?[x\N{{MULTIPLICATION SIGN}}] ?\d[\d.,]*(?: ?{_LENGTH})?){{1,2}})(?![\d.,]*\d)",
    ),
    _phrase(
        r"^country of (?:origin|manufacture|production)\b|\bcountry (?:of|in which|where)\b.{0,20}\b(?:made|manufactured|produced|assembled|built|origin)\b|\bmade in\b",
        r"[Mm]ade|[Mm]anufactured|[Pp]roduced|[Aa]ssembled|[Bb]uilt",
        rf"(?:{WHO} (?:is|are) |^)(?:\w+ly )?(?:[Mm]ade|[Mm]anufactured|[Pp]roduced|[Aa]ssembled|[Bb]uilt)(?: and \w+)? in (?:the )?(?P<value>[A-Z][^.,;]{{2,40}})",
        kinds="country",
    ),
    _phrase(
        r"^(?:hq |home |head office )?country\b|\bcountry (?:of|in which|where|that)\b.{0,40}\b(?:headquarters?|head office|seat|based|company|firm)\b",
        rf"\b{DEMONYM}\b",
        rf"^{WHO} (?:is|are) (?:an? |the )(?:(?!(?:of|to|for|by|in|at|with|from)\b)[a-z][\w-]*,? (?:and )?){{0,3}}(?P<value>{DEMONYM}) (?:[a-z][\w-]* ){{0,3}}(?:company|firm|business|start-?up|group|bank|insurer|airline|brewery|{_BUSINESS})\b",
        rf"^The (?P<value>{DEMONYM}) (?:[a-z][\w-]* ){{0,2}}(?:company|firm|business|start-?up|group|bank|insurer|airline|brewery|{_BUSINESS})\b",
        kinds="country",
        sure=0.64,
    ),
)  # fmt: skip
_OF_COUNTRY: Final = "the country of its adjective"
_KINDS: Final = frozenset(kind for phrase in _PHRASES for kind in phrase.kinds)


def described(
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield what such sentences say, each with its passage and how sure it is.

    Args:
        wanted: The field.
        page: The page.
        names: The subject's names as ``name_key`` gives them.
    """
    if wanted.kind not in _KINDS or wanted.many:
        return
    asked = f"{wanted.label} | {undenied(statement(wanted.description))}"
    for phrase in _PHRASES:
        if wanted.kind not in phrase.kinds or not phrase.asked.search(asked):
            continue
        for place, text in sentences(page, phrase.cue):
            found = next((m for p in _compiled(phrase.said) if (m := p.search(text))), None)
            if found is None or not is_own(found, wanted, names) or is_planned(text, found.start("value")):  # fmt: skip
                continue
            candidate = _candidate(wanted, found, names)
            if candidate is not None:
                yield place, candidate, phrase.sure
        return


def _candidate(wanted: Wanted, found: re.Match[str], names: frozenset[str]) -> Candidate | None:
    start = found.start("value")
    value = found["value"].rstrip()
    if wanted.kind == "country":
        if value in COUNTRY_OF:
            return Candidate(value=COUNTRY_OF[value], start=start, end=start + len(value), fit=1.0, how=_OF_COUNTRY)  # fmt: skip
        named = country_candidates(value)
        return replace(named[0], start=start + named[0].start, end=start + named[0].end) if named else None  # fmt: skip
    if set(words(value)) <= name_words(names):
        return None
    return Candidate(value=value, start=start, end=start + len(value), fit=1.0)
