"""Whatever text is in them, cells come back as they went in, old and new, in every format."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.suites.table_format import cells, merge, value_column
from tests.unit.tables.conftest import postgres  # noqa: F401 - a fixture
from tests.unit.tables.test_formats import FORMATS, any_format  # noqa: F401 - likewise

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
# A new text that a spreadsheet would run is guarded: that is another test's.
PLAIN = TEXT.map(lambda text: f"n{text}")
ROWS = st.lists(st.tuples(TEXT, PLAIN), min_size=1, max_size=8)
CEO = value_column("ceo", {"type": "string"})
NUMBERS = count()


@pytest.mark.parametrize(
    "any_format",
    [
        *(*FORMATS, "sqlite"),
        pytest.param("postgresql", marks=pytest.mark.slow),
        pytest.param("duckdb", marks=pytest.mark.slow),
    ],
    indirect=True,
    ids=lambda param: getattr(param, "ending", param),
)
@given(rows=ROWS)
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_text_survives(any_format, tmp_path, rows):  # noqa: F811 - the fixture
    # PostgreSQL's text is the only one that holds no NUL.
    assume(any_format.ending != "postgresql" or all("\0" not in a + b for a, b in rows))
    number = next(NUMBERS)
    source = any_format.place(tmp_path, f"in{number}")
    target = any_format.place(tmp_path, f"out{number}")
    old, new = map(list, zip(*rows, strict=True))
    any_format.make(source, {"id": [str(at) for at in range(len(rows))], "a": old})

    merge(any_format.source(source), any_format.target(target), [CEO], lambda row: [new[row]])

    assert cells(any_format.source(target), "a") == old
    assert cells(any_format.source(target), "ceo") == new
