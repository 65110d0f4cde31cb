"""Figures in text, in the units that are asked for."""

import pytest

PAGE = """# Examplia

- Area: 580,367 sq km
- Coastline: 536 km
- Tower height: 100 m (328 ft)
- Highest point: Mount Example 5,199 m
- Population: 55,751,717 (2025 est.)
"""


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        (
            "area",
            "Total area in square kilometers and square miles",
            "580,367 sq km (224,081 sq mi)",
        ),
        ("area", "Area in square miles", "224,081 sq mi"),
        ("area_sq_mi", "", "224,081 sq mi"),
        ("area_sq_km", "", "580,367 sq km"),
        ("area", "Area", "580,367 sq km"),
        ("coastline", "Length of the coastline in km or miles", "536 km"),
        ("coastline", "Length of the coastline in miles", "333 mi"),
        ("tower_height", "Height of the tower in feet", "100 m (328 ft)"),
        ("tower_height", "Height of the tower in metres and feet", "100 m (328 ft)"),
        ("highest_point", "Highest point, with its height in feet", "Mount Example 5,199 m"),
        ("population", "Population and the year of the estimate", "55,751,717 (2025 est.)"),
        ("population", "Current population with year of estimate", "55,751,717 (2025 est.)"),
    ],
)
def test_units_as_the_description_asks(pages, look_up, name, description, expected):
    engine = pages(examplia_md=PAGE)
    fields = {name: {"type": "string", "description": description}}

    content = look_up(engine, {"country": "Examplia"}, fields)["content"]

    assert content[name] == expected


def test_what_is_converted_says_so(pages, look_up):
    engine = pages(examplia_md=PAGE)

    output = look_up(engine, {"country": "Examplia"}, {"area_sq_mi": {"type": "string"}})

    assert "converted from sq km to sq mi" in output["basis"][0]["reasoning"]
    assert "580,367 sq km" in output["basis"][0]["citations"][0]["excerpts"][-1]
