"""A YAML 1.2 file as plain values, with the line of every key.

YAML 1.2, so ``NO`` is text. Only JSON's types come out: a date stays the text that
stands there. Anchors and merge keys (``<<``) work; a key written twice, an unknown
tag and an alias that contains itself are errors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from enrich.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from enrich.records import Json, JsonObject

KeyPath = tuple[str | int, ...]

MAX_NODES: Final = 50_000
"""A job is a few hundred; aliases of aliases ("billion laughs") grow without end."""

_OLD_YAML: Final = re.compile(r"\A(?:[ \t]*(?:#.*)?\r?\n)*%(YAML[ \t]+1\.[01])\b")
"""A file may say of which YAML it is, before all else."""

_ADVICE: Final = {
    "mapping values are not allowed here": "; a text that holds `: ` stands in quotes",
}
"""What may be meant by what a parser says."""

_TAG: Final = "tag:yaml.org,2002:"
MERGE: Final = f"{_TAG}merge"


@dataclass(frozen=True, slots=True)
class Document:
    """What a YAML file says and where.

    Attributes:
        path: The file, as it was named.
        values: The mapping at its root.
        lines: Line of each key and list item, from 1, by its path from the root.
        problems: What is wrong with it as YAML, beyond which its values can still be read.
    """

    path: Path
    values: JsonObject
    lines: dict[KeyPath, int]
    problems: list[ConfigError] = field(default_factory=list)


def dotted(key: KeyPath) -> str:
    """Return a key path as people write it: ``task.inputs.company``."""
    return ".".join(map(str, key))


def nearest_line(key: str | KeyPath | None, lines: dict[KeyPath, int]) -> int | None:
    """Return the line of a key, or of the nearest key around it that has one."""
    if isinstance(key, str):
        return _nearest({dotted(path): line for path, line in lines.items()}, key)
    while key:
        if key in lines:
            return lines[key]
        key = key[:-1]
    return None


def _nearest(lines: dict[str, int], key: str) -> int | None:
    while key:
        if key in lines:
            return lines[key]
        key = key.rpartition(".")[0]
    return None


def read_document(path: Path) -> Document:
    """Read a file whose root is a mapping.

    Raises:
        ConfigError: There is no such file, it is no UTF-8 text, no YAML, or no mapping.
    """
    return parse_document(path, read_text(path))


def read_text(path: Path) -> str:
    """Return a file's text with its line ends as they are, without a byte order mark.

    Raises:
        ConfigError: There is no such file, or it is no UTF-8 text.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError("there is no such file", path=path) from None
    except OSError as error:
        raise ConfigError(f"it cannot be read: {error.strerror}", path=path) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte {error.start} is no UTF-8 text; save the file as UTF-8"
        raise ConfigError(message, path=path, line=line) from None


def parse_document(path: Path, text: str) -> Document:
    """Return what a text says that a file holds; see ``read_document``."""
    if old := _OLD_YAML.search(text):
        message = f"this says that it is {old[1]}, in which `no` is false; a job is YAML 1.2"
        line = text.count("\n", 0, old.start(1)) + 1
        raise ConfigError(message, path=path, line=line)
    root = _composed(text, path)
    if not isinstance(root, MappingNode):
        line = 1 if root is None else root.start_mark.line + 1
        message = "a job is a mapping with version, input, output and task"
        raise ConfigError(message, path=path, line=line)
    reader = _Reader(path)
    values = reader.value(root, ())
    return Document(path, values, reader.lines, reader.problems)


def _composed(text: str, path: Path) -> Node | None:
    try:
        return YAML(typ="safe", pure=True).compose(text)  # type: ignore[no-any-return]
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else None
        said = " ".join(str(part) for part in (error.context, error.problem) if part)
        said += _ADVICE.get(str(error.problem), "")
        raise ConfigError(f"this is no YAML: {said}", path=path, line=line) from None
    except RecursionError:
        raise ConfigError("this is nested too deeply", path=path) from None
    except (YAMLError, ValueError) as error:
        said = str(error).splitlines()[0]
        at = getattr(error, "position", None)
        line = text.count("\n", 0, at) + 1 if isinstance(at, int) else None
        raise ConfigError(f"this is no YAML: {said}", path=path, line=line) from None


class _Reader:
    """Turns nodes into values; keeps lines and problems on the way."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._nodes = 0
        self._open: list[Node] = []
        self.lines: dict[KeyPath, int] = {}
        self.problems: list[ConfigError] = []

    def value(self, node: Node, key: KeyPath) -> Json:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            message = f"this has more than {MAX_NODES} values, counting aliases"
            raise ConfigError(message, path=self._path, line=_line(node))
        if any(node is outer for outer in self._open):
            message = "an alias stands inside of what it names"
            raise ConfigError(message, path=self._path, line=_line(node), key=dotted(key))
        self._open.append(node)
        try:
            return self._value(node, key)
        finally:
            self._open.pop()

    def _value(self, node: Node, key: KeyPath) -> Json:
        kind = str(node.tag).removeprefix(_TAG)
        if isinstance(node, ScalarNode):
            return self._scalar(node, kind, key)
        if isinstance(node, SequenceNode) and kind == "seq":
            for index, item in enumerate(node.value):
                self.lines[*key, index] = _line(item)
            return [self.value(item, (*key, index)) for index, item in enumerate(node.value)]
        if isinstance(node, MappingNode) and kind == "map":
            return self._mapping(node, key)
        self._problem(node, key, f"the tag {node.tag} means nothing here")
        return None

    def _mapping(self, node: MappingNode, key: KeyPath) -> JsonObject:
        made: JsonObject = {}
        # What is written here holds before what is merged in, and an earlier merge before a later.
        for source in reversed(list(self._merged(node, key))):
            made.update(self.value(source, key))
        own: set[str] = set()
        for name_node, value_node in node.value:
            if str(name_node.tag) == MERGE:
                continue
            if not isinstance(name_node, ScalarNode):
                self._problem(name_node, key, "a key is text, not a list or a mapping")
                continue
            name = str(name_node.value)
            here = (*key, name)
            if name in own:
                message = f"this key is there twice, first in line {self.lines[here]}"
                self._problem(name_node, here, message)
                continue
            own.add(name)
            self.lines[here] = _line(name_node)
            made[name] = self.value(value_node, here)
        return made

    def _merged(self, node: MappingNode, key: KeyPath) -> Iterator[MappingNode]:
        for name_node, value_node in node.value:
            if str(name_node.tag) != MERGE:
                continue
            listed = value_node.value if isinstance(value_node, SequenceNode) else [value_node]
            for source in listed:
                if isinstance(source, MappingNode):
                    yield source
                else:
                    self._problem(source, key, "`<<` takes a mapping, or a list of them")

    def _scalar(self, node: ScalarNode, kind: str, key: KeyPath) -> Json:
        read = _SCALARS.get(kind)
        if read is None:
            self._problem(node, key, f"the tag {node.tag} means nothing here")
            return None
        text = str(node.value)
        try:
            return read(text)
        except ValueError:
            self._problem(node, key, f"`{text[:40]}` is no number")
            return None

    def _problem(self, node: Node, key: KeyPath, message: str) -> None:
        self.problems.append(
            ConfigError(message, path=self._path, line=_line(node), key=dotted(key) or None)
        )


def _integer(text: str) -> int:
    """Read an integer of YAML 1.2; ``012`` is twelve."""
    plain = text.replace("_", "").lower()
    base = {"0x": 16, "0o": 8}.get(plain.lstrip("+-")[:2], 10)
    return int(plain, base)


def _float(text: str) -> float:
    return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))


_SCALARS: Final[dict[str, Callable[[str], Json]]] = {
    "null": lambda _: None,
    "bool": lambda text: text.lower() == "true",
    "int": _integer,
    "float": _float,
    "str": str,
    # What is no type of JSON is the text that stands there.
    "timestamp": str,
    "value": str,
}


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
