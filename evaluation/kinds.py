"""Questions over documents of other forms than the pages that the rules were tuned on."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from enrich.research.engine import ResearchEngine, ResearchSettings
from evaluation import asking, forms, packages
from evaluation.asking import Answer
from evaluation.baseline import Baseline
from evaluation.entities import Entity
from evaluation.questions import FIELDS, UNANSWERABLE, Field
from evaluation.verdicts import right, stated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.forms import Form

EACH: Final = 20  # things of a kind, of each half
NOTHING: Final = " (nothing)"
BASELINE: Final = " (baseline)"
_TEXT: Final = {"type": ["string", "null"]}
_WHOLE: Final = {"type": ["integer", "null"]}
_NUMBER: Final = {"type": ["number", "null"]}
_LIST: Final = {"type": "array", "items": {"type": "string"}}


def _field(kind: str, key: str, schema: dict[str, Any], description: str, tolerance: float = 0.0) -> Field:  # fmt: skip
    return Field(kind=kind, key=key, description=description, schema=schema, others={"dev": (), "test": ()}, blind={"dev": (), "test": ()}, tolerance=tolerance)  # fmt: skip


# Facts that only the packages' own tables have; nothing was tuned on them before.
MORE: Final = (
    _field("country", "iso3_code", _TEXT, "Three-letter ISO 3166-1 code of the country, e.g. DEU"),
    _field("country", "calling_code", _TEXT, "International telephone calling code."),
    _field("country", "subregion", _TEXT, "Subregion of the world that it lies in."),
    _field("country", "languages", _LIST, "Languages spoken there."),
    _field("element", "melting_point_k", _NUMBER, "Melting point in kelvin.", 0.001),
    _field("element", "density", _NUMBER, "Density.", 0.001),
    _field("element", "electronegativity", _NUMBER, "Electronegativity.", 0.001),
    _field("element", "state", _TEXT, "State of matter: solid, liquid or gas."),
    _field("element", "atomic_mass", _NUMBER, "Atomic mass.", 0.001),
    _field("company", "ticker", _TEXT, "Stock ticker symbol."),
    _field("company", "isin", _TEXT, "ISIN of its share, such as US0378331005."),
    _field("company", "employee_count", _WHOLE, "Number of employees.", 0.001),
    _field("company", "founder", _TEXT, "Who founded it."),
)
# What each form has, by kind of thing; pages have all that the evaluation asks else.
_LISTED: Final = frozenset({
    "country capital", "country area_sq_km", "country population", "country currency_code", "country internet_tld",
    "country iso3_code", "country calling_code", "element symbol", "element atomic_number", "element year_discovered",
    "element melting_point_k", "element density", "element state", "element atomic_mass", "city country",
    "city population",
})  # fmt: skip
_HELD: Final = {
    "rows of CSV": _LISTED | {"element electronegativity"},
    "nested rows of JSONL": frozenset({
        "country capital", "country area_sq_km", "country currency_code", "country internet_tld", "country official_name",
        "country demonym", "country landlocked", "country iso3_code", "country subregion", "country languages",
        *(f"company {f}" for f in ("headquarters", "founded_year", "ticker", "isin", "employee_count", "founder")),
    }),
    "long tables": _LISTED,
    "": frozenset(f"{f.kind} {f.key}" for f in FIELDS),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Thing:
    """An entity, and the key of what is written of it in a form."""

    entity: Entity
    key: tuple[str, str]


class _Texts:
    """What the documents of a form say, as ``asking.Sources`` has it."""

    def __init__(self, form: Form) -> None:
        self._bare = {url: _bare(text) for url, text in form.texts.items()}

    def holds(self, url: str, excerpt: str) -> bool:
        """Tell whether an excerpt stands in a document; marks are no words."""
        said = self._bare.get(url, "")
        # A row has no order but its columns': each of its lines must stand there.
        lines = excerpt.split("\n") if "#row=" in url else [excerpt]
        return all(_bare(line) in said for line in lines)


def _bare(text: str) -> str:
    # Headings are laid out in capitals.
    return re.sub(r"[\W_]+", "", text).casefold()


def ask_all(every: list[Entity], *, embedding: bool) -> list[Answer]:
    """Return the answers over every form, and the baseline's beside them."""
    sample = sample_of(every)
    codes = frozenset(_factbook_codes(sample))
    answers: list[Answer] = []
    for form in forms.all_forms(codes):
        engine = ResearchEngine(ResearchSettings(corpus=(form.folder,), embedding=embedding))
        if engine.built.skipped:
            raise ValueError(f"{form.name}: {engine.built.skipped[:3]}")
        texts, baseline = _Texts(form), Baseline(form.lines)
        for thing in _things(form, sample):
            answers += _asked(form, thing, engine, texts, baseline)
        engine.close()
    return answers


def _asked(
    form: Form, thing: _Thing, engine: ResearchEngine, texts: _Texts, baseline: Baseline
) -> Iterator[Answer]:
    entity = thing.entity
    said = form.said[thing.key]
    held = next(keys for name, keys in _HELD.items() if form.name.startswith(name))
    fields = [
        f for f in (*FIELDS, *MORE)
        if f.kind == entity.kind and f"{f.kind} {f.key}" in held
        and entity.gold.get(f.key) not in (None, "", [], ()) and stated(f, entity.gold[f.key], said)
    ]  # fmt: skip
    states = {f.key: True for f in fields}
    never = UNANSWERABLE[entity.kind]
    properties = {f.key: f.described(f.description) for f in fields}
    properties |= {key: {**schema, "description": text} for key, schema, text in never}
    if not fields:
        return
    output, cpu_s = asking.ask(engine, entity, properties)
    per_field = cpu_s / len(properties)
    yield from asking.judged(output, per_field * len(fields), group=f"kind {form.name}", entity=entity,
                             sources=texts, asked={f.key: f for f in fields}, states=states)  # fmt: skip
    yield from asking.judged(output, per_field * len(never), group=f"kind {form.name}{NOTHING}", entity=entity,
                             sources=texts, asked={key: None for key, _, _ in never}, states=states)  # fmt: skip
    for field in fields:
        start = time.process_time()
        value = baseline.answer(entity, field.key, field.description, field, field.schema)
        gold = entity.gold[field.key]
        yield Answer(
            group=f"kind {form.name}{BASELINE}", split=entity.split, kind=entity.kind, key=field.key, asked=field.key,
            entity=entity.name, value=value, gold=gold, level="low", right=right(field, value, gold), stated=True,
            cited=None, verbatim=None, cpu_ms=1_000 * (time.process_time() - start),
        )  # fmt: skip


def sample_of(every: list[Entity]) -> dict[str, list[Entity]]:
    """Return some things of each kind, the same of each half; companies from their own table."""
    sample: dict[str, list[Entity]] = {}
    for kind in ("country", "element", "city", "company"):
        of_kind = list(_companies()) if kind == "company" else [e for e in every if e.kind == kind]
        shuffled = sorted(of_kind, key=lambda e: asking.half_key(e.name))
        sample[kind] = [e for half in ("dev", "test") for e in [e for e in shuffled if e.split == half][:EACH]]  # fmt: skip
    return sample


def _companies() -> Iterator[Entity]:
    for company in packages.companies():
        about = company.get("metadata") or {}
        founded = re.search(r"\b(?:1[5-9]|20)\d\d\b", str(about.get("founded") or ""))
        employees = re.match(r"[\d,]+", str(about.get("employees") or ""))
        gold = {
            "headquarters": about.get("headquarters"),
            "founded_year": int(founded.group()) if founded else None,
            "ticker": company.get("symbol"),
            "isin": tuple(company.get("isins") or ()),
            "employee_count": int(employees.group().replace(",", "")) if employees and "," in employees.group() else None,
            "founder": about.get("founder"),
        }  # fmt: skip
        if founded and about.get("headquarters"):
            yield Entity(kind="company", name=company["name"], gold=gold, pages=frozenset())


def _factbook_codes(sample: dict[str, list[Entity]]) -> Iterator[str]:
    by_iso, _ = packages.geonames()
    codes = {c["name"]["common"]: c["cca2"] for c in packages.world_countries()}
    for country in sample["country"]:
        yield by_iso[codes[country.name]]["fips"].lower()


def _things(form: Form, sample: dict[str, list[Entity]]) -> Iterator[_Thing]:
    """Yield the sample's things that a form speaks of, with their answers and its addresses."""
    countries = {c["name"]["common"]: c for c in packages.world_countries()}
    elements = {e["name"].strip(): e for e in packages.elements()}
    for kind, of_kind in sample.items():
        for entity in of_kind:
            gold, keys = dict(entity.gold), [(kind, entity.name), ("summary", entity.name)]
            if kind == "country":
                country = countries[entity.name]
                gold |= _of_country(country)
                keys += [(kind, country["cca2"]), *((kind, url) for url in entity.pages)]
            elif kind == "element":
                keys.append(("summary", f"{entity.name} (element)"))
                gold |= _of_element(elements[entity.name])
            key = next((k for k in keys if k in form.urls), None)
            if key is not None:
                yield _Thing(replace(entity, gold=gold, pages=frozenset(form.urls[key])), key)


def _of_country(country: dict[str, Any]) -> dict[str, Any]:
    idd = country["idd"]
    codes = [f"{idd['root']}{suffix}" for suffix in idd["suffixes"] or [""]]
    return {
        "iso3_code": country["cca3"],
        "calling_code": tuple(code.lstrip("+") for code in codes),
        "subregion": country["subregion"],
        "languages": [(name,) for name in country["languages"].values()],
    }


def _of_element(element: dict[str, Any]) -> dict[str, Any]:
    mass = re.match(r"\[?(\d+(?:\.\d+)?)", str(element["atomicMass"]))
    return {
        "melting_point_k": element["meltingPoint"] or None,
        "density": element["density"] or None,
        "electronegativity": element["electronegativity"] or None,
        "state": element["standardState"] or None,
        "atomic_mass": float(mass[1]) if mass else None,
    }
