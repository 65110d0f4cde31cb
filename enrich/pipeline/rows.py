"""How the rows of a table stand in each step: what is asked, what was answered, what is written."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from enrich.columns import cells, filled
from enrich.inputs import Fingerprinter
from enrich.records import KEEP, LOST, Mapped, Outcome, Request, RowStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import pyarrow as pa

    from enrich.ledger import Ledgers
    from enrich.pipeline.prepared import Prepared, Step
    from enrich.tables import Batch

FILLED: Final = Mapped(skipped="every value is there already")
WAITS: Final = Mapped(waits=True)
SURE: Final = Mapped(skipped="the first answer is sure enough")
NO_FIRST: Final = Mapped(skipped="there is no first answer")


class Rows:
    """One batch of the table, and how each of its rows stands in each step.

    What a later step reads of an earlier one comes from the ledger. Nothing is kept
    longer than the batch.
    """

    def __init__(
        self,
        prepared: Prepared,
        ledgers: Ledgers,
        batch: Batch,
        *,
        beyond: Sequence[int],
        planning: bool,
    ) -> None:
        """Take a batch.

        Args:
            prepared: The job.
            ledgers: Where the answers are.
            batch: The rows.
            beyond: Places in it of rows that nothing is planned for.
            planning: Whether a row waits for an answer that is being renewed; if not, the
                old one counts until the new one is there.
        """
        self.batch = batch
        self._prepared = prepared
        self._ledgers = ledgers
        self._planning = planning
        self._beyond = beyond
        self._mapped: dict[int, list[Mapped | None]] = {}
        self._outcomes: dict[int, list[Outcome]] = {}
        self._cells: dict[int, list[list[object]]] = {}

    def mapped(self, index: int) -> list[Mapped | None]:
        """Return what each row asks in a step; None for a row that is not asked for."""
        if index not in self._mapped:
            step = self._prepared.steps[index]
            made: list[Mapped | None]
            made = self._asked(step) if step.first is None else self._asked_again(step, step.first)
            for place in self._beyond:
                made[place] = None
            self._mapped[index] = made
        return self._mapped[index]

    def outcomes(self, index: int) -> list[Outcome]:
        """Return how each row stands in a step, as the ledger has it now."""
        if index not in self._outcomes:
            self._outcomes[index] = self._looked_up(self.mapped(index))
        return self._outcomes[index]

    def best(self, index: int) -> list[Outcome]:
        """Return how each row stands in a step, with the better answer where it was asked again."""
        found = self.outcomes(index)
        after = self._prepared.again(index)
        if after is None:
            return found
        escalation = self._prepared.steps[after].escalation
        assert escalation is not None  # noqa: S101  (what asks again has one)
        return [
            first
            if each.status in {RowStatus.SKIPPED, RowStatus.PENDING}
            else escalation.better(first, each)
            for first, each in zip(found, self.outcomes(after), strict=True)
        ]

    def cells(self, index: int) -> list[list[object]]:
        """Return what a step's columns hold."""
        if index not in self._cells:
            fill = self._prepared.job.output.existing == "fill"
            columns = self._prepared.steps[index].columns
            originals = self.batch if fill else None
            self._cells[index] = cells(columns, self.best(index), originals=originals)
        return self._cells[index]

    def inputs(self, index: int) -> dict[int, bytes]:
        """Return what rows ask in a step, or would if they had no values yet.

        Shape:
            By place in the batch; also of rows that are not asked for.
        """
        step = self._prepared.steps[index]
        asked = step.mapper.map(self._seen_by(step))
        return {n: each.request.input for n, each in enumerate(asked) if each.request is not None}

    def _asked(self, step: Step) -> list[Mapped | None]:
        made: list[Mapped | None] = list(step.mapper.map(self._seen_by(step)))
        for earlier in step.reads:
            self._hold_back(made, earlier)
        if step.apart:
            made = [_without_its_own(step, each) for each in made]
        if self._prepared.job.output.existing == "fill":
            full = filled(step.columns, self.batch)
            made = [FILLED if is_full else each for is_full, each in zip(full, made, strict=True)]
        return made

    def _hold_back(self, made: list[Mapped | None], earlier: int) -> None:
        """Let rows wait whose earlier answer is not there yet; without one, nothing is asked."""
        name = self._prepared.steps[earlier].name
        lost = Mapped(skipped=f"what the task `{name}` was to find is missing: it failed")
        for place, (outcome, is_open) in enumerate(
            zip(self.outcomes(earlier), self._open(earlier), strict=True)
        ):
            if is_open:
                made[place] = WAITS
            elif outcome.status in LOST and made[place] is not WAITS:
                made[place] = lost

    def _asked_again(self, step: Step, first: int) -> list[Mapped | None]:
        escalation = step.escalation
        names = {body: Fingerprinter(task) for body, task in step.apart.items()}
        shared = Fingerprinter(step.task)
        assert escalation is not None  # noqa: S101  (what asks again has one)
        made: list[Mapped | None] = []
        for asked, outcome, is_open in zip(
            self.mapped(first), self.outcomes(first), self._unsettled(first), strict=True
        ):
            if is_open:
                made.append(WAITS)
            elif outcome.output is None or asked is None or asked.request is None:
                made.append(NO_FIRST)
            elif not escalation.is_due(outcome.output):
                made.append(SURE)
            else:
                body, previous = asked.request.input, outcome.interaction_id
                again = Request(
                    fingerprint=names.get(body, shared)(body, previous),
                    input=body,
                    previous=previous,
                    after=asked.request.fingerprint,
                )
                made.append(Mapped(request=again))
        return made

    def _open(self, index: int) -> list[bool]:
        """Say of each row whether a step's answer may still change in this command."""
        found = self._unsettled(index)
        after = self._prepared.again(index)
        if after is None:
            return found
        return [a or b for a, b in zip(found, self._unsettled(after), strict=True)]

    def _unsettled(self, index: int) -> list[bool]:
        return [
            outcome.status is RowStatus.PENDING or (self._planning and outcome.renewing)
            for outcome in self.outcomes(index)
        ]

    def _seen_by(self, step: Step) -> Batch:
        """Return the batch as a step sees it: with the columns of the steps before."""
        if not step.reads:
            return self.batch
        made: dict[str, Sequence[object]] = {}
        for earlier in step.reads:
            columns = self._prepared.steps[earlier].columns
            for column, written in zip(columns, self.cells(earlier), strict=True):
                if column.name in step.made:
                    made[column.name] = self._unkept(column.name, written)
        return _View(self.batch, made)

    def _unkept(self, name: str, written: list[object]) -> Sequence[object]:
        if KEEP not in written:
            return written
        originals = self.batch.column(name)
        return [o if cell is KEEP else cell for o, cell in zip(originals, written, strict=True)]

    def _looked_up(self, mapped: Sequence[Mapped | None]) -> list[Outcome]:
        requests = [each.request for each in mapped if each and each.request]
        found = iter(self._ledgers.outcomes(requests))
        made = []
        for each in mapped:
            if each is None or each.waits:
                made.append(Outcome(status=RowStatus.PENDING))
            elif each.request is not None:
                made.append(next(found) or Outcome(status=RowStatus.PENDING))
            elif each.skipped is not None:
                made.append(Outcome(status=RowStatus.SKIPPED, error=each.skipped))
            else:
                made.append(Outcome(status=RowStatus.REFUSED, error=each.refused))
        return made


def _without_its_own(step: Step, asked: Mapped | None) -> Mapped | None:
    """Return what a row asks, its own values left out of what it is told."""
    if asked is None or asked.request is None or asked.request.input not in step.apart:
        return asked
    body = asked.request.input
    return Mapped(request=Request(fingerprint=Fingerprinter(step.apart[body])(body), input=body))


class _View:
    """A batch with more columns."""

    def __init__(self, batch: Batch, made: dict[str, Sequence[object]]) -> None:
        self.start = batch.start
        self._batch = batch
        self._made = made

    def __len__(self) -> int:
        return len(self._batch)

    def column(self, name: str) -> Sequence[object]:
        return self._made[name] if name in self._made else self._batch.column(name)

    def locate(self, index: int) -> str:
        return self._batch.locate(index)

    def to_arrow(self) -> pa.RecordBatch:
        return self._batch.to_arrow()


def batches(
    prepared: Prepared,
    ledgers: Ledgers,
    *,
    whole: bool = True,
    planning: bool = False,
    also: Sequence[str] = (),
) -> Iterator[Rows]:
    """Yield the table's rows, batch by batch.

    Args:
        prepared: The job.
        ledgers: Where the answers are.
        whole: Whether the rows will be written again; if not, only what is looked at is read.
        planning: See ``Rows``. Nothing is planned beyond the job's limit; what the ledger has of
            the rows there counts all the same.
        also: Further columns whose cells are looked at.
    """
    chosen = _chosen(prepared) if planning else None
    start = 0
    read = list(dict.fromkeys([*prepared.read, *also]))
    for batch in prepared.table.batches(read, whole=whole):
        places = range(0 if chosen is None else len(batch))
        beyond = [place for place in places if chosen is not None and start + place not in chosen]
        yield Rows(prepared, ledgers, batch, beyond=beyond, planning=planning)
        start += len(batch)


def _chosen(prepared: Prepared) -> Collection[int] | None:
    """Return the numbers of the rows that are asked for; the same each time."""
    sample = prepared.job.sample
    if sample is None:
        return None
    if sample.seed is None:
        return range(sample.rows)
    count = prepared.table.count()
    if count is None:
        count = sum(len(batch) for batch in prepared.table.batches(prepared.read, whole=False))
    drawn = random.Random(sample.seed).sample(range(count), min(sample.rows, count))  # noqa: S311
    return frozenset(drawn)
