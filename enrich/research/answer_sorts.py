"""What an answer is: somebody, a body or a place, as far as the question's first noun says it.

``Which company runs the plant?`` is answered by no person, ``Name of the plant manager`` by no
company, and ``In which town does the author live?`` by neither.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from enrich.research.candidates.bodies import IS_SORT, LEGAL_FORM, is_body, is_person
from enrich.research.descriptions import statement
from enrich.research.words import own_label, word_set, words

if TYPE_CHECKING:
    from enrich.research.candidates.candidate import Candidate
    from enrich.research.wanted import Wanted

AnswerSort = Literal["", "person", "body", "place"]

PERSONS: Final = word_set(
    """
    person individual somebody someone man woman surname player director manager head leader boss executive ceo cfo mayor captain skipper coach trainer
    author writer chef editor rector chancellor dean principal chairman chairwoman chairperson spouse husband wife mother father president governor
    artist composer architect minister secretary spokesperson spokesman spokeswoman
    winemaker brewer brewmaster distiller engineer curator conductor commander treasurer superintendent commissioner warden headmaster headmistress
    headteacher professor scientist inventor translator illustrator photographer physician lawyer bishop sommelier
    """
)
BODIES: Final = word_set(
    "company firm organisation organization institution business entity studio authority corporation manufacturer imprint"
)
# Who is called so may be either.
_EITHER: Final = word_set(
    """
    agent agency operator owner publisher developer supplier builder investor backer organiser organizer insurer provider sponsor shareholder partner
    contractor founder holder family name
    """
)
_RANKS: Final = frozenset({"chief", "head"})
_DOER = re.compile(r"(?:er|or|ist|ian|ant|man|woman)$")  # "chief designer"
_TRADES: Final = word_set("publishing trading investment auction fashion media audit")  # of houses
_PLACES: Final = word_set("place town city village municipality location residence whereabouts")
_KINDS: Final = frozenset({"name", "phrase", "place"})
_LEAD = re.compile(
    r"(?:(?:which|what|who|whom)(?: (?:is|are|was|were)(?: (?:currently|presently|now|today))?)?\b|(?:the|an?|its|their|full|first|last|given|family|legal|common|trading|current"
    r"|present|incumbent|names?(?: of)?|and|or)\b|[+&])\W*",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"where\b|(?:in|within|at|to|from) (?:which|what) (?:town|city|village|municipality|place|county|province|district|region)\b",
    re.IGNORECASE,
)
# A word for somebody is nobody.
_CALLED = re.compile(
    r"(?:what|how|word|term|noun|adjective)\b[^.?]{0,40}\b(?:call(?:s|ed)?|say|word|term|noun|adjective|named)\b",
    re.IGNORECASE,
)
_DOES = re.compile(r"(?:who|whom|whose)\b(?! (?:is|are|was|were)\b)", re.IGNORECASE)
# Where the phrase ends that says what is asked.
_ENDS = re.compile(
    r"[,.;:?!(]|\b(?:who|that|which|whose|whom|where|of|in|for|to|at|by|from|with|on|behind|is|are|was|were|does|do|did|has|have|had|the|this|its|their|not|as)\b",
    re.IGNORECASE,
)
# "person, family or company"
_LISTED = re.compile(r"[\w-]+(?:, [\w-]+){1,3},? or [\w-]+")
_OWNER = re.compile(r"\b\w+['\N{RIGHT SINGLE QUOTATION MARK}]s?(?=\s)\s*|\(s\)")
# What may stand behind its noun: "company that", "company name", "entity responsible".
_BEHIND = re.compile(r"(?:or|and|names?|now|today|[a-z]+(?:ly|ed|ing|ble))$")
_SAID_BEFORE = re.compile(
    r"\b(?:said|says|Mr|Mrs|Ms|Dr|Prof|[Aa]uthor|[Ww]riter|[Dd]irector|[Mm]anager|[Pp]resident|[Cc]hair\w*|[Mm]ayor|[Mm]inister|[Cc]aptain|[Cc]oach|[Ee]ditor|[Cc]hief [Ee]xecutive)\.? $"
)
_SAID_BEHIND = re.compile(
    r",? (?:said|says|who)\b|, (?:aged )?\d\d(?=, )|,? (?:(?:its|the|a|chief|general|managing|[\w-]+['\N{RIGHT SINGLE QUOTATION MARK}]s) ){0,3}(?:[a-z]+ )?(?:director|manager|president|chair\w*|executive|mayor|minister|head|editor|spokes\w+)\b"
)
# "His assistant is Ada Example"; a vice-chancellor is no deputy.
_LESSER = re.compile(
    r"\b(?:vice(?![- ]chancellor)|deputy|assistant|former(?:ly)?|previous(?:ly)?|predecessor|ex-)\b",
    re.IGNORECASE,
)
_TITLED = re.compile(r"(?:Mr|Mrs|Ms|Dr|Prof(?:essor)?|Sir|Dame)\b\.? [^\W\d_a-z]")
_ADJECTIVE = re.compile(r"-(?:[a-z]+ed|born|led|made)$")  # "Ulm-based"
_FIRM = re.compile(r"\b(?:company|firm|manufacturer|maker|studio|supplier|bank|agency) $")
_UNDER = re.compile(r"\bunder (?:[\w'-]+ ){0,4}$")
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_TERM = re.compile(
    r"[^.;]{0,60}\b(?:between|from) (?:\w+ )?(?:1\d|20)\d\d (?:and|to|until) (?:\w+ )?(?:1\d|20)\d\d\b"
)
_CLAUSE = re.compile(r"[.;,()\n]")
_NEAR: Final = 50  # characters before a name that say who it is
_ARTICLE = re.compile(
    r"\b(?:al|el|as|ad|an|ar|ash|at|d|l)[-'\N{RIGHT SINGLE QUOTATION MARK}](?=\w)", re.IGNORECASE
)
_FORM = re.compile(rf"\b{LEGAL_FORM}(?!\w)")


def answer_sort(wanted: Wanted) -> AnswerSort:
    """Return what sort of thing is asked for; empty where the question does not say it, or leaves it open."""
    if wanted.many or wanted.kind not in _KINDS:
        return ""
    return _sort_of(wanted.label, statement(wanted.description))


@lru_cache(maxsize=4_096)
def _sort_of(label: str, stated: str) -> AnswerSort:
    if _WHERE.match(stated):
        return "place"
    asked = _OWNER.sub("", stated or label)
    if _DOES.match(asked) or _CALLED.match(asked):
        return ""
    lead = _LEAD.match(asked)
    which = asked.lower().startswith(("which", "what"))
    surname = False
    while lead:
        surname = surname or lead.group().lower().startswith(("first", "given"))
        asked = asked[lead.end() :]
        lead = _LEAD.match(asked)
    if surname and not asked:
        return "person"
    listed = _LISTED.match(asked)
    end = _ENDS.search(asked, listed.end() if listed else 0)
    phrase = words(asked[: end.start()] if end else asked)
    found: set[AnswerSort] = set()
    for nth, word in enumerate(phrase):
        sort = _of_noun(word, phrase[nth - 1] if nth else "")
        if sort is None:
            continue
        behind = phrase[nth + 1] if nth + 1 < len(phrase) else ""
        if which or not behind or _BEHIND.match(behind) or _of_noun(behind) is not None:
            found.add(sort)
            if behind not in {"or", "and"} and _of_noun(behind) is None:
                break
    return found.pop() if len(found) == 1 else ""


def _of_noun(word: str, before: str = "") -> AnswerSort | None:
    """Return the sort of what a noun calls by its office or kind, with the word before it; None for any other word."""
    if word == "house" and before in _TRADES:
        return "body"
    if before in _RANKS and word not in _EITHER and _DOER.search(word):
        return "person"
    if word in PERSONS:
        return "person"
    if word in BODIES:
        return "body"
    if word in _PLACES:
        return "place"
    return "" if word in _EITHER else None


def is_of_other_sort(
    wanted: Wanted, label: str, text: str, candidate: Candidate, *, told: bool
) -> bool:
    """Tell whether a value is somebody where a body or a place is asked for, or no person where one is.

    Args:
        wanted: The field.
        label: What stands over and beside the passage.
        text: The passage.
        candidate: The value.
        told: Whether the passage is a sentence, where a single word is hardly a person.
    """
    sort = answer_sort(wanted)
    if not sort:
        return False
    value = str(candidate.value)
    asked = f"{wanted.label} {statement(wanted.description)}"
    if sort == "person":
        surname = len(value.split()) == 1 and not _names_person(own_label(label))
        # What a label or the word before calls a maker is a firm, whatever its name looks like.
        made = (not told and BODIES & set(_head(own_label(label))[-1:])) or _FIRM.search(text, 0, candidate.start)  # fmt: skip
        return bool(made) or not _may_be_person(value) or (told and surname) or _is_lesser(asked, text, candidate)  # fmt: skip
    named = is_body(value) if sort == "body" else value != value.lower()
    somebody = is_somebody(
        "" if told else label, text, candidate
    )  # over a sentence stands a heading
    return not named or bool(_ADJECTIVE.search(value)) or somebody


def is_somebody(label: str, text: str, candidate: Candidate) -> bool:
    """Tell whether a name is said to be a person's: beside ``Author``, behind ``mayor``, before ``, who``."""
    value = str(candidate.value)
    if _names_person(own_label(label)):
        return not (_FORM.search(value) or IS_SORT.search(value))
    if _TITLED.match(value):
        return True
    if not is_person(value) or _FORM.search(value) or IS_SORT.search(value):
        return False
    several = len(value.split()) > 1
    behind = _SAID_BEHIND.match(text, candidate.end)
    return several and bool(behind or _SAID_BEFORE.search(text, 0, candidate.start))


def _is_lesser(asked: str, text: str, candidate: Candidate) -> bool:
    """Tell whether a name is that of a deputy or of one who was there before, where none is asked for."""
    if _LESSER.search(asked):
        return False
    before = _CLAUSE.split(text[max(0, candidate.start - _NEAR) : candidate.start])[-1]
    if _UNDER.search(before) and _YEAR.search(text):
        return True  # "champions in 1968 under Ada Example"
    return bool(_LESSER.search(before) or _TERM.match(text, candidate.end))


def _names_person(label: str) -> bool:
    """Tell whether a label's last noun, before "of", is that of a person."""
    said = _head(label)
    return bool(said) and said[-1] in PERSONS and not BODIES & set(said)


def _head(label: str) -> list[str]:
    return words(re.split(r"\b(?:of|for|at|in)\b|[(,:]", label, maxsplit=1)[0])


def _may_be_person(value: str) -> bool:
    return is_person(_ARTICLE.sub("", value)) and not _FORM.search(value)
