"""What was bought: the one durable thing between planning, buying and merging."""

from enrich.ledger.ledger import (
    Cap,
    Chunk,
    Claimed,
    Group,
    Known,
    Ledger,
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
