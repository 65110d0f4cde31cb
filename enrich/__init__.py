"""Add researched columns to a table, with their evidence, and never pay twice for a row."""

from enrich._version import __version__

__all__ = ["__version__"]
