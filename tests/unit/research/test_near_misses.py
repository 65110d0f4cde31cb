"""What stands near an answer and is none: a whole's figure, another body's, a count for a share, a sum for a name."""

import pytest

from enrich.research.candidates.denials import says
from enrich.research.elsewhere import is_elsewhere
from enrich.research.wanted import wanted
from enrich.research.worked_examples import pairs

AREA = ("number", "Area planted with vines, in hectares")
ENERGY = ("number", "Usable capacity of the battery in kWh")
STAFF = ("integer", "Number of employees")
LEAVING = ("number", "Staff turnover: employees who leave in a year, in percent")
INSURER = ("string", "Name of the insurance company with which it is insured")
LICENCE = ("string", "Number of the licence under which it operates")
ROOF = ("number", "Weight that the roof may carry, in kg")
RAPID = ("number", "Highest DC fast charging power in kW")
AUDITOR = ("string", "Which audit firm audits the accounts?")
SHARE = ("number", "Share of temporary workers who are taken on, in percent")
FOUNDED = ("integer", "Year of foundation")
DESIGNER = ("string", "Who is the chief designer?")


@pytest.fixture
def told(told_of):
    def told(name, schema, text):
        kind, description = schema
        field = {name: {"type": [kind, "null"], "description": description}}
        return told_of("Ulm Port Board", field, text)[name]

    return told


@pytest.mark.parametrize(
    ("name", "schema", "text", "value"),
    [
        ("area_ha", AREA, "- Area: 160 hectares, of which 96 hectares planted with vines", 96),
        ("area_ha", AREA, "- Area planted with vines: 160 hectares", 160),
        ("battery", ENERGY, "- Battery: 22 kWh nominal, of which 20 kWh usable", 20),
        ("employees", STAFF, "The board belongs to the Danube Commission, a sister body with 640 employees.", None),
        ("employees", STAFF, "Bavaria, with the Bonn Port Agency in Ulm (founded in 1988, 112 employees), comes second.", None),
        ("employees", STAFF, "The Ulm Port Board (founded in 1988, 112 employees) comes second.", 112),
        ("employees", STAFF, "The permit for its employees is VD-LS-0926.", None),
        ("roof_load_kg", ROOF, "Kerb weight: 1,845 kg", None),
        ("roof_load_kg", ROOF, "Gross vehicle weight: 3,500 kg", None),
        ("roof_load_kg", ROOF, "Roof load: 75 kg", 75),
        ("dc_charging_kw", RAPID, "AC charging is at 7.4 kW.", None),
        ("dc_charging_kw", RAPID, "DC fast charging: 150 kW", 150),
        ("insurer", INSURER, "Insurance: €10m public liability, €6.5m professional indemnity", None),
        ("insurer", INSURER, "Insurance: Globex Mutual", "Globex Mutual"),
        ("licence_number", LICENCE, "The new licence runs to 9 May 2028.", None),
        ("licence_number", LICENCE, "Licence number: 20871", "20871"),
        ("auditor", AUDITOR, "An Audit Committee of four, chaired by Ms Ada Lamb, met five times.", None),
        ("auditor", AUDITOR, "The accounts are audited by Globex LLP.", "Globex LLP"),
        ("taken_on", SHARE, "Temporary workers: 2,900", None),
        ("taken_on", SHARE, "Share of temporary workers taken on: 24%", 24),
        ("employees", STAFF, "The permit for its 34 employees is VD-LS-0926.", 34),
        ("staff_turnover_pct", LEAVING, "The board has 173 employees.", None),
        ("staff_turnover_pct", LEAVING, "Staff turnover was 4.5 percent.", 4.5),
        ("insurer", INSURER, "Insurer: GBP 1,000,000 a case", None),
        ("insurer", INSURER, "Insurer: Danube Mutual", "Danube Mutual"),
        ("licence_no", LICENCE, "- Operating licence: EA-2417, in force until 30 June 2027", "EA-2417"),
        ("Lic. no.", LICENCE, "- Operating licence: EA-2417, in force until 30 June 2027", "EA-2417"),
        ("licence_no", LICENCE, "- Licence valid to: 14.03.2027", None),
        ("licence_no", LICENCE, "The new licence runs to 9 May 2028.", None),
        ("founded", FOUNDED, "The Ulm Port Board is an authority founded in 1950.", 1950),
        ("founded", FOUNDED, "The board is audited; in 2006 the auditors found no fault.", None),
        ("founded", FOUNDED, "Ada Lamb has been its chief executive since 2019.", None),
        ("founded", FOUNDED, "He heads the Ulm School, a separate company founded in 1999.", None),
        ("designer", DESIGNER, "The chief designer was found by the company Danube Works.", None),
        ("designer", DESIGNER, "- Chief designer: Ada Lamb", "Ada Lamb"),
    ],
)  # fmt: skip
def test_what_is_another_s_a_whole_s_or_of_another_form_is_no_answer(
    told, name, schema, text, value
):
    assert told(name, schema, text) == value


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Lic. no.", "licence number"),
        ("Est.", "established"),
        ("Avg. price", "average price"),
        ("No. of employees", "number of employees"),
    ],
)
def test_a_name_with_dots_is_read_whole(name, label):
    assert wanted(name, {"type": "string"}).label == label


def test_names_with_dots_are_answered_nested_and_taught_by_filled_rows(pages, look_up):
    engine = pages(
        acme_md="# Acme\n\n- Founded: 1987\n- Code name: Heron\n",
        bolt_md="# Bolt\n\n- Founded: 1990\n- Code name: Stork\n",
    )
    year = {"type": ["integer", "null"], "description": "Year of foundation"}
    nested = {"about": {"type": "object", "properties": {"Est. (year)": year, "a.b": year}}}
    assert look_up(engine, {"company": "Acme"}, nested)["content"] == {
        "about": {"Est. (year)": 1987, "a.b": 1987}
    }

    rows = ({"input": {"company": "Acme"}, "output": {"x. 1": "Heron"}},)
    taught = look_up(engine, {"company": "Bolt"}, {"x. 1": {"type": ["string", "null"]}}, examples=rows)  # fmt: skip
    assert taught["content"] == {"x. 1": "Stork"}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("It holds a certificate, issued in Ulm and good until 2027.", "certificate", True),
        ("It held a certificate until 2019.", "certificate", False),
        ("He stopped smoking and the certificate followed in 2011.", "certificate", True),
        ("They dropped the canteen and the lounge.", "lounge", False),
        ("It may impose fines for digging without a licence.", "fines", True),
        ("It digs without a licence.", "licence", False),
    ],
)
def test_an_end_or_a_lack_is_of_what_it_is_said_of(text, name, value):
    at = text.index(name)

    found = says(text, [(name, at, at + len(name))])
    assert found is not None
    assert found[0] is value


@pytest.mark.parametrize(
    ("heading", "beside"),
    [
        ("Shoppers also considered", True),
        ("Buyers who looked at this profile also looked at", True),
        ("Close by", True),
        ("How others do it", True),
        ("Compare", True),
        ("Its teams also play", False),
        ("Compare prices", False),
    ],
)
def test_a_heading_over_what_is_said_of_others(heading, beside):
    assert is_elsewhere(heading) is beside


def test_what_says_what_is_asked_is_no_example():
    assert pairs("Company that imports wines into the United States.") == ()
    assert pairs("Adidas was set up in Herzogenaurach") == (("Adidas", "Herzogenaurach"),)
