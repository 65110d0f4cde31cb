"""What the guide and the service advise: warnings and hints, never errors.

Source:
    Task Spec, "Best Practices"; protocol reference, 6.2, 6.4 and section 11.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.records import Violation
from enrich.spec import limits
from enrich.spec.nullable import is_nullable
from enrich.spec.processors import PROCESSORS
from enrich.spec.rules import listed, warning
from enrich.spec.walk import is_container, types_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.records import JsonObject
    from enrich.spec.rules import Rule
    from enrich.spec.walk import Document, Node

_UNAVAILABLE = re.compile(
    r"""
      \b(unavailable|unknown|undisclosed|unspecified|null|none|n/a|missing|absent|empty|otherwise)\b
    | \bnot\s(available|found|known|stated|given|public|published|disclosed|applicable|sure)\b
    | \b(if|when|where)\s(there\s(is|are)\s)?(no|none|not)\b
    | \bno\s(data|source|answer|value|result|information|evidence|such|match)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_QUANTITY = re.compile(r"\d|\b(all|every|each|up\sto|at\smost)\b", re.IGNORECASE)


def hint(rule: str, path: str, message: str) -> Violation:
    """Make a piece of advice."""
    return Violation(severity="hint", rule=rule, path=path, message=message)


def basis_name(document: Document) -> Iterator[Violation]:
    """No field asks for what every answer's basis has already."""
    for node in document.properties:
        if (node.name or "").lower() in limits.BASIS_NAMES:
            yield warning(
                "basis-name",
                node.path,
                f'Sources, reasoning and confidence come with every field: leave "{node.name}" '
                "out, or give it a name that says what else it is.",
            )


def required_unknown(document: Document) -> Iterator[Violation]:
    """``required`` names properties that there are."""
    for node in document.nodes:
        names, properties = node.schema.get("required"), node.schema.get("properties", {})
        if not isinstance(names, list) or not isinstance(properties, dict):
            continue
        unknown = [name for name in names if isinstance(name, str) and name not in properties]
        if unknown:
            yield warning(
                "required-unknown",
                node.at("required"),
                f"Required is {listed(unknown)}, which is no property here. "
                "Describe it under the properties or take it out.",
            )


def advised_depth(document: Document) -> Iterator[Violation]:
    """Objects and arrays stay shallow."""
    if document.beyond(limits.MAX_DEPTH):
        return
    for node in document.beyond(limits.ADVISED_DEPTH)[:1]:
        yield hint(
            "advised-depth",
            node.path,
            f"Answers are best with {limits.ADVISED_DEPTH} levels or fewer, and this is deeper. "
            "Flatten it if you can.",
        )


def vague_name(document: Document) -> Iterator[Violation]:
    """A field's name says whose and what."""
    for node in document.fields:
        name = (node.name or "").lower()
        if name in limits.VAGUE_NAMES:
            better = limits.VAGUE_NAMES[name]
            example = f', such as "{better}"' if better else ""
            yield hint(
                "vague-name", node.path, f'"{node.name}" is vague. Say whose or which{example}.'
            )


def missing_description(document: Document) -> Iterator[Violation]:
    """Every field is described: the description is what the researcher reads."""
    for node in document.properties:
        if not _description(document, node).strip() and "const" not in node.schema:
            yield hint(
                "missing-description",
                node.path,
                "Describe what is wanted: of what, from when, in which form, "
                "and what to return if it is unavailable.",
            )


def if_unavailable(document: Document) -> Iterator[Violation]:
    """A description says what to give when nothing is found.

    Nullable fields say it by their type, and objects by their fields.
    """
    for node in document.properties:
        schema = _resolved(document, node)
        description = _description(document, node)
        if not description.strip() or "object" in types_of(schema) or is_nullable(schema):
            continue
        values = schema.get("enum")
        answers = [str(value) for value in values] if isinstance(values, list) else []
        if not any(map(_UNAVAILABLE.search, [description, *answers])):
            yield hint(
                "if-unavailable",
                node.at("description"),
                'Say what to return when nothing is found, such as "If unavailable, return null" '
                'with a type such as ["string", "null"].',
            )


def date_format(document: Document) -> Iterator[Violation]:
    """The description of a date says how it is written."""
    for node in document.properties:
        is_date = "date" in (node.name or "").lower().split("_")
        if is_date and "YYYY" not in _description(document, node):
            yield hint(
                "date-format",
                node.path,
                'Say in the description how the date is written, such as "YYYY-MM-DD".',
            )


def list_quantity(document: Document) -> Iterator[Violation]:
    """A list's name or description says how many are wanted."""
    for node in document.properties:
        if "array" not in types_of(_resolved(document, node)):
            continue
        if not _QUANTITY.search(f"{node.name} {_description(document, node)}"):
            yield hint(
                "list-quantity",
                node.path,
                'Say how many are wanted, in the name ("top_5_products") or the description.',
            )


def missing_type(document: Document) -> Iterator[Violation]:
    """Every field has a type, or something that gives it one."""
    gives_type = {"$ref", "allOf", "anyOf", "const", "enum", "oneOf", "properties", "items"}
    for node in document.properties:
        if "type" not in node.schema and gives_type.isdisjoint(node.schema):
            yield hint("missing-type", node.path, 'Give the field a type, such as "string".')


def enum_not_text(document: Document) -> Iterator[Violation]:
    """Enums are of text: what the limits count, and what is answered most surely."""
    for node in document.nodes:
        values = node.schema.get("enum")
        if not isinstance(values, list):
            continue
        if not all(value is None or isinstance(value, str) for value in values):
            yield hint(
                "enum-not-text",
                node.at("enum"),
                "Enum values are best as text. Put the values in quotes if text will do.",
            )


def no_fields(document: Document) -> Iterator[Violation]:
    """Something is asked for."""
    if document.root.schema.get("properties") == {}:
        yield hint(
            "no-fields", document.root.at("properties"), "No field is asked for. Add at least one."
        )


ADVICE: Final[tuple[Rule, ...]] = (
    basis_name,
    required_unknown,
    advised_depth,
    vague_name,
    missing_description,
    if_unavailable,
    date_format,
    list_quantity,
    missing_type,
    enum_not_text,
    no_fields,
)


def too_many_fields(document: Document, processor: str) -> Iterator[Violation]:
    """The processor is meant for so many fields.

    Counted are the fields at the top; of a name that is not known nothing is said.
    """
    tier = PROCESSORS.get(processor)
    count = sum(1 for _ in document.fields)
    if tier is None or count <= tier.max_fields:
        return
    yield warning(
        "too-many-fields",
        document.root.at("properties"),
        f"{count} fields are asked for, and the processor {processor} is meant for "
        f"about {tier.max_fields}. Ask for fewer, spread them over several tasks, or take a larger one.",
    )


def auto_processor(processor: str) -> Iterator[Violation]:
    """The auto schema wants a processor that does deep research."""
    tier = PROCESSORS.get(processor)
    if tier is not None and not tier.deep:
        yield hint(
            "auto-processor",
            "$",
            f'The schema "auto" brings detailed reports only from "pro" upward, not with '
            f"{processor}. Take a larger processor or say which fields are wanted.",
        )


def near_limit(spec_chars: int) -> Iterator[Violation]:
    """There is still room in the spec."""
    if limits.NEAR_LIMIT_SHARE * limits.MAX_SPEC_CHARS < spec_chars <= limits.MAX_SPEC_CHARS:
        yield hint(
            "near-limit",
            "$",
            f"The task spec has {spec_chars:,} of the {limits.MAX_SPEC_CHARS:,} characters that "
            "are allowed. The API may count a little differently.",
        )


def input_not_flat(document: Document) -> Iterator[Violation]:
    """An input is flat: a few plain values that name what is to be researched."""
    for node in document.properties:
        if is_container(node.schema):
            yield hint(
                "input-not-flat",
                node.path,
                "Inputs are best as a few plain values. Send the values that identify the row, "
                "each under a name of its own.",
            )


def _resolved(document: Document, node: Node) -> JsonObject:
    target = document.target(node)
    return target.schema if target else node.schema


def _description(document: Document, node: Node) -> str:
    said = node.schema.get("description") or _resolved(document, node).get("description")
    return said if isinstance(said, str) else ""
