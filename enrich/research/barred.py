"""What no answer can be read from, however well it fits in words: what is said of another, or of another time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.answer_sorts import is_of_other_sort
from enrich.research.besides_named import is_of_one
from enrich.research.candidates.bodies import is_body, is_person, is_strangers
from enrich.research.candidates.offices import (
    LESSER,
    OFFICES,
    asks_who,
    is_another_office,
    is_lesser,
    names_someone,
    offices,
    tells_office,
)
from enrich.research.candidates.persons import is_former, is_of_kin
from enrich.research.candidates.places import is_where
from enrich.research.candidates.relations import RELATIONS, is_labelled_otherwise, relation
from enrich.research.candidates.standards import has_code
from enrich.research.degrees import is_degree
from enrich.research.extent import is_no_count
from enrich.research.impossible import is_impossible
from enrich.research.kinds import FIGURES
from enrich.research.mentioned import is_denied_here, is_only_mentioned
from enrich.research.opposites import is_opposite_beside
from enrich.research.parts import is_of_part
from enrich.research.qualifiers import is_qualified_elsewhere, lacks_qualifier
from enrich.research.rounds import asks_round_type, is_of_all_rounds, is_round_type
from enrich.research.wanted import is_neutral
from enrich.research.words import concepts, name_key, name_words, own_label, word_set, words

if TYPE_CHECKING:
    from enrich.research.candidates.candidate import Candidate
    from enrich.research.page import Label
    from enrich.research.wanted import Wanted

_WAS = re.compile(r"(?:formerly|previously)\b(?!.*(?:;|\b(?:now|since|today|currently)\b))", re.IGNORECASE | re.DOTALL)  # fmt: skip
_BORN: Final = frozenset({"birth-date", "birth-place", "death-date"})
_BORN_THERE = re.compile(r"\w-born\b")  # "the Ulm-born painter lives in Bonn"
_IS_BORN = re.compile(r"(?<!-)\bborn\b", re.IGNORECASE)
_FORMER: Final = word_set("previous previously former formerly")
_EARLIER: Final = _FORMER | word_set("past prior ex earlier before preceding preceded old until")
# What dates a row, or the page: neither is a figure or a date of the thing.
_TIME = re.compile(
    r"\W*(?:(?:financial|fiscal|calendar) )?(?:years?|dates?|seasons?|periods?|months?|quarters?|days?|fy)\W*",
    re.IGNORECASE,
)
_TIME_ASKED = re.compile(
    r"(?:years?|dates?|seasons?|periods?|months?|quarters?|days?|fy)\b|\bwhen\b", re.IGNORECASE
)
_BEFORE_ONE = re.compile(
    r"\bwho (?:was|were|led|ran|headed|held)\b[^.;?]{0,80}\bbefore (?=[A-Z])|^(?:who|what) (?:is|was|are|were) the (?:former|previous)\b|^name of the (?:former|previous)\b",
    re.IGNORECASE,
)
_PAGE_DATE = re.compile(
    r"\W*(?:(?:page |document |article |text |profile |last |first |date |day )*(?:of |on )?)*(?:visited|reviewed|review|updated?|retrieved|accessed|modified|changed?|published|posted|printed|edited|checked|consulted|as (?:of|at))\b",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"\brecord (?:attendance|crowd|number|level|high|traffic|sales|figure|value|speed|height)|\b(?:highest|biggest|largest|best|busiest)\b.*\bever\b|\ball-time\b",
    re.IGNORECASE,
)
_EXTREME = re.compile(
    r"\b(?:record|highest|biggest|largest|best|busiest|most|maximum|max|peak|greatest|all-time|high)\b",
    re.IGNORECASE,
)
# "Globex in" Ulm; "whose mother" was; "owns" Globex.
_OBJECT = re.compile(
    r"[^\W\d_a-z]\w+ (?:in|and) $|\bwhose\b[^.;]{0,30}$|\b(?:owns?|owned|bought|acquired|also|operates?|runs?|organi[sz]es|yard in) (?:the )?$"
)
_DONE_TO = re.compile(
    r",? (?:which |who )?(?:is|was|were|has been) (?:\w+ly |also )?(?:built|constructed|owned|operated|run|organi[sz]ed|created|written|founded|sold|bought|opened)\b"
)
_ASIDE = re.compile(
    r"\b(?:for|by way of|in) comparison\b|\bunlike\b|\bcompared (?:with|to)\b", re.IGNORECASE
)
_THINGS: Final = frozenset({"place", "phrase", "country"})  # of which nobody is one


def is_barred(wanted: Wanted, label: Label, text: str, *, taught: bool) -> bool:
    """Tell whether a passage speaks of something else than is asked.

    Args:
        wanted: The field.
        label: What stands over and beside the passage.
        text: The passage.
        taught: Whether filled rows have shown that it does not.
    """
    said = f"{label.text} {text}"
    if wanted.kind == "boolean" and not has_code(wanted, said):
        return True
    if taught:
        return False
    return (
        is_only_mentioned(wanted, label)
        or lacks_qualifier(wanted, label, text)
        or _is_another(wanted, label, text)
        or is_of_now(wanted, said)
        or _is_of_before(wanted, label, text)
        or is_of_all_rounds(wanted, said)
        or _is_of_page(wanted, label, text)
        or _is_ordinary(wanted, said)
    )


def is_anothers(
    wanted: Wanted,
    text: str,
    candidate: Candidate,
    names: frozenset[str],
    *,
    in_prose: bool,
    label: str = "",
    told: bool = False,
) -> bool:
    """Tell whether a value is that of somebody else: a child's birth, a place where a person is asked for."""
    if _BORN & set(wanted.topic) and (
        is_of_kin(text, candidate.start)
        or (_BORN_THERE.search(text, 0, candidate.start) and not _IS_BORN.search(text))
    ):
        return True
    if in_prose and is_of_part(wanted, text, candidate.start):
        return True
    if wanted.kind in {"name", "phrase"} and not wanted.many:
        told = told or in_prose
        if _has_other_shape(wanted, text, candidate, in_prose=told, label=label):
            return True
        asked = offices(wanted)
        if asked and (name_key(str(candidate.value)) in names or _holds_another(asked, label, text, in_prose=told)):  # fmt: skip
            return True
        if told and (asked or relation(wanted)) and is_said_of_another(text, candidate, names):
            return True
    return in_prose and wanted.kind == "name" and _is_nobody(wanted, text, candidate, names)


def _has_other_shape(
    wanted: Wanted, text: str, candidate: Candidate, *, in_prose: bool, label: str
) -> bool:
    """Tell whether a text is no name of the sort that is asked for: a title or a clause for a person, a number for a body.

    In a sentence a single word may be any that begins it, or half of a name that stands elsewhere in full.
    """
    value = str(candidate.value)
    if asked := offices(wanted):
        single = len(value.split()) == 1
        return not is_person(value) or (single and (in_prose or not tells_office(asked, label)))
    bond = relation(wanted)
    if bond is None:
        return False
    if (bond.strict or not bond.cue.search(text)) if in_prose else is_labelled_otherwise(bond, label):  # fmt: skip
        return True
    if bond is RELATIONS["alma-mater"] and is_degree(text):
        return True
    return not (is_person(value) if bond.sort == "person" else is_body(value))


def _holds_another(asked: tuple[str, ...], label: str, text: str, *, in_prose: bool) -> bool:
    """Tell whether a label or a sentence speaks of another office than is asked for, or a sentence of none."""
    said = f"{label} {text}"
    return is_another_office(asked, said) or (in_prose and not tells_office(asked, said))


def is_another_sort(
    wanted: Wanted, label: Label, text: str, candidate: Candidate, *, told: bool
) -> bool:
    """Tell whether a value is of another sort than is asked for, or said to be what the question does not mean.

    Args:
        wanted: The field.
        label: What stands over and beside the passage.
        text: The passage.
        candidate: The value.
        told: Whether the passage is a sentence.
    """
    if asks_round_type(wanted) and not is_round_type(str(candidate.value)):
        return True
    return (
        is_impossible(wanted, text, candidate)
        or is_denied_here(wanted, text, candidate.start, candidate.end)
        or is_of_other_sort(wanted, label.text, text, candidate, told=told)
        or is_opposite_beside(wanted, label, text, candidate)
        or is_qualified_elsewhere(wanted, label, text, candidate)
        or is_of_one(wanted, text, candidate)
        or is_no_count(wanted, text, candidate)
    )


def is_said_of_another(text: str, candidate: Candidate, names: frozenset[str]) -> bool:
    """Tell whether a name in a sentence is that of one who was there before, of another thing's, of what is done to, or of a place."""
    if is_former(text, candidate) or is_strangers(text, candidate.start, names):
        return True
    return bool(
        _ASIDE.search(text, 0, candidate.start)
        or _DONE_TO.match(text, candidate.end)
        or _OBJECT.search(text, 0, candidate.start)
    )


# What the subject itself is called in full: a name that stands anywhere in its pages is another's.
_OWN_NAME = re.compile(
    r"(?:full|formal|official|long|legal|complete|registered)(?: (?:state|country|company|legal|formal|official|corporate|business|entity|form))* name",
    re.IGNORECASE,
)


def _is_nobody(wanted: Wanted, text: str, candidate: Candidate, names: frozenset[str]) -> bool:
    """Tell whether a name in a sentence is nobody's that is asked for: the subject's own last one, a place's, of a full name another's.

    In ``Example was married to …`` the name is nobody else's.
    """
    key = name_key(str(candidate.value))
    if any(name.endswith(f" {key}") for name in names):
        return True
    if _OWN_NAME.fullmatch(wanted.label) and not name_words(names) & set(words(str(candidate.value))):  # fmt: skip
        return True
    return asks_who(wanted) and is_where(text, candidate)


def _is_another(wanted: Wanted, label: Label, text: str) -> bool:
    """Tell whether a passage beside an office speaks of another than is asked: a rector is no vice-rector.

    Nor is who holds one a place, a product or a day.
    """
    if wanted.kind not in FIGURES and is_lesser(wanted.label):
        said = {*label.own, *label.parts, *concepts(text)}
        area = {c for c in wanted.topic if not is_neutral(c)} - OFFICES - LESSER
        if not is_lesser(f"{label.text} {text}") or not area <= said:
            return True
    asked = {*wanted.topic, *wanted.hint}
    nobody = wanted.kind in _THINGS or (wanted.kind == "name" and not names_someone(wanted))
    return label.head in OFFICES and not asked & (OFFICES | label.own) and nobody


def _is_of_page(wanted: Wanted, label: Label, text: str) -> bool:
    """Tell whether a label is that of a row's time, or of the page's own: "Year", "Last updated"."""
    said = own_label(label.text)
    if wanted.kind in FIGURES or (wanted.kind == "phrase" and not _TIME_ASKED.search(f"{wanted.label} {wanted.description}")):  # fmt: skip
        return bool(_TIME.fullmatch(said))
    if wanted.kind not in {"date", "year"} or _PAGE_DATE.search(
        f"{wanted.label} {wanted.description}"
    ):
        return False
    return bool(_PAGE_DATE.match(said) or _PAGE_DATE.match(text))


def _is_ordinary(wanted: Wanted, said: str) -> bool:
    """Tell whether a record is asked for, and a passage tells of no extreme."""
    if wanted.kind not in FIGURES:
        return False
    asked = f"{wanted.label} {wanted.description}"
    return bool(_RECORD.search(asked)) and not _EXTREME.search(said)


def is_of_now(wanted: Wanted, said: str) -> bool:
    """Tell whether what was before is asked for, and a passage does not say that it speaks of that.

    Args:
        wanted: The field.
        said: The passage with what stands over and beside it.
    """
    asked = _FORMER & set(words(wanted.label)) or _BEFORE_ONE.search(wanted.description)
    return bool(asked) and not _EARLIER & set(words(said))


def _is_of_before(wanted: Wanted, label: Label, text: str) -> bool:
    """Tell whether a label has beside it only what was: ``Form of government: formerly, republic``."""
    if wanted.kind not in {"phrase", "enum", "name", "place"} or wanted.many or not label.text:
        return False
    asked = set(words(f"{wanted.label} {wanted.description} {label.text}"))
    return bool(_WAS.match(text)) and not _EARLIER & asked
