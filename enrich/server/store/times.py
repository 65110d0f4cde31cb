"""Times as the wire has them."""

from __future__ import annotations

from datetime import UTC, datetime


def now_text() -> str:
    """Write this moment as the wire has it."""
    return time_text(datetime.now(UTC))


def time_text(time: datetime) -> str:
    """Write a time as the wire has it: UTC with microseconds."""
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")
