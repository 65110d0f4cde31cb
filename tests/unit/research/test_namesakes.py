"""Which documents are about the thing that an input names: other names of it, and namesakes."""

import pytest

from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Question

NAMES = "<h2>Names</h2><dl><dt>full</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd></dl>"
DOCUMENTS = {
    # Titled by a name that the other document says its subject still has.
    "a.txt": "Lorland\n\nLorland, also referred to as Murba, is a country by the sea.\n",
    "b.html": "<h1>Murba</h1><h2>Flag day</h2><p>3 May</p>",
    # Of another title, and states the name in its list of names.
    "c.txt": "Verdan Republic\n\nThe Verdan Republic is a country in the hills.\n",
    "d.html": f"<h1>Verdan</h1>{NAMES.format('Verdan', 'long', 'Verdan Republic')}"
    "<h2>Flag day</h2><p>4 May</p>",
    # Two things of one name, of which one is called what the input calls it.
    "e.txt": "Ponesia\n\nPonesia is a region of the ocean. Its flag day is 5 May.\n",
    "f.txt": "United Ponesia\n\nUnited Ponesia, or simply Ponesia, is a country in Ponesia.\n",
    "g.html": "<h1>United Ponesia</h1><h2>Flag day</h2><p>6 May</p>",
    # A country that once had its capital's name is not the city.
    "h.txt": "Tun\n\nTun is a city on the coast.\n",
    "i.html": f"<h1>Tunland</h1>{NAMES.format('Tunland', 'former', 'Tun')}<h2>Flag day</h2><p>7 May</p>",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("namesakes")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    engine = ResearchEngine(ResearchSettings(corpus=(folder,), embedding=False))
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ({"country": "Lorland"}, "3 May"),
        ({"country": "Verdan Republic"}, "4 May"),
        ({"country": "Ponesia"}, "6 May"),
        ({"city": "Tun"}, None),
    ],
)
def test_a_thing_is_found_by_its_names_and_told_from_its_namesakes(engine, given, day):
    schema = {"type": "object", "properties": {"flag_day": {"type": ["string", "null"]}}}
    asked = Question(
        input=given, output_schema={"type": "json", "json_schema": schema}, processor="base"
    )

    assert engine.answer(asked)["content"] == {"flag_day": day}
