"""Whether a document under another title is about a thing: a price list, a press release, an obituary.

Such a document has the thing's name at its head, goes on naming it, and names nothing else more often.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.strings import SENTENCE_STARTERS
from enrich.research.words import LEGAL_FORMS, fold, name_key, word_set

if TYPE_CHECKING:
    from enrich.research.documents import Document

_READ: Final = 30_000  # characters; what a document is about it says before
_HEAD: Final = 800  # characters in which the name stands first
_TIMES: Final = 3  # how often it is named at least
_TIMES_TITLED: Final = 2  # likewise where a line says that it is the subject
_SHARE: Final = 0.6  # of the times that the name next to it is named
_WORD = re.compile(r"[^\W_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}][^\W\d_]+)*")
# Between two words of one name: a blank, or the hyphen of "Guinea-Bissau".
_JOINED = re.compile(r"[ \N{NO-BREAK SPACE}-]")
_ENDED = re.compile(r"[.!?:;\n|\N{BULLET}(\"\N{LEFT DOUBLE QUOTATION MARK}]")
_SUBJECT = re.compile(
    r"^\W*(?:subject|re|regarding|company|account|client|customer|vendor|supplier|organi[sz]ation|institution)\s*:\s*(?P<name>[^\n:]{2,80}?)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_NAMES_IT = re.compile(
    r"name|title|subject|company|account|client|customer|vendor|supplier|organi[sz]ation|institution|product|project",
    re.IGNORECASE,
)
_NO_NAMES: Final = word_set(
    """
    January February March April May June July August September October November December Jan Feb Mar Apr Jun Jul Aug
    Sep Sept Oct Nov Dec Monday Tuesday Wednesday Thursday Friday Saturday Sunday I The
    """
)


def is_about(document: Document, name: str) -> bool:
    """Tell whether a document is about the thing of a name that is not its title."""
    wanted = _as_written(name)
    if not wanted:
        return False
    text = f"{document.title}\n{document.text[:_READ]}"
    found = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]
    keys = [
        fold(word).removesuffix("'s").removesuffix("\N{RIGHT SINGLE QUOTATION MARK}s")
        for _, _, word in found
    ]
    titled = len(document.title)
    if not _stands_alone(text, found, keys, wanted, _cells(document, titled + 1)):
        return False
    own = max((_times(found, keys, part) for part in _distinct(wanted, document)), default=0)
    others = Counter(
        key
        for ((_, last, _), (start, _, word)), key in zip(pairwise(found), keys[1:], strict=True)
        if start > titled
        and word[0].isupper()
        and len(word) > 2
        and not _ENDED.search(text, last, start)
    )
    for key in (*wanted, *_NO_NAMES):
        others.pop(key, None)
    most = max(others.values(), default=0)
    if _is_subject_line(text, name):
        return own >= _TIMES_TITLED
    return own >= _TIMES and own >= _SHARE * most


def _distinct(wanted: list[str], document: Document) -> list[str]:
    """Return the words that tell a name; where the title is a part of it, ``Guinea``, those that it lacks."""
    title = name_key(document.title).split()
    parts = [part for part in wanted if len(part) > 2]
    return [p for p in parts if p not in title] if set(title) < set(wanted) else parts


def _cells(document: Document, titled: int) -> list[range]:
    """Return where in a text of title and document its head has values beside labels: the land of ``Country: Kenya``."""
    return [
        range(titled + segment.start, titled + segment.end)
        for segment in document.segments
        if segment.start < _HEAD
        and segment.kind == "value"
        and segment.label
        and not _NAMES_IT.search(segment.label)
    ]


def _is_subject_line(text: str, name: str) -> bool:
    """Tell whether a line at the head of a text says what it is about: ``Subject: Acme Ltd``."""
    lines = list(_SUBJECT.finditer(text))
    return {name_key(line["name"]) for line in lines} == {name_key(name)} and lines[
        0
    ].start() < _HEAD


def _as_written(name: str) -> list[str]:
    """Return a name's words as a text may have them: ``AcmeWorks`` is one, however its capitals stand."""
    kept = set(name_key(name.casefold()).split())
    said = [fold(word) for word in _WORD.findall(name)]
    return [word for word in said if word in kept] if kept <= set(said) else name_key(name).split()


def _stands_alone(
    text: str,
    found: list[tuple[int, int, str]],
    keys: list[str],
    wanted: list[str],
    cells: list[range],
) -> bool:
    """Tell whether a name stands at the head of a text, and not as a part of a longer one."""
    size = len(wanted)
    for at in range(len(found) - size + 1):
        start = found[at][0]
        if start > _HEAD:
            return False
        if keys[at : at + size] != wanted or any(start in cell for cell in cells):
            continue
        before = found[at - 1] if at else None
        after = found[at + size] if at + size < len(found) else None
        longer = (
            (before is not None and _is_name(before[2]) and _JOINED.fullmatch(text[before[1] : start]))
            or (after is not None and _is_name(after[2]) and _JOINED.fullmatch(text[found[at + size - 1][1] : after[0]]))
        )  # fmt: skip
        if not longer:
            return True
    return False


def _is_name(word: str) -> bool:
    return word[0].isupper() and fold(word) not in LEGAL_FORMS and word not in SENTENCE_STARTERS


def _times(found: list[tuple[int, int, str]], keys: list[str], part: str) -> int:
    return sum(
        key == part and word[0].isupper() for (_, _, word), key in zip(found, keys, strict=True)
    )
