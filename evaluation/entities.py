"""Whom is asked about, with the answers of the reference tables."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from evaluation import packages

CITY_PEOPLE: Final = 100_000
_FIRM = re.compile(r"\b(?:company|manufacturer|corporation|stock exchange|brand)\b", re.IGNORECASE)
_CITY = re.compile(r"\b(?:city|capital|metropolis|town|municipality)\b", re.IGNORECASE)
_FORM = re.compile(r"\b(?:inc|plc|ltd|corp|corporation|company|co|group|ag|se|nv|sa|the|holdings?)\b\.?", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One thing that questions are asked about.

    Attributes:
        kind: ``country``, ``element``, ``city`` or ``company``.
        name: As the reference table has it, and as it is asked for.
        gold: Field to its answer: a value, a tuple of values that are all right, or a list.
        pages: Addresses of the documents that are about it.
    """

    kind: str
    name: str
    gold: dict[str, Any]
    pages: frozenset[str]

    @property
    def split(self) -> str:
        """``dev`` or ``test``, by a hash of the name."""
        return half(f"{self.kind}:{self.name}")


def half(name: str) -> str:
    """Return the half that a name falls in."""
    return "test" if hashlib.sha256(name.encode()).digest()[0] % 2 else "dev"


def entities(factbook_urls: dict[str, str], summary_urls: dict[str, str]) -> list[Entity]:
    """Return every entity that has a document.

    Args:
        factbook_urls: The Factbook's code of a country to its page's address.
        summary_urls: A summary's title to its address.
    """
    return [
        *_countries(factbook_urls, summary_urls),
        *_elements(summary_urls),
        *_cities(summary_urls),
        *_companies(summary_urls),
    ]


def _countries(factbook_urls: dict[str, str], summary_urls: dict[str, str]) -> list[Entity]:
    by_iso, _ = packages.geonames()
    named = {c["cca3"]: _names(c, by_iso) for c in packages.world_countries()}
    found = []
    for country in packages.world_countries():
        other = by_iso.get(country["cca2"])
        if not country["independent"] or other is None:
            continue
        name = country["name"]["common"]
        urls = {factbook_urls.get(other["fips"].lower()), summary_urls.get(name)} - {None}
        if other["fips"].lower() not in factbook_urls:
            continue
        found.append(
            Entity(
                kind="country",
                name=name,
                gold={
                    "capital": tuple({*country["capital"], other["capital"]} - {""}),
                    "area_sq_km": country["area"],
                    "population": other["population"],
                    "currency_code": tuple({*country["currencies"], other["currencycode"]} - {""}),
                    "internet_tld": tuple({*country["tld"], other["tld"]}),
                    "official_name": country["name"]["official"],
                    "demonym": country["demonyms"]["eng"]["m"],
                    "land_neighbours": [named[code] for code in country["borders"]],
                    "landlocked": country["landlocked"],
                },
                pages=frozenset(url for url in urls if url),
            )
        )
    return found


def _names(country: dict[str, Any], by_iso: dict[str, Any]) -> tuple[str, ...]:
    """Return the names that the reference tables have of a country, the common one first."""
    other = by_iso.get(country["cca2"], {}).get("name", "")
    # Its two-letter code stands among the spellings.
    every = [*country["name"].values(), *country["altSpellings"], other]
    return tuple(dict.fromkeys(n for n in every if isinstance(n, str) and len(n) > 2))


def _elements(summary_urls: dict[str, str]) -> list[Entity]:
    found = []
    for element in packages.elements():
        name = element["name"].strip()
        title = name if name in summary_urls else f"{name} (element)"
        extract = packages.summaries().get(title, {}).get("extract", "")
        if "element" not in extract:
            continue
        year = element["yearDiscovered"]
        gold = {"symbol": element["symbol"], "atomic_number": element["atomicNumber"]}
        if isinstance(year, int) and year:
            gold["year_discovered"] = year
        found.append(
            Entity(kind="element", name=name, gold=gold, pages=frozenset({summary_urls[title]}))
        )
    return found


def _cities(summary_urls: dict[str, str]) -> list[Entity]:
    countries, cities = packages.geonames()
    names = {
        c["cca2"]: {c["name"]["common"], c["name"]["official"]} for c in packages.world_countries()
    }
    largest: dict[str, dict[str, Any]] = {}
    for city in cities:
        if (
            city["population"]
            > largest.get(city["name"], {"population": CITY_PEOPLE})["population"]
        ):
            largest[city["name"]] = city
    found = []
    for name, city in sorted(largest.items()):
        if not _CITY.search(packages.summaries().get(name, {}).get("description", "")):
            continue
        code = city["countrycode"]
        gold = {
            "country": tuple(sorted({countries[code]["name"], *names.get(code, ())})),
            "population": city["population"],
        }
        found.append(
            Entity(kind="city", name=name, gold=gold, pages=frozenset({summary_urls[name]}))
        )
    return found


def _companies(summary_urls: dict[str, str]) -> list[Entity]:
    titles = {_bare(title): title for title in packages.summaries()}
    found: dict[str, Entity] = {}
    for company in packages.companies():
        title = titles.get(_bare(company["name"]))
        if title is None or not _FIRM.search(packages.summaries()[title]["description"]):
            continue
        stated = company.get("metadata") or {}
        gold: dict[str, Any] = {}
        if year := re.search(r"\b1\d{3}|20\d\d\b", stated.get("founded") or ""):
            gold["founded_year"] = int(year.group())
        if place := (stated.get("headquarters") or "").split(",")[0].strip():
            gold["headquarters"] = place
        found[title] = Entity(
            kind="company", name=title, gold=gold, pages=frozenset({summary_urls[title]})
        )
    return list(found.values())


def _bare(name: str) -> str:
    return _FORM.sub("", name.casefold()).strip(" .,&")
