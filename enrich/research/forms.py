"""What form the values of known facts have: amounts of money, shares, other figures, or words.

A question that asks for a number does not mean a fact that is told in words, and a list of
names no sum of money. What may be either is named nowhere here, nor is a thing of which figures
are told: the seats of a stadium are the stadium's, and no parliament's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.words import concepts

if TYPE_CHECKING:
    from enrich.research.wanted import Wanted


def _facts(text: str) -> frozenset[str]:
    return frozenset("-".join(concepts(name)) for name in " ".join(text.split()).split(", "))


MONEY: Final = _facts("""
revenue, profit, market value, price, gdp, gdp ppp, gdp per capita, export, import, minimum wage, salary,
external debt, reserve, current account, net worth, total asset, funding, valuation, box office,
tuition, endowment
""")
SHARES: Final = _facts("""
literacy, unemployment, inflation, gdp growth, poverty, internet user, electricity access, urban population,
urbanization, obesity, tobacco, youth unemployment, forest, arable land, population growth, industrial production,
military expenditure, health expenditure, education expenditure
""")
FIGURES: Final = _facts("""
population, employee, student, refugee, labor force, mobile cellular, telephone line, broadband,
metropolitan population, casualty, attendance, page count, floor, atomic number, area, life expectancy, median age,
birth rate, death rate, fertility rate, infant mortality, maternal mortality, net migration, sex ratio,
dependency ratio, physician, hospital bed, school life, alcohol, land boundary, coastline, elevation,
mean elevation, railway, road, waterway, pipeline, atomic weight, melting point, boiling point, density,
population density, mass, height, length, width, depth, speed, temperature, gini index, electricity production,
electricity consumption, carbon dioxide, irrigated land, water withdrawal, rating, duration, calorie, half life,
discharge, prominence, screen size, battery life, electronegativity
""")
RATES: Final = SHARES | _facts("""
birth rate, death rate, fertility rate, infant mortality, maternal mortality, net migration, sex ratio, population density,
physician, hospital bed, gini index, dependency ratio, density, electronegativity
""")
WORDS: Final = _facts("""
currency, currency code, language, government type, tld, country code, head of state, head of government, ceo, cfo,
chairman, ticker, legal form, email, website, address, birth place, spouse, occupation, nationality, author,
publisher, licence, genre, religion, ethnic group, border country, climate, terrain, natural resource,
natural hazard, official name, local name, former name, name origin, driving side, political party, anthem,
national symbol, national dish, climate zone, airport code, plug type, symbol, discoverer, colour, material,
ingredient, population distribution, export partner, import partner, export commodity, import commodity,
agricultural product, environmental issue, international agreement, legal system, judicial branch,
executive branch, electoral system, citizenship, diplomatic representation, flag meaning, lyrics, broadcast media,
aircraft prefix, nickname, cause of death, burial place, employer, known for, predecessor, successor, slogan,
country of origin, operating system, plot, setting, original language, scientific name, habitat, diet,
conservation status, electron configuration, element category, state of matter, crystal structure, use,
chemical formula, motto, purpose, river source, river mouth, programming language, side effect, allergen,
payment method
""")
_COUNTS = re.compile(r"\b(?:number of|how many|count|amount of|total number)\b")


def form_meets(field: Wanted, concept: str) -> bool:
    """Tell whether a known fact's values may have the form that a field asks for."""
    form = field.number
    if concept in WORDS:
        counted = _COUNTS.search(f"{field.label} {field.description.lower()}")
        return field.kind not in {"number", "amount", "year", "date"} or bool(counted)
    if concept not in MONEY and concept not in SHARES and concept not in FIGURES:
        return True
    if field.kind in {"year", "date"} or field.many:
        return False
    if form.percent:
        return concept in SHARES or concept not in MONEY
    if form.currency:
        return concept in MONEY
    return form.unit is None or form.unit.dimension == "time" or concept in FIGURES


def seldom_whole(field: Wanted, concept: str) -> bool:
    """Tell whether a whole number is asked for, and a known fact's figures are rates or shares."""
    form = field.number
    return concept in RATES and form.whole and not (form.percent or form.rate)
