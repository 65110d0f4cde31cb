"""The job file's keys, their types and their defaults; its task is in ``asked``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    SecretStr,
    StringConstraints,
    field_validator,
)

from enrich.columns import Existing
from enrich.errors import ConfigError, TableError
from enrich.job.asked import JobEscalate, JobTask
from enrich.job.document import KeyPath, nearest_line
from enrich.job.environment import expand
from enrich.job.scalars import Dollars, Duration, Part, Place, Texts, Word, as_version
from enrich.job.secret import find_key
from enrich.records import WHOLE, Shard
from enrich.tables.encoding import named_encoding

HOSTED_URL: Final = "https://api.parallel.ai"
LOCAL: Final = "local"


def _none_empty(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return paths that all name something: an empty one would be the job's own folder."""
    if "" in paths:
        msg = "must not be empty"
        raise ValueError(msg)
    return paths


def _encoding(name: str) -> str:
    """Return an encoding's name if there is one."""
    try:
        named_encoding(name)
    except TableError as error:
        raise ValueError(str(error)) from None
    return name


Encoded = Annotated[str, StringConstraints(min_length=1), AfterValidator(_encoding)]


class JobInput(Part):
    """The table to read.

    Attributes:
        path: A file, a folder of them, a pattern such as ``data/*.csv``, or an ``s3://``,
            ``gs://`` or ``az://`` address; None for a database or a frame.
        url: A database instead: ``postgresql://…``, ``sqlite:///FILE`` or ``duckdb:///FILE``,
            in which ``${NAME}`` is replaced.
        query: What to ask it: one SQL statement that gives rows.
        key: Columns that name a row in reports; never sent.
        delimiter: Of a CSV table; None for what the file shows.
        quote: The quoting character of a CSV table, or an empty text for none; None for
            what the file shows.
        encoding: Of a CSV table, such as ``windows-1252``; None for what the file shows.
        header: Whether the first record of a CSV table names its columns; None for what the
            file shows.
        ragged: Whether a CSV record of fewer cells than others is an error, or padded.
        sheet: Of an Excel workbook; None for the first one that is not hidden.
    """

    path: Word | None = None
    url: Word | None = None
    query: Word | None = None
    key: Texts = ()
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    quote: Annotated[str, StringConstraints(max_length=1)] | None = None
    encoding: Encoded | None = None
    header: bool | None = None
    ragged: Literal["error", "pad"] = "error"
    sheet: Word | None = None


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
        path: One or more files, each in the format of its name, or folders if the input is
            one; none for a database or a frame.
        table: A database's table, written in one transaction.
        url: The table's database, in which ``${NAME}`` is replaced; None for the input's.
        key: Columns by which the table's rows are updated; without, the table is made anew.
        columns: Which columns stand beside each value.
        prefix: Stands before the name of every new column.
        existing: A new column that the table has already: an error, overwritten, or only
            its empty cells filled.
        encoding: Of text outputs; None for the input's.
    """

    path: Texts = ()
    table: Word | None = None
    url: Word | None = None
    key: Texts = ()
    columns: OutputColumns = OutputColumns()
    prefix: str = ""
    existing: Existing = "error"
    encoding: Encoded | None = None

    @field_validator("path")
    @classmethod
    def _each_once(cls, paths: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(paths)) < len(paths):
            msg = "each path is named once"
            raise ValueError(msg)
        return _none_empty(paths)


class JobApi(Part):
    """Who answers.

    Attributes:
        base_url: The API's address without ``/v1``, in which ``${NAME}`` is replaced; or
            ``local``, the embedded server.
        key_env: The environment variable that holds the key. With ``_FILE`` behind its name
            it names a file that does; with neither, the system's keyring is asked.
        runs_per_minute: The quota.
        quota_unit: What the quota counts: created runs, or POST requests.
        quota: Where it is counted for all processes and machines that use the key:
            ``redis://HOST:PORT/DB`` or ``rediss://…``, in which ``${NAME}`` is replaced. None
            for each process by itself.
        max_in_flight: Most runs that are bought and not settled at a time.
        settle: How long after a lost answer the API's list of runs is believed.
        deadline: When no run ends for so long, the rest is left for the next command.
    """

    base_url: str = HOSTED_URL
    key_env: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] = (
        "PARALLEL_API_KEY"
    )
    runs_per_minute: Annotated[int, Field(ge=1)] = 2_000
    quota_unit: Literal["runs", "posts"] = "runs"
    quota: Word | None = None
    max_in_flight: Annotated[int, Field(ge=1)] = 20_000
    settle: Duration = timedelta(seconds=15)
    deadline: Duration = timedelta(hours=6)

    def key(self) -> SecretStr | None:
        """Return the key (see ``job.secret``); None where the embedded server needs none.

        Raises:
            ConfigError: The variable is not set; it names the key ``api.key_env``.
        """
        if found := find_key(self.key_env):
            return SecretStr(found[0])
        if self.base_url == LOCAL:
            return None
        message = f"the environment variable {self.key_env} is not set; it holds the API's key"
        raise ConfigError(message, key="api.key_env")

    def key_origin(self) -> str:
        """Return where the key comes from."""
        found = find_key(self.key_env)
        return found[1] if found else self.key_env

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
            _ = parts.port  # which is looked at only then
        except ValueError as error:
            msg = f"this is no address: {error}"
            raise ValueError(msg) from None
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            msg = "an address begins with https:// or http://, or is `local`"
            raise ValueError(msg)
        if hidden:
            msg = "an address holds no name or password; the key comes from key_env"
            raise ValueError(msg)
        return url


def _pair(value: Any) -> Any:
    """Return two numbers as the pair that a strict model wants."""
    is_pair = isinstance(value, list | tuple) and len(value) == 2
    if not is_pair or not all(type(each) in {int, float} for each in value):
        msg = "a price is two numbers, such as [0.5, 1.5]: what is read, and what is written"
        raise ValueError(msg)
    return tuple(map(float, value))


class JobLocal(Part):
    """What the embedded server reads.

    Attributes:
        corpus: Folders, files or patterns of documents, here or at ``s3://``, ``gs://`` or ``az://``.
        title_column: The column of tables among them that says what a row is about. None to know
            it by its heading, such as ``name``.
        url_column: That of a row's web address. None to know it by its heading, such as ``url``.
        text_columns: Those that are read as prose rather than as values. None to know them by their
            headings, such as ``text``, and their length.
        web: Whether live pages are read, too: the row's own site, links from it, and what a
            search brings up.
        private_web: Whether pages at private addresses are, too.
        search: ``searxng=URL``, ``brave`` or ``parallel``; the key of the latter two is in
            ``BRAVE_API_KEY`` or ``PARALLEL_API_KEY``. None for no search.
        model: The name of a model that has a say, and writes reports; None for none.
        model_url: Its OpenAI-compatible address, with its key in ``ENRICH_MODEL_KEY``; None for
            OpenAI, with ``OPENAI_API_KEY``.
        model_price: US dollars for a million tokens that it reads, and that it writes.
    """

    corpus: Texts = ()
    title_column: Word | None = None
    url_column: Word | None = None
    text_columns: Texts = ()
    web: bool = False
    private_web: bool = False
    search: Word | None = None
    model: Word | None = None
    model_url: Word | None = None
    model_price: Annotated[
        tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]], BeforeValidator(_pair)
    ] = (0.0, 0.0)

    @field_validator("corpus", "text_columns")
    @classmethod
    def _named(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        return _none_empty(texts)


class JobBudget(Part):
    """Where buying stops; None for no limit.

    Attributes:
        max_cost_usd: Most that all runs may cost, in US dollars, from the job's start until all of its
            rows are settled, however often it is stopped in between.
        max_runs: Most runs that may be bought.
    """

    max_cost_usd: Dollars | None = None
    max_runs: Annotated[int, Field(ge=0)] | None = None


Share = Annotated[float, Field(ge=0, le=1)]


class JobExpect(Part):
    """What the result must hold; otherwise a run ends with exit code 1 and says why.

    Attributes:
        fill: Least share of the completed rows that have a value, by field.
        failed: Largest share of the rows that may fail; so many do not count as a failure
            of the run. None counts every one.
    """

    fill: dict[str, Share] = Field(default_factory=dict)
    failed: Share | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A task and where it stands in the job: ``task``, or ``tasks.0`` and so on."""

    key: str
    task: JobTask


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Some rows of a table.

    Attributes:
        rows: How many, at most.
        seed: Which ones, drawn at random; None for the first.
    """

    rows: int
    seed: int | None = None


class Job(Part):
    """One table and what is asked of it.

    Attributes:
        version: Of the job file's form.
        input: The table to read.
        output: The tables to write.
        task: What is asked of every row.
        tasks: Several tasks instead; each has a name, and a later one may read the columns
            that earlier ones made.
        escalate: What is asked again of a larger processor.
        examples: Whether rows that have values already teach what is wanted; needs
            ``output.existing: fill``.
        api: Who answers.
        local: What the embedded server reads.
        budget: Where buying stops.
        expect: What the result must hold.
        confirm_above_usd: Price from which a person on a terminal is asked first; None
            for never.
        refresh_after: Age from which a result is bought again; None for never.
        state: Folder of the ledger; or for several machines its address in shared storage:
            ``s3://``, ``gs://``, ``az://``, or ``file:///`` for a folder that all of them see.
        prices: US dollars for 1,000 runs by processor, over the published ones.
    """

    version: Annotated[Literal[1], BeforeValidator(as_version)] = 1
    input: JobInput = JobInput()
    output: JobOutput = JobOutput()
    task: JobTask | None = None
    tasks: Annotated[list[JobTask], Field(min_length=1)] | None = None
    escalate: JobEscalate | None = None
    examples: bool = False
    api: JobApi = JobApi()
    local: JobLocal = JobLocal()
    budget: JobBudget = JobBudget()
    expect: JobExpect = JobExpect()
    confirm_above_usd: Dollars | None = None
    refresh_after: Duration | None = None
    state: Place = ".enrich"
    prices: dict[str, Dollars] = Field(default_factory=dict)

    _path: Path | None = PrivateAttr(default=None)
    _lines: dict[KeyPath, int] = PrivateAttr(default_factory=dict)
    _sample: Sample | None = PrivateAttr(default=None)
    _shard: Shard = PrivateAttr(default=WHOLE)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The tasks in their order, whichever key they stand under."""
        if self.tasks is not None:
            return tuple(Asked(f"tasks.{n}", task) for n, task in enumerate(self.tasks))
        return () if self.task is None else (Asked("task", self.task),)

    @property
    def path(self) -> Path | None:
        """The file that it was read from."""
        return self._path

    @property
    def state_url(self) -> str | None:
        """The address of the ledger in shared storage; None where it lies in a folder."""
        return self.state if "://" in self.state else None

    @property
    def state_folder(self) -> Path:
        """The folder of the ledger; where it lies in shared storage, that of the job."""
        return self.folder if self.state_url is not None else Path(self.state)

    @property
    def folder(self) -> Path:
        """The folder that relative paths in it start from."""
        return self._path.parent if self._path is not None else Path()

    @property
    def sample(self) -> Sample | None:
        """The rows that are asked for; None for all."""
        return self._sample

    @property
    def shard(self) -> Shard:
        """The requests that this command buys."""
        return self._shard

    def with_shard(self, shard: Shard) -> Job:
        """Return the same job for other requests."""
        made = self.model_copy()
        made._shard = shard  # noqa: SLF001
        return made

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
