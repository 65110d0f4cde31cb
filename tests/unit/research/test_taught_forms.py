"""Filled rows teach how a value is written, and in which size: one column, one form."""

import pytest

from enrich.research.candidates.numbers import numbers_in
from enrich.research.candidates.taught_notations import day_notations, figure_notation, sure_days
from enrich.research.codes import guarded, shape_of
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Question

LINES = {
    "Acme": ("EUR 50.0 million", "20 %", "3 May 2023", "1,211", "USD 950,000"),
    "Globex": ("EUR 63.5 million", "12,5 %", "14 June 2023", "800", "USD 1.2 million"),
    "Initech": ("EUR 77,012,000", "7 per cent", "5 April 2023", "12'405", "USD 4.25 million"),
    "Umbra": ("USD 90 million", "about 7", "May 2023", "2.405", "none"),
}
LABELS = ("Turnover", "Export share", "Last audit", "Staff", "Gift")


@pytest.fixture(scope="module")
def firms(tmp_path_factory):
    folder = tmp_path_factory.mktemp("firms")
    for name, values in LINES.items():
        told = "\n".join(f"- {label}: {value}" for label, value in zip(LABELS, values, strict=True))
        (folder / f"{name}.md").write_text(f"# {name}\n\n## Profile\n\n{told}\n")
    engine = ResearchEngine(ResearchSettings(corpus=(folder,), embedding=False))
    yield engine
    engine.close()


def ask(engine, firm, known, kind="string", name="c9", **more):
    rows = [
        {"input": {"company": thing}, "output": {name: value}}
        for thing, value in zip(("Acme", "Globex"), known, strict=False)
    ]
    schema = {"type": "object", "properties": {name: {"type": kind, **more}}, "required": [name]}
    output = engine.answer(
        Question(
            input={"company": firm},
            output_schema={"type": "json", "json_schema": schema},
            processor="base",
            examples=tuple(rows),
        )
    )
    return output["content"][name], output["basis"][0]


@pytest.mark.parametrize(
    ("known", "kind", "expected"),
    [
        (("50.0M", "63.5M"), "string", "77.012M"),
        (("50M", "64M"), "string", "77M"),
        (("€50.0m", "€63.5m"), "string", "€77.012m"),
        (("EUR 50.0 million", "EUR 63.5 million"), "string", "EUR 77.012 million"),
        ((50, 63.5), "number", 77.012),
        ((50, 64), "integer", 77),
        ((50_000_000, 63_500_000), "integer", 77_012_000),
        (("20%", "12.5%"), "string", "7%"),
        ((20, 12.5), "number", 7),
        ((0.2, 0.125), "number", 0.07),
        (("0.2", "0.125"), "string", "0.07"),
        (("2023-05-03", "2023-06-14"), "string", "2023-04-05"),
        (("03.05.2023", "14.06.2023"), "string", "05.04.2023"),
        (("05/03/2023", "06/14/2023"), "string", "04/05/2023"),
        (("3 May 2023", "14 Jun 2023"), "string", "5 Apr 2023"),
        (("05/2023", "06/2023"), "string", "04/2023"),
        (("1211", "800"), "string", "12405"),
        (("1,211", "800"), "string", "12,405"),
        (("950K", "1.2M"), "string", "4.25M"),
    ],
)
def test_the_open_row_is_filled_in_the_form_of_the_others(firms, known, kind, expected):
    value, basis = ask(firms, "Initech", known, kind)

    assert value == expected
    assert "filled rows" in basis["reasoning"]


@pytest.mark.parametrize(
    ("known", "kind"),
    [
        (("50.0M", "63.5M"), "string"),
        ((50, 63.5), "number"),
        (("20%", "12.5%"), "string"),
        ((0.2, 0.125), "number"),
        (("03.05.2023", "14.06.2023"), "string"),
        (("1211", "800"), "string"),
    ],
    ids=["another currency", "another currency's number", "no percent", "no share", "no day", "a point or thousands"],
)  # fmt: skip
def test_what_cannot_be_written_so_is_left_open(firms, known, kind):
    value, basis = ask(firms, "Umbra", known, kind)

    assert value is None
    assert "Filled rows have their value beside" in basis["reasoning"]


def test_a_field_that_is_named_has_one_size_too(firms):
    value, basis = ask(
        firms, "Initech", (50, 63.5), "number", name="turnover", description="Turnover"
    )

    assert value == 77.012
    assert "units of 1,000,000" in basis["reasoning"]


def test_days_are_written_as_in_the_filled_rows_whatever_the_field_is_called(firms):
    value, _ = ask(firms, "Initech", ("2023-05-03",), name="last_audit", description="Last audit")

    assert value == "2023-04-05"


def test_values_that_no_document_has_teach_how_they_are_written_alone(firms):
    value, basis = ask(firms, "Initech", ("2001-02-03", "2002-03-14"), name="last_audit")

    assert value == "2023-04-05"
    assert "could not be found in their documents" in basis["reasoning"]


def test_a_figure_of_another_size_than_those_that_are_known_is_said_to_be_one(firms):
    value, basis = ask(firms, "Initech", (3, 4), "number", name="turnover")

    assert value == 77_012_000
    assert basis["confidence"] == "low"
    assert "another unit" in basis["reasoning"]


def test_capitals_are_taught_by_rows_whose_documents_have_none(pages):
    texts = {name: f"# {name}\n\nSeat: {city}\n" for name, city in (("Acme", "Lyon"), ("Globex", "Porto"), ("Initech", "Jena"))}  # fmt: skip
    engine = pages(**{f"{name}_md": text for name, text in texts.items()})

    assert ask(engine, "Initech", ("LYON", "PORTO"))[0] == "JENA"
    assert ask(engine, "Initech", ("Lyon", "Porto"))[0] == "Jena"


def test_a_label_that_names_the_field_goes_before_one_with_the_same_figure(pages):
    texts = {"Acme": "Plants: 12\n\nStaff: 12", "Globex": "Plants: 3\n\nStaff: 45"}
    engine = pages(**{f"{name}_md": f"# {name}\n\n{text}\n" for name, text in texts.items()})

    assert ask(engine, "Globex", (12,), "integer", name="staff")[0] == 45


def unknown(known, iso):
    notation = sure_days([known])
    return notation and notation.write(iso)


def code(like, text):
    shape = shape_of(like)
    found = guarded(shape).search(text) if shape else None
    return found and found[0]


def test_days_that_may_be_read_in_two_ways_are_written_only_where_both_come_to_the_same():
    (notation,) = day_notations(["01/01/2024", "02/02/2024"])

    assert notation.write("2024-05-05") == "05/05/2024"
    assert notation.write("2024-05-06") is None
    assert unknown("03/04/2024", "2024-05-06") is None
    assert unknown("13/04/2024", "2024-05-06") == "06/05/2024"


@pytest.mark.parametrize(
    "texts",
    [["about 50"], ["007", "012"], ["1.234"], ["50 M", "$50"], ["12-17"], ["1,234", "1 234"], ["800 people"], ["3.1.4"], []],
)  # fmt: skip
def test_what_is_no_figure_or_is_not_written_alike_has_no_notation(texts):
    assert figure_notation(texts) is None


def test_versions_and_codes_keep_their_digits(pages):
    texts = {"Acme": "3.1", "Globex": "2.0", "Initech": "3.10", "Umbra": "4.1.7"}
    engine = pages(**{f"{n}_md": f"# {n}\n\nRelease: {v}\n" for n, v in texts.items()})

    assert ask(engine, "Initech", ("3.1", "2.0"))[0] == "3.10"
    assert ask(engine, "Umbra", ("3.1", "2.0"))[0] is None


@pytest.mark.parametrize("text", ["1,211", "1 211", "1'211", "1.211", "211,5"])
def test_a_code_of_three_digits_is_no_part_of_a_number(text):
    assert code("937", text) is None


@pytest.mark.parametrize("text", ["211", "No. 211, second", "code 211.", "Haus 5, 211"])
def test_a_code_beside_other_words_is_one(text):
    assert code("937", text) == "211"


def test_a_postcode_behind_a_house_number_is_one():
    assert code("10115", "Long Road 5 10117 Berlin") == "10117"


@pytest.mark.parametrize(
    ("text", "value"),
    [("12,5 %", 12.5), ("1.234,50", 1234.5), ("1'211", 1211), ("1.211.000", 1_211_000), ("12,34,567", 1_234_567), ("0,125", 0.125), ("1,211", 1211), ("1.5", 1.5)],
)  # fmt: skip
def test_a_number_is_read_whole_however_it_is_parted(text, value):
    assert [number.value for number in numbers_in(text)] == [value]


def test_figures_in_a_row_are_no_decimals():
    assert [number.value for number in numbers_in("2,5,7")] == [2]
