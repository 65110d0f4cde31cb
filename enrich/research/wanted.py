"""What a field asks for, read from its name, JSON type and description."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from enrich.research.abbreviations import spelled_out
from enrich.research.asked_years import fixed_year, takes_newest
from enrich.research.candidates.currencies import asked_currency
from enrich.research.candidates.notations import asked_notation
from enrich.research.candidates.numbers import NumberForm
from enrich.research.candidates.units import UNITS, asked_scale, asked_unit
from enrich.research.codes import code_shape
from enrich.research.descriptions import examples, statement, undenied, without_units
from enrich.research.fallbacks import fallback
from enrich.research.fieldpath import own_name
from enrich.research.kinds import Kind, value_kind
from enrich.research.quantities import ALL, Quantity, quantity, uncounted
from enrich.research.schemas import choices_of, json_type, plain_schema
from enrich.research.words import NEUTRAL, concepts, stem, word_set, words

if TYPE_CHECKING:
    from enrich.records import Json, JsonObject
    from enrich.research.candidates.taught_notations import DayNotation

# Words of a name that say the form of the value; they are no part of the topic.
_FORMS: Final = word_set(
    """
    range band bracket bucket year date code email mail url link phone count number pct percent percentage usd eur
    gbp boolean name text string integer yyyy mm dd list iso iso2 iso3 alpha2
    alpha3 alpha is has was are id
    """
)
_FORM_WORDS: Final = _FORMS | frozenset(map(stem, _FORMS))
# Names of columns that say nothing: what is asked then stands in the description alone.
_VAGUE: Final = word_set(
    """
    col column field attr attribute prop property param parameter var variable feature question query answer
    output result response value val data info information item entry fact misc custom other text
    """
)
# Behind these a number is all that tells one column from the next: "flag_9", "metric 2".
_COLUMNS: Final = word_set(
    """
    flag bool boolean num numeric int integer float decimal str string txt char date dt year tag metric enum
    picklist checkbox dropdown option element detail udf cf list array measure key id feature
    """
)
_YEARLY: Final = word_set("annual yearly")
_NO_WORD = re.compile(r"\d+|fy\d+")
_NUMBERED = re.compile(r"[a-z]?\d*")
_GLUED = re.compile(r"(?<=[a-z])(?=\d{1,3}(?!\S))")
_WHOSE = re.compile(
    r"\b(?:the |a |this |its )*(?:country|nation|city|town|company|firm|organi[sz]ation|person|product|element)['\N{RIGHT SINGLE QUOTATION MARK}]s\s+(?=\w)",
    re.IGNORECASE,
)


# Names within an object that say too little without its own.
_PARTS: Final = word_set("type kind stage lead city state province region country town since role")
_LARGEST: Final = word_set("largest biggest dominant predominant majority main leading")
_RATED: Final = word_set("rate ratio per density speed intensity each every")
_EACH = re.compile(
    r"/ ?(?:\d|(?:capita|head|person|woman|inhabitant|day|hour|year)s?\b)|\bfor (?:each|every)\b|\bon average\b",
    re.IGNORECASE,
)
_IN_PERCENT = re.compile(r"(?:^|[,;:(]\s?|\bin )(?:%|pct\b|per ?cent\b)(?=[\s,;.)]|$)")
_RELATIVE: Final = word_set("growth rate ratio share composition structure breakdown distribution")
_MONEY = re.compile(r"\b(?:sum|amount) of money\b|\bcurrency\b")
_WORKED = re.compile(r"\([^)]*\)|\bconvert\b.*$", re.IGNORECASE)  # "(1 ft = 0.3048 m)"
_ZERO = re.compile(r"\b(?:is|are|equals?) (?:zero|0)\b", re.IGNORECASE)
DENIED: Final = word_set("no without lacks lacking none")
_COUNT = re.compile(
    r"\b(?:population|(?:how many|number of) (?!(?:[a-z-]+ ){0,2}(?:years|hours|days|minutes|months|weeks|thousands|millions|billions|dollars|euros|pounds)\b)(?:[a-z-]+ ){0,2}(?:people|persons|staff|personnel|children|[a-z]+s)|headcount|employees|inhabitants|residents|count)\b"
)
# "population_of_country": what it is asked of is no part of what is asked.
_OF_WHAT = re.compile(
    r"\s(?:of|in) (?:the |a |this )?(?:country|nation|city|company|firm|organi[sz]ation|person|product|element)$"
)
_SITED: Final = word_set("headquarter location address birth birth-place death origin")
MAX_DESCRIPTION_CHARS: Final = 2_000  # of which anything is understood
_PLACE_WORDS: Final = word_set("city country location place town state")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One value that is asked for.

    Attributes:
        path: Where it goes in the output, with dots: ``ceo.name``.
        label: The field's name as words, for sentences about it.
        topic: Concepts of the field's name that say which fact is meant.
        hint: Concepts of the description's own statement.
        kind: The sort of value.
        many: Whether a list of such values is asked for.
        quantity: How many of them, and which.
        whole: Whether numbers and years are to be JSON integers.
        number: The form of a number.
        date_form: The notation of a date; empty for the source's.
        days: How filled rows write dates, which goes before ``date_form``.
        partial: Whether an incomplete date will do.
        short: Whether an amount is wanted short, as ``50M``.
        shape: The shape of a code.
        choices: The values of an enum.
        fallback: What to answer when nothing is found; usually None.
        year: A year that the name or description fixes, such as 2022.
        year_only: Whether nothing of another year, or of an unknown one, will do.
        description: The description as it came.
        largest: Whether the largest of several is asked for.
        denied: Whether a yes or no asks whether there is none of a thing.
        sorts: What sorts of thing it is asked of (``domains.py``), as far as that is known.
        asked_of: Nouns that name the thing itself (``asked_of.py``).
    """

    path: str
    label: str
    topic: tuple[str, ...]
    hint: tuple[str, ...] = ()
    kind: Kind = "phrase"
    many: bool = False
    quantity: Quantity = ALL
    whole: bool = False
    number: NumberForm = field(default_factory=NumberForm)
    date_form: str = ""
    days: DayNotation | None = None
    partial: bool = True
    short: bool = False
    shape: re.Pattern[str] | None = None
    choices: tuple[Json, ...] = ()
    fallback: Json = None
    year: int | None = None
    year_only: bool = False
    description: str = ""
    largest: bool = False
    denied: bool = False
    sorts: frozenset[str] = frozenset()
    asked_of: frozenset[str] = frozenset()


def wanted(path: str, schema: JsonObject, *, context: str = "") -> Wanted:
    """Return what a leaf of the output schema asks for.

    Args:
        path: The field's place; its last name, and those over it, are the topic.
        schema: Its JSON Schema: a scalar, or an array of scalars.
        context: What stands over it, when its own name says too little (``name`` under ``ceo``).
    """
    schema = plain_schema(schema)
    many = json_type(schema) == "array"
    description = str(schema.get("description") or "")
    leaf = plain_schema(schema.get("items") or {}) if many else schema
    description = (description or str(leaf.get("description") or ""))[:MAX_DESCRIPTION_CHARS]
    told = description
    name = spelled_out(own_name(path))
    label = " ".join(words(name))
    items = quantity(name, description) if many else ALL
    if items.most is not None:
        name, description = uncounted(name, description)
    kind = value_kind(
        name,
        json_type(leaf),
        description,
        closed=bool(leaf.get("enum")),
        form=str(leaf.get("format") or ""),
    )
    if kind == "country" and many:
        kind = "place"  # a list of them is read item by item, whatever they are
    topic = _topic(name, description)
    if kind == "country" and topic == ("location",):
        topic = ("country",)  # "located_in": which country is it in?
    over = concepts(context)
    if context and len(topic) < 2:
        topic = tuple(dict.fromkeys((*over, *topic)))
        if words(name)[-1:] and words(name)[-1] in _PLACE_WORDS and _SITED & set(over):
            topic = over  # "headquarters_city"
        if len(words(name)) == 1 and (words(name)[0] in _PARTS or is_neutral(concepts(name)[0])):
            label = f"{' '.join(words(context))} {label}"
    whole = json_type(leaf) == "integer"
    year = fixed_year(name, description)
    if year is not None:  # "annual_revenue_2022": the year says so
        topic = tuple(c for c in topic if c not in _YEARLY) or topic
    return Wanted(
        path=path,
        label=label,
        topic=topic,
        hint=_stated(description),
        kind=kind,
        many=many,
        quantity=items,
        whole=whole,
        number=_number_form(name, description, whole=whole),
        date_form=_date_form(description, leaf),
        partial=leaf.get("format") != "date" and _partial(description),
        short=any(
            re.fullmatch(r"\W?\d+(?:\.\d+)?[KMB]", example) for example in examples(description)
        ),
        shape=code_shape(name, description) if kind == "code" else None,
        choices=choices_of(leaf),
        fallback=fallback(told, schema, leaf, many=many),
        year=year,
        year_only=year is not None and not takes_newest(name, description),
        description=description,
        largest=bool(_LARGEST & set(words(f"{name} {statement(description)}"))),
        denied=bool(
            DENIED & set(words(f"{name} {statement(description)}"))
            or _ZERO.search(statement(description))
        ),
    )


def _topic(name: str, description: str) -> tuple[str, ...]:
    spoken = _without_units(name)
    bare = _OF_WHAT.sub("", spoken)
    found = concepts(spoken if concepts(bare) in {(), ("location",)} else bare)
    own = tuple(c for c in found if c not in _FORM_WORDS and not _NO_WORD.fullmatch(c))
    stated = _stated(description)
    if not own or is_vague(" ".join(words(name))):
        return tuple(c for c in stated if c not in _FORM_WORDS) or stated or found
    if len(own) > 1 and found[-1] in _PLACE_WORDS and own[0] == "location":
        own = own[1:]  # "located_in_country"
    elif len(own) > 1 and found[-1] in _PLACE_WORDS and _SITED & set(own):
        own = own[:-1]  # "headquarters_city": the form of the answer, as "name" is
    return tuple(dict.fromkeys(own))


def _stated(description: str) -> tuple[str, ...]:
    """Return the concepts of a description's own statement, without whose fact it is: the country's."""
    return concepts(_WHOSE.sub("", without_units(statement(description))))


def is_vague(label: str) -> bool:
    """Tell whether a name says nothing of what is asked: ``field 7``, ``value``, ``x``."""
    said = _GLUED.sub(" ", label).split()
    if len(said) > 1 and re.fullmatch(r"\d{1,3}", said[-1]) and set(said[:-1]) <= _COLUMNS | _VAGUE:
        return True
    return all(w in _VAGUE or w == "name" or _NUMBERED.fullmatch(w) for w in said) and said != [
        "name"
    ]


# What units a name may end in, the longest first.
_UNIT_TAILS: Final = tuple(
    " " + " ".join(words(unit)) for unit in sorted(UNITS, key=len, reverse=True)
)


def _without_units(name: str) -> str:
    spoken = re.sub(r"_[cfk]$", "", name)
    spoken = " ".join(words(spoken))
    spoken = re.sub(r"\b(?:in )?(?:thousand|million|billion|trillion)s?$", "", spoken)
    for tail in _UNIT_TAILS:
        if (len(tail) > 2 and spoken.endswith(tail)) or (
            spoken.endswith((" m", " g", " l")) and tail in {" m", " g", " l"}
        ):
            shorter = spoken[: -len(tail)].removesuffix(" in")
            return shorter or spoken
    return spoken


def _number_form(name: str, description: str, *, whole: bool) -> NumberForm:
    spoken = words(name)
    stated = statement(description).lower()
    unit = asked_unit(name, stated) or asked_unit("", _WORKED.sub("", undenied(description)))
    percent = (
        True
        if {"percent", "percentage", "pct", "share"} & set(spoken)
        or re.search(r"\bper ?cent(?:age)?\b|\bpct\b|%", stated)
        or _IN_PERCENT.search(undenied(description))
        else None
    )
    money = bool(_MONEY.search(undenied(description))) or {
        "cash",
        "wage",
        "pay",
        "revenue",
        "price",
        "cost",
        "salary",
        "funding",
        "valuation",
        "gdp",
        "turnover",
        "profit",
        "budget",
        "usd",
        "eur",
        "gbp",
    } & set(spoken)
    currency = asked_currency(spoken, undenied(description))
    if currency is None and money and not percent and not _RELATIVE & set(spoken):
        currency = "*"
    if unit is not None and unit.name in {"lb", "m", "mm", "t"} and currency is not None:
        unit = None  # a price in pounds, a turnover in millions
    if percent is None and (whole or unit or currency):
        percent = False
    return NumberForm(
        whole=whole,
        unit=unit,
        scale=asked_scale(name, undenied(description)),
        currency=currency,
        percent=percent,
        count=whole
        and unit is None
        and currency is None
        and bool(_COUNT.search(f"{' '.join(spoken)} {stated}")),
        age=bool({"age", "ages", "old", "aged"} & set(words(f"{name} {stated}"))),
        rate=bool(_RATED & set(words(f"{name} {stated}")) or _EACH.search(undenied(description))),
    )


def _date_form(description: str, leaf: JsonObject) -> str:
    return "YYYY-MM-DD" if leaf.get("format") == "date" else asked_notation(description)


def _partial(description: str) -> bool:
    """A date's parts will do when the description says so, or asks for no notation at all."""
    return not asked_notation(description) or bool(
        re.search(
            r"\bpartial\b|\bonly\b|YYYY-MM or YYYY|(?:or|else) YYYY\b|\bas (?:much|far)\b|\b(?:or|else|otherwise),? (?:at least |just |only )?(?:the|in which) year\b|\bif (?:the )?day\b",
            description,
        )
    )


def is_neutral(concept: str) -> bool:
    """Tell whether a concept says what sort of thing a value is rather than which fact."""
    return concept in NEUTRAL or concept in _FORM_WORDS or concept.isdigit()
