"""Imported before Arrow makes its first array: keeps it from importing pandas.

Making an array from a list, Arrow looks once for pandas, to know a Series when it sees one;
that costs a second and 50 MiB. Our own command line hands it nothing of pandas' and says so
in the environment. In a process that is not ours pandas must be found, since Arrow does not
look again.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence


class _WithoutPandas:
    """An importer that finds no pandas."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: object = None) -> None:
        """Leave every other module to the importers behind this one."""
        del path, target
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


if os.environ.get("ENRICH_ARROW_ALONE") and "pandas" not in sys.modules:
    sys.meta_path.insert(0, _WithoutPandas)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(_WithoutPandas)
