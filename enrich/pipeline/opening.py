"""Opening the ledgers of a job's state: a command's own, and those that others have written."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from enrich.errors import LedgerError
from enrich.ledger import Ledgers
from enrich.pipeline.prepared import open_ledger, places_of
from enrich.records import Shard

if TYPE_CHECKING:
    from collections.abc import Collection

    from enrich.job import Job
    from enrich.ledger import Ledger, Places


def open_ledgers(job: Job, *, read_only: bool = False) -> Ledgers:
    """Open all ledgers of a job's state: that of its shard to be written, the others to be read.

    Args:
        job: The job.
        read_only: Write none. The job need name no shard then: it is found how many there
            were when the job was last at work.

    Raises:
        LedgerError: One is locked, damaged or newer, or when only read, there is none. Or runs
            are on their way that were bought with another number of shards.
    """
    places = places_of(job)
    with ExitStack() as stack:

        def opened(known: Collection[Shard]) -> dict[Shard, Ledger]:
            return {
                shard: stack.enter_context(places.open(shard, read_only=True))
                for shard in places.shards()
                if shard not in known
            }

        own = None if read_only else stack.enter_context(open_ledger(job, job.shard))
        there = opened([] if own is None else [job.shard])
        if own is None and not there:
            open_ledger(job, job.shard, read_only=True)  # says that there is none
        shard = job.shard
        if own is None and shard.whole:
            shard = Shard(0, places.last(list(there)).of)
        made = Ledgers(shard, own, there, opened=opened)
        if own is not None:
            _refuse_two_divisions(job, places, made)
        stack.pop_all()
    return made


def _refuse_two_divisions(job: Job, places: Places, ledgers: Ledgers) -> None:
    """See that nobody buys the same with another number of shards.

    Whoever comes second sees the first one's lock, since each takes its own before it looks.

    Raises:
        LedgerError: Somebody does, or left runs on their way.
    """
    for shard, ledger in ledgers.former.items():
        holder = places.holder(shard)
        if holder is not None:
            message = (
                f"{ledger.path} is in use by another enrich ({holder}), which divides the "
                f"requests otherwise ({_options(shard)}). Wait until it ends."
            )
            raise LedgerError(message)
    busy = [shard for shard, ledger in ledgers.former.items() if ledger.is_busy()]
    if busy:
        commands = " and ".join(f"`enrich run {job.path or 'JOB'}{_option(each)}`" for each in busy)
        message = (
            f"runs are on their way that were bought {_options(busy[0])}. Collect them first: "
            f"{commands}. Then go on with {_options(job.shard)}; what is settled is taken over."
        )
        raise LedgerError(message)


def _option(shard: Shard) -> str:
    return "" if shard.whole else f" --shard {shard}"


def _options(shard: Shard) -> str:
    return "without --shard" if shard.whole else f"with {shard.of} shards"
