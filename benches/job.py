"""What a whole job costs: at the start, in each act, and against the size of the table.

    python -m benches.job [--sizes 10000,100000,1000000] [--rounds 3] [--flame FILE]

Printed are: how long the program takes to start, beside a bare interpreter; for each size
of a table CPU µs a row in plan, buy and merge, rows a second from CSV to CSV, and the peak
of memory, beside a bare loop that posts the same bodies, reads the same streams and keeps
nothing; the same of one size for each format of a file; and the ledger's own steps beside
bare SQLite that writes the same rows.

Each job runs in a process of its own against a fresh server process that answers at once.
All sizes take turns, and what is printed are medians: where the machine is not alone, its
speed changes from minute to minute.
``--flame`` draws where the time of the largest job goes (needs py-spy).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from itertools import dropwhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from enrich.ledger import Cap, Ledger, Settlement
from enrich.ledger.objects import Objects
from enrich.ledger.replica import Replica
from enrich.ledger.shared import SharedLedger
from enrich.records import Request
from tests.fakes.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT: Final = Path(__file__).resolve().parents[1]
STARTS: Final = 7
BETWEEN: Final = ("<frozen", "asyncio.", "benches.", "contextlib")
"""Modules whose functions only stand between others."""
WIDTH, LINE, SMALLEST = 1200, 16, 4.0
"""Of the flame graph, in points; a call narrower than the last is left out."""
LEDGER_ROWS: Final = 200_000
FLOOR_ROWS: Final = 100_000
ENDINGS: Final = ("csv", "jsonl", "parquet", "xlsx")
BATCH: Final = 4_000
CHUNK: Final = 1_000

JOB: Final = """
version: 1
input: {path: table.%(ending)s}
output: {path: out.%(ending)s, prefix: found_}
task:
  processor: base
  inputs: {answer: {column: Question, type: string, description: What to answer}}
  output: {answer: {type: "string?", description: "The answer, or null."}}
api: {base_url: "%(url)s", runs_per_minute: 10000000}
"""
OUTPUT: Final = (
    b'{"type":"json","content":{"answer":"a1"},"basis":[{"field":"answer","reasoning":"Echoed '
    b'from the input.","citations":[{"url":"https://echo.example/","title":"Echo","excerpts":'
    b'["the answer"]}],"confidence":"high"}]}'
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--flame", type=Path, help="where to draw the largest job's flame graph")
    parser.add_argument("--job", type=Path, help="(a folder: run its job in this process)")
    args = parser.parse_args()
    if args.job:
        in_acts(args.job)
        return
    sizes = [int(size) for size in args.sizes.split(",")]
    print_starts()
    print_jobs(sizes, args.rounds)
    print_formats(args.rounds)
    print_ledger()
    if args.flame:
        draw(sizes[-1], args.flame)


def print_starts() -> None:
    """Print how long starting takes."""
    commands = {
        "python -c pass": ["-c", "pass"],
        "import enrich": ["-c", "import enrich"],
        "enrich --help": ["-m", "enrich", "--help"],
    }
    print(f"{'start, s':24}{'median':>8}{'CPU':>8}")
    for name, arguments in commands.items():
        walls, cpus = [], []
        for _ in range(STARTS):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            began = time.perf_counter()
            subprocess.run(  # noqa: S603
                [sys.executable, *arguments], check=True, cwd=ROOT, stdout=subprocess.DEVNULL
            )
            walls.append(time.perf_counter() - began)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        print(f"{name:24}{_middle(walls):>8.2f}{_middle(cpus):>8.2f}")
    print()


def print_jobs(sizes: Sequence[int], rounds: int) -> None:
    """Print what whole jobs take, and how far they are from growing with their size."""
    from benches.runner import measure  # noqa: PLC0415 - a job's own process needs none of it

    found: dict[int, list[dict[str, float]]] = {rows: [] for rows in sizes}
    floor, growth = [], []
    for _ in range(rounds):
        # The small jobs are short: some before the large ones and some after.
        for rows in [*sizes, *sizes[:-1]]:
            found[rows].append(whole_job(rows))
        floor.append(measure("bare", FLOOR_ROWS))
        smallest = sum(each["acts"] for each in found[sizes[0]][-2:]) / 2
        growth.append(found[sizes[-1]][-1]["acts"] / smallest)
    print(
        f"{'rows':>10}{'rows/s':>10}{'CPU µs/row':>12}{'plan':>7}{'buy':>7}{'merge':>7}"
        f"{'RSS MiB':>9}"
    )
    middle = {
        rows: {name: _middle([each[name] for each in all_]) for name in all_[0]}
        for rows, all_ in found.items()
    }
    for rows, each in middle.items():
        acts = "".join(f"{each[act]:>7.1f}" for act in ("plan", "buy", "merge"))
        print(
            f"{rows:>10,}{each['rows_s']:>10,.0f}{each['cpu_us']:>12.1f}{acts}"
            f"{each['rss_mib']:>9.0f}"
        )
    bare = {name: _middle([each[name] for each in floor]) for name in floor[0]}
    print(f"{'bare loop':>10}{bare['rows_s']:>10,.0f}{bare['cpu_us']:>12.1f}")
    first, last = middle[sizes[0]], middle[sizes[-1]]
    print(
        f"{sizes[-1]:,} rows: {last['rows_s'] / bare['rows_s']:.2f} × the rows a second of the "
        f"bare loop, {last['cpu_us'] / bare['cpu_us']:.1f} × its CPU a row\n"
        f"beside {sizes[0]:,}: {last['rss_mib'] - first['rss_mib']:.0f} MiB more, and per row "
        f"{_middle(growth):.2f} × the CPU of the three acts "
        f"({', '.join(f'{each:.2f}' for each in growth)})\n"
    )


def print_formats(rounds: int) -> None:
    """Print what a whole job takes from and to each format, the formats in turns."""
    found: dict[str, list[dict[str, float]]] = {ending: [] for ending in ENDINGS}
    for _ in range(rounds):
        for ending in ENDINGS:
            found[ending].append(whole_job(FLOOR_ROWS, ending))
    print(f"{FLOOR_ROWS:,} rows{'rows/s':>8}{'CPU µs/row':>12}{'plan':>7}{'buy':>7}{'merge':>7}")
    for ending, all_ in found.items():
        each = {name: _middle([one[name] for one in all_]) for name in all_[0]}
        acts = "".join(f"{each[act]:>7.1f}" for act in ("plan", "buy", "merge"))
        print(f"{ending:12}{each['rows_s']:>8,.0f}{each['cpu_us']:>12.1f}{acts}")
    print()


def whole_job(rows: int, ending: str = "csv") -> dict[str, float]:
    """Run a job of so many rows and return what it took."""
    with _prepared(rows, ending) as folder:
        command = [sys.executable, "-m", "benches.job", "--job", str(folder)]
        began = time.perf_counter()
        running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)  # noqa: S603
        said = running.stdout.read() if running.stdout else b""
        _, status, used = os.wait4(running.pid, 0)
        wall_s = time.perf_counter() - began
        if status:
            raise SystemExit(f"the job of {rows:,} rows ended with {status}")
    acts = {name: seconds / rows * 1e6 for name, seconds in json.loads(said).items()}
    return {
        **acts,
        "acts": sum(acts.values()),
        "rows_s": rows / wall_s,
        "cpu_us": (used.ru_utime + used.ru_stime) / rows * 1e6,
        "rss_mib": used.ru_maxrss / 1024,
    }


@contextmanager
def _prepared(rows: int, ending: str = "csv") -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder, ServerProcess("--db", f"{folder}/s.db") as server:
        _write_table(Path(folder, f"table.{ending}"), rows)
        Path(folder, "job.yaml").write_text(JOB % {"url": server.url, "ending": ending}, "utf-8")
        yield Path(folder)


def _write_table(path: Path, rows: int) -> None:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8") as file:
            file.write("Number,Question\n")
            file.writelines(f"{number},a{number}\n" for number in range(rows))
        return
    # A process that is started counts its parent's memory as its own until it is another program.
    import polars as pl  # noqa: PLC0415

    table = pl.DataFrame(
        {"Number": range(rows), "Question": [f"a{number}" for number in range(rows)]}
    )
    kind = {"jsonl": "ndjson", "xlsx": "excel"}.get(path.suffix[1:], path.suffix[1:])
    getattr(table, f"write_{kind}")(path)


def in_acts(folder: Path) -> None:
    """Run the command line on a job in this process, and print the CPU seconds of each act."""
    import importlib  # noqa: PLC0415 - what is not the job's own stays out of its start

    from enrich.cli import main as command_line  # noqa: PLC0415

    road = importlib.import_module("enrich.pipeline.run")
    spent: dict[str, float] = {}

    def timed(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def work(*args: Any, **kwargs: Any) -> Any:
            began = time.process_time()
            try:
                return act(*args, **kwargs)
            finally:
                spent[name] = time.process_time() - began

        return work

    for name, function in {"plan": "plan", "buy": "_bought", "merge": "merge"}.items():
        setattr(road, function, timed(name, getattr(road, function)))
    os.chdir(folder)
    sys.argv = ["enrich", "run", "job.yaml", "--yes", "--quiet"]
    try:
        command_line()
    except SystemExit as end:
        if end.code:
            raise
    print(json.dumps(spent))


def print_ledger() -> None:
    """Print what each step of the ledger costs beside bare SQLite that writes the same rows."""
    with tempfile.TemporaryDirectory() as folder:
        with Ledger(Path(folder) / "ledger.db") as ledger:
            ours = _ledger_steps(ledger, LEDGER_ROWS)
        with SharedLedger(Objects(f"file://{folder}/shared"), "") as ledger:
            shared = _ledger_steps(ledger, LEDGER_ROWS)
        began = time.process_time()
        Replica(Objects(f"file://{folder}/shared"), "").close()
        shared["replay"] = (time.process_time() - began) / LEDGER_ROWS * 1e6
    bare = _bare_steps(LEDGER_ROWS)
    print(f"{'ledger, CPU µs/row':24}{'ours':>8}{'bare':>8}{'shared':>8}")
    for step, cost in shared.items():
        each = (f"{steps[step]:>8.1f}" if step in steps else " " * 8 for steps in (ours, bare))
        print(f"{step:24}{''.join(each)}{cost:>8.1f}")
    both = sum(cost for step, cost in ours.items() if step in bare)
    print(f"ours / bare SQLite: {both / sum(bare.values()):.2f}\n")


def _ledger_steps(ledger: Ledger, rows: int) -> dict[str, float]:
    wanted = [_request(number) for number in range(rows)]
    spent = _Spent(rows)
    task, round_ = ledger.task(b"task", "base", "{}"), ledger.open_round("job", rows)
    with spent.on("plan"), ledger.planning():
        for start in range(0, rows, BATCH):
            ledger.plan(task, wanted[start : start + BATCH])
    group = ledger.add_group("tgrp_1")
    while True:
        with spent.on("claim"):
            chunk = ledger.claim(
                task,
                group=group.id,
                round_id=round_.id,
                cap=Cap(),
                max_runs=CHUNK,
                max_bytes=6_000_000,
            )
        if chunk is None:
            break
        runs = {each.id: f"trun_{each.id:032x}" for each in chunk.requests}
        with spent.on("accept"):
            ledger.resolve(chunk, runs)
        ended = [Settlement(request=n, run_id=run, output=OUTPUT) for n, run in runs.items()]
        with spent.on("settle"):
            ledger.settle(ended)
    with spent.on("look up again"):
        for start in range(0, rows, BATCH):
            ledger.outcomes([each.fingerprint for each in wanted[start : start + BATCH]])
    return spent.us_a_row


def _bare_steps(rows: int) -> dict[str, float]:
    """Write the same rows with the same indexes by the shortest statements there are."""
    wanted = [_request(number) for number in range(rows)]
    spent = _Spent(rows)
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(f"{folder}/bare.db", isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -24576"):
            db.execute(f"PRAGMA {pragma}")
        db.executescript(
            "CREATE TABLE request (id INTEGER PRIMARY KEY, key INTEGER, fingerprint BLOB,"
            " state TEXT, chunk INTEGER, run_id TEXT, input TEXT);"
            "CREATE INDEX request_key ON request (key);"
            "CREATE TABLE result (request INTEGER PRIMARY KEY, output BLOB);"
        )
        with spent.on("plan"):
            for start in range(0, rows, BATCH):
                db.execute("BEGIN")
                db.executemany(
                    "INSERT INTO request (id, key, fingerprint, state, input)"
                    " VALUES (?, ?, ?, 'planned', ?)",
                    [
                        (
                            number,
                            int.from_bytes(each.fingerprint[:8], "big", signed=True),
                            each.fingerprint,
                            each.input.decode(),
                        )
                        for number, each in enumerate(wanted[start : start + BATCH], start)
                    ],
                )
                db.execute("COMMIT")
        for start in range(0, rows, CHUNK):
            numbers = range(start, min(start + CHUNK, rows))
            with spent.on("claim"):
                db.execute("BEGIN")
                db.execute(
                    "UPDATE request SET state = 'submitting', chunk = 1 WHERE id BETWEEN ? AND ?",
                    (numbers[0], numbers[-1]),
                )
                db.execute("COMMIT")
            with spent.on("accept"):
                db.execute("BEGIN")
                db.executemany(
                    "UPDATE request SET state = 'running', run_id = ? WHERE id = ?",
                    [(f"trun_{number:032x}", number) for number in numbers],
                )
                db.execute("COMMIT")
            with spent.on("settle"):
                db.execute("BEGIN")
                db.executemany(
                    "UPDATE request SET state = 'completed' WHERE id = ?", [(n,) for n in numbers]
                )
                db.executemany("INSERT INTO result VALUES (?, ?)", [(n, OUTPUT) for n in numbers])
                db.execute("COMMIT")
        db.close()
    return spent.us_a_row


class _Spent:
    """CPU by step."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._seconds: dict[str, float] = {}

    @contextmanager
    def on(self, step: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self._seconds[step] = self._seconds.get(step, 0.0) + time.process_time() - began

    @property
    def us_a_row(self) -> dict[str, float]:
        return {step: seconds / self._rows * 1e6 for step, seconds in self._seconds.items()}


def _request(number: int) -> Request:
    body = b'{"answer":"a%d"}' % number
    return Request(fingerprint=hashlib.sha256(body).digest(), input=body)


def draw(rows: int, path: Path) -> None:
    """Draw where the time of a job goes: wide is long, and what calls stands under what is called."""
    with _prepared(rows) as folder:
        stacks = folder / "stacks"
        subprocess.run(  # noqa: S603
            [
                *("py-spy", "record", "--rate", "250", "--function", "--format", "raw"),
                *("--output", str(stacks)),
                *("--", sys.executable, "-m", "benches.job", "--job", str(folder)),
            ],
            check=True,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        tree = _Frame("the job")
        for line in stacks.read_text("utf-8").splitlines():
            names, _, count = line.rpartition(" ")
            called = [_shown(name) for name in names.split(";")]
            # Below the job itself are only the program's start and this benchmark.
            inside = dropwhile(lambda name: not name.startswith("enrich.pipeline"), called)
            tree.add([name for name in inside if not name.startswith(BETWEEN)], int(count))
    depth = tree.depth
    boxes = "".join(_boxes(tree, 0.0, WIDTH / tree.samples, depth))
    height = (depth + 1) * LINE
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="sans-serif" font-size="10">{boxes}</svg>\n',
        "utf-8",
    )


class _Frame:
    """A function, as it was called on one way, and what it called."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.samples = 0
        self.called: dict[str, _Frame] = {}

    def add(self, names: Sequence[str], samples: int) -> None:
        self.samples += samples
        if names:
            self.called.setdefault(names[0], _Frame(names[0])).add(names[1:], samples)

    @property
    def depth(self) -> int:
        """Return how many calls deep it is drawn."""
        return max(
            (1 + each.depth for each in self.called.values() if each.samples >= 4), default=0
        )


def _boxes(frame: _Frame, x: float, scale: float, level: int) -> Iterator[str]:
    width = frame.samples * scale
    if width < SMALLEST:
        return
    y = level * LINE
    short = frame.name.removeprefix("enrich.").partition(".")[2] or frame.name
    text = short[: int(width / 5.5)] if width > 25 else ""
    color = "#f2b279" if frame.name.startswith("enrich") else "#c9d6e2"
    yield (
        f'<g><title>{escape(frame.name)}: {width / WIDTH:.1%}</title><rect x="{x:.1f}" y="{y}" '
        f'width="{width:.1f}" height="{LINE - 1}" fill="{color}"/>'
        f'<text x="{x + 2:.1f}" y="{y + LINE - 5}">{escape(text)}</text></g>'
    )
    for each in sorted(frame.called.values(), key=lambda each: -each.samples):
        yield from _boxes(each, x, scale, level - 1)
        x += each.samples * scale


def _shown(name: str) -> str:
    """Return a function with its module, ours first: ``enrich.runs.collect _read``."""
    function, _, where = name.partition(" (")
    module = where.partition(":")[0].rstrip(")").removesuffix(".py").replace("/", ".")
    return f"{module} {function}".strip()


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


if __name__ == "__main__":
    main()
