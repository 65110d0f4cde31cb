"""Shorthand for fields, as job files have it, and the JSON Schema that it stands for.

A field is a description (a text that may be null), or a mapping::

    ceo_name:       Full name of the chief executive
    founding_year:  {type: "integer?", description: "Year founded, YYYY."}
    size:           {enum: [small, large], description: …}
    products:       {type: "string[]", description: "The 3 best known products"}
    offices:        {type: "object[]", fields: {city: …, opened: {type: "date?"}}}

Types are ``string``, ``integer``, ``number``, ``boolean``, ``object``, and for texts in
a known form ``date``, ``datetime``, ``url`` and ``email``. ``T?`` may be null, and ``T[]``
(or ``array of T``, ``list of T``) is a list; ``array`` takes its ``items``, a type or a
mapping. A question mark at the end belongs to the whole: ``array of string?`` is
``string[]?``. Without a type, ``fields`` make an object, ``items`` a list, an enum has the
type of its values, and everything else is ``string?``.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, NoReturn

from enrich.errors import ConfigError
from enrich.spec.limits import MAX_DEPTH, UNSUPPORTED_KEYWORDS
from enrich.spec.nullable import nullable
from enrich.spec.words import add_words, words_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.records import Json, JsonObject

_PLAIN: Final = ("string", "integer", "number", "boolean")
_FORMATTED: Final = {"date": "date", "datetime": "date-time", "url": "uri", "email": "email"}
TYPE_WORDS: Final = (*_PLAIN, "object", "array", *_FORMATTED)
"""The types of the shorthand, without ``?`` and ``[]``."""
FIELD_KEYS: Final = ("type", "description", "enum", "items", "fields", "properties")
"""The keys of a field that is a mapping; ``properties`` is another word for ``fields``."""

# What people write, where the letters alone would not lead to the word.
_MEANT: Final = {
    "dict": "object",
    "float": "number",
    "link": "url",
    "list": "array",
    "text": "string",
    "timestamp": "datetime",
}
_LIST_PREFIXES: Final = ("array of ", "list of ")


def expand_fields(
    fields: Mapping[str, object],
    *,
    description: str | None = None,
    faults: list[ConfigError] | None = None,
) -> JsonObject:
    """Expand shorthand fields to a JSON Schema that satisfies the published rules.

    Args:
        fields: Name to description, or to a mapping; see the module's text.
        description: Instructions for the whole, beside those of the fields.
        faults: Is given every fault, and the field that it is in is left out; without it
            the first fault is raised.

    Returns:
        A closed object that requires all its fields, in their order. The published
        sizes are left to ``check_task_spec``, except the depth.

    Raises:
        ConfigError: An unknown key or type, or fields that say too little; ``key`` is
            the field's dotted path, such as ``offices.fields.city``.
    """
    found: list[ConfigError] = []
    made: JsonObject = {}
    try:
        made = _object(fields, description=description, key="", depth=1, faults=found)
    except ConfigError as fault:
        found.append(fault)
    if faults is not None:
        faults += found
    elif found:
        raise found[0]
    return made


def _object(
    fields: object, *, description: str | None, key: str, depth: int, faults: list[ConfigError]
) -> JsonObject:
    if not isinstance(fields, Mapping) or not fields:
        _refuse('Name at least one field, such as {"ceo_name": "Full name"}.', key)
    properties: JsonObject = {}
    for name, value in fields.items():
        if not isinstance(name, str):
            message = f"A field's name is a text, not {name!r}. Put it in quotes."
            faults.append(ConfigError(message, key=key or None))
            continue
        place = f"{key}.{name}" if key else name
        try:
            properties[name] = _field(value, key=place, depth=depth, faults=faults)
        except ConfigError as fault:
            faults.append(fault)
    return {
        "type": "object",
        **({"description": description} if description else {}),
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _field(value: object, *, key: str, depth: int, faults: list[ConfigError]) -> JsonObject:
    if isinstance(value, str):
        if _is_type(value):
            _refuse(
                f"{value!r} stands where the description does. "
                f'Write {{type: "{value}", description: …}} for the type.',
                key,
            )
        return _described({"type": ["string", "null"]}, value)
    if value is None:
        _refuse(
            "A field is a description or a mapping with a type, not nothing. "
            "Between braces, a description with a comma stands in quotes.",
            key,
        )
    if not isinstance(value, Mapping):
        _refuse(
            f"A field is a description or a mapping with a type, not {reprlib.repr(value)}.", key
        )
    return _mapping(value, key=key, depth=depth, bare_type="string?", faults=faults)


def _mapping(
    value: Mapping[object, object],
    *,
    key: str,
    depth: int,
    bare_type: str,
    faults: list[ConfigError],
) -> JsonObject:
    faults += [_unknown_key(word, value[word], key) for word in value if word not in FIELD_KEYS]
    if "fields" in value and "properties" in value:
        _refuse('"fields" and "properties" are the same. Keep one.', key)
    description = value.get("description")
    if description is not None and not isinstance(description, str):
        _refuse(f"A description is a text, not {reprlib.repr(description)}.", key)
    base, layers = _type(value, key=key, bare_type=bare_type)
    schema = _based(base, value, key=key, depth=depth + len(layers) - 1, faults=faults)
    # From the innermost out; each `?` belongs to what stands before it.
    for may_be_null in reversed(layers[1:]):
        schema = {"type": "array", "items": nullable(schema) if may_be_null else schema}
    schema = _described(schema, description)
    return nullable(schema) if layers[0] else schema


def _type(value: Mapping[object, object], *, key: str, bare_type: str) -> tuple[str, list[bool]]:
    """Find a mapping's base type, and which of its layers may be null, outermost first."""
    declared = value.get("type")
    if isinstance(declared, list):
        words = (
            [word for word in declared if word not in {None, "null"}] if _all_text(declared) else []
        )
        if len(words) != 1:
            _refuse(
                f"A type is one word, perhaps with null beside it, not {reprlib.repr(declared)}.",
                key,
            )
        may_be_null = len(words) < len(declared)
        declared = f"{words[0].rstrip('?')}?" if may_be_null else words[0]
    if declared is None:
        if "fields" in value or "properties" in value:
            declared = "object"
        elif "items" in value:
            declared = "array"
        elif "enum" in value:
            declared = _enum_type(value["enum"], key=key)
        else:
            declared = bare_type
    if not isinstance(declared, str):
        _refuse(f"A type is a word such as string, not {reprlib.repr(declared)}.", key)
    base, layers = _parsed(declared)
    if base not in TYPE_WORDS:
        _refuse(f"There is no type {base!r}. {_nearest(base, TYPE_WORDS)}", key)
    return base, layers


def _all_text(words: list[Json]) -> bool:
    return all(word is None or isinstance(word, str) for word in words)


def _parsed(expression: str) -> tuple[str, list[bool]]:
    """Take ``string?[]`` apart into its base and, outermost first, what may be null.

    Shape:
        One bool for each list and one for the base: the first is the outermost's own.
    """
    layers: list[bool] = []
    rest = expression.strip()
    while True:
        may_be_null = rest.endswith("?")
        rest = rest.removesuffix("?").rstrip()
        layers.append(may_be_null)
        prefix = next((one for one in _LIST_PREFIXES if rest.startswith(one)), None)
        if prefix is not None:
            rest = rest.removeprefix(prefix).lstrip()
        elif rest.endswith("[]"):
            rest = rest.removesuffix("[]").rstrip()
        else:
            return rest, layers


def _is_type(text: str) -> bool:
    base, layers = _parsed(text)
    return base in TYPE_WORDS and (
        len(layers) > 1 or text.strip().endswith("?") or base not in _FORMATTED
    )


def _based(
    base: str,
    value: Mapping[object, object],
    *,
    key: str,
    depth: int,
    faults: list[ConfigError],
) -> JsonObject:
    """Build the schema of the base type: what is left without lists and null."""
    if depth + (base in {"object", "array"}) > MAX_DEPTH:
        _refuse(
            f"Lists and objects may be nested {MAX_DEPTH} levels deep, and this is deeper.", key
        )
    _refuse_misplaced(base, value, key=key)
    if base == "object":
        nested = "fields" if "fields" in value else "properties"
        if nested not in value:
            _refuse('An object needs "fields": the name and description of each.', key)
        inner = value[nested]
        place = f"{key}.{nested}"
        return _object(inner, description=None, key=place, depth=depth + 1, faults=faults)
    if base == "array":
        if "items" not in value:
            _refuse('A list needs "items", or say it in the type, such as "string[]".', key)
        items = _items(value["items"], key=f"{key}.items", depth=depth + 1, faults=faults)
        return {"type": "array", "items": items}
    schema: JsonObject = {"type": "string" if base in _FORMATTED else base}
    if base in _FORMATTED:
        add_words(schema, words_for("format", _FORMATTED[base]))
    if "enum" in value:
        schema["enum"] = _enum(value["enum"], base, key=key)
        if None in schema["enum"]:
            schema["enum"].remove(None)
            return nullable(schema)
    return schema


def _items(items: object, *, key: str, depth: int, faults: list[ConfigError]) -> JsonObject:
    if isinstance(items, str):
        items = {"type": items}
    if not isinstance(items, Mapping):
        _refuse(f"Items are a type or a mapping, not {reprlib.repr(items)}.", key)
    return _mapping(items, key=key, depth=depth, bare_type="string", faults=faults)


def _enum_type(values: object, *, key: str) -> str:
    """Find the type that all values of an enum have."""
    listed = values if isinstance(values, list) else []
    for base in _PLAIN:
        if any(value is not None for value in listed) and all(
            value is None or _is_a(value, base) for value in listed
        ):
            return base
    raise ConfigError(
        "An enum is a list of values of one type, such as [small, large]. "
        f"This is {reprlib.repr(values)}.",
        key=key,
    )


def _enum(values: object, base: str, *, key: str) -> list[Json]:
    if not isinstance(values, list) or not any(value is not None for value in values):
        _refuse(f"An enum is a list of values, not {reprlib.repr(values)}.", key)
    for value in values:
        if value is not None and not _is_a(value, base):
            advice = "Put it in quotes." if base == "string" else "Change the type or the value."
            _refuse(f"{reprlib.repr(value)} in the enum is no {base}. {advice}", key)
    if len(set(values)) < len(values):
        _refuse("The enum has a value twice.", key)
    return list(values)


def _is_a(value: object, base: str) -> bool:
    if base == "boolean" or isinstance(value, bool):
        return base == "boolean" and isinstance(value, bool)
    kinds = {"string": str, "integer": int, "number": (int, float)}
    return isinstance(value, kinds[base])  # type: ignore[arg-type]


def _described(schema: JsonObject, description: str | None) -> JsonObject:
    """Set a field's description, with the words on its form behind it."""
    if not description or not description.strip():
        return schema
    first = {"type": schema["type"]} if "type" in schema else {}
    rest = {name: value for name, value in schema.items() if name not in {"type", "description"}}
    described = {**first, "description": description, **rest}
    if "description" in schema and "YYYY" not in description:
        add_words(described, schema["description"])
    return described


def _nearest(word: str, known: Sequence[str]) -> str:
    meant = _MEANT.get(word)
    near = [meant] if meant in known else get_close_matches(word, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(known)}."


def _refuse_misplaced(base: str, value: Mapping[object, object], *, key: str) -> None:
    owners = {"fields": ("object",), "properties": ("object",), "items": ("array",), "enum": _PLAIN}
    for word, owner in owners.items():
        if word in value and base not in owner:
            _refuse(f'"{word}" goes with the type {" or ".join(owner)}, not with {base}.', key)


def _unknown_key(word: object, value: object, key: str) -> ConfigError:
    message = f"There is no key {word!r}. {_nearest(str(word), FIELD_KEYS)}"
    if word in UNSUPPORTED_KEYWORDS:
        said = words_for(str(word), value)
        message = f'The API takes no "{word}". Say it in the description: "{said}"'
    return ConfigError(message, key=f"{key}.{word}" if isinstance(word, str) else key)


def _refuse(message: str, key: str) -> NoReturn:
    raise ConfigError(message, key=key or None)
