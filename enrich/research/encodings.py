"""What bytes say as text: by their mark, by what they are, by what is said of them, else as Windows-1252.

What is said of them is often wrong, since pages are saved in UTF-8 with the statement that
they had before. Bytes beyond ASCII that are UTF-8 throughout are UTF-8, whatever is said.
Source of the names: the WHATWG's Encoding Standard.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The mark of UTF-32 begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT: Final = 4_096
_OTHER: Final = 0.02  # of the bytes where UTF-16 of a Western text has no zeros
_ZEROS: Final = 0.4  # of those where it has them
_STATED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})"
    rb"|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})",
    re.IGNORECASE,
)
# Python knows more codecs than pages are written in: rot13, idna, and some that take for ever.
_PAGES: Final = re.compile(
    r"cp(?:125\d|8\d\d|9\d\d)|iso8859-\d+|koi8-[rtu]|mac-\w+|gb2312|gbk|gb18030|hz|big5\w*"
    r"|shift_jis\w*|euc_\w+|iso2022_\w+|tis-620|ascii"
)
_ALIASES: Final = {"x-sjis": "cp932", "windows-874": "cp874", "x-gbk": "gb18030"}
_LARGER: Final = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
_BAD_SHARE: Final = 0.1  # of the letters beyond ASCII, in a text that is what it says
_LAST: Final = "cp1252"


class NoTextError(ValueError):
    """Bytes are no text."""


def decode(data: bytes, stated: Iterable[str] = ()) -> str:
    """Return bytes as text, without zeros.

    Args:
        data: The bytes.
        stated: Names of encodings that are said to be theirs, the likeliest first.

    Raises:
        NoTextError: They are no text.
    """
    encoding = wide(data)
    if encoding is not None:
        return data.decode(encoding, "replace").replace("\x00", "")
    text = data.decode("utf-8", "replace")
    # Texts that shift to other letters by an escape are ASCII to the eye.
    if not is_utf8(*weighed(text)) or (b"\x1b" in data and text.isascii()):
        text = next(filter(None, (_as(data, name) for name in stated)), "") or _plain(data, text)
    return text.replace("\x00", "")


def stated_in(data: bytes) -> Iterator[str]:
    """Yield the encodings that a page of HTML says at its head to have."""
    for found in _STATED.finditer(data[:_LOOKED_AT]):
        yield (found[1] or found[2]).decode("ascii")


def wide(data: bytes) -> str | None:
    """Return the encoding that a text's mark or zeros tell; None where they tell none.

    Raises:
        NoTextError: It is no text.
    """
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    return marked or _wide(data[:_LOOKED_AT])


def weighed(text: str) -> tuple[int, int]:
    """Return how many letters beyond ASCII a decoded text has, and how many places that were none."""
    if text.isascii():
        return 0, 0
    bad = text.count("\N{REPLACEMENT CHARACTER}")
    return len(text) - len(text.encode("ascii", "ignore")) - bad, bad


def is_utf8(good: int, bad: int) -> bool:
    """Tell whether a text is UTF-8 that is cut or damaged at most: other bytes seldom look like it."""
    return good >= bad


def _wide(start: bytes) -> str | None:
    """Tell UTF-16 of a text in mostly Western letters by its zeros, which are every other byte."""
    if b"\x00" not in start:
        return None
    pairs = len(start) // 2
    first, second = start[: 2 * pairs : 2].count(0), start[1 : 2 * pairs : 2].count(0)
    for encoding, zeros, others in (("utf-16-le", second, first), ("utf-16-be", first, second)):
        if pairs and zeros >= _ZEROS * pairs and others <= _OTHER * pairs:
            return encoding
    raise NoTextError("it is no text")


def _as(data: bytes, stated: str) -> str | None:
    name = stated.strip().lower()
    try:
        known = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    if not _PAGES.fullmatch(known):
        return None
    text = data.decode(_LARGER.get(known, known), "replace")
    good, bad = weighed(text)
    return text if bad <= _BAD_SHARE * good else None


def _plain(data: bytes, utf8: str) -> str:
    return utf8 if utf8.isascii() else data.decode(_LAST, "replace")
