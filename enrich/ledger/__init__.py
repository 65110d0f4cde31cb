"""What was bought: the one durable thing between planning, buying and merging."""

from enrich.ledger.ledger import Ledger
from enrich.ledger.values import (
    Cap,
    Chunk,
    Claimed,
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
    "Group",
    "Known",
    "Ledger",
    "Round",
    "Running",
    "Settlement",
    "Tally",
]
