"""Numbers and dates written in any usual way are read back."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from enrich.research.candidates.dates import days_in
from enrich.research.candidates.lists import list_spans
from enrich.research.candidates.notations import MONTHS
from enrich.research.candidates.numbers import NumberForm, number_candidates, numbers_in
from enrich.research.documents import sentences

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=200)
DATES = st.dates(dt.date(1000, 1, 1), dt.date(2099, 12, 31))


@given(st.integers(0, 10**15))
def test_a_number_with_separators_is_read_back(value):
    for written in (f"{value:,}", str(value)):
        assert [value] == [number.value for number in numbers_in(f"total {written} people")]


@given(
    st.integers(1, 999_999),
    st.sampled_from([("million", 10**6), ("billion", 10**9), ("trillion", 10**12)]),
)
def test_a_magnitude_is_written_out_exactly(thousandths, magnitude):
    word, factor = magnitude
    written = f"{thousandths / 1000:.3f}"
    candidates = number_candidates(f"about {written} {word} units", NumberForm())

    assert [thousandths * factor // 1000] == [candidate.value for candidate in candidates]


@given(DATES)
def test_a_date_in_words_or_figures_is_read_back(day):
    month = MONTHS[day.month - 1].capitalize()
    for written in (
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        day.isoformat(),
    ):
        found = list(days_in(f"founded on {written} in Leeds"))

        assert [(day.year, day.month, day.day)] == [(d.year, d.month, d.day) for d in found]


@given(TEXT)
def test_spans_lie_in_their_text(text):
    spans = [(n.start, n.end) for n in numbers_in(text)]
    spans += [(d.start, d.end) for d in days_in(text)]
    spans += list_spans(text)
    spans += list(sentences(text))

    assert all(0 <= start < end <= len(text) for start, end in spans)
