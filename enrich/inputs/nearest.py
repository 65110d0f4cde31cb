"""The known name that an unknown one probably means."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name nearest to ``name``; None when nothing is near.

    Letter case counts for nothing here: ``company`` is nearest to ``Company``.
    """
    by_folded = {candidate.casefold(): candidate for candidate in known}
    found = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean `x`?"``, or nothing when nothing is near."""
    found = nearest(name, known)
    return f"; did you mean `{found}`?" if found is not None else ""
