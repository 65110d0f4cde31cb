"""Lists of languages: which words name one, and what is none."""

import pytest

from enrich.research.candidates.languages import asks_languages, is_language, language_candidates
from enrich.research.candidates.lists import list_spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On the handset the user can pick Swedish, Norwegian or German.", ["Swedish", "Norwegian", "German"]),
        ("There are Polish and Romanian versions, and the Czech one came out.", ["Polish", "Romanian", "Czech"]),
        ("It teaches 34 languages, from Catalan to Vietnamese.", []),
        ("Globex, the Irish maker of pumps, told the Swedish Medical Agency.", []),
    ],
)  # fmt: skip
def test_languages_are_named_and_not_what_is_of_a_country(text, expected):
    assert [c.value for c in language_candidates(text)] == expected


def test_what_is_a_language():
    assert is_language("Brazilian Portuguese")
    assert not is_language("English tea")


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Languages in which the app itself is available.", True),
        ("array of English language names", True),
        ("Into which languages has the book been translated?", True),
        ("Programming languages in which it is written.", False),
        ("Language schools in the town.", False),
        ("Countries in which it is sold.", False),
    ],
)
def test_which_lists_are_of_languages(description, expected):
    assert asks_languages(description) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Danish, Swedish, English or German", ["Danish", "Swedish", "English", "German"]),
        ("Danish, cakes with milk or cream", ["Danish", "cakes with milk or cream"]),
    ],
)
def test_a_list_may_end_in_or(text, expected):
    assert [text[a:b] for a, b in list_spans(text)] == expected


LANGUAGES = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Languages in which the app itself is available.",
}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("- Interface languages: Danish, Swedish or German", ["Danish", "Swedish", "German"]),
        ("It teaches 34 languages, from Catalan to Vietnamese.", []),
        ("- Translator: Bo Case", []),
    ],
)
def test_a_page_lists_languages(pages, look_up, lines, expected):
    engine = pages(acme_md=f"# Acme\n\n{lines}\n")
    assert look_up(engine, {"app": "Acme"}, {"languages": LANGUAGES})["content"]["languages"] == (
        expected
    )


def test_the_language_of_the_original_is_no_translation(pages, look_up):
    translations = LANGUAGES | {"description": "Languages in which translations are published."}
    engine = pages(acme_md="# Acme\n\n- Language: English\n- Translations: Danish, Greek\n")
    found = look_up(engine, {"book": "Acme"}, {"translations": translations})["content"]
    assert found == {"translations": ["Danish", "Greek"]}
