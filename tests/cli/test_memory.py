"""Memory does not grow with the table."""

import contextlib
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FEW, MANY = 10_000, 100_000
MOST_MIB = 50.0
OUTPUT = {
    "type": "json",
    "content": {"capital": "Nairobi", "population": 55_751_717},
    "basis": [
        {
            "field": field,
            "reasoning": "It stands on the page.",
            "confidence": "high",
            "citations": [
                {"url": "https://example.org/kenya", "title": "Kenya", "excerpts": ["Nairobi"]}
            ],
        }
        for field in ("capital", "population")
    ],
}

# What a command needed at most, on its last line. Unlike getrusage's number this one does
# not count the process that started it.
MEASURED = """
import re, sys
from pathlib import Path
from enrich.__main__ import main
sys.argv = ["enrich", *sys.argv[1:]]
try:
    main()
except SystemExit as leave:
    if leave.code:
        raise
found = re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())
print(found[1])
"""


def peak_mib(folder, *arguments):
    """Run a command and return how much memory it needed at most, in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments],
        cwd=folder.path,
        env=folder.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.splitlines()[-1]) / 1024


def write_table(path, rows):
    table = pa.table(
        {
            "id": pa.array(range(rows)),
            "Country": pa.array([f"Country number {number}" for number in range(rows)]),
            "Note": pa.array(["a note that is never sent"] * rows),
        }
    )
    if path.suffix == ".parquet":
        pq.write_table(table, path, row_group_size=5_000)
        return
    with path.open("w", encoding="utf-8") as file:
        file.write("id,Country,Note\n")
        file.writelines(f"{row},Country number {row},a note\n" for row in range(rows))


def settle_all(database):
    """Write an answer for each request, as if all had been bought."""
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE request SET state = 'completed', settled_at = 1.0")
        connection.execute(
            "INSERT INTO result SELECT id, ? FROM request", (json.dumps(OUTPUT).encode(),)
        )


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells a process's peak")
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_ten_times_the_rows_need_no_more_memory(folder, ending):
    peaks = {}
    for rows in (FEW, MANY):
        name = f"countries{rows}.{ending}"
        write_table(folder.path / name, rows)
        folder.job(
            ("path: countries.csv", f"path: {name}"), ("path: out.csv", f"path: out{rows}.{ending}")
        )
        text = (folder.path / "job.yaml").read_text()
        folder.write("job.yaml", f"{text}state: state{rows}\n")

        planning = peak_mib(folder, "plan", "job.yaml")
        settle_all(folder.path / f"state{rows}" / "local.db")
        merging = peak_mib(folder, "merge", "job.yaml")
        peaks[rows] = planning, merging

    told = json.loads(folder.enrich("merge", "job.yaml", "--json").out)
    assert told["statuses"] == {"completed": MANY}
    growth = [many - few for few, many in zip(peaks[FEW], peaks[MANY], strict=True)]
    print(f"{ending}: peaks (plan, merge) in MiB {peaks}, growth {growth}")  # noqa: T201
    assert max(growth) < MOST_MIB
