"""Common facts of persons, products and places as single sentences state them."""

import pytest

FIELDS = {
    "birth_date": {"type": ["string", "null"], "description": "Date of birth, YYYY-MM-DD"},
    "birth_place": {"type": ["string", "null"], "description": "Place of birth"},
    "employer": {"type": ["string", "null"], "description": "Current employer"},
    "university": {"type": ["string", "null"], "description": "University that the person attended"},
    "spouse": {"type": ["string", "null"], "description": "Spouse"},
    "children": {"type": ["integer", "null"], "description": "Number of children"},
    "awards": {"type": "array", "items": {"type": "string"}, "description": "Awards"},
    "languages": {"type": "array", "items": {"type": "string"}, "description": "Languages that the person speaks"},
    "weight_kg": {"type": ["number", "null"], "description": "Weight in kilograms"},
    "price_eur": {"type": ["number", "null"], "description": "Price in euros"},
    "warranty_years": {"type": ["integer", "null"], "description": "Warranty in years"},
    "battery_hours": {"type": ["number", "null"], "description": "Battery life in hours"},
    "power_w": {"type": ["number", "null"], "description": "Power in watts"},
    "max_pressure_bar": {"type": ["number", "null"], "description": "Maximum pressure in bar"},
    "release_year": {"type": ["integer", "null"], "description": "Year of release"},
    "manufacturer": {"type": ["string", "null"], "description": "Manufacturer"},
    "waterproof": {"type": ["boolean", "null"], "description": "Whether it is waterproof"},
    "population": {"type": ["integer", "null"], "description": "Number of inhabitants"},
    "mayor": {"type": ["string", "null"], "description": "Mayor"},
    "river": {"type": ["string", "null"], "description": "River on which it lies"},
    "elevation_m": {"type": ["number", "null"], "description": "Elevation in metres"},
    "area_km2": {"type": ["number", "null"], "description": "Area in square kilometres"},
    "twin_towns": {"type": "array", "items": {"type": "string"}, "description": "Twin towns"},
    "airport": {"type": ["string", "null"], "description": "Nearest airport"},
    "visitors_per_year": {"type": ["integer", "null"], "description": "Visitors a year"},
    "opened": {"type": ["integer", "null"], "description": "Year of opening"},
    "architect": {"type": ["string", "null"], "description": "Architect"},
}  # fmt: skip


@pytest.fixture
def told(told_of):
    return lambda subject, name, text: told_of(subject, {name: FIELDS[name]}, text)[name]


@pytest.mark.parametrize(
    ("subject", "name", "text", "value"),
    [
        ("Ada Lamb", "birth_date", "Ada Lamb was born on 3 May 1961 in Ulm.", "1961-05-03"),
        ("Ada Lamb", "birth_date", "Ada Lamb (born 3 May 1961) is a painter.", "1961-05-03"),
        ("Ada Lamb", "birth_date", "Born in Ulm on 3 May 1961, Ada Lamb paints.", "1961-05-03"),
        ("Ada Lamb", "birth_date", "Ada Lamb (3 May 1961 - 4 June 2011) was a painter.", "1961-05-03"),
        ("Ada Lamb", "birth_place", "Ada Lamb was born in Ulm.", "Ulm"),
        ("Ada Lamb", "birth_place", "Born in Ulm in 1961, she paints.", "Ulm"),
        ("Ada Lamb", "employer", "Ada Lamb works for Globex.", "Globex"),
        ("Ada Lamb", "employer", "Ada Lamb is head of sales at Globex.", "Globex"),
        ("Ada Lamb", "employer", "She joined Globex in 2019.", "Globex"),
        ("Ada Lamb", "employer", "Since 2019 she has worked at Globex.", "Globex"),
        ("Ada Lamb", "university", "She studied physics at the University of Ulm.", "University of Ulm"),
        ("Ada Lamb", "university", "Ada Lamb graduated from Ulm University in 1984.", "Ulm University"),
        ("Ada Lamb", "university", "She holds a PhD from Ulm University.", "Ulm University"),
        ("Ada Lamb", "spouse", "She is married to Bo Ray.", "Bo Ray"),
        ("Ada Lamb", "spouse", "Ada Lamb married Bo Ray in 1990.", "Bo Ray"),
        ("Ada Lamb", "spouse", "Her husband is Bo Ray.", "Bo Ray"),
        ("Ada Lamb", "children", "She has three children.", 3),
        ("Ada Lamb", "children", "The couple have two children.", 2),
        ("Ada Lamb", "awards", "Awards: Ulm Prize, Bonn Medal", ["Ulm Prize", "Bonn Medal"]),
        ("Ada Lamb", "languages", "She speaks German, French and Italian.", ["German", "French", "Italian"]),
        ("Ada Lamb", "languages", "Languages: German, French", ["German", "French"]),
        ("H9", "weight_kg", "It weighs 12.5 kg.", 12.5),
        ("H9", "weight_kg", "Weight: 12.5 kg", 12.5),
        ("H9", "weight_kg", "The pump is 12.5 kg heavy.", 12.5),
        ("H9", "price_eur", "It costs €499.", 499),
        ("H9", "price_eur", "The price is 499 euros.", 499),
        ("H9", "price_eur", "Price: €499", 499),
        ("H9", "price_eur", "It sells for 499 EUR.", 499),
        ("H9", "warranty_years", "It comes with a two-year warranty.", 2),
        ("H9", "warranty_years", "Warranty: 2 years", 2),
        ("H9", "warranty_years", "We give a 2-year guarantee.", 2),
        ("H9", "warranty_years", "The warranty is 24 months.", 2),
        ("H9", "battery_hours", "The battery lasts 20 hours.", 20),
        ("H9", "battery_hours", "Battery life: 20 hours", 20),
        ("H9", "battery_hours", "Up to 20 hours of battery life.", 20),
        ("H9", "power_w", "It has a 750 W motor.", 750),
        ("H9", "power_w", "Power: 750 W", 750),
        ("H9", "power_w", "The motor delivers 750 watts.", 750),
        ("H9", "max_pressure_bar", "The maximum pressure is 16 bar.", 16),
        ("H9", "release_year", "It was released in 2019.", 2019),
        ("H9", "release_year", "Launched in 2019, it sold well.", 2019),
        ("H9", "release_year", "Released: 2019", 2019),
        ("H9", "manufacturer", "The H9 is made by Globex.", "Globex"),
        ("H9", "manufacturer", "Manufacturer: Globex", "Globex"),
        ("H9", "waterproof", "It is waterproof.", True),
        ("H9", "waterproof", "It is not waterproof.", False),
        ("H9", "waterproof", "Waterproof: yes", True),
        ("Ulm", "population", "Ulm has 128,000 inhabitants.", 128000),
        ("Ulm", "population", "Ulm is a city of 128,000 people.", 128000),
        ("Ulm", "population", "The town has a population of 128,000.", 128000),
        ("Ulm", "population", "About 128,000 people live in Ulm.", 128000),
        ("Ulm", "mayor", "The mayor is Ada Lamb.", "Ada Lamb"),
        ("Ulm", "mayor", "Mayor Ada Lamb was elected in 2019.", "Ada Lamb"),
        ("Ulm", "mayor", "Ada Lamb has been mayor since 2019.", "Ada Lamb"),
        ("Ulm", "mayor", "The town is governed by Mayor Ada Lamb.", "Ada Lamb"),
        ("Ulm", "river", "Ulm lies on the Danube.", "Danube"),
        ("Ulm", "river", "It is on the river Danube.", "Danube"),
        ("Ulm", "river", "The Danube flows through the town.", "Danube"),
        ("Ulm", "elevation_m", "Elevation: 478 m", 478),
        ("Ulm", "area_km2", "It covers 118.7 square kilometres.", 118.7),
        ("Ulm", "area_km2", "The town has an area of 118.7 km2.", 118.7),
        ("Ulm", "area_km2", "Area: 118.7 km2", 118.7),
        ("Ulm", "twin_towns", "Its twin towns are Jena and Graz.", ["Jena", "Graz"]),
        ("Ulm", "airport", "The nearest airport is Stuttgart.", "Stuttgart"),
        ("Ulm", "airport", "Nearest airport: Stuttgart", "Stuttgart"),
        ("Ulm", "visitors_per_year", "The museum has 40,000 visitors a year.", 40000),
        ("Ulm", "visitors_per_year", "It attracts 40,000 visitors annually.", 40000),
        ("Ulm", "opened", "The museum opened in 1925.", 1925),
        ("Ulm", "opened", "It was opened in 1925.", 1925),
        ("Ulm", "opened", "Since 1925 it has been open to the public.", 1925),
        ("Ulm", "architect", "The museum was designed by Ada Lamb.", "Ada Lamb"),
        ("Ulm", "architect", "Architect: Ada Lamb", "Ada Lamb"),
        ("Ulm", "architect", "Ada Lamb designed the building.", "Ada Lamb"),
        ("Ulm", "architect", "It was built to plans by Ada Lamb.", "Ada Lamb"),
    ],
)  # fmt: skip
def test_a_sentence_that_states_a_fact_of_the_page_s_subject_answers(
    told, subject, name, text, value
):
    found = told(subject, name, text)
    assert found == value or (isinstance(value, str) and found is not None and value in found)


@pytest.mark.parametrize(
    ("subject", "name", "text"),
    [
        ("Ada Lamb", "birth_place", "The Ulm-born painter lives in Bonn."),
        ("Ada Lamb", "employer", "Bo Ray works for Globex."),
        ("Ada Lamb", "university", "Her father studied at Ulm University."),
        ("H9", "manufacturer", "The rival B7 is made by Globex."),
        ("Ulm", "population", "Bonn is a city of 330,000 people."),
        ("Ulm", "river", "Bonn lies on the Rhine."),
        ("Ulm", "mayor", "The mayor of Bonn is Ada Lamb."),
    ],
)
def test_a_sentence_about_another_does_not(told, subject, name, text):
    assert told(subject, name, text) is None
