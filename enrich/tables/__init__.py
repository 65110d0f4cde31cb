"""Rows: tables in many formats, read in batches and written again with new columns."""

from enrich.tables.base import Batch, Table, TableWriter
from enrich.tables.dialect import CsvOptions
from enrich.tables.formats import check_writable, open_table, open_writer
from enrich.tables.places import Query, Target
from enrich.tables.types import Shape, fit, shape_of

__all__ = [
    "Batch",
    "CsvOptions",
    "Query",
    "Shape",
    "Table",
    "TableWriter",
    "Target",
    "check_writable",
    "fit",
    "open_table",
    "open_writer",
    "shape_of",
]
