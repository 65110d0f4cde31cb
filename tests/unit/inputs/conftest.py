"""A table in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa


class Rows:
    """A batch of columns that are lists."""

    def __init__(self, columns: dict[str, Sequence[object]]) -> None:
        self.start = 0
        self._columns = columns

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def column(self, name: str) -> Sequence[object]:
        return self._columns[name]

    def locate(self, index: int) -> str:
        return f"row {index + 1}"

    def to_arrow(self) -> pa.RecordBatch:
        raise NotImplementedError


@pytest.fixture
def rows() -> Callable[[dict[str, Sequence[object]]], Rows]:
    return Rows
