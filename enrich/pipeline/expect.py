"""What a job expects of its result, so that a night that went wrong says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.records import ColumnKind, RowStatus

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping

    from enrich.pipeline.prepared import Prepared

ASKED: Final = (RowStatus.COMPLETED, RowStatus.FAILED, RowStatus.REFUSED)


def unmet(
    prepared: Prepared,
    statuses: Counter[RowStatus],
    filled: Mapping[str, int],
    answered: Mapping[str, int],
) -> Iterator[str]:
    """Yield a sentence for each thing that the job expects and its result does not hold.

    A fill rate is that of the rows whose task completed, and the share of failures that of the rows
    that ended. Where no row ended there is nothing to judge.

    Args:
        prepared: The job.
        statuses: How many rows ended in each way.
        filled: Rows with a value, by field.
        answered: Rows whose task completed, by field.
    """
    expect = prepared.job.expect
    if not sum(statuses[status] for status in ASKED):
        return
    yield from too_many_failed(prepared, statuses)
    prefix = prepared.job.output.prefix
    for column in prepared.columns:
        name = column.name.removeprefix(prefix)
        if column.kind is not ColumnKind.VALUE or name not in expect.fill:
            continue
        of = prepared.field_of(column)
        found, completed = filled.get(of, 0), answered.get(of, 0)
        if found < expect.fill[name] * completed or not completed:
            yield (
                f"expect.fill.{name}: {found:,} of {completed:,} completed rows have a value; "
                f"the job expects {expect.fill[name]:.1%}"
            )


def too_many_failed(prepared: Prepared, statuses: Counter[RowStatus]) -> Iterator[str]:
    """Yield a sentence if more rows failed than the job lets pass."""
    limit = prepared.job.expect.failed
    asked = sum(statuses[status] for status in ASKED)
    failed = asked - statuses[RowStatus.COMPLETED]
    if limit is not None and failed > limit * asked:
        yield (
            f"expect.failed: {failed:,} of {asked:,} rows failed ({failed / asked:.1%}); "
            f"the job lets {limit:.1%} pass"
        )
