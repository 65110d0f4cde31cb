"""The same facts in other forms: tables of many things, rows of files, indented text, PDF with columns."""

import json

import pytest

from enrich.research.candidates.headings import Measure, heading_measure
from enrich.research.candidates.strings import phone_candidates
from enrich.research.candidates.units import UNITS
from enrich.research.descriptions import options
from enrich.research.documents import naming_column
from enrich.research.plaintext import read_text
from enrich.research.rowfiles import spelled
from tests.unit.research.test_documents import parts

FIELDS = {
    "capital": {"type": ["string", "null"], "description": "Name of the capital city"},
    "area_sq_km": {"type": ["number", "null"], "description": "Area in square kilometres"},
}
COLUMNS = ["Rank", "Country", "Capital", "Area (km²)"]
ROWS = [["1", "Peru", "Lima", "1,285,216"], ["2", "Chad", "N'Djamena", "1,284,000"], ["3", "Niger", "Niamey", "1,267,000"]]  # fmt: skip


def html(rows):
    head = "".join(f"<th>{c}</th>" for c in COLUMNS)
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return f"<h1>Countries</h1><p>A list.</p><table><tr>{head}</tr>{body}</table>"


def markdown(rows):
    lines = ["| " + " | ".join(cells) + " |" for cells in (COLUMNS, ["---"] * 4, *rows)]
    return "# Countries\n\n" + "\n".join(lines)


@pytest.mark.parametrize("processor", ["lite", "base", "core"])
@pytest.mark.parametrize(("ending", "write"), [("html", html), ("md", markdown)])
def test_a_row_of_a_long_table_is_about_what_it_names(pages, look_up, ending, write, processor):
    engine = pages(**{f"list_{ending}": write(ROWS)})

    output = look_up(engine, {"country": "Chad"}, FIELDS, processor)

    assert output["content"] == {"capital": "N'Djamena", "area_sq_km": 1284000}
    assert output["basis"][0]["confidence"] == "high"
    excerpts = "\n".join(output["basis"][0]["citations"][0]["excerpts"])
    assert "Rank Country Capital Area (km²)" in excerpts
    assert "2 Chad N'Djamena" in excerpts
    assert look_up(engine, {"country": "Mali"}, FIELDS)["content"] == dict.fromkeys(FIELDS)


def test_a_page_of_its_own_goes_before_a_row(pages, look_up):
    engine = pages(list_md=markdown(ROWS), niger_md="# Niger\n\nCapital: Zinder\n")

    content = look_up(engine, {"country": "Niger"}, FIELDS)["content"]

    assert content == {"capital": "Zinder", "area_sq_km": 1267000}


def test_cells_that_reach_over_rows_leave_the_columns_in_their_places(pages, look_up):
    rows = """<tr><td rowspan="2">1</td><td>Peru</td><td>Lima</td><td>5</td></tr>
<tr><td>Chad</td><td colspan="2">N'Djamena</td></tr>"""
    engine = pages(list_html=html([]).replace("</table>", f"{rows}</table>"))

    assert look_up(engine, {"country": "Peru"}, FIELDS)["content"]["area_sq_km"] == 5
    assert look_up(engine, {"country": "Chad"}, FIELDS)["content"] == {"capital": "N'Djamena", "area_sq_km": None}  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "column"),
    [(["Rank", "City"], 1), (["#", "Name"], 1), (["Atomic number", "Symbol", "Name"], 2),
     (["", "2020", "2021"], 0), (["Year", "Winner"], 0), (["Code", "Id"], 0), ([], 0)],
)  # fmt: skip
def test_the_column_that_names_a_row(headers, column):
    assert naming_column(headers) == column


@pytest.mark.parametrize(
    ("headers", "listed"), [(["Country", "Capital"], True), (["Property", "Value"], False)]
)
def test_two_columns_list_things_unless_they_are_labels_and_values(pages, look_up, headers, listed):
    engine = pages(list_md=f"# Facts\n\n| {headers[0]} | {headers[1]} |\n|---|---|\n| Chad | Lima |\n")  # fmt: skip

    content = look_up(engine, {"country": "Chad"}, {"capital": FIELDS["capital"]})["content"]

    assert content["capital"] == ("Lima" if listed else None)


@pytest.mark.parametrize(
    ("label", "measure"),
    [
        ("Area (km²)", Measure(unit=UNITS["km²"])),
        ("area km2", Measure(unit=UNITS["km2"])),
        ("Melting point (K)", Measure(unit=UNITS["K"])),
        ("Revenue (US$ million)", Measure(scale=1e6, currency="USD")),
        ("Revenue, EUR bn", Measure(scale=1e9, currency="EUR")),
        ("Population in thousands", Measure(scale=1e3)),
        ("Staff ('000s)", Measure(scale=1e3)),
        ("Share (%)", Measure(percent=True)),
        ("Population", Measure()),
    ],
)
def test_what_a_heading_says_of_its_numbers(label, measure):
    assert heading_measure(label) == measure


def test_a_number_is_read_in_the_magnitude_of_its_column(pages, look_up):
    table = "| Firm | City | Revenue (US$ million) |\n|---|---|---|\n| Acme | Leeds | 12.5 |\n"
    field = {"revenue_usd": {"type": ["number", "null"], "description": "Revenue in US dollars"}}

    output = look_up(pages(list_md=f"# Firms\n\n{table}"), {"company": "Acme"}, field)

    assert output["content"] == {"revenue_usd": 12500000}
    assert "magnitude that its label names" in output["basis"][0]["reasoning"]


def test_an_indented_text_keeps_its_topics():
    text = """Chad

GEOGRAPHY

Area:
  total: 1,284,000 sq km
  note: much of it
      is desert
Climate: tropical in south,
    desert in north
Exports:
- oil
- gold
"""
    assert parts(read_text(text, url="file:///x.txt", name="x", sha256="x")) == [
        (("GEOGRAPHY", "Area"), "", "total", "1,284,000 sq km"),
        (("GEOGRAPHY", "Area"), "", "note", "much of it is desert"),
        (("GEOGRAPHY",), "", "Climate", "tropical in south, desert in north"),
        (("GEOGRAPHY",), "", "", "Exports:"),
        (("GEOGRAPHY",), "", "Exports", "oil"),
        (("GEOGRAPHY",), "", "Exports", "gold"),
    ]


def test_rows_with_objects_and_texts_are_read_part_by_part(pages, look_up):
    rows = [
        {"id": 7, "name": {"common": "Chad", "official": "Republic of Chad"}, "capitals": ["N'Djamena"],
         "currencies": {"XAF": {"name": "CFA franc"}}, "languages": {"fra": "French", "ara": "Arabic"},
         "updated": "2024-05-01T00:00:00", "text": "Chad is a state in Africa.\n\nIts tallest peak is Emi Koussi."},
        {"id": 8, "name": {"common": "Mali"}, "areakm2": 1240192},
    ]  # fmt: skip
    engine = pages(list_jsonl="\n".join(map(json.dumps, rows)))
    asked = {
        "capital": FIELDS["capital"],
        "currency_code": {"type": "string", "description": "Three-letter ISO 4217 code"},
        "languages": {"type": "array", "items": {"type": "string"}},
        "tallest_peak": {"type": ["string", "null"], "description": "Its tallest peak"},
    }

    content = look_up(engine, {"country": "Chad"}, asked)["content"]

    assert content == {
        "capital": "N'Djamena", "currency_code": "XAF",
        "languages": ["French", "Arabic"], "tallest_peak": "Emi Koussi",
    }  # fmt: skip
    assert look_up(engine, {"country": "Mali"}, FIELDS)["content"]["area_sq_km"] == 1240192


def test_a_row_about_another_thing_that_names_the_subject_does_not_answer_for_it(pages, look_up):
    """A company's row names its country in one cell, and its people in others."""
    rows = [{"name": "Chad", "capital": "N'Djamena"}] + [
        {
            "name": f"Acme {n}",
            "country": "Chad",
            "listed": "Chad Exchange",
            "sold": "Chad and Chad",
            "key_people": "Ada Example (CEO)",
        }
        for n in (1, 2)
    ]
    engine = pages(list_jsonl="\n".join(map(json.dumps, rows)))
    ceo = {"ceo_name": {"type": ["string", "null"], "description": "Name of the chief executive."}}

    assert look_up(engine, {"country": "Chad"}, ceo)["content"] == {"ceo_name": None}
    assert look_up(engine, {"company": "Acme 2"}, ceo)["content"] == {"ceo_name": "Ada Example"}


def test_a_page_titled_by_a_part_of_a_name_is_another_things(pages, look_up):
    text = "Murba is a land. Its capital is Tun. Murba lies west of Lower Murba. Murba has hills. Murba sings."
    engine = pages(a_txt=f"Murba\n\n{text}\n")
    capital = {"capital": {"type": ["string", "null"], "description": "Its capital."}}

    assert look_up(engine, {"country": "Lower Murba"}, capital)["content"] == {"capital": None}
    assert look_up(engine, {"country": "Murba"}, capital)["content"] == {"capital": "Tun"}


def test_what_there_is_of_a_thing_denies_that_there_is_none_under_any_heading(pages, look_up):
    engine = pages(
        a_txt="Murba\n\nGEOGRAPHY\n\nArea: 90 sq km\n\nCoastline: 29 km\n",
        b_txt="Verda\n\nGEOGRAPHY\n\nArea: 90 sq km\n\nCoastline: 0 km\n",
    )
    asked = {"landlocked": {"type": ["boolean", "null"], "description": "Whether the country has no coast."}}  # fmt: skip

    assert look_up(engine, {"country": "Murba"}, asked)["content"] == {"landlocked": False}
    assert look_up(engine, {"country": "Verda"}, asked)["content"] == {"landlocked": True}


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("State of matter: solid, liquid or gas.", {"solid", "liquid", "gas"}),
        ("Either public or private.", {"public", "private"}),
        ("The state, e.g. Ohio or Utah", set()),
        ("Its length in metres or feet", set()),
    ],
)
def test_the_options_that_a_description_names(description, expected):
    assert options(description) == expected


def test_a_postcode_before_a_land_is_no_telephone_number():
    assert [c.value for c in phone_candidates("1-5-1, Kiba, Tokyo 135-0001, Japan")] == []
    assert [c.value for c in phone_candidates("Call 555-0100 now")] == ["555-0100"]


@pytest.mark.parametrize(
    ("column", "words"),
    [("areakm2", "area km2"), ("currencycode", "currency code"), ("atomic_number", "atomic number"), ("account", "account")],
)  # fmt: skip
def test_the_words_of_a_columns_name(column, words):
    assert spelled(column) == words


def laid_out(lines):
    """Write a PDF of one page: each line's font, size, height on the page, and texts with their places."""
    content = "".join(
        f"BT /{font} {size} Tf 1 0 0 1 {left} {top} Tm ({text}) Tj ET\n"
        for font, size, top, cells in lines
        for left, text in cells
    ).encode()
    fonts = b"/F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> /B << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>"
    return (
        b"%%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << %s >> >> >>\nendobj\n"
        b"4 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%%%EOF"
        % (fonts, len(content), content)
    )


def test_a_pdf_keeps_its_headings_tables_and_paragraphs(pages, look_up):
    cells = [[(50, a), (200, b), (350, c)] for a, b, c in (("Country", "Capital", "Area, sq km"), ("Peru", "Lima", "1,285,216"), ("Chad", "Ndjamena", "1,284,000"))]  # fmt: skip
    engine = pages(
        list_pdf=laid_out([
            ("B", 18, 760, [(50, "Acme")]),
            ("F", 10, 730, [(50, "Acme makes anvils and lends them to smiths who have none")]),
            ("F", 10, 718, [(50, "of their own.")]),
            ("B", 14, 690, [(50, "Founded")]),
            ("F", 10, 670, [(50, "1987")]),
            ("B", 14, 640, [(50, "Customers")]),
            ("B", 10, 620, cells[0]),
            ("F", 10, 606, cells[1]),
            ("F", 10, 592, cells[2]),
        ])
    )  # fmt: skip

    founded = {"founded": {"type": ["integer", "null"], "description": "Year of foundation"}}
    assert look_up(engine, {"company": "Acme"}, founded)["content"] == {"founded": 1987}
    content = look_up(engine, {"country": "Chad"}, FIELDS)["content"]
    assert content == {"capital": "Ndjamena", "area_sq_km": 1284000}


RIVERS = {
    "type": "array",
    "description": "Rivers of the country that the firm is based in",
    "items": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "Name of the river"},
            "length_km": {"type": ["integer", "null"], "description": "Length in kilometres"},
        },
    },
}


@pytest.mark.parametrize(("processor", "found"), [("core", 0), ("pro", 2)])
def test_a_list_of_objects_is_read_on_the_page_of_a_thing_that_the_subjects_page_names(
    pages, look_up, processor, found
):
    rows = "| No | Name | Length (km) |\n|---|---|---|\n| 1 | Logone | 1,000 |\n| 2 | Chari | 1,400 |\n"
    engine = pages(acme_md="# Acme\n\nCountry: Chad\n", chad_md=f"# Chad\n\n## Rivers\n\n{rows}")

    output = look_up(engine, {"company": "Acme"}, {"country_rivers": RIVERS}, processor)

    assert output["content"]["country_rivers"] == [
        {"name": "Logone", "length_km": 1000}, {"name": "Chari", "length_km": 1400}
    ][:found]  # fmt: skip
    entries = {entry["field"]: entry for entry in output["basis"]}
    if found:
        whole = entries["country_rivers"]
        assert whole["reasoning"].startswith('"Acme" names Chad, whose page was read.')
        assert [c["title"] for c in whole["citations"]] == ["Chad", "Acme"]
        assert "2 Chari 1,400" in entries["country_rivers.1"]["citations"][0]["excerpts"][-1]
