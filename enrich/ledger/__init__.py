"""What was bought: the one durable thing between planning, buying and merging."""

from enrich.ledger.database import is_made
from enrich.ledger.ledger import Ledger
from enrich.ledger.ledgers import Ledgers
from enrich.ledger.lock import holder_of, lock_of, turn
from enrich.ledger.values import (
    Cap,
    Chunk,
    Claimed,
    Entry,
    Group,
    Known,
    Round,
    Running,
    Settlement,
    Tally,
)

__all__ = [
    "Cap",
    "Chunk",
    "Claimed",
    "Entry",
    "Group",
    "Known",
    "Ledger",
    "Ledgers",
    "Round",
    "Running",
    "Settlement",
    "Tally",
    "holder_of",
    "is_made",
    "lock_of",
    "turn",
]
