"""A shard's range of fingerprints, and its part of a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import ConfigError
from enrich.job import Overrides, make_job
from enrich.records import WHOLE, Request, Shard

DIVISIONS = st.integers(1, 1000)


def job(shard):
    task = {"processor": "base", "inputs": ["x"], "output": {"text": "x"}}
    return make_job({"task": task}, overrides=Overrides(shard=shard))


@given(st.binary(min_size=32, max_size=32), DIVISIONS)
def test_each_fingerprint_has_one_owner(fingerprint, of):
    owners = [index for index in range(of) if Shard(index, of).owns(fingerprint)]

    assert owners == [Shard(0, of).owner(fingerprint)]


@pytest.mark.parametrize("of", [1, 2, 3, 7, 1000])
def test_the_ranges_reach_from_the_first_fingerprint_to_the_last(of):
    assert Shard(0, of).owner(bytes(32)) == 0
    assert Shard(0, of).owner(b"\xff" * 32) == of - 1


@given(st.integers(0, 10**12), DIVISIONS)
def test_the_parts_of_a_number_are_even_and_make_it_up(total, of):
    parts = [Shard(index, of).share(total) for index in range(of)]

    assert sum(parts) == total
    assert max(parts) - min(parts) <= 1


def test_what_goes_on_from_an_answer_is_bought_where_that_was():
    first, again = b"\x00" * 32, b"\xff" * 32

    assert Shard(0, 2).owns(Request(fingerprint=again, input=b"{}", after=first).owned_by)


@pytest.mark.parametrize(
    ("text", "shard"),
    [
        ("0/4", Shard(0, 4)),
        ("3/4", Shard(3, 4)),
        ("4/4", Shard(0, 4)),
        (" 2/3 ", Shard(2, 3)),
        ("0/1", WHOLE),
        ("1/1", WHOLE),
        (None, WHOLE),
    ],
)
def test_counting_begins_at_nought_or_at_one(text, shard):
    assert job(text).shard == shard


@pytest.mark.parametrize("text", ["", "1", "5/4", "0/0", "-1/4", "1/-4", "a/b", "1/2/3", "1.0/4"])
def test_what_is_no_share_is_refused_with_how_one_is_written(text):
    with pytest.raises(ConfigError, match="write i/n"):
        job(text)
