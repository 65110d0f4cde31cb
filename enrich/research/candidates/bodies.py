"""Names of persons and of bodies: what they look like, and where a body's name ends.

A body's name goes on behind an ``and`` that its last word needs (``Coastal Child and Family Health
Authority``) and takes its legal form with it (``Acme Eventos, Lda.``).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.strings import SENTENCE_STARTERS, proper_names
from enrich.research.words import clause_start, word_set, words

if TYPE_CHECKING:
    from enrich.research.candidates.candidate import Candidate

CAP: Final = r"[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff]"
_WORD = rf"{CAP}[\w'\N{{RIGHT SINGLE QUOTATION MARK}}.&+/-]*(?<![.'])"
_JOIN = r"(?:of|de|da|do|dos|del|della|di|du|des|la|le|les|el|al|van|von|der|den|the|for|&|y|e|i|z|et|und|och|og)"
LEGAL_FORM: Final = (
    r"(?:Inc|Incorporated|Ltd|Limited|LLC|LLP|LP|PLC|plc|GmbH(?: & Co\. ?KG(?:aA)?)?|gGmbH|mbH|AG|KG|SE|S\.?A\.?S?|S\.?p\.?A|S\.?[rR]\.?[lL]|S\.?L|B\.?V|N\.?V"
    r"|A/S|ApS|ASA?|AB|Oyj?|e?hf|O\N{LATIN CAPITAL LETTER U WITH DIAERESIS}|UAB|SIA|LP|Lda|Ltda|Corp|Corporation|a\.\s?s|s\.\s?r\.\s?o|sp\. z o\.\s?o|Sp\. z o\.\s?o|d\.\s?o\.\s?o|Kft|Zrt|e\.\s?V|eG|K\.K|Pty Ltd|Pte\.? Ltd)\b\.?"
)
BODY: Final = rf"{_WORD}(?:\s(?!{LEGAL_FORM}(?!\w))(?:{_JOIN}\s){{0,2}}{_WORD}){{0,8}}(?:,? {LEGAL_FORM}(?!\w))?"
"""A name of one or more words with capitals, with its legal form."""

_SORTS = (
    r"(?:Universit\w*|Uni|College|School|Institut\w*|Academy|Akademie\w*|Hochschule|Polytechnic\w*|[\xc9E]cole|Politecnico|Facult\w+"
    r"|Hospitals?|Clinics?|Kliniken|Trust|Foundation|Fundaci\w+|Stiftung|Stichting|Authority|Association|Alliance|Network|Group|Society|Council|Board"
    r"|Company|Partners|Ventures|Capital|Fund|Bank|Holdings?|Agency|Commission|Ministry|Department|Services?|Systems|Industries|Works|Shipyard|Yard|Office|Federation|Union|Committee|Consortium|Club|Library|Press)"
)
_AND_MORE = re.compile(
    rf"\s(?:and|&) (?P<more>(?:{_WORD}\s(?:(?:of|for) )?){{0,4}}{_SORTS})(?![\w-])"
)
_ENDS = re.compile(rf"(?:\b{_SORTS}|\b{LEGAL_FORM})$")
# "Globex Partners" of Ulm, where the University of Ulm is called so.
_SEATED = re.compile(
    rf"\b(?:Partners|Ventures|Capital|Funds?|Holdings?|{LEGAL_FORM})(?P<seat> of {CAP}\w+)$"
)
_FORM_HERE = re.compile(rf"{LEGAL_FORM}(?!\w)")
_TAIL = re.compile(rf",? {LEGAL_FORM}(?!\w)")
IS_SORT: Final = re.compile(rf"\b{_SORTS}\b")
_FORM_LAST = re.compile(rf",? {LEGAL_FORM}$")
_PARTICLES: Final = word_set(
    "de da do dos das del della di du la le van von der den ten ter el al bin bint ibn ben abu ould i y e zu zum af av und and the of"
)
_OFFICE_WORDS: Final = word_set(
    "president chief executive officer director manager general managing chair chairman chairwoman chairperson board ceo cfo"
    " rector vice chancellor deputy head partner counsel founder owner captain mayor dean provost secretary member letter contact office"
)
_NO_NAME = re.compile(r"[\d@;:\"/]|\bhttps?\b")
_PERSON_WORDS: Final = 10
_BODY_WORDS: Final = 12
_QUOTED = re.compile(
    r"[\"'\N{LEFT DOUBLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}]\w[\w.-]*[\"'\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}]|\([^()]*\)"
)


# "Ulm, 6 February 2024 - ": no clause begins with that.
_DATELINE = re.compile(r"[^.;:]{2,60}\b(?:19|20)\d\d\)?\s[-\N{EN DASH}\N{EM DASH}]\s")
# Nor is who says something what a clause is about: "says Bo Case, who …".
_NO_SUBJECT = re.compile(
    r"\b(?:says|said|in|at|of|from|on|near|to|by|for|with|since|under|and|into|as)(?: the)? $"
)
# What a thing is called in its own pages.
_OWN: Final = word_set(
    """
    group company university hospital clinic bank foundation trust museum college school city institute firm business hotel restaurant ship vessel
    project fair show event conference expo exhibition house centre center library software platform service app site park airport bridge dam
    charity club programme program product series brand chain store shop station port building plant factory
    """
)


# What stands behind the name of which a sentence speaks.
_AS_SUBJECT = re.compile(
    r"\W{0,2}$|,? (?:which |that |who )?(?:is|was|are|were|has|had|have|names|named|appoints|appointed|hires|hired|also)\b|, (?!but|and)|['\N{RIGHT SINGLE QUOTATION MARK}]s "
)


def whole_end(text: str, start: int, end: int) -> int:
    """Return where a name really ends that stands at a place of a text: behind its ``and`` part and its legal form.

    Args:
        text: A passage.
        start: Offset of the name's first character.
        end: Offset behind what was taken for its last.
    """
    seat = _SEATED.search(text, start, end)
    if seat:
        return seat.start("seat")
    if not _ENDS.search(text, start, end):
        more = _AND_MORE.match(text, end)
        end = more.end() if more else end
    first = text.rfind(" ", start, end) + 1  # of its last word, which may begin its legal form
    form = (_FORM_HERE.match(text, first) if first > start else None) or _TAIL.match(text, end)
    end = max(end, form.end()) if form else end
    # The full stop of a sentence is none of the name's.
    stops = form is not None and text[end - 1] == "." and not text[end:].strip()
    return end - 1 if stops and text[start:end].count(".") == 1 else end


def whole_name(text: str, found: Candidate) -> Candidate:
    """Return a name in a text with all that belongs to it; see ``whole_end``."""
    end = whole_end(text, found.start, found.end)
    return replace(found, value=text[found.start : end], end=end)


def names_subject(text: str, names: frozenset[str]) -> bool:
    """Tell whether a text has a telling word of the subject's name in it."""
    return bool(set(words(text)) & _telling(names))


def is_person(name: str) -> bool:
    """Tell whether a text has the shape of somebody's name: no figure, no body, no clause, no mere title."""
    bare = _QUOTED.sub(" ", name)
    said = [word for word in re.split(r"[\s,]+", bare) if word]
    if (
        not 0 < len(said) <= _PERSON_WORDS
        or len(bare.strip()) < 2
        or _NO_NAME.search(bare)
        or IS_SORT.fullmatch(said[0])
        or IS_SORT.fullmatch(said[-1])
        or _FORM_LAST.search(bare)
    ):
        return False
    if set(words(bare)) <= _OFFICE_WORDS or SENTENCE_STARTERS & set(said):
        return False
    return all(not word[0].islower() or word.casefold() in _PARTICLES for word in said)


def is_body(name: str) -> bool:
    """Tell whether a text may be what a person or body is called: it has a capital, no address, and is no bare figure or office."""
    said = name.split()
    if not 0 < len(said) <= _BODY_WORDS or re.search(r"@|https?:|www\.", name):
        return False
    if set(words(name)) <= _OFFICE_WORDS or sum(c.isalpha() for c in name) < 2:
        return False
    if re.match(r"[\d\W]*\d", name) or re.search(r"\b(?:19|20)\d\d\b", name):
        return False
    return name.lower() == name.upper() or name != name.lower()


def is_strangers(text: str, at: int, names: frozenset[str]) -> bool:
    """Tell whether what stands at an offset is said of a thing of another name, which its clause begins with."""
    first = clause_start(text, at, (";", ". ", ": "))
    dated = _DATELINE.match(text, 0, at)
    first = max(first, dated.end() if dated else 0)
    known = _telling(names)
    aside = text.rfind("(", first, at)
    aside = aside if text.find(")", aside, at) < 0 else -1
    said = [
        (c, text[first + c.end : max(aside, at)])
        for c in proper_names(text[first:at])
        if aside >= 0 or not _NO_SUBJECT.search(text[first : first + c.start])
    ]
    spoken = [set(words(str(c.value))) for c, _ in said]
    if any(name & known or name <= _OWN for name in spoken):
        return False
    return any(aside >= 0 or _AS_SUBJECT.match(behind) for c, behind in said)


def _telling(names: frozenset[str]) -> set[str]:
    """Return the words of the subject's names that other things' names do not have as well."""
    every = {word for name in names for word in name.split()}
    return {word for word in every if len(word) > 2} - _OWN - _PARTICLES or every
