"""What a command prints for a person: a plan, the first rows, and how it ended."""

from __future__ import annotations

import json
import shutil
import textwrap
import unicodedata
from typing import TYPE_CHECKING, Final

from enrich.pipeline.prepared import runs_per_minute
from enrich.pipeline.telling import count, counts, money, price, whole
from enrich.progress import gauge
from enrich.records import RowStatus, State
from enrich.runs import Ended

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.pipeline import Merged, Plan, Prepared, Report, Share, Status

MIN_COLUMN: Final = 6
ENOUGH: Final = 14
MAX_COLUMN: Final = 28
GAP: Final = "  "
BAR: Final = 12
MAX_FIELDS: Final = 10
MAX_REASONS: Final = 5
LEVELS: Final = ("high", "medium", "low")


def plan_lines(prepared: Prepared, plan: Plan) -> Iterator[str]:
    """Yield what would be bought, what leaves the machine, and what it costs."""
    api = prepared.job.api
    where = "the embedded server" if api.base_url == "local" else api.base_url
    yield f"{prepared.name}: {whole(plan)}"
    for each in plan.tasks or [plan]:
        first, *others = counts(each)
        yield f"  {each.task}: {first}" if plan.tasks else f"  {first}"
        for line in others:
            yield f"  {line}"
        yield f"  sends {', '.join(each.sends)} to {where}, processor {each.processor}"
        yield f"  {price(each)}{_time(prepared, each)}"
    if plan.tasks:
        yield f"  together {price(plan)}"


def _time(prepared: Prepared, plan: Plan) -> str:
    runs = plan.to_buy + plan.in_doubt + plan.waiting
    if prepared.job.api.base_url == "local" or not runs:
        return ""
    from enrich.spec.processors import PROCESSORS  # noqa: PLC0415

    tier = PROCESSORS.get(plan.processor)
    if tier is None:
        return ""
    minutes = (runs / runs_per_minute(prepared.job)) + tier.usual_s / 60
    return f", about {count(max(1, round(minutes)), 'minute')}"


def first_rows(merged: Merged, width: int | None = None) -> Iterator[str]:
    """Yield the first rows as a table that fits the terminal."""
    if not merged.first:
        return
    width = width or terminal_width()
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
    merged, share = report.merged, report.share
    for path in merged.paths:
        yield f"Wrote {path}"
    if share is not None:
        yield from share_lines(report, share)
    if merged.paths or share is None:
        yield from merged_lines(merged)
    if report.spent_usd:
        yield f"Cost {money(report.spent_usd)}"
    if report.failed_runs:
        attempts = count(report.failed_runs, "attempt")
        yield f"{attempts} failed and cost nothing: the API bills completed runs only."
    if report.extra_runs:
        yield f"{count(report.extra_runs, 'run')} paid for twice; see docs/promise.md"
    for sentence in report.unmet:
        yield f"Not as expected: {sentence}"


def share_lines(report: Report, share: Share) -> Iterator[str]:
    """Yield how a shard's own rows ended, and what the output waits for."""
    said = ", ".join(f"{share.statuses[status]:,} {status}" for status in RowStatus if share.statuses[status])  # fmt: skip
    yield f"Shard {share.shard}: {count(share.rows, 'row')}{': ' if said else ''}{said}"
    for reason, number in share.errors.most_common(MAX_REASONS):
        yield _cut(f"  {number:,} × {reason}", terminal_width())
    if share.waits_for:
        lacking = sorted(share.waits_for.items(), key=lambda each: each[0].index)
        of = ", ".join(f"{number:,} of shard {shard}" for shard, number in lacking[:MAX_FIELDS])
        more = f" and {len(lacking) - MAX_FIELDS} more" if len(lacking) > MAX_FIELDS else ""
        yield f"No output yet: it waits for {count(share.waits_for.total(), 'row')} ({of}{more})."
    elif not report.merged.paths:
        yield "Another shard has written the output."


def next_lines(report: Report, job: str) -> Iterator[str]:
    """Yield what a person may want to do now.

    Args:
        report: How the run ended.
        job: The job's file, as it was named.
    """
    match report.ended:
        case Ended.BUDGET:
            yield "The budget is used. Raise it in the job and run the same command to go on."
        case Ended.DEADLINE if report.share:
            yield "Some runs, of this shard or another, are still at work. Run this again behind them."
        case Ended.DEADLINE:
            yield "Some runs are still at work. The same command collects them later, at no new cost."
        case Ended.FAILING:
            yield "Too many of the first runs failed. See the reasons above before running again."
        case Ended.SETTLED | Ended.STOPPED if report.share and not report.merged.paths:
            yield "The shard that sees all rows settled writes the output; so does enrich merge."
        case Ended.SETTLED | Ended.STOPPED:
            if report.merged.statuses[RowStatus.FAILED]:
                yield f"Next: enrich run {job} --retry-failed   buys the failed rows again"
            if report.merged.statuses[RowStatus.COMPLETED]:
                yield f"Next: enrich report {job}   a page of what to look at first"


def merged_lines(merged: Merged) -> Iterator[str]:
    """Yield how many rows ended how, how full and sure each field is, and why rows failed."""
    ended = ", ".join(
        f"{merged.statuses[status]:,} {status.value}"
        for status in RowStatus
        if merged.statuses[status]
    )
    yield f"{count(merged.rows, 'row')}: {ended}" if ended else "The table has no rows."
    if merged.statuses[RowStatus.COMPLETED]:
        yield from field_lines(merged, terminal_width())
    for task, statuses in merged.tasks.items():
        said = ", ".join(f"{n:,} {status.value}" for status, n in statuses.most_common())
        yield f"  {task}: {said}"
    for reason, number in merged.errors.most_common(MAX_REASONS):
        example = merged.examples.get(reason)
        where = f" (first: {example})" if example else ""
        yield _cut(f"  {number:,} × {reason}", max(terminal_width(), 40) - len(where)) + where
    if len(merged.errors) > MAX_REASONS:
        yield f"  and {count(len(merged.errors) - MAX_REASONS, 'other reason')}"


def field_lines(merged: Merged, width: int) -> Iterator[str]:
    """Yield a line for each field: how many rows have a value, and how sure they are.

    What does not fit a screen is left out: of many fields those that are fullest.
    """
    shown = dict(merged.filled)
    if len(shown) > MAX_FIELDS:
        emptiest = sorted(merged.filled, key=merged.filled.__getitem__)[:MAX_FIELDS]
        shown = {name: merged.filled[name] for name in merged.filled if name in emptiest}
    name_width = min(max(map(_width, shown)), max(MIN_COLUMN, min(MAX_COLUMN, width // 3)))
    for name, filled in shown.items():
        asked = max(1, merged.answered[name])
        share = f"{100 * filled // asked:>3}%"
        levels: dict[str, int] = dict(merged.confidence.get(name, ()))
        sure = ", ".join(f"{levels[level]:,} {level}" for level in LEVELS if levels.get(level))
        line = f"  {_fitted(name, name_width)} {gauge(filled, asked, BAR)} {share}  {sure}"
        yield _cut(line.rstrip(), width)
    if len(shown) < len(merged.filled):
        yield f"  and {count(len(merged.filled) - len(shown), 'fuller field')}"


def status_lines(status: Status) -> Iterator[str]:
    """Yield how far a job is."""
    if not status.requests:
        yield f"{status.job}: nothing was planned yet ({status.ledger})"
        return
    rows = "" if status.rows is None else f"{count(status.rows, 'row')}, "
    yield f"{status.job}: {rows}{count(sum(status.requests.values()), 'request')}"
    for state in State:
        if number := status.requests.get(state.value):
            yield f"  {number:>10,} {state.value}"
    for part, states in [*status.tasks.items(), *status.shards.items()]:
        told = ", ".join(f"{n:,} {state}" for state, n in states.items())
        yield f"  {part}: {told or 'nothing yet'}"
    if status.spent_usd:
        yield f"  cost {money(status.spent_usd)} in this round"
    if status.extra_runs:
        yield f"  {count(status.extra_runs, 'run')} paid for twice"
    yield f"  ledger {status.ledger}"


def terminal_width() -> int:
    """Return how many columns a line may have."""
    return shutil.get_terminal_size((100, 24)).columns


def watched(row: dict[str, object], values: dict[str, object], width: int) -> str:
    """Return a finished row in one line: what was asked, and what was found."""
    asked = ", ".join(_cell(cell) for cell in row.values())
    found = " · ".join(f"{name}: {_cell(value)}" for name, value in values.items())
    return _cut(f"{asked} → {found}", width)


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


def _cut(text: str, width: int) -> str:
    return text if _width(text) <= width else _fitted(text, width).rstrip()


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
