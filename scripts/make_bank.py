"""Writes the vectors of the known facts that come with the package: ``make bank``.

To be run when the facts' definitions, their synonyms or the model change; a test says so.
"""

from __future__ import annotations

from enrich.research.embedding.meaning import write_bank
from enrich.research.embedding.model import load


def main() -> None:
    """Write the file."""
    model, reason = load()
    if model is None:
        raise SystemExit(reason)
    write_bank(model)


if __name__ == "__main__":
    main()
