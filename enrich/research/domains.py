"""Which sorts of things have a fact: a city has no urban share, a country no staff.

A question about a city that lies as near to "urban population" as to "population" means
the latter. Facts that many sorts of things have stand in no line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.research.words import concepts

if TYPE_CHECKING:
    from collections.abc import Iterable

# A sort of thing, and the nouns by which inputs and first sentences name one.
_NOUNS: Final = {
    "country": "country nation state republic kingdom territory",
    "city": "city town village municipality commune capital settlement",
    "company": "company organization organisation business firm vendor supplier account corporation manufacturer bank retailer airline conglomerate maker brand startup",
    "person": "person people author artist founder politician player actor actress singer writer scientist",
    "element": "element metal nonmetal metalloid",
    "substance": "chemical compound substance material mineral",
    "species": "species animal plant bird fish mammal",
    "work": "book film movie song album novel painting series work game",
    "product": "product item software app package device car model",
    "school": "university college school",
}
SORTS: Final = frozenset(word for nouns in _NOUNS.values() for word in nouns.split())
"""The nouns by which things are named."""
_HAVE: Final = {
    "country": """
        age structure | agricultural product | aircraft prefix | alcohol | arable land | armed force | birth rate | border country | broadband | broadcast media
        | cabinet | calling code | capital | carbon dioxide | citizenship | climate zone | constitution | country code | current account | death rate | dependency ratio
        | diplomatic representation | drinking age | driving side | drinking water | education expenditure | election date | electoral system | electricity access
        | electricity consumption | electricity production | emergency number | energy source | environmental issue | exchange rate | executive branch | export commodity
        | export partner | external debt | fertility rate | flag meaning | forest | gdp composition | gdp ppp | gini index | government type | head of government
        | head of state | health expenditure | highest point | hospital bed | import commodity | import partner | independence | industrial production | infant mortality
        | inflation | international agreement | international organization | internet user | irrigated land | judicial branch | land boundary | land use | landlocked
        | largest lake | legal system | legislative branch | legislature | life expectancy | local name | longest river | lowest point | maternal mortality | mean elevation
        | merchant ship | military expenditure | military service | minimum wage | mobile cellular | name origin | national dish | national holiday | national symbol
        | natural gas | natural hazard | natural resource | net migration | obesity | petroleum | coal | physician | pipeline | plug type | political party | refugee | remittance
        | reserve | sanitation | school life | suffrage | telephone line | terrorist group | tld | tobacco | urban population | urbanization | water withdrawal | waterway
        | youth unemployment | population distribution | territorial sea | economic zone | reproduction rate | household consumption
    """,
    "country city": """
        population | population density | population growth | median age | sex ratio | ethnic group | religion | literacy | poverty | unemployment | labor force | gdp | gdp growth
        | gdp per capita | terrain | climate | coastline | railway | road | port | university | stadium | tallest building | anthem | currency | currency code | world heritage | airport
        | metro | governor | court | nationality
    """,
    "city": "mayor | sister city | metropolitan population | district | dialling code | postal code",
    "company": """
        ceo | cfo | cto | chairman | board member | employee | ticker | stock exchange | auditor | vat number | legal form | customer | competitor | investor | subsidiary
        | total asset | key people | area served | acquisition | valuation | market value | profit | funding | payment method | delivery time
    """,
    "company country city": "revenue | fiscal year | slogan | headquarter | industry | founder",
    "company school": "headquarter",
    "person": """
        birth date | birth place | death date | spouse | child | occupation | education | net worth | predecessor | successor | instrument | team | coach | parent | sibling
        | employer | known for | burial place | cause of death | position
    """,
    "work": "plot | character | cast | composer | episode | page count | box office | producer | record label | setting | original language | lyrics | journal | genre | publisher | director | author",
    "product": "battery life | screen size | storage | operating system | warranty | calorie | allergen | ingredient | manufacturer | fuel | range | availability | side effect | maintainer | repository | programming language",
    "element": "atomic number | atomic weight | electron configuration | electronegativity | element group | element category | isotope | half life | abundance | symbol",
    "element substance": "melting point | boiling point | state of matter | crystal structure | cas number | discovery | discoverer",
    "substance": "chemical formula | solubility",
    "species": "scientific name | family | habitat | diet | conservation status | lifespan | gestation",
    "school": "rector | student | tuition | endowment | campus",
}  # fmt: skip


def _by_fact() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for sorts, facts in _HAVE.items():
        for fact in facts.split("|"):
            key = "-".join(concepts(fact.strip()))
            found[key] = found.get(key, frozenset()) | frozenset(sorts.split())
    return found


OWNERS: Final = _by_fact()
"""The sorts of things that have a fact, by its concept; a fact that stands there not, many sorts have."""

_SORTS: Final = {c: sort for sort, nouns in _NOUNS.items() for noun in nouns.split() for c in concepts(noun)}  # fmt: skip


def sorts_of(nouns: Iterable[str]) -> frozenset[str]:
    """Return the sorts of things that some nouns name, as concepts; empty if none is known."""
    return frozenset(_SORTS[noun] for noun in nouns if noun in _SORTS)


def may_have(sorts: frozenset[str], fact: str) -> bool:
    """Tell whether a thing of some sorts may have a fact; what is not known may have any."""
    owners = OWNERS.get(fact)
    return not sorts or owners is None or bool(sorts & owners)
