"""Questions that take a step to another thing: the capital of the country where a company is based.

Such a question has parts: the relations that lead from the subject to the thing (the country
where it is based), and what is asked of that thing (its capital). A page about the subject
answers it only where it names both; what it says of the subject itself is another fact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from enrich.research.descriptions import statement
from enrich.research.domains import OWNERS
from enrich.research.fieldpath import own_name, parent
from enrich.research.wanted import Wanted, is_neutral, is_vague, wanted
from enrich.research.whose import clause
from enrich.research.words import concepts, name_key, spoken, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from enrich.records import JsonObject
    from enrich.research.reading import Reading

_PLACES: Final = {
    "country": "country", "nation": "country", "city": "city", "town": "city", "municipality": "city",
    "province": "province", "canton": "canton", "state": "state", "county": "county", "region": "region",
}  # fmt: skip
_PLACE: Final = rf"(?P<place>{'|'.join(_PLACES)})"
_BODY: Final = (
    r"(?P<body>(?:ultimate )?(?:parent(?: (?:company|firm|group|organi[sz]ation|corporation|entity|business))?"
    r"|holding company|owning company|owner company)|acquirer|acquiring company)"
)
_HOUSE: Final = r"(?:headquarters|headquarter|hq|head office|main office|(?:registered )?(?:seat|office)|base|domicile)"
_DONE: Final = (
    r"(?:based|headquartered|located|situated|domiciled|registered|incorporated|established|founded|born|seated|at home|lives?|lies?|resides?"
    r"|sits?|operates? from|has (?:its|their|his|her) (?:main |principal |registered |global |corporate )*(?:headquarters|hq|head office|main office|seat|base|home|office)"
    r"|headquarters (?:is|are)|(?:became|gained|declared|won) (?:its )?independen(?:t|ce))"
)
_OF: Final = r"(?:\s*\b(?:of|in|for|at|within|by)\s+)"
_THE: Final = r"(?:(?:the|its|their|his|her|that|this)\s+)"
# "the country where the company is based", "the city in which its parent company has its seat"
_WHERE = re.compile(
    rf"{_THE}?(?:home |host )?\b{_PLACE}(?: or \w+)?,?\s+(?:where|in which|from which|that|which)\s+"
    rf"(?P<who>(?:[^\s,.;:?!()]+\s+){{0,8}}?)(?:(?:is|are|was|were|has been|currently|now|legally|officially)\s+)*(?P<done>{_DONE})\b(?:\s+in\b)?",
    re.IGNORECASE,
)
# "the country of the headquarters", "the country of its parent company's head office"
_OF_HOUSE = re.compile(
    rf"{_THE}?\b{_PLACE}\s+of\s+(?:the |its |their )?(?:company's |firm's |group's )?(?P<house>{_HOUSE}|origin|incorporation|registration|birth|residence)\b",
    re.IGNORECASE,
)
_OF_BODY = re.compile(rf"{_THE}?\b{_PLACE}\s+of\s+(?:the |its |their ){_BODY}\b", re.IGNORECASE)
# "its home country", "the headquarters country", "the parent company's country"
_HOME = re.compile(
    rf"{_THE}?(?:(?:company|firm|group|organi[sz]ation)['\N{{RIGHT SINGLE QUOTATION MARK}}]s )?\b(?P<kind>home|{_HOUSE}|birth)\s+{_PLACE}\b",
    re.IGNORECASE,
)
_PARENT = re.compile(rf"{_THE}\s*{_BODY}\b", re.IGNORECASE)
_BARE = re.compile(rf"{_THE}{_PLACE}\b", re.IGNORECASE)
_WHOSE = r"['\N{RIGHT SINGLE QUOTATION MARK}]s?\s+"
_ASKING = re.compile(
    r"^\W*(?:please\s+)?(?:(?:what|which|who|how|when|where)(?:'s| is| are| was| were)?\s+)?(?:the |a |an |its |their )*"
    r"(?:(?:full |official |common |short )*names? of (?:the |its )?)?",
    re.IGNORECASE,
)
_OF_IT = re.compile(
    r"\s+of (?:it|the (?:company|firm|group|business|organi[sz]ation))$", re.IGNORECASE
)
_VERB_LAST = re.compile(r"\s+(?:is|are|was|were|do|does|lives?)(?:\s+\w+)?\W*$", re.IGNORECASE)
_SEATED = re.compile(r"based|headquarter|seat|head office|hq\b|domicil|main office|at home")
_ITSELF = re.compile(
    r"(?:the |this |that |its |a )*(?:it|they|he|she|company|firm|group|business|organi[sz]ation|entity|person|subject|vendor|supplier|customer|account|institution|startup|start-up|brand|"
    r"university|school|hospital|airport|club|team|city|town|author|founded company)?(?:'s)?",
    re.IGNORECASE,
)
# What is told of a relation itself, on the subject's own page.
_OF_RELATION: Final = frozenset(
    concepts("share stake percentage ownership interest relationship type role since date year code url link kind number id")
)  # fmt: skip
_AS_IN_NAMES: Final = {"hq": "headquarters", "headquarter": "headquarters"}
_NAMED_PLACE = re.compile(
    rf"(?:(?P<kind>home|host|headquarters?|hq|seat|base|birth|parent|parent company|owner) )?{_PLACE} (?P<asked>.+)"
)
_NAMED_PARENT = re.compile(
    r"(?:ultimate )?parent(?: company| firm| organi[sz]ation| group)? (?P<asked>.+)"
)
_OF_NAMED_PLACE = re.compile(
    rf"(?P<asked>.+?) of (?:the )?(?:(?P<kind>home|host|headquarters?|hq|seat|base|birth|parent|parent company|owner) )?{_PLACE}"
)
_OF_NAMED_PARENT = re.compile(
    r"(?P<asked>.+?) of (?:the |its )?(?:ultimate )?parent(?: company| firm| organi[sz]ation| group)?"
)
_OF_ANY = re.compile(
    r"(?P<asked>[^,.;:?!()]{2,60}?) of (?:the|its|his|her|their) (?P<who>[^,.;:?!()]{2,60}?)\W*",
    re.IGNORECASE,
)
_LONGEST_NAME: Final = 5  # words
_LAND_FACTS: Final = frozenset(concepts("capital population currency language area president"))
_OF_PARENT: Final = concepts("parent company")[0]
_PARENT_FIRST = re.compile(rf"(?:(?:its|the|their)\s+)?{_BODY}\b", re.IGNORECASE)
_CODES: Final = frozenset(concepts("country code"))  # a country's code says which country it is
_MAX_CHARS: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A question that is asked of another thing than the subject.

    Attributes:
        relations: What is asked of the subject, then of each thing that is named, until the last is found.
        asked: What is asked of the last thing.
        words: Concepts that name the last thing; a passage that answers at once has one of them.
        sure: Whether the question says so; else it only may be meant, and what the subject's own pages state goes first.
    """

    relations: tuple[Wanted, ...]
    asked: Wanted
    words: frozenset[str]
    sure: bool = True

    def is_stated(self, reading: Reading) -> bool:
        """Tell whether a passage is about the other thing and says what is asked of it.

        By its label and headings, ``Parent company > Chief executive``, or as a clause that
        begins with it: "Its parent company is led by Ada Example".
        """
        label = reading.label
        said = {*label.own, *label.over, *label.far, *label.parts}
        if self.words & said and set(self.asked.topic) & said:
            return True
        return (
            reading.in_prose
            and _OF_PARENT in self.words
            and bool(_PARENT_FIRST.match(clause(reading)))
        )


@dataclass(frozen=True, slots=True)
class _Thing:
    """The words of a question that name another thing: where they stand, and how it is asked for."""

    start: int
    end: int
    place: str  # country, city, …; empty for a body
    relation: tuple[str, str]  # as a field's name and description
    of: str = ""  # whose it is, where that is not the subject's


def chained(field: Wanted, names: frozenset[str], sorts: frozenset[str]) -> Chain | None:
    """Return the parts of a question that is asked of another thing; None for one about the subject itself.

    Args:
        field: The question.
        names: The subject's names as ``name_key`` gives them.
        sorts: What sorts of thing it is (``domains.py``), as far as that is known.
    """
    if field.kind == "boolean":
        return None
    description = _without_names(field.description[:_MAX_CHARS], names)
    told = statement(description)
    for thing in _things(told, sorts):
        if asked := _around(told, thing):
            stop = "." if told.endswith(".") else ""
            rest = description.replace(told, asked + stop, 1) if told in description else asked
            return _made(field, _named(asked), rest, thing)
    return _by_name(field, description, sorts) or _maybe(field, told)


def _things(text: str, sorts: frozenset[str]) -> Iterator[_Thing]:
    """Yield what in a question names another thing, the longest first."""
    for found in _WHERE.finditer(text):
        who = found["who"].strip()
        itself = bool(_ITSELF.fullmatch(who))
        place, done = _PLACES[found["place"].lower()], found["done"].lower()
        if _SEATED.search(done):
            yield replace(_seat(found, place), of="" if itself else who)
            continue
        link = "from which" if "independen" in done else "where"
        relation = (f"birth_{place}" if done == "born" else place, f"{place.capitalize()} {link} it is {done}")  # fmt: skip
        yield _Thing(found.start(), found.end(), place, relation, "" if itself else who)
    for found in _OF_HOUSE.finditer(text):
        place, house = _PLACES[found["place"].lower()], found["house"].lower()
        if house in {"birth", "origin", "residence"}:
            yield _Thing(found.start(), found.end(), place, (f"{house}_{place}", found.group()))
        else:
            yield _seat(found, place)
    for found in _OF_BODY.finditer(text):
        yield replace(_seat(found, _PLACES[found["place"].lower()]), of=found["body"])
    for found in _HOME.finditer(text):
        yield _seat(found, _PLACES[found["place"].lower()])
    for found in _PARENT.finditer(text):
        yield _Thing(found.start(), found.end(), "", ("parent_company", "Parent company"))
    for found in _BARE.finditer(text):
        place = _PLACES[found["place"].lower()]
        # "the population of the country" is the subject's own, unless that is a company or the like.
        asked = concepts(_ASKING.sub("", text[: found.start()], count=1))
        if _is_elsewhere(place, sorts) and _of_land(c for c in asked if not is_neutral(c)):
            yield _seat(found, place)


def _seat(found: re.Match[str], place: str) -> _Thing:
    told = f"{place.capitalize()} where the company is based"
    return _Thing(found.start(), found.end(), place, (f"headquarters_{place}", told))


def _is_elsewhere(place: str, sorts: frozenset[str]) -> bool:
    """Tell whether a country or town that a question only names is surely not the subject."""
    about = {"country": {"country"}, "city": {"city", "country"}}.get(place)
    return about is not None and bool(sorts) and not sorts & about


def _of_land(facts: Iterable[str]) -> bool:
    """Tell whether all of some facts are such as a country has."""
    told = list(facts)
    return bool(told) and all(
        ("country" in OWNERS.get(c, ()) or c in _LAND_FACTS) and c not in _CODES for c in told
    )


def _around(text: str, thing: _Thing) -> str:
    """Return a question without the thing that it is asked of; empty where nothing is left to ask."""
    before, after = text[: thing.start], text[thing.end :]
    linked = re.search(rf"{_OF}$", before)
    if linked and (asked := before[: linked.start()].strip()):
        kept = f"{asked} {after}".strip() if re.search(r"\w", after) else asked
        return kept if _asks_fact(asked) else ""
    whose = re.match(_WHOSE, after)
    if whose and not re.search(r"\w", _ASKING.sub("", before)):
        asked = after[whose.end() :].strip()
        return asked if _asks_fact(asked) else ""
    return ""


def _asks_fact(asked: str) -> bool:
    """Tell whether words ask for a fact: no bare name, and nothing that is told of the relation."""
    said = concepts(_ASKING.sub("", asked).strip(" ?.:"))
    return any(not is_neutral(c) and c not in _OF_RELATION for c in said)


def _named(asked: str) -> str:
    """Return what is asked as a field's name; empty where it is too long for one."""
    said = words(_VERB_LAST.sub("", _ASKING.sub("", asked, count=1)).strip(" ?."))
    return "_".join(said) if 0 < len(said) <= _LONGEST_NAME else "value"


def _by_name(field: Wanted, description: str, sorts: frozenset[str]) -> Chain | None:
    """Return the parts of a field's name: ``home_country_population``, ``parent_ceo``."""
    if is_vague(field.label):
        return None
    over = parent(field.path)
    name = " ".join((*words(over), field.label))  # "home_country" and "capital"
    for pattern in (_NAMED_PLACE, _OF_NAMED_PLACE):
        found = pattern.fullmatch(name)
        if found is None:
            continue
        place, kind, asked = _PLACES[found["place"]], found["kind"], found["asked"]
        surely = _is_elsewhere(place, sorts) and _of_land(concepts(asked))
        if not _asks_fact(asked) or (kind is None and not surely):
            continue
        told = f"{place.capitalize()} where the company is based"
        name = "birth_" + place if kind == "birth" else f"headquarters_{place}"
        thing = _Thing(0, 0, place, (name, told), "parent company" if kind and kind.startswith("parent") else "")  # fmt: skip
        return _made(field, "_".join(words(asked)), description, thing)
    for pattern in (_NAMED_PARENT, _OF_NAMED_PARENT):
        found = pattern.fullmatch(name)
        if name.removeprefix("parent ") in _PLACES:
            continue  # the country that a town belongs to
        if found is not None and _asks_fact(found["asked"]):
            thing = _Thing(0, 0, "", ("parent_company", "Parent company"))
            return _made(field, "_".join(words(found["asked"])), description, thing)
    return None


def _maybe(field: Wanted, told: str) -> Chain | None:
    """Return the parts that a question may have: ``The birth date of its founder``, ``founder_birth_date``."""
    found = _OF_ANY.fullmatch(told)
    if found is None:
        return None
    asked, who = found["asked"], found["who"]
    relation = None if _ITSELF.fullmatch(who) else _relation_to(who)
    if relation is None or not _asks_fact(asked):
        return None
    made = wanted(_named(asked), {**_schema(field), "description": asked})
    made = replace(made, path=own_name(field.path), fallback=field.fallback)
    return Chain(relations=(relation,), asked=made, words=frozenset(relation.topic), sure=False)


def _made(field: Wanted, name: str, description: str, thing: _Thing) -> Chain | None:
    asked = wanted(name, {**_schema(field), "description": description})
    asked = replace(asked, path=own_name(field.path), fallback=field.fallback)
    relation = wanted(thing.relation[0], {"type": "string", "description": thing.relation[1]})
    relations: tuple[Wanted, ...] = (relation,)
    if thing.of:
        before = _relation_to(thing.of)
        if before is None:
            return None
        relations = (before, relation)
    noun = thing.place or "parent"
    said = frozenset(concepts(noun)) | spoken(noun) | ({_OF_PARENT} if not thing.place else set())
    return Chain(relations=relations, asked=asked, words=said)


def _relation_to(who: str) -> Wanted | None:
    """Return how somebody is asked for whom a question only mentions: the parent company, its founder."""
    who = _OF_IT.sub("", who)
    if re.fullmatch(rf"{_THE}?\s*{_BODY}", who, re.IGNORECASE):
        return wanted("parent_company", {"type": "string", "description": "Parent company"})
    said = words(re.sub(r"^(?:the|its|their)\s+", "", who, flags=re.IGNORECASE))
    if not 0 < len(said) <= _LONGEST_NAME:
        return None
    return wanted("_".join(said), {"type": "string"})


def _schema(field: Wanted) -> JsonObject:
    """Return the JSON Schema of a field's value."""
    kind = "integer" if field.whole else "number" if field.kind == "number" else "string"
    inner: JsonObject = {"type": kind}
    if field.choices:
        inner["enum"] = list(field.choices)
    return {"type": "array", "items": inner} if field.many else inner


def _without_names(text: str, names: frozenset[str]) -> str:
    """Return a question in which "it" stands for the subject's names."""
    keys = sorted((key for key in names if len(key) > 1), key=len, reverse=True)
    for key in keys:
        pattern = r"[\W_]+".join(map(re.escape, key.split()))
        legal = r"(?:,? (?:Inc|Ltd|LLC|plc|AG|SA|ASA|GmbH|Corp|Co|AB|AS|NV|BV|SE)\b\.?)?"
        found = re.search(rf"\b{pattern}\b{legal}", text, re.IGNORECASE)
        if found and name_key(found.group()):
            text = f"{text[: found.start()]}it{text[found.end() :]}"
    return text
