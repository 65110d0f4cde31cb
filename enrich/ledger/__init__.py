"""What was bought: the one durable thing between planning, buying and merging."""

from enrich.ledger.ledger import Ledger
from enrich.ledger.ledgers import Ledgers
from enrich.ledger.lock import turn
from enrich.ledger.places import FolderPlaces, Places, SharedPlaces
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
    "FolderPlaces",
    "Group",
    "Known",
    "Ledger",
    "Ledgers",
    "Places",
    "Round",
    "Running",
    "Settlement",
    "SharedPlaces",
    "Tally",
    "turn",
]
