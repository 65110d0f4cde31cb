"""Makes the golden tables with the programs that they are named after.

Run it in an environment of its own (see README.md); the tests only read what it wrote.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
ROWS = [
    (1, "NA", "00501", Decimal("1.20"), dt.datetime(2020, 2, 29, 12, tzinfo=dt.UTC), ["a", None]),
    (2, 'say "hi", then\nleave', "1e5", None, None, []),
    (3, None, "null", Decimal("-3.00"), dt.datetime(1969, 12, 31, tzinfo=dt.UTC), None),
    (4, "Łódź 👩\u200d🚀", " x ", Decimal("0.00"), dt.datetime(2024, 1, 1, tzinfo=dt.UTC), ["b"]),
]
SCHEMA: Any = {
    "id": pa.int32(),
    "name": pa.string(),
    "code": pa.string(),
    "price": pa.decimal128(9, 2),
    "seen": pa.timestamp("us", "UTC"),
    "tags": pa.list_(pa.string()),
}
TABLE = pa.Table.from_pylist(
    [dict(zip(SCHEMA, row, strict=True)) for row in ROWS], pa.schema(SCHEMA)
)


def main() -> None:
    """Write every golden table beside this file."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.register("t", TABLE)
    con.execute(f"COPY t TO '{HERE}/duckdb.parquet' (ROW_GROUP_SIZE 2048)")
    con.execute(f"COPY t TO '{HERE}/duckdb.csv' (HEADER)")
    con.execute(f"COPY t TO '{HERE}/duckdb.jsonl' (FORMAT json)")

    frame = pl.DataFrame(TABLE)
    frame.with_columns(pl.col("code").cast(pl.Categorical)).write_parquet(HERE / "polars.parquet")
    frame.drop("tags").write_csv(HERE / "polars.csv", separator=";", include_bom=True)
    frame.write_ndjson(HERE / "polars.jsonl")

    pandas = TABLE.to_pandas().set_index("id")
    pandas["code"] = pandas["code"].astype("category")
    pandas.to_parquet(HERE / "pandas.parquet")
    pandas.to_csv(HERE / "pandas.csv", encoding="utf-16", sep="\t")
    pandas.reset_index().to_json(HERE / "pandas.jsonl", orient="records", lines=True)

    # As Spark writes: INT96 timestamps, legacy decimals, Spark's own metadata, no Arrow schema.
    spark = TABLE.replace_schema_metadata(
        {"org.apache.spark.version": "3.5.1", "org.apache.spark.sql.parquet.row.metadata": "{}"}
    )
    pq.write_table(
        spark, HERE / "spark_style.parquet", flavor="spark", store_schema=False, row_group_size=3
    )

    book = TABLE.drop_columns(["tags", "seen"]).to_pandas()
    book["price"] = book["price"].astype(float)
    book["seen"] = [None if row[4] is None else row[4].replace(tzinfo=None) for row in ROWS]
    with pd.ExcelWriter(HERE / "pandas.xlsx", engine="openpyxl") as writer:
        pd.DataFrame({"about": ["not this sheet"]}).to_excel(writer, sheet_name="Read me")
        book.to_excel(writer, sheet_name="Firms", index=False)
    unzoned = frame.drop("tags").with_columns(pl.col("seen").dt.replace_time_zone(None))
    unzoned.write_excel(HERE / "polars.xlsx", worksheet="Firms")
    # The spreadsheet program writes what it reads as its own, and exports the sheet as text:
    # field separator ;, text delimiter ", character set Windows-1252 (1), of the second sheet.
    with tempfile.TemporaryDirectory() as folder:
        for ending, filters in [
            ("xlsx", "xlsx:Calc MS Excel 2007 XML"),
            ("csv", "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,2"),
        ]:
            convert = ["soffice", "--headless", "--convert-to", filters, "--outdir", folder]
            subprocess.run([*convert, str(HERE / "pandas.xlsx")], check=True)
            (made,) = Path(folder).glob(f"*.{ending}")
            shutil.move(made, HERE / f"libreoffice.{ending}")

    versions = {m.__name__: m.__version__ for m in (duckdb, pl, pd, pa, openpyxl)}
    shown = subprocess.run(["soffice", "--version"], check=True, capture_output=True, text=True)
    versions["libreoffice"] = shown.stdout.split()[1]
    (HERE / "versions.json").write_text(json.dumps(versions, indent=2) + "\n")


if __name__ == "__main__":
    main()
