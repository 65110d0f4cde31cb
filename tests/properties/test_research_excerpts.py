"""Whatever a page holds: an answer's excerpts are the page's own words, and its value follows from them."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.html import read_html
from enrich.research.question import Question

WORD = st.sampled_from(
    ["Acme", "founded", "in", "1987", "revenue", "of", "$5.2", "million", "is", "the", "capital", "Leeds", "employees",
     "1,200", "about", "and", "Jane", "Doe", "(2024 est.)", ".fr", "EUR", "Ceo", ":", ";", ",", ".", "note", "total"]
)  # fmt: skip
PHRASE = st.lists(WORD, min_size=1, max_size=14).map(" ".join)
BLOCK = st.one_of(
    PHRASE.map(lambda t: f"<p>{t}</p>"),
    PHRASE.map(lambda t: f"<h2>{t}</h2>"),
    st.tuples(PHRASE, PHRASE).map(lambda t: f"<dl><dt>{t[0]}</dt><dd>{t[1]}</dd></dl>"),
    st.lists(PHRASE, min_size=1, max_size=4).map(lambda t: "<ul>" + "".join(f"<li>{i}</li>" for i in t) + "</ul>"),
    st.lists(PHRASE, min_size=2, max_size=3).map(lambda t: "<table><tr>" + "".join(f"<td>{i}</td>" for i in t) + "</tr></table>"),
)  # fmt: skip
FIELDS = {
    "capital": {"type": ["string", "null"]},
    "employees": {"type": ["integer", "null"]},
    "founded_year": {"type": ["integer", "null"]},
    "revenue_usd": {"type": ["number", "null"]},
    "ceo": {"type": ["string", "null"]},
    "founders": {"type": "array", "items": {"type": "string"}},
    "currency_code": {"type": ["string", "null"]},
    "total": {"type": ["string", "null"]},
}
SCHEMA = {"type": "json", "json_schema": {"type": "object", "properties": FIELDS}}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(BLOCK, min_size=1, max_size=12))
def test_an_excerpt_is_always_a_verbatim_span_and_holds_its_value(blocks):
    markup = (
        f"<html><title>Acme</title><body><h1>Acme</h1><p>Words.</p>{''.join(blocks)}</body></html>"
    )
    text = read_html(markup, url="u", sha256="").text
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "acme.html").write_text(markup, encoding="utf-8")
        engine = ResearchEngine(ResearchSettings(corpus=(Path(folder),), embedding=False))
        try:
            output = engine.answer(
                Question(input={"company": "Acme"}, output_schema=SCHEMA, processor="core")
            )
        finally:
            engine.close()

    for entry in output["basis"]:
        value = output["content"].get(entry["field"])
        excerpts = [excerpt for citation in entry["citations"] for excerpt in citation["excerpts"]]
        assert all(excerpt in text for excerpt in excerpts)
        if isinstance(value, str):
            assert value in excerpts[0]
