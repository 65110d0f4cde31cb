"""One declared input: where it comes from and what it must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.records import Json, JsonObject

InputType = Literal["string", "integer", "number", "boolean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputField:
    """One declared input of a task.

    Attributes:
        name: Its name in the input object; None when the whole input is this one text.
        column: The table's column that it is; exactly one of this and ``template`` is set.
        template: Text with ``{Column}`` in it; see ``enrich.inputs.template``.
        type: What the cell is converted to; a cell that cannot be refuses its row.
        required: Whether a row without it is skipped; if not, it is left out of the input.
        description: What it is, for the API's input schema.
        default: The value in place of a missing one; None for none.
        key: Where it stands in the job file, dotted.
    """

    name: str | None
    column: str | None = None
    template: str | None = None
    type: InputType = "string"
    required: bool = True
    description: str | None = None
    default: Json = None
    key: str = "task.inputs"


def input_schema(fields: Sequence[InputField]) -> JsonObject:
    """Return the wire's input schema that these inputs fit.

    Shape:
        ``{"type": "json", "json_schema": …}`` with one flat object; a text input gives
        ``{"type": "text"}``. An optional input is not in ``required``: it is absent from
        the input of a row that lacks it, never null.
    """
    if fields and fields[0].name is None:
        described = fields[0].description
        return {"type": "text", "description": described} if described else {"type": "text"}
    properties: JsonObject = {}
    for field in fields:
        member: JsonObject = {"type": field.type}
        if field.description:
            member["description"] = field.description
        properties[str(field.name)] = member
    required = [field.name for field in fields if field.required or field.default is not None]
    return {
        "type": "json",
        "json_schema": {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        },
    }
