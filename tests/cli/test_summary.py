"""How amounts are written: never as less than they are."""

import pytest

from enrich.pipeline.telling import money


@pytest.mark.parametrize(
    ("usd", "written"),
    [
        (0.0, "free"),
        (0.05, "$0.05"),
        (0.125, "$0.125"),
        (0.1 + 0.2, "$0.30"),
        (0.0001, "$0.001"),
        (1250.0, "$1,250.00"),
        (999_999.999, "$999,999.999"),
    ],
)
def test_an_amount_is_written_to_the_thousandth_and_never_lower(usd, written):
    assert money(usd) == written
