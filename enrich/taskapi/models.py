"""The wire's objects.

What is sent is pydantic: it is written by hand in job files and by strangers to
our server, so each fault must name its place. What is received is msgspec: it
arrives by the million and is decoded only as deep as it is needed (a result's
``output`` stays the bytes that came).

Unknown members of what is received are ignored and every optional one may be
null or absent; statuses and event types are open strings, since new ones count
as backward compatible.

Source: protocol reference, sections 3.1 to 3.11.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

import msgspec
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from enrich.records import JsonObject

MAX_RUNS_PER_POST: Final = 1_000
MAX_METADATA_KEY_CHARS: Final = 16
MAX_METADATA_VALUE_CHARS: Final = 512
MAX_MCP_SERVERS: Final = 10
MAX_SOURCE_POLICY_ENTRIES: Final = 200

ACTIVE_STATUSES: Final = frozenset({"queued", "running", "cancelling"})
TERMINAL_STATUSES: Final = frozenset({"completed", "failed", "cancelled"})

TASK_RUN_STATUS_EVENT: Final = "task_run.status"
"""The one webhook event type."""


class Body(BaseModel):
    """A request body or a part of one.

    The API lets unknown members pass (its own recipes send some), so these do too;
    a job file is validated with ``extra="forbid"``.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)


class TextSchema(Body):
    """A free-text schema."""

    type: Literal["text"] = "text"
    description: str | None = None


class JsonSchema(Body):
    """A structured schema; its rules are those of ``enrich.spec``."""

    type: Literal["json"] = "json"
    json_schema: JsonObject


class AutoSchema(Body):
    """The processor decides the output's structure."""

    type: Literal["auto"] = "auto"


OutputSchema = JsonSchema | TextSchema | AutoSchema | str
InputSchema = JsonSchema | TextSchema | str


class TaskSpec(Body):
    """Output schema and input schema; a bare string is a text schema."""

    output_schema: OutputSchema
    input_schema: InputSchema | None = None


class SourcePolicy(Body):
    """Which web domains may be used."""

    include_domains: list[str] | None = None
    exclude_domains: list[str] | None = None
    after_date: str | None = None

    @model_validator(mode="after")
    def _bound_entries(self) -> Self:
        entries = len(self.include_domains or ()) + len(self.exclude_domains or ())
        if entries > MAX_SOURCE_POLICY_ENTRIES:
            msg = f"at most {MAX_SOURCE_POLICY_ENTRIES} domains in all, not {entries}"
            raise ValueError(msg)
        return self


class DataSources(Body):
    """Named data connectors."""

    free: list[str] | None = None
    pay_per_use: list[str] | None = None


class AdvancedSettings(Body):
    """Location (ISO 3166-1 alpha-2) and data connectors."""

    location: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")] | None = None
    data_sources: DataSources | None = None


class McpServer(Body):
    """A tool server that the run may call; its headers are secret."""

    type: Literal["url"] = "url"
    url: str
    name: str
    headers: dict[str, str] | None = None
    allowed_tools: list[str] | None = None


class Webhook(Body):
    """Where to tell that a run ended."""

    url: str
    event_types: list[Literal["task_run.status"]] = Field(default_factory=list)


MetadataKey = Annotated[str, StringConstraints(max_length=MAX_METADATA_KEY_CHARS)]
MetadataText = Annotated[str, StringConstraints(max_length=MAX_METADATA_VALUE_CHARS)]
Metadata = dict[MetadataKey, bool | int | float | MetadataText]


class RunInput(Body):
    """What one run is given."""

    input: str | JsonObject
    processor: str
    task_spec: TaskSpec | None = None
    metadata: Metadata | None = None
    source_policy: SourcePolicy | None = None
    advanced_settings: AdvancedSettings | None = None
    previous_interaction_id: str | None = None
    mcp_servers: Annotated[list[McpServer], Field(max_length=MAX_MCP_SERVERS)] | None = None
    enable_events: bool | None = None
    webhook: Webhook | None = None
    memory_scope_key: (
        Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9_-]{1,128}$")] | None
    ) = None


class GroupInput(Body):
    """The body that creates a group."""

    metadata: dict[str, bool | int | float | str] | None = None


class AddRuns(Body):
    """The body that adds runs to a group; a run's own spec replaces the default whole."""

    inputs: Annotated[list[RunInput], Field(max_length=MAX_RUNS_PER_POST)]
    default_task_spec: TaskSpec | None = None


class Error(msgspec.Struct, frozen=True, kw_only=True):
    """Why something failed."""

    ref_id: str | None = None
    message: str = ""
    detail: Any = None


class Warning_(msgspec.Struct, frozen=True, kw_only=True, rename={"type_": "type"}):  # noqa: N801  (the builtin's name)
    """Something soft that the API found in a spec or an input."""

    type_: str = "warning"
    message: str = ""
    detail: Any = None


# Millions of runs and events are read and none is in a cycle, so the garbage collector need
# not look at them; and of a run in a stream, only what somebody asks for is read.


class RunState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How one run stands, as far as streams are read; never its output."""

    run_id: str
    status: str
    interaction_id: str | None = None
    error: Error | None = None
    metadata: dict[str, Any] | None = None


class TaskRun(RunState, frozen=True, kw_only=True, gc=False):
    """One run's state; never its output."""

    is_active: bool = False
    processor: str | None = None
    created_at: str | None = None
    modified_at: str | None = None
    warnings: list[Warning_] | None = None
    taskgroup_id: str | None = None


class TaskRunResult(msgspec.Struct, frozen=True, kw_only=True):
    """A finished run with its output, whose JSON is kept as it came."""

    run: TaskRun
    output: msgspec.Raw = msgspec.Raw(b"null")


class GroupStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Counts over a group's runs; a status with none may be missing."""

    num_task_runs: int = 0
    task_run_status_counts: dict[str, int] = {}
    is_active: bool = False
    status_message: str | None = None
    modified_at: str | None = None


class TaskGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A group of runs."""

    taskgroup_id: str
    status: GroupStatus
    metadata: dict[str, Any] | None = None
    created_at: str | None = None


class AddedRuns(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to adding runs: their ids in the order of the inputs, and where they begin."""

    run_ids: list[str]
    status: GroupStatus = GroupStatus()
    run_cursor: str | None = None
    event_cursor: str | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename={"type_": "type"}):
    """One event of any stream; which members are set follows from its type."""

    type_: str
    event_id: str | None = None
    run: RunState | None = None
    output: msgspec.Raw = msgspec.Raw(b"null")
    status: GroupStatus | None = None
    error: Error | None = None


class RunEnd(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Which run stands where."""

    run_id: str
    status: str


class Heard(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One event of a group's live stream, as far as it is listened to."""

    event_id: str | None = None
    run: RunEnd | None = None


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """A source and what it says."""

    url: str
    title: str | None = None
    excerpts: list[str] | None = None


class FieldBasis(msgspec.Struct, frozen=True, kw_only=True):
    """Why a field has its value."""

    field: str
    reasoning: str = ""
    citations: list[Citation] | None = None
    confidence: str | None = None


class Output(msgspec.Struct, frozen=True, kw_only=True, rename={"type_": "type"}):
    """A run's output: text, or an object shaped by the output schema."""

    type_: str
    content: Any = None
    basis: list[FieldBasis] | None = None
    output_schema: Any = None


# Two threads that are the first to decode into a class at once end the process, so none is the first.
for _kind in (AddedRuns, Event, Output, TaskGroup, TaskRun, TaskRunResult):
    msgspec.json.Decoder(_kind)
