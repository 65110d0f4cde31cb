"""What a program calls: enrich a frame, plan it, ask one question, run a job file.

Everything here works in a script and inside a running event loop, such as a notebook's:
the work is done in a thread of its own where there is a loop.
"""

from __future__ import annotations

import asyncio
import functools
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from enrich import pipeline
from enrich.call import Task, job_of, question_of, row_of, task_of
from enrich.errors import ConfigError, EnrichError
from enrich.frames import read_frame
from enrich.job import Overrides, load_job
from enrich.progress import Bar, Quiet
from enrich.records import JsonObject, RowStatus
from enrich.tables.frame import FrameWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from enrich.job import Job
    from enrich.pipeline import Plan, Prepared, Report, Stop
    from enrich.progress import Progress

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one question brought.

    Attributes:
        content: A text, or an object with the fields asked for.
        basis: For each field its citations, reasoning and confidence, as the API has them.
        run_id: The API's id of the run.
    """

    content: Any
    basis: list[JsonObject]
    run_id: str | None

    def __str__(self) -> str:
        if isinstance(self.content, str):
            return self.content
        return msgspec.json.format(msgspec.json.encode(self.content)).decode()

    @property
    def citations(self) -> list[str]:
        """Return the URLs of all sources, each once."""
        urls = [source["url"] for each in self.basis for source in each.get("citations") or ()]
        return list(dict.fromkeys(urls))


def enrich(
    frame: Any,
    task: Any,
    *,
    inputs: Sequence[str] | Mapping[str, Any] | None = None,
    processor: str = "base",
    base_url: str | None = None,
    api_key: str | None = None,
    corpus: str | Path | Sequence[str] | None = None,
    local: Mapping[str, Any] | None = None,
    state: str | Path | None = None,
    max_cost_usd: float | None = None,
    retry_failed: bool = False,
    progress: bool | None = None,
    **output: Any,
) -> Any:
    """Return a frame of the same kind with researched columns.

    What was bought is kept in the state folder: calling this again with the same or a
    larger frame buys only what is new. Ctrl-C stops the buying gently, in a notebook too, and
    a second one at once; the same call goes on.

    Args:
        frame: A pandas or Polars data frame, an Arrow table, a DuckDB relation, or
            anything with the Arrow stream interface.
        task: What is asked: a pydantic class, field → description, a JSON Schema, a
            text, or a ``Task``.
        inputs: The columns to send, or name → column or template. Only these leave.
        processor: The API's tier.
        base_url: The API; None for the hosted one, or for the embedded server when a
            corpus or ``local`` is given.
        api_key: Its key; None for the one in ``PARALLEL_API_KEY``.
        corpus: Documents for the embedded server.
        local: What else a job file's ``local`` says of it, such as ``{"web": True, "model": "gpt-x"}``.
        state: Folder of the ledger; None for ``.enrich``.
        max_cost_usd: Most that all runs may cost, in US dollars.
        retry_failed: Buy failed rows again.
        progress: Show a bar; None for only on a terminal or in a notebook.
        output: Keys of a job file's ``output``, such as ``prefix`` or ``columns``.

    Raises:
        ConfigError: Something must be mended; nothing was spent.
        TableError: The frame cannot be read.
        ApiError: The API refuses everything; what was bought is kept.
        LedgerError: Another call is at work in the same state folder, or it cannot be used.
        Interrupted: Ctrl-C, or SIGTERM in the main thread.
    """
    settings = {
        "inputs": inputs,
        "processor": processor,
        "base_url": base_url,
        "api_key": api_key,
        "corpus": corpus,
        "local": local,
        "state": state,
        "max_cost_usd": max_cost_usd,
        "retry_failed": retry_failed,
        "progress": progress,
        **output,
    }
    return _apart(_enriching(frame, task, settings))


async def enrich_async(frame: Any, task: Any, **settings: Any) -> Any:
    """Do what ``enrich`` does without holding up the event loop.

    Cancelling it stops the buying as Ctrl-C stops the command: nothing more is sent, POSTs on
    their way are seen to their end (for seconds, not more), the ledger is closed, and only then
    does ``CancelledError`` arrive, or the ``TimeoutError`` of ``asyncio.timeout``. Cancelling it
    again leaves at once. What was bought is kept: the same call goes on.

    Args:
        frame: See ``enrich``.
        task: See ``enrich``.
        settings: See ``enrich``.
    """
    from enrich.apart import Apart  # noqa: PLC0415  (loaded when it is needed)

    def work(stop: Stop) -> Any:
        return _enriching(frame, task, settings)(
            stop
        )  # in the thread, since a frame may be long to read

    return await Apart(work).awaited()


def _enriching(frame: Any, task: Any, settings: Mapping[str, Any]) -> Callable[[Stop], Any]:
    """Return what enriches a frame, once the settings and the frame are seen to be right."""
    job, asked = _job_of(task, settings)
    table, back = read_frame(frame)

    def work(stop: Stop) -> Any:
        prepared = pipeline.prepare(job, table)
        writer = FrameWriter(table, prepared.columns)
        report = pipeline.run(
            prepared,
            progress=functools.partial(_shown, prepared, wanted=asked.progress),
            retry_failed=asked.retry_failed,
            into=[writer],
            key=asked.api_key,
            stop=stop,
        )
        made = back(writer.arrays)
        _note(made, report)
        return made

    return work


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a call says beside its job."""

    api_key: str | None = None
    retry_failed: bool = False
    progress: bool | None = None


def _job_of(task: Any, settings: Mapping[str, Any]) -> tuple[Job, _Asked]:
    """Return the job that a call describes, and what it says beside."""
    left = dict(settings)
    asked = _Asked(**{name: left.pop(name) for name in _Asked.__slots__ if name in left})
    job = job_of(
        task_of(task, left.pop("inputs", None), left.pop("processor", "base")),
        base_url=left.pop("base_url", None),
        corpus=left.pop("corpus", None),
        local=left.pop("local", None),
        state=left.pop("state", None),
        max_cost_usd=left.pop("max_cost_usd", None),
        output=left,
    )
    return job, asked


def enrich_rows(
    rows: Iterable[Mapping[str, Any]], task: Any, *, rows_at_once: int = 500, **settings: Any
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each row of a stream with its researched columns as soon as it is finished.

    Rows are read and asked some hundred at a time, so memory does not grow with them; of those
    the ones that finish first come first, each with its number from 0. Every row comes once. One
    that failed comes too, and its ``enrich_status`` and ``enrich_error`` say so.

    Leaving early, by ``break``, an exception or ``close()``, stops the buying as Ctrl-C stops the
    command, and takes seconds at most. While it is merely left alone, no more than the rows that
    were read are bought; a name that still holds it leaves it alone, and ``contextlib.closing``
    makes sure that it is left.

    Args:
        rows: Column → value, one mapping a row. A column is in a row or it is null.
        task: See ``enrich``.
        rows_at_once: How many are read before the first of them is there.
        settings: See ``enrich``.

    Raises:
        EnrichError: See ``enrich``. Rows that were finished came before.
    """
    from enrich.stream import finished_rows  # noqa: PLC0415  (loaded when it is needed)

    if rows_at_once < 1:
        message = f"rows_at_once is how many rows are asked at a time, not {rows_at_once}"
        raise ConfigError(message)
    job, asked = _job_of(task, settings)
    yield from finished_rows(
        job,
        map(row_of, rows),
        functools.partial(_shown, wanted=asked.progress),
        rows_at_once=rows_at_once,
        key=asked.api_key,
        retry_failed=asked.retry_failed,
    )


def plan(
    frame: Any,
    task: Any,
    *,
    inputs: Sequence[str] | Mapping[str, Any] | None = None,
    processor: str = "base",
    base_url: str | None = None,
    corpus: str | Path | Sequence[str] | None = None,
    local: Mapping[str, Any] | None = None,
    state: str | Path | None = None,
    max_cost_usd: float | None = None,
    **output: Any,
) -> Plan:
    """Return what ``enrich`` would buy with the same settings, and its price.

    Spends nothing, needs no key.
    """
    job = job_of(
        task_of(task, inputs, processor),
        base_url=base_url,
        corpus=corpus,
        local=local,
        state=state,
        max_cost_usd=max_cost_usd,
        output=output,
    )
    prepared = pipeline.prepare(job, read_frame(frame)[0])
    with pipeline.open_ledgers(job) as ledgers:
        return pipeline.plan(prepared, ledgers)


def ask(
    question: str,
    output: Any = None,
    *,
    processor: str = "base",
    base_url: str | None = None,
    api_key: str | None = None,
    corpus: str | Path | Sequence[str] | None = None,
    local: Mapping[str, Any] | None = None,
    state: str | Path | None = None,
) -> Answer:
    """Ask one question.

    Args:
        question: What to find out.
        output: A text that describes the answer or the report; a pydantic class, field →
            description or a JSON Schema for a structured one; None lets the API decide.
        processor: The API's tier.
        base_url: See ``enrich``.
        api_key: See ``enrich``.
        corpus: See ``enrich``.
        local: See ``enrich``.
        state: See ``enrich``. The same question is not bought twice.

    Raises:
        ConfigError: Something must be mended; nothing was spent.
        ApiError: The API refuses, or the run failed.
    """
    import pyarrow as pa  # noqa: PLC0415  (loaded when it is needed)

    wanted = Task(
        output="auto" if output is None else output, inputs="{question}", processor=processor
    )
    job = job_of(wanted, base_url=base_url, corpus=corpus, local=local, state=state, output={})
    table, _ = read_frame(pa.table({"question": [question_of(question)]}))

    def work(stop: Stop) -> Answer:
        prepared = pipeline.prepare(job, table)
        pipeline.run(
            prepared,
            stop=stop,
            progress=functools.partial(_shown, prepared, wanted=False),
            retry_failed=True,
            into=[],
            key=api_key,
        )
        return _answer(prepared)

    return _apart(work)


def _answer(prepared: Prepared) -> Answer:
    with pipeline.open_ledgers(prepared.job, read_only=True) as ledgers:
        outcome = next(pipeline.outcomes(prepared, ledgers))
    if outcome.status is not RowStatus.COMPLETED or outcome.output is None:
        raise EnrichError(outcome.error or f"the question is {outcome.status}")
    output = msgspec.json.decode(outcome.output)
    return Answer(
        content=output.get("content"), basis=output.get("basis") or [], run_id=outcome.run_id
    )


def run(
    path: str | Path,
    *,
    shard: str | None = None,
    retry_failed: bool = False,
    progress: bool | None = None,
) -> Report:
    """Run a job file: plan, buy, merge.

    Args:
        path: The job file.
        shard: Buy one share of several, as ``"0/4"``; the others are for other processes.
        retry_failed: Buy failed rows again.
        progress: Show a bar; None for only on a terminal or in a notebook.

    Raises:
        EnrichError: As the command line would; its ``exit_code`` is the same.
    """
    job = load_job(path, overrides=Overrides(shard=shard))

    def work(stop: Stop) -> Report:
        prepared = pipeline.prepare(job)
        return pipeline.run(
            prepared,
            stop=stop,
            progress=functools.partial(_shown, prepared, wanted=progress),
            retry_failed=retry_failed,
        )

    return _apart(work)


def _shown(prepared: Prepared, made: Plan, *, wanted: bool | None) -> Progress:
    buying = pipeline.extent_of(prepared, made)
    if wanted is None:
        # A program without a window has no such stream.
        wanted = (sys.stderr is not None and sys.stderr.isatty()) or "ipykernel" in sys.modules
    return Bar(buying) if wanted and buying.runs else Quiet(buying)


def _note(frame: Any, report: Report) -> None:
    """Leave the report with a frame that has a place for it."""
    if isinstance(getattr(frame, "attrs", None), dict):
        frame.attrs["enrich"] = {
            "ended": str(report.ended),
            "spent_usd": report.spent_usd,
            "rows": {str(status): count for status, count in report.merged.statuses.items()},
            "errors": dict(report.merged.errors),
        }


def _apart(work: Callable[[Stop], T]) -> T:
    """Do some work that runs an event loop of its own, also where one is running already."""
    if not _in_a_loop():
        return work(pipeline.Stop())
    from enrich.apart import Apart  # noqa: PLC0415  (loaded when it is needed)

    return Apart(work).waited_for()


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
