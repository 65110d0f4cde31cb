"""Languages that a passage names: ``in English, Irish or Polish``; not ``an Irish company``."""

from __future__ import annotations

import re
from typing import Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.words import stem

LANGUAGE: Final = stem("language")
"""The concept of the last word of ``official_languages``."""

# Those with a code of two letters, and what else they are called.
_NAMES: Final = """
Abkhaz Afar Afrikaans Akan Albanian Amharic Arabic Aragonese Armenian Assamese Avaric Aymara Azerbaijani Azeri Bambara Bashkir Basque Belarusian Bengali Bihari
Bislama Bosnian Breton Bulgarian Burmese Cantonese Castilian Catalan Chamorro Chechen Chichewa Chinese Chuvash Cornish Corsican Cree Creole Croatian Czech Danish
Dari Dutch Dzongkha English Esperanto Estonian Ewe Faroese Farsi Fijian Filipino Finnish Flemish French Frisian Fula Gaelic Galician Ganda Georgian German Greek
Greenlandic Guarani Gujarati Hausa Hawaiian Hebrew Hindi Hungarian Icelandic Igbo Indonesian Inuktitut Irish Italian Japanese Javanese Kannada Kashmiri Kazakh
Khmer Kikuyu Kinyarwanda Kirundi Kongo Korean Kurdish Kyrgyz Lao Latin Latvian Limburgish Lingala Lithuanian Luxembourgish Macedonian Malagasy Malay Malayalam
Maltese Mandarin Manx Maori Marathi Moldovan Mongolian Montenegrin Navajo Ndebele Nepali Norwegian Occitan Ojibwe Oriya Oromo Ossetian Pashto Persian Polish
Portuguese Punjabi Quechua Romanian Romansh Russian Sami Samoan Sango Sanskrit Sardinian Serbian Shona Sindhi Sinhala Slovak Slovene Slovenian Somali Sotho
Spanish Sundanese Swahili Swati Swedish Tagalog Tahitian Tajik Tamil Tatar Telugu Tetum Thai Tibetan Tigrinya Tongan Tsonga Tswana Turkish Turkmen Twi Ukrainian
Urdu Uyghur Uzbek Valencian Vietnamese Walloon Welsh Wolof Xhosa Yiddish Yoruba Zulu
"""
_LANGUAGE: Final = rf"(?:(?:Simplified|Traditional|Brazilian|European|Canadian|Swiss|British|American|Northern|Scottish) )?(?:{'|'.join(_NAMES.split())})"
# A thing of a country is no language: "the Irish maker", "Swedish Medical Products".
_NAMED = re.compile(
    rf"(?<![\w-])(?P<name>{_LANGUAGE})(?![\w-])(?=\s?(?:$|[,;:.)(/&]|\n|(?:and|or|as well as|by|from|in|with|only|since|too|versions?|editions?|translations?|languages?|interface|readers?|ones?|are|is|was|were|he|she|they|we|it)\b|[\N{{EN DASH}}\N{{EM DASH}}-]\s))"
)
# "34 languages, from Catalan to Vietnamese" names no list.
_RANGE = re.compile(rf"\bfrom {_LANGUAGE} (?:right |all the way )?to {_LANGUAGE}\b")
_ASKED = re.compile(
    r"(?:(?:in|into|from|of|lists?|arrays?|names?|all|other|foreign|the|which|what|current|present|spoken|english|interface|official|supported|working)\W+)*(?:languages?|tongues?)\b(?! (?:schools?|courses?|skills?|famil\w+|codes?|model\w*))",
    re.IGNORECASE,
)
_OF_MACHINES = re.compile(
    r"\b(?:programming|query|markup|scripting|source|coding|modelling|machine) languages?\b",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"[^\W\d_a-z]")
_SPOKEN = re.compile(r"-speaking\b")
# What is said of many languages together.
_GROUP = re.compile(
    r"(?:(?:indigenous|native|local|regional|tribal|foreign|immigrant|minority|national|sign|other|various|unspecified)\b ?)+(?:languages?|dialects?|vernaculars?|tongues?)?",
    re.IGNORECASE,
)


def asks_languages(description: str) -> bool:
    """Tell whether a list of languages that people speak is asked for."""
    return bool(_ASKED.match(description)) and not _OF_MACHINES.search(description)


def language_candidates(text: str) -> list[Candidate]:
    """Return the languages that a passage names, in order; not the ends of a range."""
    ranges = [found.span() for found in _RANGE.finditer(text)]
    return [
        Candidate(value=found["name"], start=found.start(), end=found.end(), fit=1.0)
        for found in _NAMED.finditer(text)
        if not any(start <= found.start() < end for start, end in ranges)
    ]


def language_spans(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans of a list of languages without the items that name none.

    English writes languages with a capital: "indigenous languages" names no one of them, and
    of ``small Sami- and Finnish-speaking minorities`` the names alone are kept. A list
    without capitals is left as it is.
    """
    kept = []
    for start, end in spans:
        named = _CAPITAL.search(text, start, end)
        if named is None:
            continue
        first = start if " " not in text[start : named.start()] else named.start()
        spoken = _SPOKEN.search(text, first, end)
        last = spoken.start() if spoken else end
        if not _GROUP.fullmatch(text, first, last):
            kept.append((first, last))
    return kept or spans


def is_language(text: str) -> bool:
    """Tell whether a text is the name of a language and nothing else."""
    found = _NAMED.match(text)
    return found is not None and found.end() == len(text)
