"""Result → COLUMNS: which columns a task adds to a table, and what stands in them."""

from enrich.columns.better import Escalation
from enrich.columns.cells import cells, filled, is_empty
from enrich.columns.layout import Asking, Evidence, Existing, Layout, layout

__all__ = [
    "Asking",
    "Escalation",
    "Evidence",
    "Existing",
    "Layout",
    "cells",
    "filled",
    "is_empty",
    "layout",
]
