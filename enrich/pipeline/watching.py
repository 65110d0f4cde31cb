"""What somebody who watches the buying is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from enrich.columns.evidence import read
from enrich.job import LOCAL
from enrich.pipeline.prepared import runs_per_minute
from enrich.progress import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.ledger import Ledger, Settlement
    from enrich.pipeline.plan import Plan
    from enrich.pipeline.prepared import Prepared
    from enrich.records import Json


def extent_of(prepared: Prepared, plan: Plan) -> Extent:
    """Return what is being bought, for who shows how far it is."""
    api, cap = prepared.job.api, prepared.job.budget.max_cost_usd
    share = prepared.job.shard.share
    has_quota = api.base_url != LOCAL and api.quota_unit == "runs"
    return Extent(
        runs=plan.to_buy + plan.running,
        usd_per_run=plan.micro_usd_per_run / 1_000_000,
        spent_usd=plan.spent_usd,
        cap_usd=None if cap is None else share(int(cap * 1_000_000)) / 1_000_000,
        quota=runs_per_minute(prepared.job) if has_quota else None,
    )


def finished(
    ledger: Ledger, settlements: Sequence[Settlement]
) -> Iterator[tuple[dict[str, Json], dict[str, Json]]]:
    """Yield the input and the output's fields of each run that completed."""
    done = {each.request: each.output for each in settlements if each.output is not None}
    for number, text in ledger.inputs(list(done)).items():
        try:
            content = read(done[number]).content
        except ValueError:
            continue  # the merge says it of the row
        yield _members(msgspec.json.decode(text), "input"), _members(content, "output")


def _members(value: Any, name: str) -> dict[str, Json]:
    return value if isinstance(value, dict) else {name: value}
