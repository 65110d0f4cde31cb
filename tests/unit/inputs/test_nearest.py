from __future__ import annotations

from enrich.inputs.nearest import did_you_mean, nearest


def test_the_nearest_name_whatever_its_case():
    assert nearest("company", ["Country", "Company"]) == "Company"
    assert nearest("Compny", ["Country", "Company"]) == "Company"


def test_nothing_is_near():
    assert nearest("Turnover", ["Country", "Company"]) is None
    assert did_you_mean("Turnover", ["Country"]) == ""
    assert did_you_mean("country", ["Country"]) == "; did you mean `Country`?"
