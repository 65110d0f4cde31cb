"""Rows of a stream: some are read and asked at a time, and each is handed on when it is settled."""

from __future__ import annotations

import functools
import itertools
import queue
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from enrich import pipeline
from enrich.apart import Apart
from enrich.errors import EnrichError, TableError
from enrich.records import RowStatus
from enrich.tables.frame import FrameTable, FrameWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from enrich.job import Job
    from enrich.ledger import Ledgers
    from enrich.pipeline import Plan, Prepared, Report, Stop
    from enrich.progress import Progress

_ROUNDS_AT_ONCE: Final = 100
LOOK_EVERY_S: Final = 1.0
"""How often it is asked whether anything is still at work: after a fork nothing is."""


def finished_rows(
    job: Job,
    rows: Iterable[dict[str, Any]],
    shown: Callable[[Prepared, Plan], Progress],
    *,
    rows_at_once: int,
    **settings: Any,
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Buy what rows ask, some at a time, and yield each with its number when it is finished.

    Args:
        job: What is asked; its budget is one for all rows.
        rows: The rows.
        shown: Makes what shows the buying of some.
        rows_at_once: How many are asked at a time.
        settings: Of ``pipeline.run``.
    """
    left = enumerate(rows)
    names: dict[str, None] = {}
    began: float | None = None
    while part := dict(itertools.islice(left, rows_at_once)):
        # A column that was there once is one, though none of these rows has it.
        names |= dict.fromkeys(name for row in part.values() for name in row)
        table = _table(list(names), list(part.values()))
        prepared = _within_budget(pipeline.prepare(job, table), began)
        yield from _part(prepared, list(names), part, shown, settings)
        if began is None and job.budget.max_cost_usd is not None:
            with pipeline.open_ledgers(job, read_only=True) as ledgers:
                newest = ledgers.round(prepared.name)
            assert newest is not None  # noqa: S101  (buying opened one)
            began = newest.opened_at


def _within_budget(prepared: Prepared, began: float | None) -> Prepared:
    """Return the same with what the stream's budget has left.

    What the stream's rounds cost is in the ledger. One that is still open, since runs of it are
    at work, is gone on with, and counts what it cost by itself.

    Args:
        prepared: Some rows of the stream, with the budget of all.
        began: When the stream's first round began; None for before that.
    """
    job = prepared.job
    most = job.budget.max_cost_usd
    if most is None or began is None:
        return prepared
    with pipeline.open_ledgers(job, read_only=True) as ledgers:
        closed = _closed_since(ledgers, prepared.name, began)
    left = max(Decimal(0), most - Decimal(closed) / 1_000_000)
    budget = job.budget.model_copy(update={"max_cost_usd": left})
    return replace(prepared, job=job.model_copy(update={"budget": budget}))


def _closed_since(ledgers: Ledgers, name: str, began: float) -> int:
    """Return the price of the rounds that began since then and are over, in millionths of a dollar."""
    limit = _ROUNDS_AT_ONCE
    while True:
        rounds = ledgers.rounds(name, limit)
        if len(rounds) < limit or rounds[-1].opened_at < began:
            break
        limit *= 2
    return sum(
        each.micro_usd for each in rounds if each.opened_at >= began and each.closed_at is not None
    )


def _part(
    prepared: Prepared,
    names: Sequence[str],
    rows: Mapping[int, dict[str, Any]],
    shown: Callable[[Prepared, Plan], Progress],
    settings: Mapping[str, Any],
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Buy what some rows ask, and yield each when it is finished."""
    news: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def buy(stop: Stop) -> Report:
        return pipeline.run(
            prepared,
            progress=functools.partial(shown, prepared),
            on_plan=lambda _: news.put(False),
            on_finished=lambda _listener, _rows: news.put(False),
            stop=stop,
            into=[],
            **settings,
        )

    waiting = dict(rows)
    buying = Apart(buy)
    try:
        buying.tell(lambda: news.put(True))
        is_planned = is_over = False
        while not is_over:
            is_over = _is_over(news, buying)
            if is_over and not is_planned:
                buying.result()  # perhaps there is no ledger to be asked
            is_planned = True
            with pipeline.open_ledgers(prepared.job, read_only=True) as ledgers:
                made = _made(prepared, ledgers, names, waiting, every=is_over and not buying.failed)
            for number, found in made.items():
                yield number, {**waiting.pop(number), **found}
        buying.result()
    finally:
        buying.leave()


def _is_over(news: queue.SimpleQueue[bool], buying: Apart[Report]) -> bool:
    """Wait until something was planned or has settled, and return whether that was the last.

    Raises:
        EnrichError: This is another process than the one that buys.
    """
    with buying.stop.asked_by_signals():
        while True:
            try:
                is_over = news.get(timeout=LOOK_EVERY_S)
            except queue.Empty:
                if buying.is_at_work or not news.empty():
                    continue
                message = (
                    "this stream was begun in another process: read it there, or begin one here"
                )
                raise EnrichError(message) from None
            if is_over or news.empty():
                return is_over


def _made(
    prepared: Prepared,
    ledgers: Ledgers,
    names: Sequence[str],
    waiting: Mapping[int, Mapping[str, Any]],
    *,
    every: bool,
) -> dict[int, dict[str, Any]]:
    """Return the new cells of the rows that are settled, or of every one, by place."""
    part = replace(prepared, table=_table(names, list(waiting.values())))
    ready = [
        place
        for place, outcome in zip(waiting, pipeline.outcomes(part, ledgers), strict=True)
        if every or outcome.status is not RowStatus.PENDING
    ]
    frame = _table(names, [waiting[place] for place in ready])
    writer = FrameWriter(frame, prepared.columns)
    pipeline.merge(replace(prepared, table=frame), ledgers, into=[writer])
    cells = pa.table(writer.arrays).to_pylist()
    return dict(zip(ready, cells, strict=True))


def _table(names: Sequence[Any], rows: Sequence[Mapping[str, Any]]) -> FrameTable:
    """Return rows as a table; a column that nobody asks for may hold anything."""
    if odd := [name for name in names if not isinstance(name, str)]:
        message = f"a column's name is text, not {odd[0]!r}"
        raise TableError(message)

    def column(name: str) -> Any:
        return pa.chunked_array([pa.array([row.get(name) for row in rows])])

    return FrameTable(names, len(rows), column)
