"""A JSON Schema as a tree of subschemas.

A keyword counts only where a schema stands: a *property named* ``format`` is a
name, and ``{"const": {"pattern": …}}`` is a value. Nothing here recurses, so a
schema may be as deep as it likes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.records import Json, JsonObject

TYPES: Final = ("string", "integer", "number", "boolean", "object", "array", "null")

HOLDS_ONE: Final = frozenset(
    {
        "additionalItems",
        "additionalProperties",
        "else",
        "if",
        "items",
        "not",
        "then",
    }
)
"""Keywords whose value is a schema (``items`` may be a list of them, too)."""
HOLDS_LIST: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
"""Keywords whose value is a list of schemas."""
HOLDS_NAMED: Final = frozenset({"$defs", "definitions", "dependentSchemas", "properties"})
"""Keywords whose value is an object of schemas by name."""
DEFINITIONS: Final = frozenset({"$defs", "definitions"})

# What is longer is cut: a hostile schema, a thousand levels deep and wrong on each,
# would otherwise be told so in megabytes of paths.
MAX_PATH_CHARS: Final = 1_000


def join(path: str, part: str | int) -> str:
    """Add a member's name or an element's index to a JSON path."""
    if len(path) > MAX_PATH_CHARS:
        return path if path.endswith("…") else f"{path}…"
    if isinstance(part, int):
        return f"{path}[{part}]"
    if part.removeprefix("$").isidentifier():
        return f"{path}.{part}"
    quoted = part.replace("\\", "\\\\").replace("'", "\\'")
    return f"{path}['{quoted}']"


_PART = re.compile(
    r"\.(?P<plain>[^.\[…]+)|\[(?P<index>\d+)\]|\['(?P<quoted>(?:[^'\\]|\\.)*)'\]", re.DOTALL
)


def path_parts(path: str) -> list[str | int]:
    """Take a violation's path apart again, to find its place in a file.

    Returns:
        Member names and element indexes from the root on, without the ``$``.
    """
    parts: list[str | int] = []
    for match in _PART.finditer(path):
        if match["index"] is not None:
            parts.append(int(match["index"]))
        elif match["plain"] is not None:
            parts.append(match["plain"])
        else:
            parts.append(re.sub(r"\\(.)", r"\1", match["quoted"], flags=re.DOTALL))
    return parts


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Node:
    """One subschema in its place.

    Attributes:
        schema: The subschema; always an object (``true`` and ``false`` have no node).
        path: JSON path of its place.
        role: The keyword that it hangs on; empty for the root.
        name: Its name, where it hangs on a keyword that names schemas.
        children: The subschemas that stand in it, in document order.
    """

    schema: JsonObject
    path: str
    role: str = ""
    name: str | None = None
    children: list[Node] = field(default_factory=list)

    def at(self, keyword: str) -> str:
        """Path of a keyword, or of the subschema where the keyword is missing."""
        return join(self.path, str(keyword)) if keyword in self.schema else self.path


def subschemas(schema: JsonObject) -> Iterator[tuple[str, str | int | None, Json]]:
    """Yield what stands where a schema is expected, whether or not it is one.

    Shape:
        ``(keyword, name or index or None, value)`` in document order.
    """
    for keyword, value in schema.items():
        if keyword in HOLDS_NAMED and isinstance(value, dict):
            for name, inner in value.items():
                yield keyword, str(name), inner
        elif keyword in HOLDS_LIST or (keyword == "items" and isinstance(value, list)):
            for index, inner in enumerate(value if isinstance(value, list) else ()):
                yield keyword, index, inner
        elif keyword in HOLDS_ONE:
            yield keyword, None, value


def types_of(schema: JsonObject) -> tuple[str, ...]:
    """List the types that a subschema names, whichever way it is written."""
    declared = schema.get("type")
    if isinstance(declared, str):
        return (declared,)
    if isinstance(declared, list):
        return tuple(name for name in declared if isinstance(name, str))
    return ()


def is_container(schema: JsonObject) -> bool:
    """Tell whether a subschema describes objects or arrays."""
    if "properties" in schema or "items" in schema or "prefixItems" in schema:
        return True
    return "$ref" not in schema and not {"object", "array"}.isdisjoint(types_of(schema))


def resolve(root: JsonObject, ref: Json) -> Json | None:
    """Find what a reference such as ``#/$defs/Address`` points at, within this schema.

    Returns:
        The value there, or None if there is none or it is in another document.
    """
    if not isinstance(ref, str) or not ref.startswith("#"):
        return None
    if ref == "#":
        return root
    value: Json = root
    first, *parts = unquote(ref[1:]).split("/")
    if first:
        return None
    for part in parts:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


class Document:
    """A schema with all its subschemas, each once, definitions where they stand.

    Attributes:
        root: The node of the whole schema.
        nodes: All nodes in document order; a recursive schema has as many as it is long.
    """

    def __init__(self, schema: JsonObject, *, path: str = "$") -> None:
        self.root = Node(schema=schema, path=path)
        self.nodes: list[Node] = []
        todo = [self.root]
        while todo:
            node = todo.pop()
            self.nodes.append(node)
            for keyword, key, value in subschemas(node.schema):
                if isinstance(value, dict):
                    where = join(node.path, keyword)
                    node.children.append(
                        Node(
                            schema=value,
                            path=where if key is None else join(where, key),
                            role=keyword,
                            name=key if isinstance(key, str) else None,
                        )
                    )
            todo.extend(reversed(node.children))

    @property
    def properties(self) -> Iterator[Node]:
        """The subschemas of named fields, at every level."""
        return (node for node in self.nodes if node.role == "properties")

    @property
    def fields(self) -> Iterator[Node]:
        """The subschemas of the fields at the top."""
        return (node for node in self.root.children if node.role == "properties")

    @cached_property
    def _by_id(self) -> dict[int, Node]:
        # Backwards, so that of two places with one schema (a YAML anchor) the first stays.
        return {id(node.schema): node for node in reversed(self.nodes)}

    def target(self, node: Node) -> Node | None:
        """Follow a node's reference; None if it has none or it leads to no schema."""
        return self._by_id.get(id(resolve(self.root.schema, node.schema.get("$ref"))))

    @cached_property
    def users(self) -> dict[Node, list[Node]]:
        """The nodes that refer to a node."""
        users: dict[Node, list[Node]] = defaultdict(list)
        for node in self.nodes:
            target = self.target(node)
            if target is not None:
                users[target].append(node)
        return users

    def beyond(self, limit: int) -> list[Node]:
        """Find the objects and arrays that stand first below a depth.

        The root object is depth 1; an object or an array adds one. A reference adds
        what it leads to, except where it leads back into itself: there the schema
        has no end, and it is walked once. A definition that nobody uses has no depth.

        Shape:
            At most one node on each way down, in document order; what is deeper
            still is not listed.
        """
        beyond: set[Node] = set()
        deepest: dict[Node, int] = {}
        above: set[Node] = set()
        todo: list[tuple[Node, int, bool]] = [(self.root, 0, False)]
        while todo:
            node, depth, is_left = todo.pop()
            if is_left:
                above.remove(node)
                continue
            inner = depth + is_container(node.schema)
            if node in above or deepest.get(node, -1) >= min(inner, limit + 1):
                continue
            if inner > limit:
                # Capped, so that a node is entered again at most `limit` times.
                inner = limit + 1
                if depth == limit:
                    beyond.add(node)
            deepest[node] = inner
            above.add(node)
            todo.append((node, inner, True))
            target = self.target(node)
            below = [child for child in node.children if child.role not in DEFINITIONS]
            todo.extend((each, inner, False) for each in (*below, *([target] if target else ())))
        return [node for node in self.nodes if node in beyond]


def copy_json(value: Json) -> Any:
    """Copy objects and lists into plain ones, however deep they are."""
    box: list[Json] = [value]
    todo: list[tuple[Any, Any]] = [(box, 0)]
    while todo:
        holder, key = todo.pop()
        item = holder[key]
        if isinstance(item, dict):
            copied = dict(item)
            holder[key] = copied
            todo.extend((copied, name) for name in copied)
        elif isinstance(item, list):
            elements = list(item)
            holder[key] = elements
            todo.extend((elements, index) for index in range(len(elements)))
    return box[0]
