"""Offices: which of them is asked for, and which a label or a passage speaks of."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.answer_sorts import answer_sort
from enrich.research.descriptions import statement, undenied
from enrich.research.words import stems

if TYPE_CHECKING:
    from enrich.research.wanted import Wanted

_OFFICES: Final = {
    "ceo": r"chief executive(?: officer)?|CEO|(?:group )?managing director|general director",
    "cfo": r"chief financ(?:ial|e) officer|CFO|financ(?:e|ial) (?:director|chief)|head of finance",
    "cto": r"chief technology officer|CTO",
    "coo": r"chief operating officer|COO",
    "cio": r"chief information officer|CIO",
    "ciso": r"chief information security officer|CISO",
    "cmo": r"chief marketing officer|CMO|marketing director",
    "general-counsel": r"general counsel",
    "managing-partner": r"managing (?:partner|shareholder)|senior partner",
    "chef": r"(?:head|executive) chef|chef de cuisine",
    "sommelier": r"(?:head |chief )?sommelier|wine director",
    "nursing": r"chief nurs(?:e|ing officer)|(?:director|head) of nursing|nursing director|matron(?:-in-chief)?|CNO",
    "general-manager": r"general manager",
    "captain": r"captain",
    "president": r"president",
    "rector": r"rector|rektor",
    "vice-chancellor": r"vice[- ]chancellor",
    "chancellor": r"(?<!vice[- ])chancellor",
    "chairman": r"chair(?:man|woman|person)?(?: of the (?:supervisory |advisory )?board)?",
    "director": r"director|head of (?:the )?(?:institute|museum|school|show|fair|event|exhibition)|(?:event|show|fair|exhibition|conference) (?:manager|chair)",
    "principal": r"principal(?!\s+(?!of\b|and\b|or\b)\w)",
    "mayor": r"(?:lord )?mayor(?:ess)?|b(?:\N{LATIN SMALL LETTER U WITH DIAERESIS}|ue?)rgermeister(?:in)?|burgemeester|borgmester|ordf(?:\N{LATIN SMALL LETTER O WITH STROKE}|o)rer|alcalde(?:sa)?|sindac[oa]|burmistrz|(?:\N{LATIN SMALL LETTER Z WITH CARON}|z)upan(?:ja)?",
    "plant-manager": r"(?:plant|site|station|works|factory|mill) (?:manager|director|head|superintendent)|manager of (?:the|this) (?:plant|site|station|works|factory|mill)",
    "editor": r"editor(?:[- ]in[- ]chief)?",
}
SPOKEN: Final = {office: re.compile(rf"\b(?:{said})\b", re.IGNORECASE) for office, said in _OFFICES.items()}  # fmt: skip
# Words of labels beside which somebody's name stands.
OFFICES: Final = frozenset(
    stems(
        "ceo cfo cto president rector chancellor chairman chairperson director manager founder owner principal mayor editor"
        " dean provost registrar secretary officer librarian professor minister chief leader executive head spouse contact ambassador envoy"
    )
)
_ADJECTIVES: Final = frozenset(stems("principal chief head"))
LESSER: Final = frozenset(stems("vice deputy pro vp dvc assistant associate acting interim"))
_SOMEONE = re.compile(
    r"\b(?:who|whom|person|people|individual|surname|first name|full name|someone|somebody)\b",
    re.IGNORECASE,
)
# Who leads a university has one of these titles.
_LEADS = re.compile(
    r"\b(?:head|lead(?:s|er|ing)?)\b.*\b(?:university|institution)\b|\b(?:university|institution)\b.*\b(?:head|leader)\b|^head$"
)
_LEADING: Final = ("rector", "vice-chancellor", "president")
# Who leads anything else, the likeliest first.
_LEADING_ANY: Final = ("ceo", "managing-partner", "director", "president", "general-manager")
_LEADING_EVENT: Final = ("director", "general-manager")
LED: Final = frozenset({*_LEADING, *_LEADING_ANY})
_IN_CHARGE = re.compile(
    r"\b(?:lead(?:s|ing|er)?|in (?:overall |full )?(?:charge|command)|runs?|running|manages|head|boss|top (?:executive|manager|administrator)|chief|looks? after)\b",
    re.IGNORECASE,
)
# Of one part of a business somebody else is in charge.
_AREAS: Final = (
    ("cfo", re.compile(r"\b(?:financ\w*|money|accounts)\b", re.IGNORECASE)),
    ("general-counsel", re.compile(r"\b(?:legal|counsel)\b", re.IGNORECASE)),
    ("chef", re.compile(r"\b(?:cook\w*|kitchen)\b", re.IGNORECASE)),
    ("sommelier", re.compile(r"\bwines?\b", re.IGNORECASE)),
    ("nursing", re.compile(r"\bnurs\w+\b", re.IGNORECASE)),
)
_OTHER_AREA = re.compile(
    r"\b(?:research|teaching|education|sales|marketing|press|public relations|technology|engineering|product|security|privacy|data|people|personnel|human resources|operations|maintenance|round|investors? relations|lead investor|speech|talk)\b",
    re.IGNORECASE,
)
_BUSINESS = re.compile(
    r"\b(?:company|business|firm|retailer|facility|hospital|chain|organi[sz]ation|start-?up|management|charity|museum|hotel|airport|clinic|investor|(?:investment|publishing|trading) house|studio)\b",
    re.IGNORECASE,
)
_PLANT = re.compile(r"\b(?:plant|site|station|works|factory|mill)\b", re.IGNORECASE)
_POLITY = re.compile(
    r"\b(?:municipality|town|city|village|commune|borough|local (?:authority|government|council)|(?:elected|political) (?:\w+ )?(?:leader|head))\b",
    re.IGNORECASE,
)
# Who stands in for somebody is not the one in charge, nor is who is employed to administer.
_SECOND = re.compile(
    r"\bstands?[ -]in\b|\bsecond[ -]in[ -]command\b|\bsubstitute\b|\b(?:city|town|council|county) (?:manager|clerk|secretary)\b",
    re.IGNORECASE,
)
# "Which company runs the plant?"
_ASKS_A_BODY = re.compile(
    r"(?:which|what|the|name of(?: the)?|current|present|legal) ?(?:(?:[a-z-]+ )?)(?:company|firm|body|entity|organi[sz]ation|institution|business|agency)\b(?!'s| secretary)(?: (?:that|which|who|responsible|currently|now|today)| (?:runs?|operates?|manages?|owns?)\b)|(?:company|firm|body|legal entity|entity|organi[sz]ation|institution) (?:that|which|responsible)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"[;,(]\s?not\b[^;.]*", re.IGNORECASE)  # "; not publicist, editor or staff"
_EVENT = re.compile(r"\b(?:event|show|fair|exhibition|conference|festival)\b", re.IGNORECASE)
# A lesser or a past holder; a vice-chancellor is no deputy.
IS_LESSER = re.compile(
    r"\b(?:vice(?![- ]chancellor)|vp|dvc|dep(?:uty)?|pro(?=[- ])|assistant|associate|acting|interim|honorary|emerit\w+|former\w*|previous|past|ex|late|until|designate|elect)\b",
    re.IGNORECASE,
)
PARENTHESES = re.compile(r"\([^()]*\)")
_ALSO = re.compile(
    r"\b(?:the|current|present|of (?:the )?(?:board|company|group|university|hospital|firm))\b|/.*$",
    re.IGNORECASE,
)
_CLERKS = re.compile(
    r"\b(?:registrar|secretary|treasurer|provost|dean|librarian|bursar)\b", re.IGNORECASE
)
_SAID_TO_LEAD = re.compile(
    r"\b(?:lead(?:s|er|ers|ing|ership)?|led|head(?:s|ed)?|direct(?:s|ed)|runs?|boss|in charge|chief|manag\w+|took (?:office|over))\b",
    re.IGNORECASE,
)


def offices(wanted: Wanted) -> tuple[str, ...]:
    """Return the offices whose holder is asked for; none where a deputy or no office is."""
    if wanted.kind != "name" or wanted.many or answer_sort(wanted) == "body":
        return ()
    return _asked_for(wanted.label, wanted.description, wanted.topic)


@lru_cache(maxsize=4_096)
def _asked_for(label: str, description: str, topic: tuple[str, ...]) -> tuple[str, ...]:
    asked = f"{label} {undenied(_NOT.sub('', statement(description)))}"
    if IS_LESSER.search(asked) or ("vice" in topic and "chancellor" not in topic):
        return ()
    if _ASKS_A_BODY.match(statement(description)):
        return ()
    spans = {o: [m.span() for m in spoken.finditer(asked)] for o, spoken in SPOKEN.items()}
    every = [span for of in spans.values() for span in of]
    found = tuple(
        o
        for o, own in spans.items()
        # "Director of nursing" is no director.
        if any(not any(a <= x and y <= b and b - a > y - x for a, b in every) for x, y in own)
    ) or tuple(o for o in spans if o in topic)
    if found == ("ceo",) and re.search(r"\b(?:university|academic)\b", asked, re.IGNORECASE):
        return ("ceo", *_LEADING)
    return found or (
        _LEADING if _LEADS.search(asked.lower()) else _in_charge(asked, f"{label} {description}")
    )


def _in_charge(asked: str, said: str) -> tuple[str, ...]:
    """Return the offices of whoever is asked for as being in charge of a business, or of a part of it."""
    if not _is_someone(said) or not _IN_CHARGE.search(asked):
        return ()
    if _OTHER_AREA.search(asked) or _SECOND.search(asked):
        return ()
    area = next((office for office, said in _AREAS if said.search(asked)), "")
    if area:
        return (area,)
    led = ((_EVENT, _LEADING_EVENT), (_BUSINESS, _LEADING_ANY), (_POLITY, ("mayor",)), (_PLANT, ("plant-manager",)))  # fmt: skip
    return next((leaders for what, leaders in led if what.search(asked)), ())


def names_someone(wanted: Wanted) -> bool:
    """Tell whether a name that is asked for may be a person's by what the question says."""
    return _is_someone(f"{wanted.label} {wanted.description}")


@lru_cache(maxsize=4_096)
def _is_someone(said: str) -> bool:
    return bool(_SOMEONE.search(said) or (OFFICES - _ADJECTIVES) & set(stems(said)))


def asks_who(wanted: Wanted) -> bool:
    """Tell whether it is asked who somebody is."""
    return bool(re.match(r"who\b", wanted.description, re.IGNORECASE) or offices(wanted))


def is_lesser(text: str) -> bool:
    """Tell whether an office is a deputy's, or one that is over."""
    return bool(IS_LESSER.search(text))


def is_office(asked: tuple[str, ...], label: str) -> bool:
    """Tell whether a label, without what is in parentheses, is one of the offices and nothing else."""
    plain = " ".join(_ALSO.sub("", PARENTHESES.sub("", label)).split()).strip(" :*")
    return any(SPOKEN[office].fullmatch(plain) for office in asked)


def is_another_office(asked: tuple[str, ...], said: str) -> bool:
    """Tell whether a label or passage speaks of known offices, and of none that is asked for."""
    if any(SPOKEN[office].search(said) for office in asked):
        return False
    others = {office for office, spoken in SPOKEN.items() if spoken.search(said)}
    return bool(others - LED if LED & set(asked) else others) or bool(_CLERKS.search(said))


def tells_office(asked: tuple[str, ...], said: str) -> bool:
    """Tell whether a passage speaks of one of the offices at all, or of leading where leaders are asked for."""
    return any(SPOKEN[office].search(said) for office in asked) or bool(
        LED & set(asked) and _SAID_TO_LEAD.search(said)
    )
