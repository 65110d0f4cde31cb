"""An .xlsx file: a zip of XML parts, of which this reads what stands around the cells.

The cells themselves are in ``sheet``. No library is used for reading because each one that
is well kept either holds the whole sheet or loses what is promised to survive: text with
escaped control characters, the computed value of a formula, and all that it has no class for.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import zipfile
import zlib
from array import array
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import IO, TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree as ET

from enrich.errors import TableError
from enrich.tables.storage import open_file

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_COLUMNS: Final = 16_384
MAX_ROWS: Final = 1_048_576
MAX_TEXT: Final = 32_767

_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_OLD: Final = b"\xd0\xcf\x11\xe0"
_DAY_MS: Final = 86_400_000

DateLike = dt.datetime | dt.date | dt.time | dt.timedelta


class Moment(Enum):
    """What a number format shows a number as."""

    DATE = "date"
    TIME = "time"
    BOTH = "date and time"
    LENGTH = "length of time"


# The formats that need not be written out; 27 to 36 and 50 to 58 are East Asian dates.
_BUILT_IN: Final = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)), Moment.DATE),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47), Moment.TIME),
    22: Moment.BOTH,
    46: Moment.LENGTH,
}


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: its name and the part that holds it."""

    name: str
    part: str
    hidden: bool


class Workbook:
    """What a workbook says around its sheets.

    Attributes:
        path: The file.
        sheets: Its sheets of cells, in order; charts are none.
        moments: What each cell style that is no plain number shows, by the style's index.
        strings: The texts that cells refer to by number.

    Raises:
        TableError: It is no whole .xlsx file.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        with self.open() as file:
            main = next(part.name for part in _parts(file, "") if part.kind == "officeDocument")
            parts = _parts(file, main)
            tree = ET.fromstring(file.read(main))  # noqa: S314 - expat stops entities that grow
            cells = {part.key: part.name for part in parts if part.kind == "worksheet"}
            self._first = dt.datetime(1904, 1, 1) if _is_1904(tree) else dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no zones
            self.sheets = [
                Sheet(node.get("name", ""), cells[key], hidden="idden" in node.get("state", ""))
                for node in _all(tree, "sheet")
                if (key := _key(node)) in cells
            ]
            self.moments: dict[int, Moment] = {}
            self.strings = Strings()
            for part in parts:
                if part.kind == "styles":
                    self.moments = _moments(ET.fromstring(file.read(part.name)))  # noqa: S314 - as above
                elif part.kind == "sharedStrings":
                    with file.open(part.name) as stream:
                        self.strings.read(stream)

    @contextmanager
    def open(self) -> Iterator[zipfile.ZipFile]:
        """Open the zip, and say for a person what is wrong with it.

        Raises:
            TableError: It cannot be read.
        """
        try:
            with open_file(self.path) as content:
                if content.read(4) == _OLD:
                    raise TableError(
                        f"{self.path}: is encrypted, or an old .xls file. Save it as .xlsx "
                        "without a password."
                    )
                with zipfile.ZipFile(content) as file:
                    yield file
        except RuntimeError as error:  # a zip's own password, or a compression that is not known
            raise TableError(
                f"{self.path}: cannot be unpacked: {error}. Save it once with a spreadsheet."
            ) from error
        except (
            zipfile.BadZipFile,
            LookupError,
            ValueError,
            ET.ParseError,
            EOFError,
            StopIteration,
            zlib.error,
        ) as error:
            raise TableError(f"{self.path}: is no whole .xlsx file: {error}.") from error
        except OSError as error:
            raise TableError(f"{self.path}: cannot be read: {error.strerror or error}.") from error

    def sheet(self, name: str | None) -> Sheet:
        """Return a sheet by its name, or the first one that is not hidden.

        Raises:
            TableError: There is none.
        """
        names = ", ".join(f"'{sheet.name}'" for sheet in self.sheets)
        wanted = [s for s in self.sheets if (not s.hidden if name is None else s.name == name)]
        if not wanted:
            missing = "has no sheet to read" if name is None else f"has no sheet '{name}'"
            raise TableError(f"{self.path}: {missing}. Its sheets: {names or 'none'}.")
        return wanted[0]

    def moment(self, number: float, kind: Moment) -> DateLike | float:
        """Return what a number shows as a date or time; the number itself if it has none."""
        try:
            elapsed = dt.timedelta(milliseconds=round(number * _DAY_MS))
            if kind is Moment.LENGTH:
                return elapsed
            if kind is Moment.TIME and 0 <= number < 1:
                return (self._first + elapsed).time()
            # Lotus 1-2-3 had a 29th of February 1900, and so Excel has one to this day.
            if number < 60 and self._first.year == 1899:
                elapsed += dt.timedelta(days=1)
            shown = self._first + elapsed
        except OverflowError:
            return number
        if number < 0:
            return number
        return shown.date() if kind is Moment.DATE and number == int(number) else shown


class Strings:
    """Texts by number, without an object for each of them."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._ends = array("Q", [0])

    def __getitem__(self, index: int) -> str:
        return self._text[self._ends[index] : self._ends[index + 1]].decode(
            "utf-8", "surrogatepass"
        )

    def read(self, stream: IO[bytes]) -> None:
        """Add all texts of a part."""
        root: ET.Element | None = None
        for event, node in ET.iterparse(stream, events=("start", "end")):  # noqa: S314 - as above
            if event == "start":
                root = node if root is None else root
            elif _name(node) == "si":
                self._text += unescaped(_string(node)).encode("utf-8", "surrogatepass")
                self._ends.append(len(self._text))
                assert root is not None  # noqa: S101 - something started before it ended
                root.clear()


def unescaped(text: str) -> str:
    """Return text with ``_x000D_`` and the like as the characters that they stand for."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def date_format(code: str) -> Moment | None:
    """Return what a number format shows a number as; None for a number."""
    plain = re.sub(r'"[^"]*"|\\.|_.|\*.', "", code.split(";", maxsplit=1)[0].lower())
    if re.search(r"\[(?:h+|m+|s+)\]", plain):
        return Moment.LENGTH
    plain = re.sub(r"\[[^\]]*\]|general", "", plain)
    day, hour = re.search("[dy]", plain), re.search("[hs]", plain)
    if day and hour:
        return Moment.BOTH
    if hour:
        return Moment.TIME
    return Moment.DATE if day or "m" in plain else None


def _moments(tree: ET.Element) -> dict[int, Moment]:
    known = dict(_BUILT_IN)
    for node in _all(tree, "numFmt"):
        number = int(node.get("numFmtId", "0"))
        found = date_format(node.get("formatCode", ""))
        if found is not None:
            known[number] = found
        else:
            known.pop(number, None)
    styles = next(iter(_all(tree, "cellXfs")), ())
    numbers = [int(style.get("numFmtId", "0")) for style in styles]
    return {index: known[number] for index, number in enumerate(numbers) if number in known}


class _Part(NamedTuple):
    key: str
    kind: str
    name: str


def _parts(file: zipfile.ZipFile, part: str) -> list[_Part]:
    """Return the parts that a part refers to."""
    folder, name = posixpath.split(part)
    tree = ET.fromstring(file.read(posixpath.join(folder, "_rels", f"{name}.rels")))  # noqa: S314 - as above
    return [
        _Part(
            key=node.get("Id", ""),
            kind=node.get("Type", "").rsplit("/", 1)[-1],
            name=posixpath.normpath(posixpath.join("/", folder, node.get("Target", "")))[1:],
        )
        for node in _all(tree, "Relationship")
    ]


def _all(tree: ET.Element, name: str) -> Iterator[ET.Element]:
    """Yield all elements of a name, in whichever of the format's two namespaces."""
    return (node for node in tree.iter() if _name(node) == name)


def _name(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]


def _key(node: ET.Element) -> str:
    return next((value for name, value in node.items() if name.endswith("}id")), "")


def _string(node: ET.Element) -> str:
    """Return the text of a string: of its runs, and not how it is to be pronounced."""
    runs = [node, *(child for child in node if _name(child) == "r")]
    return "".join(child.text or "" for run in runs for child in run if _name(child) == "t")


def _is_1904(tree: ET.Element) -> bool:
    return any(node.get("date1904") in {"1", "true"} for node in _all(tree, "workbookPr"))
