"""plan → buy → merge: the one room that knows all the others.

plan    read the table · map each row · note in the ledger what is not there      spends nothing
buy     ledger → task groups → results → ledger                                 spends, restartable
merge   read the table again · look up each row's request · write the columns   spends nothing
"""

from enrich.pipeline.buy import api_key
from enrich.pipeline.expect import unmet
from enrich.pipeline.look import Status, check_embedded, findings, status
from enrich.pipeline.merge import Merged, Part, Settled, merge, outcomes, settled_batches
from enrich.pipeline.opening import open_ledgers
from enrich.pipeline.plan import Plan, plan
from enrich.pipeline.prepared import (
    Prepared,
    known_task,
    open_ledger,
    places_of,
    prepare,
)
from enrich.pipeline.run import Report, finish, run, spent_by_part, summary_of
from enrich.pipeline.shares import Share
from enrich.pipeline.stopping import Stop
from enrich.pipeline.watching import extent_of

__all__ = [
    "Merged",
    "Part",
    "Plan",
    "Prepared",
    "Report",
    "Settled",
    "Share",
    "Status",
    "Stop",
    "api_key",
    "check_embedded",
    "extent_of",
    "findings",
    "finish",
    "known_task",
    "merge",
    "open_ledger",
    "open_ledgers",
    "outcomes",
    "places_of",
    "plan",
    "prepare",
    "run",
    "settled_batches",
    "spent_by_part",
    "status",
    "summary_of",
    "unmet",
]
