"""Times read, map, merge and write of a table against plain copies by DuckDB and Polars.

Each side adds the same ten columns to the same file. Ours also looks at four columns as
the mapping does and is handed the new cells as Python values, as a ledger gives them; the
others have theirs as constants or an Arrow table, and only copy. The sides take turns in one
run, each several times, and the least of its times counts: a busy machine adds, and never
takes away. Beside the time by the clock stands the processor's, which other work adds less to.

    python benches/tables.py [ROWS] [REPEATS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from enrich.records import Column, ColumnKind
from enrich.tables import open_table, open_writer
from enrich.tables.arrow import Converter

if TYPE_CHECKING:
    from collections.abc import Callable

LOOKED_AT = ["name", "domain", "country", "id"]
SCHEMAS: dict[str, dict[str, Any]] = {
    **{f"text_{i}": {"type": "string"} for i in range(4)},
    **{f"number_{i}": {"type": "number"} for i in range(2)},
    **{f"integer_{i}": {"type": "integer"} for i in range(2)},
    "listed": {"type": "boolean"},
    "size": {"enum": ["small", "large"]},
}
NEW = {
    **{f"text_{i}": f"an answer of some length, the {i}th" for i in range(4)},
    **{f"number_{i}": 0.5 + i for i in range(2)},
    **{f"integer_{i}": 1843 + i for i in range(2)},
    "listed": True,
    "size": "small",
}
COLUMNS = [
    Column(name=name, kind=ColumnKind.VALUE, field=name, schema=schema)
    for name, schema in SCHEMAS.items()
]


def original(rows: int) -> pa.Table:
    """Return the table that is enriched."""
    return pa.table(
        {
            "id": pa.array(range(rows), pa.int64()),
            "name": [f"Company {row}, Inc" for row in range(rows)],
            "domain": [f"company{row}.example" for row in range(rows)],
            "country": [("DE", "US", "PL", "FR")[row % 4] for row in range(rows)],
            **{
                f"c{i}": [f"some text {row * 7919 % 10007}" for row in range(rows)]
                for i in range(6)
            },
        }
    )


def make(folder: Path, table: pa.Table) -> dict[str, Path]:
    """Write the table once for each format."""
    paths = {ending: folder / f"in.{ending}" for ending in ("csv", "jsonl", "parquet", "xlsx")}
    pyarrow.csv.write_csv(table, paths["csv"])
    pq.write_table(table, paths["parquet"])
    frame = pl.DataFrame(table)
    frame.write_ndjson(paths["jsonl"])
    frame.head(table.num_rows // 10).write_excel(paths["xlsx"])
    return paths


def ours(source: Path, target: Path) -> None:
    """Read, map, merge and write."""
    table = open_table(source)
    with open_writer(target, table, COLUMNS) as writer:
        for batch in table.batches(LOOKED_AT):
            list(zip(*(batch.column(name) for name in LOOKED_AT), strict=True))
            writer.write(batch, [[NEW[column.name]] * len(batch) for column in COLUMNS])


def by_duckdb(source: Path, target: Path) -> None:
    """Copy with the same columns by DuckDB, on one thread."""
    added = ", ".join(f"{literal(value)} AS {name}" for name, value in NEW.items())
    read = {
        ".csv": f"read_csv('{source}', all_varchar = true)",
        ".jsonl": f"read_json('{source}')",
    }.get(source.suffix, f"'{source}'")
    kind = {".csv": "csv, HEADER", ".jsonl": "json", ".parquet": "parquet"}[source.suffix]
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"COPY (SELECT *, {added} FROM {read}) TO '{target}' (FORMAT {kind})")


def by_polars(source: Path, target: Path) -> None:
    """Copy with the same columns by Polars."""
    added = [pl.lit(value).alias(name) for name, value in NEW.items()]
    if source.suffix == ".xlsx":
        pl.read_excel(source, engine="openpyxl").with_columns(added).write_excel(target)
    elif source.suffix == ".csv":
        pl.read_csv(source, infer_schema=False).with_columns(added).write_csv(target)
    elif source.suffix == ".jsonl":
        pl.read_ndjson(source).with_columns(added).write_ndjson(target)
    else:
        pl.read_parquet(source).with_columns(added).write_parquet(target)


def literal(value: object) -> str:
    """Return a value as SQL has it."""
    return f"'{value}'" if isinstance(value, str) else str(value)


SIDES: dict[str, Callable[[Path, Path], None]] = {
    "enrich": ours,
    "DuckDB": by_duckdb,
    "Polars": by_polars,
}


def steps(source: Path, repeats: int) -> dict[str, float]:
    """Return how long each step of ours takes with Parquet, without writing, in seconds."""
    best = dict.fromkeys(("read", "map", "new cells into Arrow"), float("inf"))
    converters = [Converter(column) for column in COLUMNS]
    for _ in range(repeats):
        spent = dict.fromkeys(best, 0.0)
        started = time.perf_counter()
        for batch in open_table(source).batches(LOOKED_AT):
            read = time.perf_counter()
            list(zip(*(batch.column(name) for name in LOOKED_AT), strict=True))
            mapped = time.perf_counter()
            for column, converter in zip(COLUMNS, converters, strict=True):
                converter.array([NEW[column.name]] * len(batch), start=batch.start)
            done = time.perf_counter()
            for name, seconds in zip(
                best, (read - started, mapped - read, done - mapped), strict=True
            ):
                spent[name] += seconds
            started = time.perf_counter()
        best = {name: min(best[name], spent[name]) for name in best}
    return best


def main(rows: int, repeats: int) -> None:
    """Print a table of all formats and sides."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        sources = make(folder, original(rows))
        print(f"{rows:,} rows (xlsx: {rows // 10:,}), 10 columns and 10 new; best of {repeats}\n")
        print("| format | side | rows/s | µs/row | CPU µs/row | enrich takes | of the CPU |")
        print("|---|---|--:|--:|--:|--:|--:|")
        for ending, source in sources.items():
            count = rows // 10 if ending == "xlsx" else rows
            sides = {n: s for n, s in SIDES.items() if ending != "xlsx" or n != "DuckDB"}
            best = dict.fromkeys(sides, float("inf"))
            cpu = dict.fromkeys(sides, float("inf"))
            for _ in range(repeats):
                for name, side in sides.items():
                    target = folder / f"out.{ending}"
                    started, worked = time.perf_counter(), time.process_time()
                    side(source, target)
                    best[name] = min(best[name], time.perf_counter() - started)
                    cpu[name] = min(cpu[name], time.process_time() - worked)
                    target.unlink()
            for name, seconds in best.items():
                ratios = [f"{each['enrich'] / each[name]:.1f}×" for each in (best, cpu)]
                print(
                    f"| {ending} | {name} | {count / seconds:,.0f} "
                    f"| {seconds / count * 1e6:.2f} | {cpu[name] / count * 1e6:.2f} "
                    f"| {' | '.join(['', ''] if name == 'enrich' else ratios)} |"
                )
        spent = steps(sources["parquet"], repeats)
        shown = ", ".join(f"{name} {seconds / rows * 1e6:.2f}" for name, seconds in spent.items())
        print(f"\nParquet, µs/row of enrich's: {shown}; the rest is writing")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    main(*(numbers + [200_000, 3][len(numbers) :]))
