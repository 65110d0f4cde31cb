"""`enrich run` on a real terminal: a pseudo-terminal of the kernel, and a screen that draws it."""

import os
import re
import signal
import time

import pexpect
import pyte
import pytest

from tests.cli.console import SCRIPT
from tests.fakes.server_process import ServerProcess


class Terminal:
    """A command on a terminal, and what stands on its screen."""

    def __init__(self, folder, *arguments, columns=100, lines=40):
        env = {
            key: value for key, value in folder.env.items() if key not in {"COLUMNS", "NO_COLOR"}
        }
        self.child = pexpect.spawn(
            str(SCRIPT),
            [str(each) for each in arguments],
            cwd=str(folder.path),
            env={**env, "TERM": "xterm-256color"},
            dimensions=(lines, columns),
            timeout=30,
        )
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.got = b""

    def wait_for(self, pattern):
        """Read until the screen shows something."""
        end = time.monotonic() + 30
        while not re.search(pattern, "\n".join(self.screen.display)):
            assert time.monotonic() < end, "\n".join(self.screen.display)
            self._read()

    def finish(self):
        """Read to the end, and return the exit code and the lines of the screen."""
        while self._read():
            pass
        self.child.close()
        code = self.child.exitstatus
        return code, [line.rstrip() for line in self.screen.display]

    def _read(self):
        try:
            some = self.child.read_nonblocking(1 << 16, timeout=30)
        except pexpect.EOF:
            return False
        self.got += some
        self.stream.feed(some)
        return True


def bought_at(folder, server, rows=40):
    folder.write(
        "countries.csv", "id,Country,Note\n" + "".join(f"{n},C{n},\n" for n in range(rows))
    )
    job = folder.job(("base_url: local", f"base_url: {server.url}"))
    folder.write("job.yaml", job.read_text() + "budget: {max_cost_usd: 5}\n")


@pytest.mark.parametrize("columns", [100, 60, 34])
def test_the_bar_tells_count_and_money_fits_and_leaves_a_clean_screen(folder, server, columns):
    bought_at(folder, server)

    terminal = Terminal(folder, "run", "job.yaml", columns=columns)
    code, lines = terminal.finish()

    assert code == 0
    bars = [line for line in lines if "40/40 runs" in line]
    assert len(bars) == 1
    assert ("$0.40 of $5.00" in bars[0]) == (columns > 34)
    assert "Wrote out.csv" in lines
    assert b"\x1b" not in terminal.got
    assert b"\t" not in terminal.got


def test_watching_shows_rows_above_the_bar(folder, server):
    bought_at(folder, server, rows=3)

    _, lines = Terminal(folder, "run", "job.yaml", "--watch").finish()

    rows = [line for line in lines if " → " in line]
    assert len(rows) == 3
    assert rows[0].startswith("C0 → capital: ")
    bar = next(index for index, line in enumerate(lines) if "3/3 runs" in line)
    assert all(lines.index(row) < bar for row in rows)


def test_ctrl_c_stops_says_so_and_the_same_command_goes_on(folder, tmp_path):
    database = ("--db", tmp_path / "runs.db")
    with ServerProcess(*database, "--delay-ms", "100") as slow:
        bought_at(folder, slow, rows=400)
        job = (folder.path / "job.yaml").read_text()
        folder.write("job.yaml", job.replace("api:\n", "api:\n  max_in_flight: 10\n"))
        terminal = Terminal(folder, "run", "job.yaml")
        terminal.wait_for(r"[1-9]\d*/400 runs")
        os.kill(terminal.child.pid, signal.SIGINT)
        code, lines = terminal.finish()
    folder.write("job.yaml", job)
    with ServerProcess(*database, "--port", slow.port):
        again = Terminal(folder, "run", "job.yaml")
        code_again, lines_again = again.finish()

    assert code == 130
    assert "the same command goes on from here" in "\n".join(lines).casefold()
    assert "Traceback" not in "\n".join(lines)
    assert code_again == 0
    assert any("400 rows: 400 completed" in line for line in lines_again)
