"""New cells as text, for formats whose cells are text.

None is an empty cell. Text stays as it is, numbers are plain (``7``, ``0.1``), true and
false are words, and lists and objects are compact JSON. Two kinds of column are written
for people:

- citations as ``Title <URL>; Title <URL>``: every URL stands in angle brackets, which no
  URL or title holds, so that a program can find them all;
- excerpts one behind the other, with `` ... `` between.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from enrich.records import ColumnKind

if TYPE_CHECKING:
    from enrich.records import Json

_WORDS: Final = {None: "", True: "true", False: "false"}
_SPACE: Final = re.compile(r"\s+")
_NOT_IN_URL: Final = re.compile(r"[\s<>]")
_UNTIDY: Final = re.compile(r"[<>]|[^\S ]|  |\A | \Z")
_BRACKETS: Final = str.maketrans("<>", "()")
_URL_ESCAPES: Final = str.maketrans({"<": "%3C", ">": "%3E"})

# OWASP, "CSV Injection": = + - @, tab, carriage return and line feed, their full-width
# forms, and the same behind a quote; ASVS 5 adds the NUL (1.2.10). Spreadsheets trim
# spaces, so these do not protect.
_FORMULA: Final = re.compile(r"""["'\uff02\uff07\s]*[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]""")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?%?", re.ASCII)


def cell_text(value: Json, kind: ColumnKind = ColumnKind.VALUE) -> str:
    """Return the text that a new cell is written as."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and kind is ColumnKind.CITATIONS:
        return "; ".join(_citation(citation) for citation in value)
    if isinstance(value, list) and kind is ColumnKind.EXCERPTS:
        return " ... ".join(_SPACE.sub(" ", cell_text(excerpt)).strip() for excerpt in value)
    if type(value) is float and value.is_integer() and abs(value) < 1e16:
        value = int(value)
    if type(value) is int or type(value) is float:
        return repr(value)
    if value is None or type(value) is bool:
        return _WORDS[value]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def guarded(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: with an apostrophe before it.

    A plain number such as ``-5`` is harmless and stays as it is.
    """
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _citation(citation: Json) -> str:
    if not isinstance(citation, dict) or not citation.get("url"):
        return cell_text(citation)
    url = str(citation["url"])
    # Nearly all are fit as they are, which is sooner seen than made.
    if _NOT_IN_URL.search(url):
        url = _SPACE.sub("%20", url.strip()).translate(_URL_ESCAPES)
    title = str(citation.get("title") or "")
    if _UNTIDY.search(title):
        title = _SPACE.sub(" ", title).strip().translate(_BRACKETS)
    return f"{title} <{url}>" if title else f"<{url}>"
