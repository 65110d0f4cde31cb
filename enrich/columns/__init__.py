"""Result → COLUMNS: which columns a task adds to a table, and what stands in them."""

from enrich.columns.cells import cells, filled
from enrich.columns.layout import Evidence, Existing, layout, output_names

__all__ = ["Evidence", "Existing", "cells", "filled", "layout", "output_names"]
