"""How a text file's bytes stand for characters.

Records are split as bytes. In most encodings the bytes below 128 always mean ASCII,
so the file's own bytes will do. UTF-16 and UTF-32 do not have this property: they are
carried as UTF-8 inside, and turned back on writing, which is exact also for halves of
surrogate pairs.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from enrich.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SAMPLE_BYTES: Final = 1 << 16
SEARCH_BYTES: Final = 64 << 20  # how far the first character outside ASCII is looked for

# The longer marks first: UTF-32's begins as UTF-16's does.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
_WIDE: Final = ("utf-16", "utf-32")
_EAST_ASIAN: Final = ("big5", "cp932", "cp949", "cp950", "euc", "gb", "johab", "shift")
_ASCII: Final = bytes(range(128))


@dataclass(frozen=True)
class Encoding:
    """An encoding with the mark that stood before the text.

    Attributes:
        name: Python's name of the codec, byte order included: ``utf-16-le``.
        mark: The byte-order mark, or nothing.
    """

    name: str
    mark: bytes = b""

    @cached_property
    def wide(self) -> bool:
        """Whether the text is carried as UTF-8 inside."""
        return self.name.startswith(_WIDE)

    @property
    def inner_name(self) -> str:
        """The codec of the bytes that are carried inside."""
        return "utf-8" if self.wide else self.name

    @cached_property
    def multibyte(self) -> bool:
        """Whether a byte from 64 on may be a part of another character."""
        return self.name.startswith(_EAST_ASIAN)

    def inner(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the file's text, without its mark, as bytes that can be split.

        Raises:
            UnicodeDecodeError: A wide encoding's bytes are no text.
        """
        decoder = codecs.getincrementaldecoder(self.name)("surrogatepass") if self.wide else None
        skip = len(self.mark)
        for block in blocks:
            part, skip = block[skip:], max(0, skip - len(block))
            yield decoder.decode(part).encode("utf-8", "surrogatepass") if decoder else part
        if decoder:
            yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")

    def outer(self, data: bytes) -> bytes:
        """Return inner bytes as the file has them."""
        if not self.wide:
            return data
        return data.decode("utf-8", "surrogatepass").encode(self.name, "surrogatepass")

    def decode_all(self, cells: Sequence[bytes]) -> list[str]:
        """Return each of some inner bytes as text."""
        # At once, which takes a third of the time, unless a cell holds what stands between.
        texts = self.decode(b"\0".join(cells)).split("\0")
        return texts if len(texts) == len(cells) else [self.decode(cell) for cell in cells]

    def decode(self, data: bytes) -> str:
        """Return inner bytes as text."""
        return data.decode("utf-8", "surrogatepass") if self.wide else data.decode(self.name)

    def encode(self, text: str) -> bytes:
        """Return text as inner bytes.

        Raises:
            UnicodeEncodeError: The encoding does not hold a character.
        """
        return text.encode("utf-8" if self.wide else self.name)


def named_encoding(name: str, head: bytes = b"") -> Encoding:
    """Return the encoding that a job names, with the mark that the file has.

    Args:
        name: As Python knows it: ``utf-8``, ``windows-1252``, ``utf-16``, …
        head: The file's first bytes. ``utf-16`` takes its byte order from the mark,
            and without one is little-endian. For a file to be written, none.

    Raises:
        TableError: No such encoding, or one whose bytes cannot be split.
    """
    try:
        codec = codecs.lookup(name)
    except LookupError as error:
        raise TableError(
            f"'{name}' is no encoding that is known. Try utf-8, windows-1252 or utf-16."
        ) from error
    plain = codec.name.removesuffix("-sig").replace("_", "-")
    for mark, marked in _MARKS:
        if head.startswith(mark) and marked.startswith(plain):
            return Encoding(marked, mark)
    if plain in _WIDE:
        return Encoding(f"{plain}-le", b"" if head else dict(_swap(_MARKS))[f"{plain}-le"])
    if plain.startswith(_WIDE):
        return Encoding(plain)
    if codec.name == "utf-8-sig" and not head:
        return Encoding(plain, codecs.BOM_UTF8)
    if not getattr(codec, "_is_text_encoding", True) or not _splittable(plain):
        raise TableError(f"encoding '{name}' is not supported. Convert the table to utf-8 first.")
    return Encoding(plain)


def find_encoding(blocks: Iterable[bytes]) -> Encoding:
    """Find a file's encoding: by its mark, as UTF-8, or by the looks of its text.

    The looks are taken where the first byte outside ASCII stands, within 64 MiB.
    """
    head = b""
    searched = 0
    for block in blocks:
        if not searched:
            for mark, name in _MARKS:
                if block.startswith(mark):
                    return Encoding(name, mark)
            if unmarked := _unmarked_wide(block[:SAMPLE_BYTES]):
                return Encoding(unmarked)
        searched += len(block)
        head += b"" if not head and block.isascii() else block
        if len(head) >= SAMPLE_BYTES or searched >= SEARCH_BYTES:
            break
    if not head or _is_utf8(head):
        return Encoding("utf-8")
    return Encoding(_guess(_around_first_foreign(head)))


def _around_first_foreign(data: bytes) -> bytes:
    first = next(index for index, byte in enumerate(data) if byte > 127)
    return data[max(0, first - SAMPLE_BYTES // 2) : first + SAMPLE_BYTES // 2]


def _guess(sample: bytes) -> str:
    import charset_normalizer  # noqa: PLC0415 - slow to import, and UTF-8 does not need it

    # Short Western texts fit dozens of code pages. The one that nearly all of them are
    # written in is tried first, and the others only if it leaves the text odd.
    western = charset_normalizer.from_bytes(sample, cp_isolation=["cp1252"]).best()
    if western is not None and western.chaos < 0.15:
        return "cp1252"
    found = charset_normalizer.from_bytes(sample).best()
    if found is not None and _splittable(found.encoding):
        return found.encoding.replace("_", "-")
    return "cp1252" if western is not None else "latin-1"


def _is_utf8(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _unmarked_wide(sample: bytes) -> str | None:
    """Tell UTF-16 without a mark by the zeros in every second byte."""
    half = len(sample) // 2
    if not half:
        return None
    first, second = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if second > 0.3 and first < 0.05:
        return "utf-16-le"
    if first > 0.3 and second < 0.05:
        return "utf-16-be"
    return None


def _splittable(name: str) -> bool:
    """Whether bytes below 64 always mean ASCII, in this encoding, wherever they stand."""
    if name.replace("_", "-").startswith(("utf-7", "iso2022", "iso-2022", "hz")):
        return False
    try:
        return _ASCII.decode(name) == _ASCII.decode("ascii")
    except UnicodeDecodeError:
        return False


def _swap(pairs: Iterable[tuple[bytes, str]]) -> Iterator[tuple[str, bytes]]:
    return ((name, mark) for mark, name in pairs)
