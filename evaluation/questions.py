"""What is asked: under plain names, under other names, and what no document answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One fact about one kind of thing.

    Attributes:
        kind: The kind of entity.
        key: Name in the reference tables, and the plain name.
        description: The plain description.
        schema: The JSON type.
        others: The same fact under other names with other descriptions, by split.
        blind: The same, by authors who knew neither the engine nor ``others``.
        tolerance: How far a number may lie from the reference (editions differ by years).
    """

    kind: str
    key: str
    description: str
    schema: dict[str, Any]
    others: dict[str, tuple[tuple[str, str], ...]]
    blind: dict[str, tuple[tuple[str, str], ...]]
    tolerance: float = 0.0

    def described(self, text: str) -> dict[str, Any]:
        """Return its schema with a description; without one where that is empty."""
        return {**self.schema, "description": text} if text else self.schema


def blocks(path: Path) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return names and descriptions by what stands in each block's first line."""
    found = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            head, *rest = lines
            pairs = (line.partition("|") for line in rest)
            found[head] = tuple((name.strip(), text.strip()) for name, _, text in pairs)
    return found


_BLIND: Final = {
    split: blocks(Path(__file__).with_name(f"blind_{split}.txt")) for split in ("dev", "test")
}
_TEXT: Final = {"type": ["string", "null"]}
_WHOLE: Final = {"type": ["integer", "null"]}
_NUMBER: Final = {"type": ["number", "null"]}
_FLAG: Final = {"type": ["boolean", "null"]}
_LIST: Final = {"type": "array", "items": {"type": "string"}}


def _field(kind: str, key: str, schema: dict[str, Any], description: str, *, dev: tuple[tuple[str, str], ...],
           test: tuple[tuple[str, str], ...], tolerance: float = 0.0) -> Field:  # fmt: skip
    return Field(kind=kind, key=key, description=description, schema=schema,
                 others={"dev": dev, "test": test}, blind={split: _BLIND[split][f"{kind} {key}"] for split in _BLIND},
                 tolerance=tolerance)  # fmt: skip


FIELDS: Final = (
    _field(
        "country", "capital", _TEXT, "Name of the capital city. If unknown, null.",
        dev=(("main_seat", "City where the national government sits."), ("governing_city", "")),
        test=(
            ("seat_of_power", "City from which the nation is governed."),
            ("political_centre", "The city that houses the national government."),
            ("where_government_sits", ""),
        ),
    ),
    _field(
        "country", "area_sq_km", _NUMBER, "Total area in square kilometres.", tolerance=0.06,
        dev=(("territory_km2", "How big the country is in square kilometres."), ("country_size_sq_km", "")),
        test=(
            ("extent_km2", "How much ground the country covers, in square kilometres."),
            ("size_of_territory_sq_km", ""),
            ("land_and_water_km2", "Everything inside its borders, in square kilometres."),
        ),
    ),
    _field(
        "country", "population", _WHOLE, "Total number of inhabitants, most recent estimate.", tolerance=0.25,
        dev=(("headcount_of_nation", "How many people call it home."), ("people", "Number of persons.")),
        test=(
            ("citizens_total", "How many human beings live there."),
            ("number_of_dwellers", ""),
            ("demographic_size", "Size of the nation in people."),
        ),
    ),
    _field(
        "country", "currency_code", _TEXT, "Three-letter ISO 4217 code of the currency, such as EUR.",
        dev=(("money_iso", "ISO 4217 letters of the money used there."), ("legal_tender_code", "Three letters.")),
        test=(
            ("payment_unit_code", "Three-letter code of what people pay with."),
            ("banknote_code", "Three-letter ISO code of the banknotes in circulation."),
            ("monetary_code", ""),
        ),
    ),
    _field(
        "country", "internet_tld", _TEXT, "Top-level domain with its dot, e.g. .fr",
        dev=(("web_suffix", "What its web addresses end in, e.g. .fr"), ("national_domain_ending", "")),
        test=(
            ("domain_ending", "Letters after the last dot of its national sites, e.g. .de"),
            ("cc_extension", "Suffix of its sites, such as .it"),
            ("online_suffix", ""),
        ),
    ),
    _field(
        "country", "official_name", _TEXT, "Official name of the country in full.",
        dev=(("formal_title", "What the state calls itself in full."), ("full_state_name", "")),
        test=(
            ("formal_designation", "The state's complete style in treaties."),
            ("long_name", ""),
            ("ceremonial_name", "Name of the state in its full form."),
        ),
    ),
    _field(
        "country", "demonym", _TEXT, "Noun or adjective for its people.",
        dev=(("what_inhabitants_are_called", "Noun for a person from there."),),
        test=(("word_for_a_citizen", "What one calls somebody from this country."), ("people_are_known_as", "")),
    ),
    _field(
        "country", "land_neighbours", _LIST, "Countries that share a land border with it, names only.",
        dev=(("touching_states", "Countries that it shares a frontier with."),),
        test=(("adjoining_nations", "States next to it on land."), ("shares_frontier_with", "List of states.")),
    ),
    _field(
        "country", "landlocked", _FLAG, "Whether the country has no coast.",
        dev=(("no_sea_access", "Whether the country has no sea coast."),),
        test=(("without_shore", "True if it has no access to the sea."),),
    ),
    _field(
        "element", "symbol", _TEXT, "Chemical symbol.",
        dev=(("letters_in_periodic_table", "One or two letters that stand for it."),),
        test=(
            ("chemical_shorthand", "Letters by which chemists write it."),
            ("abbreviated_form", "Its one or two letters, e.g. Fe"),
        ),
    ),
    _field(
        "element", "atomic_number", _WHOLE, "Atomic number.",
        dev=(("protons", "How many protons its nucleus has."),),
        test=(
            ("place_in_periodic_table", "Its position counted from hydrogen."),
            ("nuclear_charge", "Number of protons in the nucleus."),
            ("z", "Ordinal number in the periodic table."),
        ),
    ),
    _field(
        "element", "year_discovered", _WHOLE, "Year in which it was discovered.",
        dev=(("first_isolated", "Year when it was first found."),),
        test=(("found_in", "Year in which somebody first identified it."), ("known_since", "Year of its discovery.")),
    ),
    _field(
        "city", "country", _TEXT, "Country that the city is in.",
        dev=(("nation", "State that the city belongs to."),),
        test=(("sovereign_state", "The state in which this city lies."), ("which_nation", "")),
    ),
    _field(
        "city", "population", _WHOLE, "Number of inhabitants of the city proper.", tolerance=0.25,
        dev=(("people", "How many people live in the city."),),
        test=(
            ("townsfolk_count", "How many live within the city."),
            ("dwellers", "Number of persons in the city proper."),
        ),
    ),
    _field(
        "company", "headquarters", _TEXT, "City of its headquarters.",
        dev=(("seat", "City from which it is run."),),
        test=(("where_based", "City where its top management works."), ("home_city", "")),
    ),
    _field(
        "company", "founded_year", _WHOLE, "Year in which it was founded.",
        dev=(("start_year", "Year in which it came into being."),),
        test=(
            ("year_of_birth_of_firm", "Year it began."),
            ("since", "Year from which the firm has existed."),
        ),
    ),
)  # fmt: skip

# What the documents are not expected to state for these things, by the topics that they have; not
# checked page by page. Whatever is answered counts as a false fill. Both halves share the list.
UNANSWERABLE: Final[dict[str, tuple[tuple[str, dict[str, Any], str], ...]]] = {
    "country": (
        ("ceo_name", _TEXT, "Name of the chief executive officer."),
        ("stock_ticker", _TEXT, "Stock ticker symbol, e.g. AAPL"),
        ("melting_point_c", _NUMBER, "Melting point in degrees Celsius."),
        ("drinking_age", _WHOLE, "Minimum legal drinking age in years."),
        ("national_dish", _TEXT, "The national dish."),
        ("plug_type", _TEXT, "Type of electrical plug, e.g. C"),
        ("emergency_number", _TEXT, "Telephone number for emergencies."),
        ("stadium_capacity", _WHOLE, "Seats of the largest stadium."),
        ("minimum_wage_usd", _NUMBER, "Monthly minimum wage in US dollars."),
        ("tallest_building", _TEXT, "Name of the tallest building."),
        ("university_count", _WHOLE, "Number of universities."),
        ("central_bank_governor", _TEXT, "Name of the governor of the central bank."),
    ),
    "element": (
        ("revenue_usd", _NUMBER, "Annual revenue in US dollars."),
        ("headquarters", _TEXT, "City of its headquarters."),
        ("mayor_name", _TEXT, "Name of the mayor."),
        ("cas_number", _TEXT, "CAS registry number, e.g. 7440-57-5"),
        ("price_per_kg_usd", _NUMBER, "Price of a kilogram in US dollars."),
        ("annual_production_tonnes", _NUMBER, "Tonnes produced in the world each year."),
        ("official_language", _TEXT, "The official language."),
    ),
    "city": (
        ("ticker", _TEXT, "Stock ticker symbol, e.g. AAPL"),
        ("atomic_number", _WHOLE, "Atomic number."),
        ("postal_code", _TEXT, "Postal code of the city hall."),
        ("phone_number", _TEXT, "Telephone number of the city hall."),
        ("metro_stations", _WHOLE, "Number of stations of its underground railway."),
        ("sister_city", _TEXT, "Name of a twin city."),
        ("budget_usd", _NUMBER, "The city's annual budget in US dollars."),
    ),
    "company": (
        ("stadium_capacity", _WHOLE, "Seats of its stadium."),
        ("vat_number", _TEXT, "VAT registration number."),
        ("contact_email", _TEXT, "E-mail address for enquiries."),
        ("phone_number", _TEXT, "Telephone number."),
        ("melting_point_c", _NUMBER, "Melting point in degrees Celsius."),
        ("auditor_name", _TEXT, "Name of the auditing firm."),
        ("capital_city", _TEXT, "Name of the capital city."),
    ),
}
