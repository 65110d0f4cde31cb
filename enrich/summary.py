"""What a command prints for a person: a plan, the first rows, and how it ended."""

from __future__ import annotations

import json
import math
import shutil
import textwrap
import unicodedata
from typing import TYPE_CHECKING, Final

from enrich.records import RowStatus, State
from enrich.runs import Ended

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.pipeline import Merged, Plan, Prepared, Report, Status

MIN_COLUMN: Final = 6
ENOUGH: Final = 14
MAX_COLUMN: Final = 28
GAP: Final = "  "


def money(usd: float) -> str:
    """Return an amount, never less than it is: ``free``, ``$0.05``, ``$0.125``, ``$1,250.00``."""
    thousandths = math.ceil(round(usd * 1000, 6))
    return f"${thousandths / 1000:,.3f}".removesuffix("0") if thousandths else "free"


def plan_lines(prepared: Prepared, plan: Plan) -> Iterator[str]:
    """Yield what would be bought, what leaves the machine, and what it costs."""
    api = prepared.job.api
    yield (
        f"{prepared.name}: {_count(plan.rows, 'row')}, {plan.distinct:,} different "
        f"{'request' if plan.distinct == 1 else 'requests'}"
    )
    parts = [f"{plan.to_buy:,} to buy"]
    for number, what in (
        (plan.stale, "of them stale"),
        (plan.completed, "known already"),
        (plan.running, "on their way"),
        (plan.failed, "failed before (--retry-failed buys them again)"),
        (plan.beyond, "rows beyond the limit"),
    ):
        if number:
            parts.append(f"{number:,} {what}")
    yield "  " + ", ".join(parts)
    for reason, number in plan.skipped.most_common(3):
        yield f"  {_count(number, 'row')} skipped: {reason}"
    for reason, number in plan.refused.most_common(3):
        yield f"  {_count(number, 'row')} refused: {reason}"
    where = "the embedded server" if api.base_url == "local" else api.base_url
    yield f"  sends {', '.join(prepared.mapper.sent)} to {where}, processor {prepared.task.processor}"
    yield f"  price {money(plan.cost_usd)}{_time(prepared, plan)}"


def _time(prepared: Prepared, plan: Plan) -> str:
    if prepared.job.api.base_url == "local" or not plan.to_buy:
        return ""
    from enrich.spec.processors import PROCESSORS  # noqa: PLC0415

    tier = PROCESSORS.get(prepared.task.processor)
    if tier is None:
        return ""
    minutes = (plan.to_buy / prepared.job.api.runs_per_minute) + tier.usual_s / 60
    return f", about {_count(max(1, round(minutes)), 'minute')}"


def first_rows(merged: Merged, width: int | None = None) -> Iterator[str]:
    """Yield the first rows as a table that fits the terminal."""
    if not merged.first:
        return
    width = width or _terminal_width()
    names = list(merged.first[0])
    table = [names, *([_cell(row[name]) for name in names] for row in merged.first)]
    widths = [
        min(MAX_COLUMN, max(MIN_COLUMN, *(_width(row[index]) for row in table)))
        for index in range(len(names))
    ]
    shown = len(names)
    while shown > 1 and sum(widths[:shown]) + len(GAP) * (shown - 1) > width:
        # A heading stays whole: a column that does not fit any more is named below instead.
        spare = [
            size - min(max(_width(name), ENOUGH), MAX_COLUMN)
            for size, name in zip(widths[:shown], names[:shown], strict=True)
        ]
        widest = max(range(shown), key=spare.__getitem__)
        if spare[widest] > 0:
            widths[widest] -= 1
        else:
            shown -= 1
    for row in table:
        yield GAP.join(
            _fitted(cell, size) for cell, size in zip(row[:shown], widths[:shown], strict=True)
        ).rstrip()
    if shown < len(names):
        yield from textwrap.wrap(f"(and {', '.join(names[shown:])})", width)


def report_lines(report: Report) -> Iterator[str]:
    """Yield how a run ended: files, counts, fill, failures, cost and what to do next."""
    merged = report.merged
    for path in merged.paths:
        yield f"Wrote {path}"
    yield from merged_lines(merged)
    if report.spent_usd:
        yield f"Cost {money(report.spent_usd)}"
    if report.failed_runs:
        attempts = _count(report.failed_runs, "attempt")
        yield f"{attempts} failed and cost nothing: the API bills completed runs only."
    if report.extra_runs:
        yield f"{_count(report.extra_runs, 'run')} paid for twice; see docs/promise.md"
    for sentence in report.unmet:
        yield f"Not as expected: {sentence}"
    match report.ended:
        case Ended.BUDGET:
            yield "The budget is used. Raise it in the job and run the same command to go on."
        case Ended.DEADLINE:
            yield "Some runs are still at work. The same command collects them later, at no new cost."
        case Ended.FAILING:
            yield "Too many of the first runs failed. See the reasons above before running again."
        case Ended.SETTLED | Ended.STOPPED:
            if merged.statuses[RowStatus.FAILED]:
                yield "To buy the failed rows again, add --retry-failed."


def merged_lines(merged: Merged) -> Iterator[str]:
    """Yield how many rows ended how, how full each field is, and why rows failed."""
    counts = ", ".join(
        f"{merged.statuses[status]:,} {status.value}"
        for status in RowStatus
        if merged.statuses[status]
    )
    yield f"{_count(merged.rows, 'row')}: {counts}" if counts else "The table has no rows."
    completed = merged.statuses[RowStatus.COMPLETED]
    if completed:
        filled = (f"{name} {number * 100 // completed}%" for name, number in merged.filled.items())
        said = f"Filled: {', '.join(filled)}"
        yield from textwrap.wrap(said, _terminal_width(), subsequent_indent="  ")
    for reason, number in merged.errors.most_common(5):
        yield f"  {number:,} × {reason}"


def status_lines(status: Status) -> Iterator[str]:
    """Yield how far a job is."""
    if not status.requests:
        yield f"{status.job}: nothing was planned yet ({status.ledger})"
        return
    rows = "" if status.rows is None else f"{_count(status.rows, 'row')}, "
    yield f"{status.job}: {rows}{_count(sum(status.requests.values()), 'request')}"
    for state in State:
        if number := status.requests.get(state.value):
            yield f"  {number:>10,} {state.value}"
    if status.spent_usd:
        yield f"  cost {money(status.spent_usd)} in this round"
    if status.extra_runs:
        yield f"  {_count(status.extra_runs, 'run')} paid for twice"
    yield f"  ledger {status.ledger}"


def _terminal_width() -> int:
    return shutil.get_terminal_size((100, 24)).columns


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(_cell(item) for item in value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())


def _width(text: str) -> int:
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _fitted(text: str, width: int) -> str:
    """Return a text of exactly ``width`` columns, cut with an ellipsis."""
    if _width(text) <= width:
        return text + " " * (width - _width(text))
    cut, used = "", 0
    for char in text:
        used += _char_width(char)
        if used > width - 1:
            break
        cut += char
    return cut + "…" + " " * (width - 1 - _width(cut))
