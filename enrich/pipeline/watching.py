"""What somebody who watches the buying is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from enrich.columns.evidence import read
from enrich.job import LOCAL
from enrich.pipeline.prepared import runs_per_minute
from enrich.progress import Extent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.ledger import Ledger, Settlement
    from enrich.pipeline.plan import Plan
    from enrich.pipeline.prepared import Prepared
    from enrich.records import Json
    from enrich.runs import Listener


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


Finished = tuple[dict[str, Any], dict[str, Any]]
"""The input of a row that finished, and the fields of its output."""
OnFinished = Callable[["Listener", Iterator[Finished]], None]


class Watched:
    """A listener that lets somebody else see the rows that finish, too."""

    def __init__(self, listener: Listener, ledger: Ledger, on_finished: OnFinished) -> None:
        self._listener = listener
        self._ledger = ledger
        self._on_finished = on_finished

    def bought(self, runs: int) -> None:
        """Pass it on."""
        self._listener.bought(runs)

    def note(self, sentence: str) -> None:
        """Pass it on."""
        self._listener.note(sentence)

    def settled(self, settlements: list[Settlement]) -> None:
        """Show the rows, then pass it on."""
        self._on_finished(self._listener, _finished(self._ledger, settlements))
        self._listener.settled(settlements)


def _finished(ledger: Ledger, settlements: Sequence[Settlement]) -> Iterator[Finished]:
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
