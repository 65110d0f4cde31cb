"""Rows of a stream, each handed on as soon as its request is settled."""

from __future__ import annotations

import functools
import queue
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from enrich import pipeline
from enrich.errors import TableError
from enrich.records import RowStatus
from enrich.tables.frame import FrameTable, FrameWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from enrich.job import Job
    from enrich.ledger import Ledgers
    from enrich.pipeline import Plan, Prepared, Report
    from enrich.progress import Progress

    _News = queue.SimpleQueue[Report | BaseException | None]

_NEWS: Final = None
"""Something was planned or has settled."""


def finished_rows(
    job: Job,
    rows: Mapping[int, dict[str, Any]],
    shown: Callable[[Prepared, Plan], Progress],
    **settings: Any,
) -> Generator[tuple[int, dict[str, Any]], None, Report]:
    """Buy what some rows ask, and yield each with its number when it is finished.

    Args:
        job: What is asked.
        rows: The rows by their numbers.
        shown: Makes what shows the buying.
        settings: Of ``pipeline.run``.

    Returns:
        How it went.
    """
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    prepared = pipeline.prepare(job, _table(names, list(rows.values())))
    news: _News = queue.SimpleQueue()
    stops: list[Callable[[], object]] = []

    numbers = list(rows)
    waiting = list(range(len(numbers)))
    thread = threading.Thread(
        target=_buy, args=(prepared, shown, news, stops, settings), name="enrich"
    )
    thread.start()
    try:
        planned = False
        while True:
            told = _latest(news)
            if isinstance(told, BaseException) and not planned:
                raise told
            planned = True
            with pipeline.open_ledgers(job, read_only=True) as ledgers:
                left = {place: rows[numbers[place]] for place in waiting}
                made = _made(prepared, ledgers, names, left, every=told is not _NEWS)
            for place, found in made.items():
                yield numbers[place], {**rows[numbers[place]], **found}
            waiting = [place for place in waiting if place not in made]
            if isinstance(told, BaseException):
                raise told
            if told is not _NEWS:
                return told
    finally:
        for stop in stops if thread.is_alive() else ():
            stop()
        thread.join()


def _buy(
    prepared: Prepared,
    shown: Callable[[Prepared, Plan], Progress],
    news: _News,
    stops: list[Callable[[], object]],
    settings: dict[str, Any],
) -> None:
    """Buy, and tell how it went; what it raises is raised where the rows are waited for."""
    try:
        report = pipeline.run(
            prepared,
            progress=functools.partial(shown, prepared),
            on_plan=lambda _: news.put(_NEWS),
            on_finished=lambda _listener, _rows: news.put(_NEWS),
            on_start=stops.append,
            into=[],
            **settings,
        )
    except BaseException as error:  # noqa: BLE001
        news.put(error)
    else:
        news.put(report)


def _latest(news: _News) -> Report | BaseException | None:
    """Wait for news, and return the last there is: that it is over comes last."""
    told = news.get()
    while told is _NEWS and not news.empty():
        told = news.get()
    return told


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
