"""Columns of tables that are named for the title, the address and the prose of a row."""

import pytest

from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import ColumnError
from enrich.research.rowfiles import Columns
from tests.unit.tables.test_storage import az, cloud, gs, s3  # noqa: F401 - fixtures

FIRMS = """\
account name,legal entity,page,website,remarks,staff
K-77,Acme Anvils,https://acme.example/about,https://shop.example/,Acme Anvils was founded in 1987 in Ulm.,120
K-78,Bolt Works,https://bolt.example/,https://shop.example/,Bolt Works was founded in 1990 in Bern.,80
"""
FOUNDED = {"founded": {"type": ["integer", "null"], "description": "Year of foundation"}}
STAFF = {"staff": {"type": ["integer", "null"], "description": "Number of employees"}}
NAMED = Columns(title="legal entity", url="page", text=("remarks",))


@pytest.fixture
def engine_over(tmp_path, request):
    def made(columns, *roots):
        settings = ResearchSettings(
            corpus=roots or (tmp_path / "docs",), columns=columns, embedding=False, index_path=tmp_path / "index.sqlite",
        )  # fmt: skip
        engine = ResearchEngine(settings)
        request.addfinalizer(engine.close)
        return engine

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/firms.csv").write_text(FIRMS)
    return made


def cited(look_up, engine, company, fields):
    output = look_up(engine, {"company": company}, fields)
    (value,) = output["content"].values()
    return value, [c["url"] for b in output["basis"] for c in b["citations"]]


def test_named_columns_hold_what_they_are_named_for(engine_over, look_up):
    engine = engine_over(NAMED)

    assert cited(look_up, engine, "Acme Anvils", FOUNDED) == (1987, ["https://acme.example/about"])
    assert cited(look_up, engine, "Bolt Works", STAFF) == (80, ["https://bolt.example/"])


def test_a_table_without_the_named_columns_is_read_by_its_headings(engine_over, look_up, tmp_path):
    (tmp_path / "docs/more.jsonl").write_text('{"name": "Cog", "url": "https://cog.example/", "staff": 7}\n')  # fmt: skip
    engine = engine_over(NAMED)

    assert cited(look_up, engine, "Cog", STAFF) == (7, ["https://cog.example/"])


def test_a_row_without_a_title_or_an_address_of_its_own_is_named_by_its_headings(
    engine_over, look_up, tmp_path
):
    rows = "account name,legal entity,page,staff\nDrum Ltd,,n/a,9\n"
    (tmp_path / "docs/firms.csv").write_text(rows)
    engine = engine_over(Columns(title="legal entity", url="page"))

    value, urls = cited(look_up, engine, "Drum Ltd", STAFF)
    assert value == 9
    assert urls == [f"{(tmp_path / 'docs/firms.csv').as_uri()}#row=1"]


def test_tables_are_read_anew_when_other_columns_are_named(engine_over, look_up, tmp_path):
    (tmp_path / "docs/acme.md").write_text("# Acme Anvils\n\nFounded: 1987\n")
    plain = engine_over(Columns())
    assert plain.built.read == 2
    plain.close()
    named = engine_over(NAMED)

    assert named.built.read == 1
    assert cited(look_up, named, "Acme Anvils", STAFF) == (120, ["https://acme.example/about"])
    named.close()
    assert engine_over(NAMED).built.read == 0


@pytest.mark.parametrize(
    ("columns", "use", "said"),
    [
        (Columns(title="legal_entity"), "title", "no table of the documents has a column 'legal_entity'; firms.csv has: account name, legal entity, page,"),
        (Columns(url="Page"), "url", "has a column 'Page'; firms.csv has"),
        (Columns(title="legal entity", text=("remarks", "notes")), "text", "has a column 'notes'"),
    ],
)  # fmt: skip
def test_a_column_that_no_table_has_is_told_before_anything_is_read(
    engine_over, columns, use, said
):
    for _ in range(2):  # the second time as the first
        with pytest.raises(ColumnError, match=said) as told:
            engine_over(columns)
        assert told.value.use == use
    assert engine_over(NAMED).built.read == 1


def test_without_a_table_no_column_is_there(engine_over, tmp_path):
    (tmp_path / "docs/firms.csv").rename(tmp_path / "docs/firms.txt")

    with pytest.raises(ColumnError, match=r"no table of the documents has a column 'page'$"):
        engine_over(Columns(url="page"))


def test_columns_of_tables_in_object_storage_are_named_alike(engine_over, look_up, cloud):  # noqa: F811 - the fixture
    cloud.put("in/firms.csv", FIRMS.encode())
    engine = engine_over(NAMED, cloud / "in")

    assert cited(look_up, engine, "Acme Anvils", STAFF) == (120, ["https://acme.example/about"])
