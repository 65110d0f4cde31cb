"""The job file's keys, their types and their defaults."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from enrich.columns import Existing
from enrich.errors import ConfigError
from enrich.inputs.field import InputType
from enrich.job.document import KeyPath, nearest_line
from enrich.job.environment import bare_secret, expand
from enrich.taskapi.models import (
    MAX_MCP_SERVERS,
    MAX_SOURCE_POLICY_ENTRIES,
    AdvancedSettings,
    McpServer,
    SourcePolicy,
    Webhook,
)

HOSTED_URL: Final = "https://api.parallel.ai"
LOCAL: Final = "local"

_DURATION: Final = re.compile(r"([0-9]{1,6})\s*(s|m|h|d|w)")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _listed(value: object) -> object:
    """Let one text stand for a list of one."""
    if isinstance(value, str | Path):
        return (str(value),)
    return tuple(value) if isinstance(value, list) else value


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        msg = "a duration is a whole number and a unit (s, m, h, d, w), such as 30d"
        raise ValueError(msg)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _money(value: object) -> object:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    msg = "an amount in US dollars is a number, such as 50 or 2.5"
    raise ValueError(msg)


def _number(value: object) -> object:
    return (
        str(value).lower() if isinstance(value, bool) else value
    )  # true equals 1, but is no version


def _path(value: object) -> object:
    return Path(value) if isinstance(value, str) else value


_TEXTS_SCHEMA: Final = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
}
Texts = Annotated[
    tuple[str, ...], BeforeValidator(_listed), Field(strict=False), WithJsonSchema(_TEXTS_SCHEMA)
]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]+ *[smhdw]$", "examples": ["30d"]}),
]
Dollars = Annotated[
    Decimal,
    BeforeValidator(_money),
    Field(ge=0, allow_inf_nan=False),
    WithJsonSchema({"type": "number", "minimum": 0}),
]
LocalPath = Annotated[Path, BeforeValidator(_path), WithJsonSchema({"type": "string"})]
Word = Annotated[str, StringConstraints(min_length=1)]


class Part(BaseModel):
    """A part of a job: immutable, strict about types, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class JobInput(Part):
    """The table to read.

    Attributes:
        path: A file, or an ``s3://``, ``gs://`` or ``az://`` address; None for a frame.
        key: Columns that name a row in reports; never sent.
        delimiter: Of a CSV table; None for what the file shows.
        quote: The quoting character of a CSV table, or an empty text for none; None for
            what the file shows.
        encoding: Of a CSV table, such as ``windows-1252``; None for what the file shows.
        header: Whether the first record of a CSV table names its columns; None for what the
            file shows.
        ragged: Whether a CSV record of fewer cells than others is an error, or padded.
    """

    path: Word | None = None
    key: Texts = ()
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    quote: Annotated[str, StringConstraints(max_length=1)] | None = None
    encoding: Word | None = None
    header: bool | None = None
    ragged: Literal["error", "pad"] = "error"


class OutputColumns(Part):
    """Which columns stand beside each value.

    Attributes:
        citations: ``ceo_citations``: url, title and excerpts of each source.
        confidence: ``ceo_confidence``: low, medium or high.
        reasoning: ``ceo_reasoning``: why the value is what it is.
        excerpts: ``ceo_excerpts``: what the sources say, verbatim.
        run: ``enrich_run_id``: the API's id of the row's run.
    """

    citations: bool = True
    confidence: bool = True
    reasoning: bool = False
    excerpts: bool = False
    run: bool = False


class JobOutput(Part):
    """The tables to write, all by one run.

    Attributes:
        path: One or more files, each in the format of its name; none for a frame.
        columns: Which columns stand beside each value.
        prefix: Stands before the name of every new column.
        existing: A new column that the table has already: an error, overwritten, or only
            its empty cells filled.
        encoding: Of text outputs; None for the input's.
    """

    path: Texts = ()
    columns: OutputColumns = OutputColumns()
    prefix: str = ""
    existing: Existing = "error"
    encoding: Word | None = None

    @field_validator("path")
    @classmethod
    def _each_once(cls, paths: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(paths)) < len(paths):
            msg = "each path is named once"
            raise ValueError(msg)
        return paths


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
            msg = "a list of inputs is a list of columns"
            raise ValueError(msg)
        return {name: {"column": name} for name in value}
    if isinstance(value, dict):
        return {
            name: {"column": item} if isinstance(item, str) else item
            for name, item in value.items()
        }
    return value


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
        if output == "auto" or isinstance(output, type) or (isinstance(output, dict) and output):
            return output
        msg = (
            "an output is fields in shorthand, {json_schema: FILE}, {text: description}, "
            "{pydantic: module:Class} or auto"
        )
        raise ValueError(msg)

    @field_validator("source_policy")
    @classmethod
    def _few_domains(cls, policy: SourcePolicy | None) -> SourcePolicy | None:
        if policy is None:
            return None
        entries = [*(policy.include_domains or ()), *(policy.exclude_domains or ())]
        if len(entries) > MAX_SOURCE_POLICY_ENTRIES:
            msg = f"{len(entries)} domains; the API takes {MAX_SOURCE_POLICY_ENTRIES} in all"
            raise ValueError(msg)
        for entry in entries:
            if "://" in entry or "*" in entry or ":" in entry or "?" in entry or "#" in entry:
                msg = f"`{entry}`: a domain stands without scheme, port, query and *"
                raise ValueError(msg)
        return policy

    @field_validator("mcp_servers")
    @classmethod
    def _no_secrets(cls, servers: list[McpServer] | None) -> list[McpServer] | None:
        for server in servers or ():
            for header, value in (server.headers or {}).items():
                if fault := bare_secret(header, value):
                    msg = f"header `{header}` of `{server.name}`: {fault}"
                    raise ValueError(msg)
        return servers


class JobApi(Part):
    """Who answers.

    Attributes:
        base_url: The API's address without ``/v1``, in which ``${NAME}`` is replaced; or
            ``local``, the embedded server.
        key_env: The environment variable that holds the key.
        runs_per_minute: The quota.
        quota_unit: What the quota counts: created runs, or POST requests.
        max_in_flight: Most runs that are bought and not settled at a time.
    """

    base_url: str = HOSTED_URL
    key_env: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] = (
        "PARALLEL_API_KEY"
    )
    runs_per_minute: Annotated[int, Field(ge=1)] = 2_000
    quota_unit: Literal["runs", "posts"] = "runs"
    max_in_flight: Annotated[int, Field(ge=1)] = 20_000

    @field_validator("base_url")
    @classmethod
    def _address(cls, url: str) -> str:
        if url == LOCAL:
            return url
        try:
            url = expand(url).rstrip("/")
        except ConfigError as error:
            raise ValueError(error.message) from None
        try:
            parts = urlsplit(url)
            hidden = parts.username or parts.password
        except ValueError:
            parts, hidden = urlsplit(""), None
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            msg = "an address begins with https:// or http://, or is `local`"
            raise ValueError(msg)
        if hidden:
            msg = "an address holds no name or password; the key comes from key_env"
            raise ValueError(msg)
        return url


class JobLocal(Part):
    """What the embedded server reads.

    Attributes:
        corpus: Folders or files of documents.
    """

    corpus: Texts = ()


class JobBudget(Part):
    """Where buying stops; None for no limit.

    Attributes:
        max_cost_usd: Most that all runs of this job's ledger may cost, in US dollars.
        max_runs: Most runs that may be bought.
    """

    max_cost_usd: Dollars | None = None
    max_runs: Annotated[int, Field(ge=0)] | None = None


class Job(Part):
    """One table and what is asked of it.

    Attributes:
        version: Of the job file's form.
        input: The table to read.
        output: The tables to write.
        task: What is asked of every row.
        api: Who answers.
        local: What the embedded server reads.
        budget: Where buying stops.
        refresh_after: Age from which a result is bought again; None for never.
        state: Folder of the ledger.
        prices: US dollars for 1,000 runs by processor, over the published ones.
    """

    version: Annotated[Literal[1], BeforeValidator(_number)] = 1
    input: JobInput = JobInput()
    output: JobOutput = JobOutput()
    task: JobTask
    api: JobApi = JobApi()
    local: JobLocal = JobLocal()
    budget: JobBudget = JobBudget()
    refresh_after: Duration | None = None
    state: LocalPath = Path(".enrich")
    prices: dict[str, Dollars] = {}

    _path: Path | None = PrivateAttr(default=None)
    _lines: dict[KeyPath, int] = PrivateAttr(default_factory=dict)
    _limit: int | None = PrivateAttr(default=None)

    @property
    def path(self) -> Path | None:
        """The file that it was read from."""
        return self._path

    @property
    def folder(self) -> Path:
        """The folder that relative paths in it start from."""
        return self._path.parent if self._path is not None else Path()

    @property
    def limit(self) -> int | None:
        """How many rows are asked for, from the top; None for all."""
        return self._limit

    def has_key(self, key: KeyPath) -> bool:
        """Say whether the file has a key."""
        return key in self._lines

    def line_of(self, key: str | KeyPath | None) -> int | None:
        """Return the line of a key, or of the nearest key around it that the file has.

        Args:
            key: A path such as ``("task", "inputs", "company")``, or the same with dots.
        """
        return nearest_line(key, self._lines)

    def located(self, error: ConfigError) -> ConfigError:
        """Return the error; it also names this file, and the line of its key, from here on."""
        if error.path is None:
            error.path = self._path
        if error.line is None and error.path == self._path:
            error.line = self.line_of(error.key)
        return error
