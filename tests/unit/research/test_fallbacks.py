"""What to answer when nothing is known, in the ways that descriptions say it."""

import pytest

from enrich.research.wanted import wanted


def fallback(description, kind="string", **more):
    return wanted("rating", {"type": kind, "description": description, **more}).fallback


@pytest.mark.parametrize(
    ("description", "kind", "expected"),
    [
        ("Rating. Write Unknown if you cannot find it", "string", "Unknown"),
        ("Rating. Default: 'tbd'", "string", "tbd"),
        ("Rating, or 'Unknown' if it cannot be found", "string", "Unknown"),
        ("Rating; use an empty string if not found", "string", ""),
        ("Rating. If it cannot be found, use an empty string.", "string", ""),
        ("Rating (Unknown if not found)", "string", "Unknown"),
        ("Rating. If unknown, answer 'not known'.", "string", "not known"),
        ("Number of awards, 0 if none found", "integer", 0),
        ("Number of awards. Defaults to 0", "integer", 0),
        ("Number of awards, -1 if unknown", "integer", -1),
        ("Whether it won. Default to false if no information", "boolean", False),
        ("Whether it won; false if not mentioned", "boolean", False),
    ],
)
def test_a_way_out_is_understood(description, kind, expected):
    """However it is said, it is what nothing found gives."""
    said = fallback(description, kind)
    assert (said, type(said)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("description", "kind"),
    [
        ("Whether it can be bought; false if not available", "boolean"),
        ("True if it is public, false if not listed", "boolean"),
        ("Whether logging defaults to true", "boolean"),
        ("Number of awards in 2023 if not available for 2024", "integer"),
        ("Rating, the latest if several are stated", "string"),
        ("Default currency of the account", "string"),
        ("Rating. If unknown, null.", "string"),
    ],
)
def test_what_a_value_means_is_no_way_out(description, kind):
    """A definition of a yes or no, a year and a qualifier say nothing of what is not known."""
    assert fallback(description, kind) is None


def test_a_way_out_is_one_of_the_choices():
    """A word that is no choice is no answer; one of other letters is the choice."""
    assert fallback("If unknown, return 'n/a'.", enum=["yes", "no"]) is None
    choices = ["yes", "no", "unknown"]
    assert fallback("If it is not stated, return 'Unknown'.", enum=choices) == "unknown"
