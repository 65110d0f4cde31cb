"""Which known fact a question may mean: how near it lies to each, in words, form and unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from enrich.research.candidates.units import UNITS
from enrich.research.codes import ANY
from enrich.research.descriptions import examples, is_form, statement, without_units
from enrich.research.domains import SORTS, may_have
from enrich.research.forms import MONEY, RATES, SHARES, form_meets, seldom_whole
from enrich.research.phrases import PHRASES
from enrich.research.thesaurus import GROUPS
from enrich.research.wanted import DENIED, is_neutral, is_vague, wanted
from enrich.research.words import concepts, stems, words

if TYPE_CHECKING:
    from collections.abc import Collection

    from enrich.research.candidates.numbers import NumberForm
    from enrich.research.embedding.meaning import Meaning
    from enrich.research.wanted import Wanted

NEAR: Final = 0.5  # what lies farther apart has nothing to do with each other
# What each wording of a question counts: name and description together, the description, the name.
_VIEWS_COUNT: Final = (0.4, 0.4, 0.2)
EXACT: Final = 0.97  # a name as near as this to a known fact is its name
_NAME_COUNTS: Final = (0.3, 0.2, 0.5)  # likewise where the name is a known fact's, word for word
_SENTENCE: Final = 4  # words of a description that says by itself what is asked
_OTHERWISE: Final = (
    0.15  # how much nearer the description must lie to another fact than to the name's
)
_WHETHER = re.compile(
    rf"^(?:whether|if|is|are|was|were|does|do|did|has|have|had)\b(?: or not\b)?\s*(?:\b(?:it|there|they|this|that|(?:the|this|that|its|a) (?:{'|'.join(sorted(SORTS))}))\b\s*)?(?:\b(?:is|are|was|has|have|does)\b\s*)?",
    re.IGNORECASE,
)
_ASKING = re.compile(r"^(?:is|are|was|has|have|does) (?=\w)")
_NUMBERED = re.compile(r"(?<=\w{3}) \d{1,2}$")  # "landlocked 2": a second column of that name
_NOT_OF_THESE: Final = 0.12  # how much farther a fact lies that no thing of these sorts has
_MEASURED: Final = frozenset({"area", "length", "mass", "temperature"})
_IN_UNIT: Final = 0.1
_FRACTION: Final = 0.08  # how much farther a rate lies where a whole number is asked for
_CITY = re.compile(r"(?:the |which |name of the )*(?:city|town)\b", re.IGNORECASE)
_CODED: Final = {f"{fact}-code": fact for fact in ("currency", "country", "airport")}
_FIGURES: Final = frozenset({"amount", "number", "year", "date"})
_TEXTS: Final = frozenset({"name", "place", "country", "code", "email", "url", "phone", "prose"})
_NAMED: Final = frozenset("-".join(concepts(group[0])) for group in GROUPS)


@dataclass(frozen=True, slots=True)
class Sense:
    """A known fact that a field may mean.

    Attributes:
        concept: Its name in the thesaurus or among the definitions.
        near: How near its definition lies to the question, 0 to 1.
        likely: How likely it is what the question means, 0 to 1.
    """

    concept: str
    near: float
    likely: float


def question_texts(field: Wanted) -> tuple[str, ...]:
    """Return a field as a question, in the wordings that are compared."""
    stated = without_units(statement(field.description)).rstrip(" ,;")
    name = "" if len(field.label) <= 2 or is_vague(field.label) else spoken(field)
    if name and is_form(stated):
        stated = ""  # "hq: city"
    if not name and field.kind == "boolean":
        stated = _WHETHER.sub("", stated).rstrip("? ") or stated  # "Is the country landlocked?"
    both = f"{name}: {stated}" if name and stated else name or stated
    return tuple(dict.fromkeys(text for text in (both, stated) if text)) or (field.label,)


def spoken(field: Wanted) -> str:
    """Return a field's name as it is compared: "is landlocked 2" is "landlocked"."""
    name = _ASKING.sub("", field.label) if field.kind == "boolean" else field.label
    return _NUMBERED.sub("", name)


def known_nearness(
    meaning: Meaning, field: Wanted, hidden: Collection[str] = ()
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return how near a field lies to each known fact whose values may have its form; 0 for the others."""
    both = question_texts(field)
    name = both[-1] if len(field.label) <= 2 or is_vague(field.label) else spoken(field)
    views = [_asked(meaning, text, field.sorts) for text in (both[0], both[-1], name)]
    named = max(meaning.nearness((name,)).values()) >= EXACT
    counts = _NAME_COUNTS if named else _VIEWS_COUNT
    if len(words(both[-1])) >= _SENTENCE and means_another(
        field, views[1], max(views[2], key=views[2].__getitem__)
    ):
        counts = (0.0, 1.0, 0.0)  # "headcount_of_nation": how many people call it home
    if field.kind == "code":
        views = [_coded(view) for view in views]
    return np.array(
        [
            sum(count * view[c] for count, view in zip(counts, views, strict=True))
            + _measured(field, c)
            - (_FRACTION if seldom_whole(field, c) else 0.0)
            if c not in hidden and _kinds_meet(field, c)
            else 0.0
            for c in meaning.known
        ]
    )


def _coded(near: dict[str, float]) -> dict[str, float]:
    """Return the nearness of known facts where a code is asked for: of a currency's, what the currency's is."""
    return {c: max(value, near.get(_CODED.get(c, ""), 0.0)) for c, value in near.items()}


def _asked(meaning: Meaning, text: str, sorts: frozenset[str]) -> dict[str, float]:
    """Return how near a text lies to each known fact, the less where no such thing has it."""
    return {
        fact: near if may_have(sorts, fact) else near - _NOT_OF_THESE
        for fact, near in meaning.asked(text).items()
    }


def means_another(field: Wanted, described: dict[str, float], concept: str) -> bool:
    """Tell whether a description means another fact than the name's: a headcount of a nation."""
    best = max((near for c, near in described.items() if _kinds_meet(field, c)), default=0.0)
    return best >= NEAR and described.get(concept, 0.0) < best - _OTHERWISE


def _measured(field: Wanted, concept: str) -> float:
    """Return how much nearer a known fact lies that is measured in the unit which is asked for."""
    unit = field.number.unit
    if unit is None or unit.dimension not in _MEASURED:
        return 0.0
    dimensions = _dimensions(concept)
    return _IN_UNIT if unit.dimension in dimensions else -_IN_UNIT if dimensions else 0.0


@cache
def _dimensions(concept: str) -> frozenset[str]:
    """Return what a known fact is measured in, as far as its definitions name units."""
    said = f" {' | '.join(PHRASES.get(concept, ()))} ".replace(",", " ")
    found = {
        unit.dimension for name, unit in UNITS.items() if len(name) > 3 and f" {name} " in said
    }
    return frozenset({"area"} if {"area", "length"} <= found else found)


def as_sense(field: Wanted, sense: Sense) -> Wanted:
    """Return a field asked under the name of a known fact; its kind too, where its own says nothing."""
    named = sense.concept.replace("-", "_")
    plain = wanted(named, {"type": "string"})
    lack = lack_of(sense.concept) if field.kind == "boolean" else ()
    shaped = plain.kind == "code" and field.kind in {"name", "place", "country", "code"}
    vague = field.kind == "phrase" or (shaped and not examples(field.description))
    vague = vague or (field.kind == "place" and plain.kind == "country")
    return replace(
        field,
        topic=base_of(sense.concept)
        or tuple(c for c in (sense.concept,) if not is_neutral(c))
        or field.topic,
        hint=lack,
        denied=field.denied or bool(lack),
        kind=plain.kind if vague else field.kind,
        shape=plain.shape if vague and not (field.shape and _is_any(plain.shape)) else field.shape,
        number=formed(field, sense),
    )


def _is_any(shape: re.Pattern[str] | None) -> bool:
    return shape is None or ANY in shape.pattern


def formed(field: Wanted, sense: Sense) -> NumberForm:
    """Return the number that is asked for where a known fact is meant: money, or a share."""
    form = field.number
    if sense.concept in RATES:
        form = replace(form, rate=True)
    if form.unit or form.currency or form.percent is not None:
        return form
    if sense.concept in MONEY:
        return replace(form, currency="*")
    return replace(form, percent=True) if sense.concept in SHARES else form


def lack_of(concept: str) -> tuple[str, ...]:
    """Return what there is none of where a known fact holds: the coast of what is landlocked; mostly nothing."""
    told = (p for p in PHRASES.get(concept, ()) if DENIED & set(words(p)))
    return next((tuple(c for c in concepts(p) if c not in DENIED) for p in told), ())


@cache
def base_of(concept: str) -> tuple[str, ...]:
    """Return what a fact of the definitions alone is a form of: a currency code that of a currency."""
    if concept in _NAMED:
        return ()
    topic = wanted(concept.replace("-", "_"), {"type": "string"}).topic
    return topic if len(topic) == 1 and topic[0] in PHRASES else ()


def strange(label: str, concept: str) -> float:
    """Return the share of a label's words by which nobody names a known fact."""
    said = set(stems(label))
    told = {stem for phrase in PHRASES.get(concept, ()) for stem in stems(phrase)}
    return len(said - told) / len(said) if said else 0.0


@cache
def _kind_of(concept: str) -> str:
    return wanted(concept.replace("-", "_"), {"type": "string"}).kind


def _kinds_meet(field: Wanted, concept: str) -> bool:
    """Tell whether a fact's values may have the form that a field asks for: no name is a number."""
    if not form_meets(field, concept):
        return False
    kind = _kind_of(concept)
    if field.kind == "country":
        return kind in {"country", "place", "phrase"}
    if field.kind in {"name", "place"} or field.many:
        return kind not in _FIGURES and (_is_sited(concept) or not _asks_city(field))
    if field.kind == "code":
        return kind in {"code", "phrase"}
    if field.kind in {"number", "amount", "year", "date"}:
        return kind not in _TEXTS
    return True


def _asks_city(field: Wanted) -> bool:
    """Tell whether a town is asked for: ``parliament_city`` is no parliament."""
    return field.label.endswith((" city", " town")) or bool(_CITY.match(field.description))


@cache
def _is_sited(concept: str) -> bool:
    """Tell whether a known fact is a place by its definitions."""
    first = {words(phrase)[0] for phrase in PHRASES.get(concept, ()) if words(phrase)}
    said = {word for phrase in PHRASES.get(concept, ()) for word in words(phrase)[:4]}
    if _kind_of(concept) == "country":
        return False
    return _kind_of(concept) == "place" or bool(
        said & {"city", "town", "place", "where"} and "head" not in first
    )
