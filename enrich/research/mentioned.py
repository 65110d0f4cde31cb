"""What a question only mentions: "who represents the author" asks for no author, and "not the publisher" for no publisher.

A label that names no more than that names another thing than is asked.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.answer_sorts import BODIES, PERSONS
from enrich.research.candidates.offices import SPOKEN, offices
from enrich.research.descriptions import is_form, statement
from enrich.research.kinds import NAME_HEADS
from enrich.research.wanted import is_neutral
from enrich.research.words import concepts, own_label, word_set, words

if TYPE_CHECKING:
    from enrich.research.page import Label
    from enrich.research.wanted import Wanted

_KINDS: Final = frozenset({"name", "phrase", "place", "country"})
_NAMED: Final = (NAME_HEADS | PERSONS | BODIES | word_set("agent agency fund investor owner house group")) - word_set("name head principal executive chief")  # fmt: skip
_NAMES: Final = word_set("name names title")
_BEGINS: Final = word_set("the this its their an a our any each every his her whose")
# Before what is asked itself: "who is the mayor", "name of the mayor", "mayor or the head".
_ASKS: Final = word_set(
    """
    is are was were be has have had or and name names title who what which what's who's it's that's where's as of full legal now today
    write give state enter indicate provide tell report find return list specify say need want know
    """
)
_BREAKS: Final = word_set(
    """
    of in at on for to by from with after behind over under who that which whose whom where when and or is are was were has have had does do did at now
    today currently presently last not as if the this its their a an
    """
)
_PHRASE: Final = 4  # words behind an article in which its noun stands
_WORD = re.compile(r"[\w-]+(?:['\N{RIGHT SINGLE QUOTATION MARK}]s?\b)?|[.;:?!,()]")
_OWNER = re.compile(r"['\N{RIGHT SINGLE QUOTATION MARK}]s?$")
_ABOUT: Final = frozenset(concepts("about main lead profile"))
_DENIAL = re.compile(
    r"\b(?:not|neither|nor|never|excluding|exclude|other than|rather than|instead of|leaving aside|leave out|ignore|ignoring)\b(?P<what>(?:(?!e\.g)[^.;:()]){2,160})",
    re.IGNORECASE,
)
_CHOSEN: Final = frozenset({"boolean", "enum"})
_JOINED = re.compile(r"[/&,]|\band\b|\bor\b")  # of a label that names several things
_VERBAL = re.compile(
    r"\b(?:if|when|where|unless|or|is|are|was|were|be|do|does|did|has|have|had|can|could|may|might|must|should|shall|will|would|need|needs)\s+$",
    re.IGNORECASE,
)
_BUT = re.compile(r"\bbut\b", re.IGNORECASE)
_PART = re.compile(r",|\b(?:or|nor|and)\b|/")
_OWN = re.compile(r"['\N{RIGHT SINGLE QUOTATION MARK}]s?(?=\s|$)")
_BESIDE_KINDS: Final = frozenset({"name", "email", "phone"})
_NEAR: Final = 60  # characters before a value that say what it is
_CLAUSE = re.compile(r"[.;,|\n()]")
_SET_BEHIND = re.compile(r"(?:, |\s?\(| [\N{EN DASH}\N{EM DASH}-] )(?P<what>[^.;,()\n]{3,50})")
_OF = re.compile(r"\b(?:of|for|at|in|from)\b", re.IGNORECASE)
_ITEM: Final = 4  # words of a thing that is not meant
_ARTICLES = re.compile(
    r"^\W*(?:(?:not|neither|nor|the|an?|its|their|his|her|any|that|those|one|ones|merely|just|only|necessarily|of|for|by|from|in|on|at)\b\W*)+",
    re.IGNORECASE,
)


def is_only_mentioned(wanted: Wanted, label: Label) -> bool:
    """Tell whether a label names nothing but what the question mentions on its way, or denies.

    Args:
        wanted: The field.
        label: What stands over and beside a passage.
    """
    said = {c for c in label.own if not is_neutral(c)} - _ABOUT
    if not said:
        return False
    asked = {*wanted.topic, *wanted.hint}
    if wanted.kind not in _CHOSEN and any(
        item <= said
        and (item == said or not (item & asked or _JOINED.search(own_label(label.text))))
        for item in denied(wanted)
    ):
        return True
    if wanted.kind not in _KINDS or wanted.many:
        return False
    aside = mentioned(wanted)
    return label.head in aside and not (said - aside) & asked


def mentioned(wanted: Wanted) -> frozenset[str]:
    """Return the concepts of those whom a question names only to say whom or what it asks for."""
    return _mentioned(wanted.label, statement(wanted.description))


@lru_cache(maxsize=4_096)
def _mentioned(label: str, stated: str) -> frozenset[str]:
    aside: set[str] = set()
    free: set[str] = set()
    for text in (label, stated):
        a, f = _sides(text)
        aside |= a
        # Of a name's words only the last is what is asked for: "writer residence".
        free |= f if text is stated else set()
    own = [w for w in words(label) if w not in _NAMES]
    asked = own and own[-1] in _NAMED and own[-1] not in _sides(label)[0]
    free |= {own[-1]} if asked else set()
    return frozenset(_concept(w) for w in aside) - {_concept(w) for w in free}


def _sides(text: str) -> tuple[set[str], set[str]]:
    """Return the nouns of a text that stand aside of what it asks, and the others."""
    found = _WORD.findall(text.lower())
    aside: set[str] = set()
    free: set[str] = set()
    in_phrase, left = False, 0
    for nth, word in enumerate(found):
        plain = _OWNER.sub("", word)
        if word in _BEGINS:
            before = found[nth - 1] if nth else ""
            over = found[nth - 2] if nth > 1 else ""
            of_named = before == "of" and over in _NAMED
            asks = before in _ASKS or before.endswith("ly")
            in_phrase = bool(re.match(r"\w", before)) and (of_named or not asks)
            left = _PHRASE
        elif word in _BREAKS or not word[0].isalnum():
            in_phrase = False
        left -= 1
        in_phrase = in_phrase and left >= 0
        if plain in _NAMED:
            behind = found[nth + 1] if nth + 1 < len(found) else ""
            owner = plain != word and behind not in _NAMES | _ASKS
            (aside if in_phrase or owner else free).add(plain)
    return aside, free


def denied(wanted: Wanted) -> tuple[frozenset[str], ...]:
    """Return what a description says that it does not mean, each as concepts; nothing that is asked for by name."""
    return _denied(wanted.label, wanted.description)


@lru_cache(maxsize=4_096)
def _denied(label: str, description: str) -> tuple[frozenset[str], ...]:
    own = frozenset(concepts(label))
    out: list[frozenset[str]] = []
    for found in _DENIAL.finditer(description):
        if _VERBAL.search(description, 0, found.start()):
            continue  # "null if not found"
        for part in _PART.split(_BUT.split(found["what"], maxsplit=1)[0]):
            item = _OWN.sub("", _ARTICLES.sub("", part)).strip()
            office = _OF.split(item, maxsplit=1)[0].strip()
            item = office if any(s.fullmatch(office) for s in SPOKEN.values()) else item
            if not item or len(item.split()) > _ITEM or is_form(item):
                continue
            said = frozenset(c for c in concepts(item) if not is_neutral(c))
            if said and not said <= own:
                out.append(said)
    return tuple(dict.fromkeys(out))


def is_denied_here(wanted: Wanted, text: str, start: int, end: int) -> bool:
    """Tell whether what stands right before a value, or is set behind it, names what the question does not mean.

    Args:
        wanted: The field.
        text: The passage.
        start: Offset of the value.
        end: Offset behind it.
    """
    items = denied(wanted) if wanted.kind in _BESIDE_KINDS else ()
    if not items:
        return False
    before = _CLAUSE.split(text[max(0, start - _NEAR) : start].rstrip(" :,"))[-1]
    behind = _SET_BEHIND.match(text, end)
    around = f"{before} | {behind['what'] if behind else ''}"
    if any(_is_meant(SPOKEN[office], around, items) for office in offices(wanted)):
        return False  # "founder and chief executive"
    said = frozenset(concepts(around))
    if wanted.kind == "email":
        said |= frozenset(concepts(text[start:end].partition("@")[0]))
    asked = {*wanted.topic, *wanted.hint}
    return any(item <= said and not item & asked for item in items)


def _is_meant(office: re.Pattern[str], around: str, items: tuple[frozenset[str], ...]) -> bool:
    """Tell whether an office is named beside a value that is asked for and not denied."""
    spoken = (frozenset(concepts(found.group())) for found in office.finditer(around))
    return any(not any(item <= said for item in items) for said in spoken)


def _concept(word: str) -> str:
    found = concepts(word)
    return found[0] if found else word
