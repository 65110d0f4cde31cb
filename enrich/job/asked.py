"""The job file's tasks: what is asked of every row, and what is asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import (
    BeforeValidator,
    Field,
    StringConstraints,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from enrich.inputs.field import InputType
from enrich.job.scalars import Dollars, Part, Texts, Word
from enrich.job.wire import server_faults, settings_faults, webhook_faults
from enrich.taskapi.models import (
    MAX_MCP_SERVERS,
    AdvancedSettings,
    McpServer,
    SourcePolicy,
    Webhook,
)
from enrich.taskapi.source_policy import policy_faults

if TYPE_CHECKING:
    from collections.abc import Iterator


class JobInputField(Part):
    """One input of a run; ``name: Column`` is short for ``name: {column: Column}``.

    Attributes:
        column: The table's column that it is; either this or ``template``.
        template: Text with ``{Column}`` in it, and filters: ``{Site | domain}``.
        type: What the cell is converted to.
        required: Whether a row without it is skipped; if not, the run goes without.
        description: What it is, for the API.
        default: The value in place of a missing one.
    """

    column: Word | None = None
    template: Word | None = None
    type: InputType = "string"
    required: bool = True
    description: str | None = None
    default: Annotated[Any, WithJsonSchema({"type": ["string", "number", "boolean"]})] = None

    @field_validator("default")
    @classmethod
    def _scalar(cls, value: object) -> object:
        if value is None or isinstance(value, str | int | float):
            return value
        msg = "a default is one text, number or boolean"
        raise ValueError(msg)

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.column is None) == (self.template is None):
            msg = "an input has either a column or a template"
            raise ValueError(msg)
        return self


def _inputs(value: object) -> object:
    """Write every form of ``inputs`` out as name → field; a text input has the name ``""``."""
    if isinstance(value, str):
        return {"": {"template": value}}
    if isinstance(value, list | tuple):
        if not all(isinstance(item, str) for item in value):
            msg = "a list of inputs is a list of columns, and a column's name is text"
            raise ValueError(msg)
        return {name: {"column": name} for name in value}
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, int | float):
                msg = f"`{name}`: a column's name is text; write it in quotes"
                raise ValueError(msg)  # noqa: TRY004  (pydantic's own)
        return {
            name: {"column": item} if isinstance(item, str) else item
            for name, item in value.items()
        }
    msg = "inputs are name → column or template, or a list of columns, or one template"
    raise ValueError(msg)


_OUTPUT_SCHEMA: Final = {
    "anyOf": [
        {"const": "auto"},
        {
            "type": "object",
            "minProperties": 1,
            "description": "Fields in shorthand, or one of json_schema, text and pydantic.",
        },
    ]
}


def _of_the_wire(output: object) -> object:
    """Return the API's own forms of a schema as a job has them; they name no field."""
    match output:
        case {"type": "json", "json_schema": schema, **more} if not more:
            return {"json_schema": schema}
        case {"type": "text", **more} if not more or (more.keys() == {"description"}):
            return {"text": more.get("description") or ""}
        case {"type": "auto", **more} if not more:
            return "auto"
    return output


class JobTask(Part):
    """What is asked of every row.

    Attributes:
        name: Names the column of a text or auto output.
        description: Instructions for all fields together.
        processor: The API's tier.
        inputs: What one run is given: name → column or template; or a list of columns; or
            one template, whose text is the whole input.
        output: Fields in shorthand; or ``{json_schema: FILE or inline}``; or
            ``{text: "…"}``; or ``{pydantic: module:Class}``; or ``auto``.
        source_policy: Domains that may and may not be used.
        advanced_settings: Location and data sources.
        mcp_servers: Tool servers that a run may call; a secret header holds ``${NAME}``.
        previous_interaction_id: The interaction that each run goes on from.
        memory_scope_key: Where the API remembers the runs.
        enable_events: Whether progress is recorded; None for the processor's own.
        webhook: Where the API tells that a run ended.
        only_if: A condition over columns; rows of which it is false are skipped.
        prefix: Stands before the names of this task's columns, behind ``output.prefix``.
    """

    name: Word = "answer"
    description: str | None = None
    processor: Word
    inputs: Annotated[dict[str, JobInputField], BeforeValidator(_inputs)]
    output: Annotated[Any, WithJsonSchema(_OUTPUT_SCHEMA)]
    source_policy: SourcePolicy | None = None
    advanced_settings: AdvancedSettings | None = None
    mcp_servers: Annotated[list[McpServer], Field(max_length=MAX_MCP_SERVERS)] | None = None
    previous_interaction_id: Word | None = None
    memory_scope_key: (
        Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9_-]{1,128}$")] | None
    ) = None
    enable_events: bool | None = None
    webhook: Webhook | None = None
    only_if: Word | None = None
    prefix: str = ""

    @field_validator("inputs")
    @classmethod
    def _some(cls, inputs: dict[str, JobInputField]) -> dict[str, JobInputField]:
        if not inputs:
            msg = "at least one input is needed: only what is declared is sent"
            raise ValueError(msg)
        if "" in inputs and (len(inputs) > 1 or inputs[""].type != "string"):
            msg = "an input without a name is the whole input, one text"
            raise ValueError(msg)
        return inputs

    @field_validator("output")
    @classmethod
    def _known_form(cls, output: object) -> object:
        output = _of_the_wire(output)
        if output == "auto" or isinstance(output, type) or (isinstance(output, dict) and output):
            return output
        msg = (
            "an output is fields in shorthand, {json_schema: FILE}, {text: description}, "
            "{pydantic: module:Class} or auto"
        )
        raise ValueError(msg)

    @field_validator("source_policy")
    @classmethod
    def _policy(cls, policy: SourcePolicy | None) -> SourcePolicy | None:
        return policy if policy is None else _faultless(policy, policy_faults(policy))

    @field_validator("advanced_settings")
    @classmethod
    def _settings(cls, settings: AdvancedSettings | None) -> AdvancedSettings | None:
        return settings if settings is None else _faultless(settings, settings_faults(settings))

    @field_validator("mcp_servers")
    @classmethod
    def _servers(cls, servers: list[McpServer] | None) -> list[McpServer] | None:
        return servers if servers is None else _faultless(servers, server_faults(servers))

    @field_validator("webhook")
    @classmethod
    def _webhook(cls, webhook: Webhook | None) -> Webhook | None:
        return webhook if webhook is None else _faultless(webhook, webhook_faults(webhook))

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        sources = self.advanced_settings and self.advanced_settings.data_sources
        names = {*(sources.free or ()), *(sources.pay_per_use or ())} if sources else set()
        for server in self.mcp_servers or ():
            if server.name in names:
                msg = f"a tool server and a data source are both called `{server.name}`"
                raise ValueError(msg)
        return self


T = TypeVar("T")


def _faultless(value: T, faults: Iterator[str]) -> T:
    """Return a value if nothing is wrong with it."""
    found = list(faults)
    if found:
        raise ValueError("; ".join(found))
    return value


class JobEscalate(Part):
    """What is asked again of a larger processor, where the first answer is not sure enough.

    Attributes:
        below: Asked again is a row with a field of less confidence than this, or of none.
        fields: The fields that are looked at and asked again; none for all of the task.
        processor: The API's tier that is asked.
        max_cost_usd: Most that it may cost, within the job's budget; None for no limit of
            its own.
    """

    below: Literal["medium", "high"]
    fields: Texts = ()
    processor: Word
    max_cost_usd: Dollars | None = None
