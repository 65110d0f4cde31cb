"""Who or what stands in a relation to the subject, as sentences say it: ``operated by Acme``, ``Acme, which runs it``.

Each relation knows by which words it is asked for and by which it is told; what is told of
another thing, or as over, is no answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from enrich.research.candidates.bodies import BODY, CAP, is_body, is_person, is_strangers, whole_end
from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.offices import SPOKEN, is_office, offices
from enrich.research.candidates.persons import NAME
from enrich.research.candidates.strings import SENTENCE_STARTERS
from enrich.research.descriptions import statement, undenied
from enrich.research.words import name_words, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.wanted import Wanted

_IT: Final = r"(?:it|us|her|him|them|this|that|the|our|its|their|all of it|both|each)\b(?! (?:same|other|first|second)\b)"
_PAST = re.compile(
    r"\b(?:was|were|had been|formerly|previously|originally|initially|once|then|until|earlier|first|used to be|no longer|not)(?: \w+ly)?\s*(?:being )?$",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\W{0,3}(?:until|till|up to|before|from (?:\w+ )?\d{4} (?:to|until)|\d{4}\s?[-\N{EN DASH}]\s?\d{2,4}|former)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relation to the subject.

    Attributes:
        cue: What a passage must hold before it is read closely.
        asked: By what words a question asks for it.
        told: What sentences tell it; the group ``name`` is the answer.
        sort: Whether the answer is a person, a body or either.
        lasting: Whether what is said in the past is over.
        latest: Whether it is the last of several of which it is told.
        label: What a label says that has the answer beside it.
        strict: Whether names in sentences that tell it otherwise are no answer.
    """

    cue: re.Pattern[str]
    asked: re.Pattern[str]
    told: tuple[re.Pattern[str], ...]
    sort: Literal["person", "body", "either"]
    lasting: bool = True
    latest: bool = False
    label: re.Pattern[str] | None = None
    strict: bool = False


def _told(*patterns: str, person: bool = False) -> tuple[re.Pattern[str], ...]:
    name = NAME if person else rf"(?P<name>{BODY})"
    return tuple(
        re.compile(
            pattern.replace("NAME", name)
            .replace("ITS", _IT)
            .replace(
                "ASIDE",
                r"(?:(?:,| of) [^,;.()]{2,60},)?(?: of [^\W\d_a-z]\w+)?(?: family)?(?:,? (?:which|who|that))?",
            )
        )
        for pattern in patterns
    )


def _asked(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_RUNS = r"(?:operates|runs|manages|administers|organi[sz]es|puts on|stages|has (?:operated|run|managed|organi[sz]ed)|have (?:operated|run))"
_RUN = r"(?:operated|run|managed|administered|organi[sz]ed|put on|staged|hosted|governed)(?:,? and \w+| \w+ly)?"
_RUN_BY: Final = (
    rf"\b{_RUN}\b,? by[:,]? (?:the |its |our )?(?:[a-z]+ (?:[a-z]+ ){{0,3}})?NAME",
    rf"NAMEASIDE {_RUNS} ITS",
    rf"NAME, (?:the|a) [a-z -]{{2,40}} (?:that|which) {_RUNS} ITS",
    r"NAME,? \((?:the )?(?:operator|organi[sz]er|carrier)\)",
    r"\b(?:[Oo]perator|[Oo]rgani[sz]er)s?(?: is| are|:|,) (?:the )?NAME",
)
_ROUND = r"(?:round|financing|funding|raise|Series [A-Z]|seed|investment|deal)"
_LOYAL = r"\b(?:loyalty|bonus|membership|savings|rewards?|customer)[ -](?:[a-z]+ )?(?:programmes?|programs?|schemes?|clubs?|cards?|points|booklets?)"

RELATIONS: Final[dict[str, Relation]] = {
    "lead-investor": Relation(
        label=_asked(r"lead(?: investor)?|led by|lead backer"),
        cue=re.compile(r"\b(?:led|leads?|headed|leading)\b"),
        asked=_asked(
            r"\b(?:lead|led|leads|anchor|head of)\b.*\b(?:investors?|backers?|round|inv|financing)\b|\binvestor that led\b"
        ),
        told=_told(
            rf"\b{_ROUND}\b(?:[^.;]|\.\d){{0,80}}?\b(?:led|headed) by (?:the )?NAME",
            rf"NAME(?: of {CAP}\w+)?ASIDE (?:led|leads|is leading|headed)(?: (?:the|this|its|our|that|a))?(?: [\w$\N{{EURO SIGN}}.]+){{0,3}}? {_ROUND}\b",
        ),
        strict=True,
        sort="either",
        lasting=False,
        latest=True,
    ),
    "speaker": Relation(
        label=_asked(r"keynote(?: speaker)?|opening (?:speaker|speech)"),
        cue=re.compile(r"(?i)\bkeynote|\bopen(?:s|ed|ing)\b|\baddress\b"),
        asked=_asked(r"\bkeynotes?\b|\bopening (?:speaker|speech|address)\b|\bbooked for\b.*\baddress\b|\bheadline (?:talk|speaker)\b"),
        told=_told(
            r"\b[Kk]eynote(?: speech| address| talk| speaker| lecture)? ?(?:is|will be given|is given|will be held|comes|will come)? ?(?:by |from |: ?|, |is )(?:the )?(?:[a-z-]+ ){0,3}NAME",
            r"NAME(?:, [^,.;]{2,60},)? (?:will (?:give|deliver|hold)|gives|delivers|is giving|is to give) (?:the |this year's )?(?:keynote|opening)",
            person=True,
        ),
        strict=True,
        sort="person",
    ),
    "mother": Relation(
        label=_asked(r"mother(?:'s name)?"),
        cue=re.compile(r"(?i)\b(?:mother|son|daughter|child)\b"),
        asked=_asked(r"\bmother\b(?! (?:tongue|language|ship|country|company|house))|\bfemale parent\b"),
        told=_told(
            r"\b(?:[Hh]is|[Hh]er|[Mm]y) mother,? (?:was )?(?:the )?(?:[a-z-]+ ){0,3}NAME",
            person=True,
        ),
        sort="either",
        lasting=False,
    ),
    "library": Relation(
        label=_asked(r"(?:main|central|university|principal) library"),
        cue=re.compile(r"(?i)librar|bibliot"),
        asked=_asked(r"\b(?:main|central|principal|university) library\b|\blibrary name\b"),
        told=_told(
            r"NAME ?, (?:the|our|its) (?:[a-z]+ )?(?:main|central|university|principal) library\b",
            r"\b(?:main|central|university|principal) library,? (?:is |called |named |is called )?(?:the )?NAME",
            rf"(?P<name>{CAP}[\w'-]+(?: (?:of (?:the )?)?{CAP}[\w'.-]+){{0,4}} Library|{CAP}[\w-]+(?:[Bb]ibliothek|[Bb]ibliotheek))\b(?: \([^()]*\))?(?:, [^.;]{{2,60}},)? (?:is|serves as|remains) the (?:[a-z]+ )?(?:main|central|largest|principal|university)",
        ),
        strict=True,
        sort="body",
        lasting=False,
    ),
    "loyalty": Relation(
        label=_asked(r"loyalty(?: (?:programme|program|scheme|card|club))?|(?:customer|rewards?) (?:club|card|programme|program|scheme)"),
        cue=re.compile(rf"(?i){_LOYAL}"),
        asked=_asked(rf"\bloyalty\b|{_LOYAL}|\bregular shoppers\b"),
        told=_told(
            rf"NAME ?, (?:our|the|its|their|a) (?:[a-z]+ ){{0,2}}?{_LOYAL}",
            rf"{_LOYAL}(?: ?,| is| called| named| is called|:)? NAME",
        ),
        strict=True,
        sort="body",
    ),
    "alma-mater": Relation(
        label=_asked(r"alma mater"),
        cue=re.compile(r"(?i)."),
        asked=_asked(r"\balma mater\b|\bhighest (?:\w+ ){0,2}degree\b|\b(?:most advanced|highest) (?:qualification|degree)|\btop earned degree\b"),
        told=(),
        strict=True,
        sort="body",
    ),
    "insurer": Relation(
        label=_asked(r"(?:p ?& ?i )?(?:insurers?|club)|p ?& ?i|insured (?:by|with)|entered with"),
        cue=re.compile(r"(?i)\b(?:insur|entered|P ?& ?I)"),
        asked=_asked(r"\binsur(?:er|es)\b|\bp (?:and )?i club\b|P&I"),
        told=_told(r"\b(?:insured|entered) (?:with|by) (?:the )?NAME"),
        strict=True,
        sort="body",
    ),
    "trademark-owner": Relation(
        label=_asked(r"trade ?mark(?: (?:owner|holder))?"),
        cue=re.compile(r"(?i)\bmarks?\b|\btrademarks?\b"),
        asked=_asked(r"\b(?:trade ?mark|brand rights|(?:tm|mark) (?:owner|holder))\b"),
        told=_told(
            r"\b(?:trade ?marks?) (?:of|owned by|held by|belongs? to|registered (?:by|to|in the name of)) (?:the )?NAME",
            r"NAME (?:owns|holds) the (?:registered )?(?:trade ?mark|mark|name)\b",
        ),
        sort="either",
    ),
    "host": Relation(
        label=_asked(r"(?:cloud |hosting )(?:provider|partner)|hosted (?:by|on|at|with)|hosting"),
        cue=re.compile(r"\b(?:hosted|stored|housed|runs?|kept|sits?|lives?)\b"),
        asked=_asked(
            r"\b(?:hosting|cloud|infrastructure|infra)\b.*\b(?:provider|supplier|firm|company|host)|\bdata cent(?:re|er)s?\b|\bhosts the service\b|\bwhose cloud\b"
        ),
        told=_told(
            r"\b(?:hosted|stored|housed) (?:on|in|by|with|at) (?:the )?NAME",
            r"\b(?:[Ss]ervice|[Pp]latform|[Cc]loud|[Dd]ata|[Aa]pplication|[Ii]t|[Ee]verything)\b[^.;,]{0,20} (?:runs?|is kept|are kept|sits?|lives?|is run) (?:on|in) (?:the [\w ]{2,20} (?:region|data cent(?:re|er)s?|zone) of )?NAME",
        ),
        strict=True,
        sort="body",
    ),
    "parent": Relation(
        label=_asked(r"(?:owner ?/ ?)?operators?|(?:owned and )?(?:operated|run|managed|owned) by|parent(?: (?:company|organi[sz]ation|body))?|operating (?:company|body|organi[sz]ation)|carrier"),
        cue=re.compile(r"(?i)\b(?:unit|division|subsidiary|belong|own|operat|run|manag|administ|organi[sz]|puts? on|stag|host|govern|carrier)"),
        asked=_asked(r"\bparent (?:organi[sz]ation|body|company|account|group|org)\b|\b(?:organi[sz]ation|body|company|group)\b.*\bbelongs\b|\btrust\b.*\bgroup\b|\bowns or operates\b|\bsubsidiary\b"),
        told=_told(
            r"\b(?:unit|division|subsidiary) of (?:the )?(?:[a-z-]+ ){0,4}NAME",
            r"\b(?:[Oo]wned by|[Bb]elongs to) (?:the )?(?:[a-z-]+ ){0,3}NAME",
            *_RUN_BY,
        ),
        sort="body",
    ),
    "operator": Relation(
        label=_asked(r"(?:owner ?/ ?)?(?:operator|organi[sz]er)s?|(?:owned and )?(?:operated|organi[sz]ed|run|managed|administered) by|operating (?:company|body|organi[sz]ation)|carrier"),
        cue=re.compile(r"(?i)\b(?:operat|run|manag|administ|organi[sz]|puts? on|stag|host|govern|carrier)"),
        asked=_asked(
            r"\boperat(?:or|ed by|ing (?:entity|company|organi[sz]ation|body))\b|\b(?:runs|operates|manages|organi[sz]es) the\b|\borgani[sz](?:er|ed by)\b|\borgani[sz]es\b"
        ),
        told=_told(*_RUN_BY),
        sort="body",
    ),
    "builder": Relation(
        label=_asked(r"(?:ship)?(?:builders?|yard)|built (?:by|at)|constructed by|manufacturer|shipyard"),
        cue=re.compile(r"(?i)\b(?:built|construct|build|shipbuild|ship|yard|slipway)"),
        asked=_asked(
            r"\b(?:ship)?(?:builder|yard)\b|\bshipyard\b|\bbuilt (?:it|this|the|her|ship)\b|\bwho built\b|\bconstruct(?:ed|ing)\b.*\b(?:yard|company|firm|vessel|ship|it)\b"
        ),
        told=_told(
            r"\b(?:built|constructed)(?: and \w+)? (?:by|at) (?:the )?(?:[a-z]+ (?:[a-z]+ ){0,2})?NAME",
            r"\b(?:builders?|shipbuilders?|shipyard|yard) ?(?:is|was|:|,) NAME",
            r"\bslipways? of NAME",
            r"NAME(?: (?:of|in|at) [^\W\d_a-z]\w+)?,? the (?:ship)?yard (?:which|that) built",
            r"NAMEASIDE (?:built|constructed) (?:it|her|the (?:ship|vessel|bridge|dam|building))\b",
        ),
        sort="body",
        lasting=False,
    ),
    "author": Relation(
        label=_asked(r"(?:original )?(?:author|creator|developer)|(?:created|written|started|originally written) by"),
        cue=re.compile(r"\b(?:wr[io]t|creat|start|beg[au]n|invent|conceiv|develop|design|found|put|prototype)"),
        asked=_asked(
            r"\boriginal(?:ly)?\b.*\b(?:author|wrote|developer|dev|creator|designer)\b|\binitial developer\b|\bcreator\b|\bwho (?:created|wrote|started|invented|designed)\b|\bfirst (?:wrote|author)\b"
        ),
        told=_told(
            r"\b(?:written|created|started|begun|invented|conceived|developed|designed)(?: (?:inside|at|in) \w+)? by (?:the )?NAME",
            r"NAME (?:wrote|created|started|founded|invented|conceived) (?:it|the (?:first|project|software|original|initial|program)|[^\W\d_a-z]\w+ )",
            r"\(NAME\) (?:wrote|created|started)\b",
            r"NAME put (?:his|her|their|the|a) first\b",
            r"\bprototype that NAME (?:built|wrote|made)\b",
            person=True,
        ),
        sort="person",
        lasting=False,
    ),
    "spouse": Relation(
        label=_asked(r"spouses?|husband|wife|married to|partner"),
        cue=re.compile(r"(?i)\b(?:married|wife|husband|widow)"),
        asked=_asked(r"\b(?:spouse|husband|wife|married|partner name)\b"),
        told=_told(
            r"\b(?:is|been|lives|and) married to (?:the )?(?:[a-z-]+ ){0,3}NAME",
            r"\b(?:[Hh]is|[Hh]er) (?:present |second |third )?(?:wife|husband|widow|widower),? (?:the )?(?:[a-z-]+ ){0,3}NAME",
            r"\b(?:[Hh]e|[Ss]he) married (?:the )?(?:[a-z-]+ ){0,3}NAME",
            person=True,
        ),
        sort="person",
    ),
    "affiliation": Relation(
        label=_asked(r"(?:university |medical |teaching )?affiliations?|affiliated (?:with|to)|teaching hospital of|affiliated university|medical school"),
        cue=re.compile(r"(?i)\baffiliat|\bteaching hospital"),
        asked=_asked(
            r"^(?=.*\b(?:universit|medical|teaching|academic|hospital)).*\baffiliat\w+|\bteaching (?:hospital|partner)|\bmedical school\b|\bfuture doctors\b"
        ),
        told=_told(
            r"\baffiliat(?:ed|ion)\b(?: agreement| contract)? (?:with|to) (?:the )?NAME",
            r"\bteaching hospital (?:of|for|attached to|affiliated (?:with|to)) (?:the )?NAME",
        ),
        strict=True,
        sort="body",
    ),
    "network": Relation(
        label=_asked(r"(?:international |legal )?(?:network|alliance)s?|member(?:ship)? of"),
        cue=re.compile(r"\b(?:network|alliance|association|group|member|Network|Alliance)"),
        asked=_asked(r"\b(?:network|alliance|association|grouping)\b.*\b(?:firms?|practices)\b"),
        told=_told(
            r"\b(?:member|membership|part) (?:of|in) (?:the )?NAME,? (?:a|an|the) (?:[a-z-]+ ){0,3}(?:network|alliance|association|grouping|group) of",
            r"\bwithin (?:the )?NAME,? (?:a|an|the) (?:[a-z-]+ ){0,3}(?:network|alliance|association|grouping|group) of",
            rf"\b(?:member|membership) (?:of|in) (?:the )?(?P<name>(?:{CAP}[\w'-]+ ){{1,4}}(?:Network|Alliance|Association of (?:Law|Independent)[\w ]*))",
        ),
        strict=True,
        sort="body",
    ),
    "largest-customer": Relation(
        label=_asked(r"(?:largest|biggest) (?:customer|client)"),
        cue=re.compile(r"\b(?:largest|biggest|number one)\b"),
        asked=_asked(r"\b(?:largest|biggest|main|top) (?:single )?(?:customer|client|account)\b"),
        told=_told(
            r"\b(?:largest|biggest) (?:single )?(?:customer|client),? (?:is |was )?(?:the )?(?:[a-z-]+ ){0,2}NAME",
            r"NAME,? (?:is )?(?:the|our|its|their) (?:largest|biggest|number one) (?:single )?(?:customer|client)\b",
        ),
        strict=True,
        sort="body",
    ),
    "owner": Relation(
        label=_asked(r"owners?|owned by|proprietors?"),
        cue=re.compile(r"(?i)\b(?:own|belong|proprietor)"),
        asked=_asked(r"\b(?:owners?|proprietor|owned by|who owns)\b|\bbusiness belongs\b"),
        told=_told(
            r"\bowned(?: and (?:run|operated|managed))? by (?:the )?(?:[a-z-]+ ){0,2}?NAME",
            r"\bbelongs? to (?:the )?(?:[a-z-]+ ){0,2}?NAME",
            r"NAME(?: family)?ASIDE (?:own|owns|has owned|have owned) ITS",
            r"\b(?:[Oo]wners?|[Pp]roprietors?)(?: is| are|:|,) (?:the )?NAME",
        ),
        sort="either",
    ),
}  # fmt: skip
_SORT_OF = re.compile(
    r"\b(?:types?|kinds?|sorts?|category|categories|form|whether|sector)\b", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PARENTHESES = re.compile(r"\([^()]*\)")
_PLACE = re.compile(r"(?:venue|location|address|city|town|hall|port)\b", re.IGNORECASE)
_SERIES = re.compile(r"\bSeries ([A-Z])\b")


def relation(wanted: Wanted) -> Relation | None:
    """Return the relation to the subject in which somebody or something is asked for; None for none."""
    if wanted.many or wanted.kind not in {"name", "phrase"} or offices(wanted):
        return None
    return _asked_for(wanted.label, wanted.description)


@lru_cache(maxsize=4_096)
def _asked_for(label: str, description: str) -> Relation | None:
    asked = f"{label} | {undenied(statement(description))}"
    if _SORT_OF.search(asked):
        return None
    return next((r for r in RELATIONS.values() if r.asked.search(asked)), None)


def related(text: str, asked: Relation, names: frozenset[str]) -> Iterator[Candidate]:
    """Yield those who are said to stand in a relation to the subject.

    Args:
        text: A passage.
        asked: The relation.
        names: The subject's, as ``name_key`` gives them.
    """
    if not asked.cue.search(text):
        return
    for pattern in asked.told:
        for found in pattern.finditer(text):
            start, end = found.span("name")
            while (first := text[start:end].partition(" ")[0]) in SENTENCE_STARTERS:
                start += len(first) + 1
            if start >= end:
                continue
            end = whole_end(text, start, end)
            value = text[start:end].removesuffix("'s")
            if not (is_person(value) if asked.sort == "person" else is_body(value)):
                continue
            if asked.lasting and (
                _PAST.search(text, 0, found.start()) or _OVER.match(text, found.end())
            ):
                continue
            if _is_own(value, names):
                continue
            if not is_strangers(text, min(found.start(), start), names):
                yield Candidate(value=value, start=start, end=start + len(value), fit=1.0)


def is_labelled(asked: Relation, label: str) -> bool:
    """Tell whether a label, without what is in parentheses, has the answer beside it."""
    return bool(asked.label and asked.label.fullmatch(_PARENTHESES.sub("", label).strip(" :*")))


def is_labelled_otherwise(asked: Relation, label: str) -> bool:
    """Tell whether a label is that of another relation, an office's or of a place."""
    if is_labelled(asked, label):
        return False
    return (
        is_office(tuple(SPOKEN), label)
        or bool(_PLACE.match(label.strip()))
        or any(is_labelled(other, label) for other in RELATIONS.values() if other is not asked)
    )


def latest(text: str) -> tuple[int, str]:
    """Return when a passage tells of, for choosing the last: its latest year and series."""
    years = [int(year) for year in _YEAR.findall(text)]
    return max(years, default=0), max(_SERIES.findall(text), default="")


def _is_own(value: str, names: frozenset[str]) -> bool:
    """Tell whether a name is the subject's own, or only words of it."""
    return set(words(value)) <= name_words(names)
