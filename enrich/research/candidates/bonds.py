"""The relations to a subject that are known: by which words each is asked for, and by which pages tell it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from enrich.research.candidates.bodies import BODY, CAP
from enrich.research.candidates.persons import NAME

_IT: Final = r"(?:it|us|her|him|them|this|that|the|our|its|their|all of it|both|each)\b(?! (?:same|other|first|second)\b)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relation to the subject.

    Attributes:
        cue: What a passage must hold before it is read closely.
        asked: By what words a question asks for it.
        told: What sentences tell it, as ``compiled`` takes it; the group ``name`` is the answer.
        sort: Whether the answer is a person, a body or either.
        lasting: Whether what is said in the past is over.
        latest: Whether it is the last of several of which it is told.
        label: What a label says that has the answer beside it.
        strict: Whether names in sentences that tell it otherwise are no answer.
        closed: Whether names beside other labels are none, either.
        own: Whether a relative's is none: where a father studied.
    """

    cue: re.Pattern[str]
    asked: re.Pattern[str]
    told: tuple[str, ...]
    sort: Literal["person", "body", "either"]
    lasting: bool = True
    latest: bool = False
    label: re.Pattern[str] | None = None
    strict: bool = False
    closed: bool = False
    own: bool = False


@cache
def compiled(told: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a relation's sentences, which are compiled once it is asked for: all of them take an eighth of a second."""
    return tuple(re.compile(pattern) for pattern in told)


def _told(*patterns: str, person: bool = False) -> tuple[str, ...]:
    name = NAME if person else rf"(?P<name>{BODY})"
    return tuple(
        pattern.replace("WHO", _WHO)
        .replace("NAME", name)
        .replace("BODY", BODY)
        .replace("ITS", _IT)
        .replace(
            "ASIDE",
            r"(?:(?:,| of) [^,;.()]{2,60},)?(?: of [^\W\d_a-z]\w+)?(?: family)?(?:,? (?:which|who|that))?",
        )
        for pattern in patterns
    )


def _asked(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_RUNS = r"(?:operates|runs|manages|administers|organi[sz]es|puts on|stages|has (?:operated|run|managed|organi[sz]ed)|have (?:operated|run))"
_RUN = r"(?:operated|run|managed|administered|organi[sz]ed|put on|staged|hosted|governed)(?:,? and \w+| \w+ly)?"
# "said Bo Case, chief executive of" Acme, "which runs it"
_RUN_BY: Final = (
    rf"\b{_RUN}\b,? by[:,]? (?:the |its |our )?(?:[a-z]+ (?:[a-z]+ ){{0,3}})?NAME",
    rf"NAMEASIDE {_RUNS} ITS",
    rf"NAME, (?:the|a) [a-z -]{{2,40}} (?:that|which) {_RUNS} ITS",
    r"NAME,? \((?:the )?(?:operator|organi[sz]er|carrier)\)",
    r"\b(?:[Oo]perator|[Oo]rgani[sz]er)s?(?: is| are|:|,) (?:the )?NAME",
)
_AGENT = r"agen(?:t|cy)"
# "the Leeds studio" Acme, "a Norwegian company called" Acme.
_WHO = rf"(?:the |its |our |an? )?(?:(?:{CAP}[\w-]+ )?(?:[a-z-]+ ){{1,4}}(?:called |named )?)?"
_MAKE = r"(?:made|manufactured|developed|built|produced|designed|created)"
_MAKES = r"(?:makes|manufactures|develops|builds|produces|designs and (?:makes|builds|assembles))"
_LARGEST = r"(?:anchor|cornerstone|founding|(?:single )?(?:largest|biggest))"
_BACKER = r"(?:investor|limited partner|LP|backer|commitment|pledge)"
_ROUND = r"(?:round|financing|funding|raise|Series [A-Z]|seed|investment|deal)"
_LOYAL = r"\b(?:loyalty|bonus|membership|savings|rewards?|customer)[ -](?:[a-z]+ )?(?:programmes?|programs?|schemes?|clubs?|cards?|points|booklets?)"

RELATIONS: Final[dict[str, Relation]] = {
    "agent": Relation(
        label=_asked(rf"(?:literary |author's |player's )?{_AGENT}|represented by|representation"),
        cue=re.compile(r"(?i)\brepresent|\bagen(?:t|cy)\b"),
        asked=_asked(
            rf"\b(?:literary|author's|player's|talent) {_AGENT}\b|\bwho represents\b|\b{_AGENT} (?:name )?(?:who|that|which|or agen(?:t|cy)|looks?|represent\w+)\b|^writer representation|\bacting for the (?:author|writer|artist|player)\b|^agent\b"
        ),
        told=_told(
            r"\brepresented by (?:the )?(?:[a-z-]+ ){0,2}NAME",
            r"NAMEASIDE represents (?:ITS|[^\W\d_a-z])",
            rf"\b{_AGENT},? (?:is )?(?:the )?NAME",
        ),
        strict=True,
        closed=True,
        sort="either",
    ),
    "deputy": Relation(
        label=_asked(r"(?:deputy|vice)[ -](?:lord )?mayors?"),
        cue=re.compile(r"(?i)\b(?:deputy|vice)\b"),
        asked=_asked(r"\b(?:deputy|dep|vice)[ -](?:lord )?mayor\b|\bsecond[ -]in[ -]command\b|\bstands? in for the (?:mayor|political head)\b"),
        told=_told(
            r"\b(?:[Dd]eputy|[Vv]ice)[ -][Mm]ayor,?(?: is| since \w+)? NAME",
            r"NAME,? (?:\(?(?:is |has been )?(?:the |our )?)?(?:[a-z]+ )?(?:deputy|vice)[ -]mayor\b",
            person=True,
        ),
        strict=True,
        closed=True,
        sort="person",
    ),
    "anchor": Relation(
        label=_asked(rf"{_LARGEST}(?: {_BACKER}s?)?(?: (?:in|of) .*)?|cornerstone"),
        cue=re.compile(r"(?i)\b(?:anchor|cornerstone|largest|biggest|founding)\b"),
        asked=_asked(
            r"^(?!.*\b(?:round|financing|series|raise|seed)\b).*(?:\b(?:anchor|cornerstone)\b.*\b(?:limited partner|lps?|fund|vehicle)\b|\b(?:lead|anchor) lp\b|\b(?:biggest|largest|main|most important)\b.{0,24}\b(?:pledge|backer|backing|limited partner|commitment)\b)"
        ),
        told=_told(
            rf"\b{_LARGEST} {_BACKER}\b(?: (?:in|of|for) [^,.;]{{2,40}})?,? (?:is|was|remains|has been) (?:again )?WHONAME",
            rf"\b{_LARGEST} {_BACKER}\b(?:,[^,.;]{{2,40}},|,? of [^,;]{{2,40}}?,?)? (?:came|comes|is) from (?:the |{CAP}[\w-]+['\N{{RIGHT SINGLE QUOTATION MARK}}]s )?NAME",
            rf"NAME(?:, [^.;()]{{2,90}},)? (?:is|was|were|remains|acts as|acted as|joined as)(?: again)? (?:the|an?|its|our) (?:[a-z]+ )?{_LARGEST}(?: {_BACKER})?(?= (?:in|of|for)\b|[,.;]|$)",
        ),
        strict=True,
        closed=True,
        sort="body",
        lasting=False,
    ),
    "publisher": Relation(
        label=_asked(r"(?:uk |us |english )?(?:publishers?|publishing house|imprint)(?: \(.*\))?|published by"),
        cue=re.compile(r"(?i)\bpublish|\bimprint|\bissued\b|\bbrought out\b"),
        asked=_asked(r"^publisher\b|\|\s(?:name of )?(?:the )?publisher\b|\bpublish(?:er|ing house) (?:of|that|which|issues|in)\b|\bimprint\b|\bwho (?:published|brought (?:it|this) out)\b|\bhouse that (?:brings|brought) out\b"),
        told=_told(
            r"\b(?:is |was |been )?(?:published|issued|brought out)(?: in (?:\w+ ){0,2}\d{4}| in English| (?:here|first))? by WHONAME",
            r"\b(?:its|the|our) publishers?(?: is| are|,|:) WHONAME",
            r"NAMEASIDE (?:published|publishes|brought out|brings out|issued|issues) ITS",
            r"\bwhich NAME (?:published|brought out|issued) (?:in|on)\b",
        ),
        strict=True,
        sort="body",
        lasting=False,
    ),
    "maker": Relation(
        label=_asked(
            rf"(?:legal |the )?(?:manufacturer|maker|producer|developer|dev|vendor)s?|(?:{_MAKE}|manufactured|offered|developed)(?: and \w+)? by|who (?:makes|made|develops|built) it|(?:app|software|game) (?:developer|by)|studio|make|brand|company|firm|oem|supplier"
        ),
        cue=re.compile(rf"(?i)\b(?:{_MAKE}|{_MAKES}|makers?|manufacturers?|developers?|behind|work|product of|by)\b"),
        asked=_asked(
            r"(?:^|\| )(?:(?:what|which|the|name of|current|legal|trading|company|studio) )*(?:manufacturer|maker|producer|developer|dev|vendor|mfr)(?: name| account| company)?(?=$|[ ,.|]*$| \||[,;.])"
            r"|\b(?:company|firm|studio|business|team)(?: or \w+)? (?:that|which|who) (?:makes|builds|develops|produces|manufactures|designs) (?:it|this)\b|\bwho (?:makes|develops|manufactures) (?:it|this)\b|\bbehind (?:it|the making)\b|\bmaker of it\b"
        ),
        told=_told(
            rf"\b(?:{_MAKE}|Made|Manufactured|Developed|Produced|Built)(?:(?:,| and|, and) (?:[a-z]+ )?\w+){{0,2}} by WHONAME",
            rf"^NAME {_MAKES} (?:the )?(?P<whom>{CAP}[\w-]*(?: [\w-]+){{0,4}}?)(?=[.,;]|$| (?:in|at|for|since|with|from)\b)",
            r"^(?:The )?(?P<whom>[^.;,]{2,40}?) (?:is|was) an? (?:[\w-]+ ){1,6}?by NAME(?=[.,;]|$)",
            rf"NAMEASIDE {_MAKES} (?:it|them|this|the (?:device|app|product|software|game|machine|instrument|tool|unit|system|series|range)\b)",
            r"(?:^|(?<=\s[-\N{EN DASH}\N{EM DASH}] ))NAME, the (?:[\w-]+ ){0,4}(?:maker|manufacturer|developer) of [a-z]",
            r"NAME, (?:the|a|an) (?:[\w-]+ ){0,3}(?:company|firm|maker|studio|manufacturer|team|start-?up|developer|business)(?: that is)?,? (?:behind|that makes|which makes|that develops|which develops) (?:ITS|[^\W\d_a-z])",
            r"\b(?:is|was|remains) (?:the|a) (?:work|product|creation) of WHONAME",
            r"\b(?:[Dd]eveloper|[Mm]anufacturer|[Mm]aker|[Ww]ho makes it)(?: is|:) WHONAME",
        ),
        strict=True,
        closed=True,
        sort="body",
    ),
    "lead-investor": Relation(
        label=_asked(r"lead(?: investor)?|led by|lead backer"),
        cue=re.compile(r"\b(?:led|leads?|headed|leading)\b"),
        asked=_asked(
            r"\b(?:lead|led|leads|anchor|head of)\b.*\b(?:investors?|backers?|round|inv|financing)\b|\binvestor that led\b|\bround (?:was )?(?:lead|led)\b"
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
        cue=re.compile(r"(?i)\b(?:unit|division|subsidiary|part|member|acquir|bought|t(?:ook|aken) over|purchased|belong|own|operat|run|manag|administ|organi[sz]|puts? on|stag|host|govern|carrier)"),
        asked=_asked(r"\bparent (?:organi[sz]ation|body|company|account|group|org)\b|\b(?:organi[sz]ation|body|company|group)\b.*\bbelongs\b|\btrust\b.*\bgroup\b|\bowns or operates\b|\bsubsidiary\b"),
        told=_told(
            r"\b(?:unit|division|subsidiary) of (?:the )?(?:[a-z-]+ ){0,4}NAME",
            r"\b(?:part|member) of (?:the )?(?=(?:[^\W\d_a-z][\w&'-]* ){0,4}(?:Group|Holdings?|Gruppe|Groupe)\b)NAME",
            r"\bpart of NAME(?!\s(?!(?:since|and|after|for|which|with)\b)[a-z])",
            r"\b(?:[Oo]wned by|[Bb]elong(?:s|ed|ing) to|[Aa]cquired by|[Tt]aken over by|[Bb]ought by) (?:the )?(?:[a-z-]+ ){0,3}NAME",
            r"NAME (?:acquired|bought|took over|has owned|purchased) (?P<whom>BODY)",
            *_RUN_BY,
        ),
        sort="body",
    ),
    "buyer": Relation(
        label=_asked(r"acquired by|acquirer|buyer|purchaser|sold to|bought by"),
        cue=re.compile(r"(?i)\b(?:acquir|bought|buy|t(?:ook|aken) over|purchas|sold|sale)"),
        asked=_asked(r"\b(?:acquired|bought|taken over|purchased) by\b|\bacquir(?:er|ing company)\b|\bwho (?:bought|acquired|took over)\b|\b(?:company|firm|group|organi[sz]ation) (?:that|which) (?:has )?(?:bought|acquired|took over|purchased)\b|^(?:buyer|purchaser)\b"),
        told=_told(
            r"\b(?:[Aa]cquired|[Bb]ought|[Tt]aken over|[Pp]urchased) by (?:the )?(?:[a-z-]+ ){0,3}NAME",
            r"\bsold to (?:the )?(?:[a-z-]+ ){0,3}NAME",
            r"NAME (?:acquired|bought|took over|purchased) (?P<whom>BODY)",
            r"NAME (?:acquired|bought|took over|purchased) ITS",
        ),
        sort="body",
        lasting=False,
    ),
    "founder": Relation(
        label=_asked(r"founders?|founded by|established by|set up by"),
        cue=re.compile(r"(?i)\b(?:found|start|set up|establish|creat|launch)"),
        asked=_asked(r"\bfounder\b|\bfounded by\b|\bwho (?:founded|started|set up|established|created)\b|\bperson (?:who|that) (?:founded|started|set up|established)\b"),
        told=_told(
            r"\b(?:[Ff]ounded|[Ss]tarted|[Ss]et up|[Ee]stablished)(?: in (?:[A-Z][a-z]+ )?\d{4})?(?: in [A-Z]\w+)? by (?:the )?(?:[a-z-]+ ){0,2}NAME",
            r"NAME(?:, [^,.;()]{2,40},)? (?:co-)?(?:founded|started|set up|established) (?P<whom>BODY)",
            r"NAME(?:, [^,.;()]{2,40},)? (?:co-)?(?:founded|started|set up|established) ITS",
            r"\b(?:[Ii]ts |[Oo]ur |[Tt]he )?[Ff]ounder(?: is| was|,|:)? NAME",
            r"NAME,? (?:the |its |our )?founder\b",
            person=True,
        ),
        sort="person",
        lasting=False,
    ),
    "employer": Relation(
        label=_asked(r"employer|employed by|works (?:for|at)|(?:current )?(?:company|organi[sz]ation)"),
        cue=re.compile(r"\b(?:works?|worked|working|employed|employs|joined|at|of)\b"),
        asked=_asked(r"\bemployer\b|\b(?:company|organi[sz]ation|firm) (?:that|which|where|for which|at which)\b[^|.]*\b(?:works|employs|is employed)\b|\bworks (?:for|at)\b|\bwhere (?:he|she|the person|they) works?\b"),
        told=_told(
            r"\b(?:works|is working|has worked|is employed|has been employed|been working|worked)(?: as [^.;,]{2,40}?)? (?:for|at|by|with) (?:the )?NAME",
            r"\b(?:[Ss]he|[Hh]e|[A-Z]\w+) (?:has )?joined NAME",
            r"\bis (?:an? |the |its |our )?(?:[A-Za-z-]+ ){1,5}(?:at|of) NAME",
        ),
        sort="body",
        latest=True,
        own=True,
    ),
    "school": Relation(
        label=_asked(r"education|studied at|university|college|educated at|alma mater"),
        cue=re.compile(r"\b(?:stud|graduat|degree|PhD|Ph\.D|doctora|master|bachelor|educated|attended|diploma)", re.IGNORECASE),
        asked=_asked(r"\b(?:university|college|school)\b[^|.]*\b(?:attended|studied|graduated|went to)\b|\b(?:studied|educated|graduated) (?:at|from)\b|^(?:university|college)(?: attended)?(?= \||$)"),
        told=_told(
            r"\b(?:studied|read|graduated)(?: [a-z ]{2,40}?)? (?:at|from) (?:the )?NAME",
            r"\b(?:degree|PhD|Ph\.D\.|doctorate|diploma|Master\w*|Bachelor\w*|MBA|MSc|BSc|MA|BA)(?: in [\w ]{2,40}?)? (?:from|at|of) (?:the )?NAME",
            r"\b(?:attended|was educated at|went to) (?:the )?NAME",
        ),
        sort="body",
        lasting=False,
        own=True,
    ),
    "architect": Relation(
        label=_asked(r"architects?|designed by|designer"),
        cue=re.compile(r"\b(?:[Dd]esign|[Aa]rchitect|[Pp]lans)"),
        asked=_asked(r"\barchitect\b|\bwho designed (?:it|the (?:building|house|museum|hall|bridge|church|station|stadium))\b"),
        told=_told(
            r"\b(?:[Dd]esigned|[Pp]lanned) by (?:the )?(?:[a-z-]+ ){0,3}NAME",
            r"\bto (?:the )?(?:plans|designs?) (?:by|of) (?:the )?(?:[a-z-]+ ){0,3}NAME",
            r"NAME designed ITS",
            r"\b[Aa]rchitect(?: was| is|:|,)? NAME",
        ),
        sort="either",
        lasting=False,
    ),
    "river": Relation(
        label=_asked(r"rivers?|on the river|watercourse"),
        cue=re.compile(r"\b(?:on|flows|runs|banks?|[Rr]iver)\b"),
        asked=_asked(r"^river(?: \||$)|\briver (?:on which|that flows|through|at which)\b|\b(?:on|at) which river\b|\b(?:lies|stands|situated|located) on\b.*\briver\b|\briver\b.*\b(?:lies|stands|flows)\b"),
        told=_told(
            r"\b(?:lies|stands|is|sits|situated|located|built)(?: [a-z]+)? on (?:both banks of |the banks? of )?(?:the )?(?:[Rr]iver )?NAME",
            r"\b(?:[Tt]he )?(?:[Rr]iver )?NAME (?:flows|runs) (?:through|past) ITS",
        ),
        sort="either",
        lasting=False,
    ),
    "operator": Relation(
        label=_asked(r"(?:owner ?/ ?)?(?:operator|organi[sz]er)s?|(?:owned and )?(?:operated|organi[sz]ed|run|managed|administered) by|operating (?:company|body|organi[sz]ation)|carrier|(?:day[- ]to[- ]day )?(?:running|operations?)|(?:o ?& ?m|operations?(?: (?:and|&) maintenance)?) (?:provider|contractor|company)"),
        cue=re.compile(r"(?i)\b(?:operat|run|manag|administ|organi[sz]|puts? on|stag|host|govern|carrier)"),
        asked=_asked(
            r"\boperat(?:or|ed by|ing (?:entity|company|organi[sz]ation|body))\b|\b(?:runs|operates|manages|organi[sz]es) (?:the|it|this)\b|\brunning (?:company|firm)\b|\bday-to-day running\b|\bopco\b|\borgani[sz](?:er|ed by)\b|\borgani[sz]es\b"
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
