"""How a command tells what it does: a bar, a line now and then, events, or nothing."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from enrich.ledger import Settlement
    from enrich.runs import Listener

LINE_EVERY_S: Final = 30.0
"""How often a log gets a line."""
DRAW_EVERY_S: Final = 0.1
TICK_S: Final = 1.0
WINDOW_S: Final = 60.0
"""What is told of the speed is told of so much time."""
ENOUGH_S: Final = 2.0
"""Before that nothing is said of the time that is left."""
MIN_BAR: Final = 8
MAX_BAR: Final = 30


class Progress(Protocol):
    """A listener that is shown for the time of buying."""

    def __enter__(self) -> Listener: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class Far(Protocol):
    """Is told now and then how far many are together."""

    def far(self, runs: int, created: int, done: int, failed: int) -> None:
        """Hear how many runs are to end, and were created, ended and failed so far."""
        ...

    def note(self, sentence: str) -> None:
        """Hear something that a person should know."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What is being bought.

    Attributes:
        runs: How many runs are to end.
        usd_per_run: Price of one.
        spent_usd: What the round had cost before.
        cap_usd: Most that the round may cost; None for no cap.
        quota: Runs a minute that the API lets pass; None where it has no quota.
    """

    runs: int
    usd_per_run: float = 0.0
    spent_usd: float = 0.0
    cap_usd: float | None = None
    quota: int | None = None


unwritten: Final[list[str]] = []
"""Why something that was to be printed is nowhere: a full disk, say."""


def write_on(stream: TextIO | None, text: str) -> None:
    """Write at once. Whatever becomes of it, the work that is told of goes on.

    That nobody reads any more is no loss. Another reason why data cannot be written is noted
    in ``unwritten``, for the command's end. A character that the stream's encoding lacks is a
    question mark.

    Args:
        stream: None where the program was started without it.
        text: What is written.
    """
    if stream is None:
        return
    try:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            stream.write(text.encode(stream.encoding, "replace").decode(stream.encoding))
        stream.flush()
    except OSError as error:
        if stream is not sys.stderr and not isinstance(error, BrokenPipeError):
            unwritten.append(error.strerror or str(error))
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def as_json(value: Any, stream: TextIO | None, indent: int | None = None) -> str:
    """Return a value as JSON that a stream can hold; what JSON has no form for, as text."""
    is_unicode = "utf" in (getattr(stream, "encoding", None) or "utf-8").lower()
    return json.dumps(value, ensure_ascii=not is_unicode, indent=indent, default=str)


class _Counting:
    """Counts what it hears, and shows it also while nothing is heard."""

    tick_s: float | None = None

    def __init__(
        self, buying: Extent, stream: TextIO | None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.buying = buying
        self.stream = stream
        self.done = self.failed = 0
        self.created = 0
        self._clock = clock
        self._began = clock()
        self._bought: deque[tuple[float, int]] = deque()
        self._lock = threading.RLock()
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        if self.tick_s is not None:
            threading.Thread(target=self._tick, name="progress", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        with self._lock:
            self.close()

    def _tick(self) -> None:
        while not self._ended.wait(self.tick_s):
            with self._lock:
                if not self._ended.is_set():
                    self.show()

    def bought(self, runs: int) -> None:
        """Count runs that were created or found again."""
        with self._lock:
            self.created += runs
            self._bought.append((self._clock(), runs))

    def settled(self, settlements: list[Settlement]) -> None:
        """Count runs that ended, and show it."""
        with self._lock:
            self.failed += sum(each.output is None for each in settlements)
            self.done += len(settlements)
            self.show()

    def far(self, runs: int, created: int, done: int, failed: int) -> None:
        """Take over how far others are, and show it if something moved."""
        with self._lock:
            moved = (runs, created, done) != (self.buying.runs, self.created, self.done)
            self.buying = replace(self.buying, runs=runs)
            if created > self.created:
                self.bought(created - self.created)
            self.created, self.done, self.failed = created, done, failed
            if moved:
                self.show()

    def note(self, sentence: str) -> None:
        """Say something that a person should know."""
        with self._lock:
            self.write(f"{sentence}\n")

    def write(self, text: str) -> None:
        """Write at once; see ``write_on``."""
        write_on(self.stream, text)

    def show(self) -> None:
        """Show that more is settled, or that time went by."""

    def close(self) -> None:
        """Leave the screen as a person expects it."""

    def parts(self) -> list[str]:
        """Return what is told behind the count, the most important first."""
        buying = self.buying
        made = []
        if self.failed:
            made.append(f"{self.failed:,} failed")
        if buying.usd_per_run:
            spent = buying.spent_usd + max(0, self.created - self.failed) * buying.usd_per_run
            cap = f" of ${buying.cap_usd:,.2f}" if buying.cap_usd is not None else ""
            made.append(f"${spent:,.2f}{cap}")
        if left := self.time_left():
            made.append(left)
        if buying.quota is not None and self.created:
            made.append(f"{self.per_minute():,} of {buying.quota:,} runs a minute")
        return made

    def per_minute(self) -> int:
        """Return how many runs were created in the last minute."""
        while self._bought and self._bought[0][0] < self._clock() - WINDOW_S:
            self._bought.popleft()
        return sum(runs for _, runs in self._bought)

    def time_left(self) -> str | None:
        """Return how long the rest takes at the speed seen so far; None while that is a guess."""
        passed = self._clock() - self._began
        left = self.buying.runs - self.done
        if passed < ENOUGH_S or not self.done or left <= 0:
            return None
        return f"{duration(passed / self.done * left)} left"


class Bar(_Counting):
    """A bar on a terminal, drawn over itself."""

    tick_s = TICK_S

    def __init__(
        self,
        buying: Extent,
        stream: TextIO = sys.stderr,
        *,
        clock: Callable[[], float] = time.monotonic,
        width: Callable[[], int] = lambda: shutil.get_terminal_size((80, 24)).columns,
    ) -> None:
        super().__init__(buying, stream, clock=clock)
        self._columns = width
        self._drawn = 0
        self._drawn_at = float("-inf")

    def __enter__(self) -> Self:
        super().__enter__()
        with self._lock:
            self._draw()
        return self

    def show(self) -> None:
        """Draw the bar again, but not more often than an eye can follow."""
        if self._clock() - self._drawn_at >= DRAW_EVERY_S:
            self._draw()

    def note(self, sentence: str) -> None:
        """Write a line above the bar."""
        with self._lock:
            self._wipe()
            super().note(sentence)
            self._draw()

    def close(self) -> None:
        """Leave the bar as it stands, on a line of its own."""
        self._draw()
        self.write("\n")

    def line(self, width: int) -> str:
        """Return the bar, in at most so many columns: what matters least is left out first."""
        total = self.buying.runs
        said = [f"{self.done:,}/{total:,} runs", *self.parts()]
        while len(said) > 1 and len(" · ".join(said)) + MIN_BAR + 1 > width:
            said.pop()
        text = " · ".join(said)
        room = min(MAX_BAR, width - len(text) - 1)
        if room < MIN_BAR:
            return text[:width]
        return f"{gauge(self.done, total, room)} {text}"

    def _draw(self) -> None:
        # The last column stays free: some terminals begin a new line when it is written.
        line = self.line(self._columns() - 1)
        self.write(f"\r{line}{' ' * (self._drawn - len(line))}\r{line}")
        self._drawn = len(line)
        self._drawn_at = self._clock()

    def _wipe(self) -> None:
        self.write(f"\r{' ' * self._drawn}\r")
        self._drawn = 0


class Lines(_Counting):
    """A line now and then, for a log."""

    tick_s = TICK_S

    def __init__(
        self,
        buying: Extent,
        stream: TextIO = sys.stderr,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(buying, stream, clock=clock)
        self._told = self._began
        self._told_of = 0

    def show(self) -> None:
        """Write a line if the last one is long ago, and at the end."""
        now = self._clock()
        ended = self.done == self.buying.runs and self._told_of != self.done
        if now - self._told >= LINE_EVERY_S or ended:
            self._told, self._told_of = now, self.done
            said = f"{self.done:,} of {self.buying.runs:,} runs settled"
            self.note(", ".join([said, *self.parts()]))


class Events(_Counting):
    """One JSON object a line."""

    def __init__(self, buying: Extent, stream: TextIO | None = sys.stdout) -> None:
        super().__init__(buying, stream)

    def bought(self, runs: int) -> None:
        """Tell of runs that were created or found again."""
        super().bought(runs)
        self.event("bought", runs=runs, bought=self.created)

    def show(self) -> None:
        """Tell of runs that ended."""
        self.event("settled", settled=self.done, failed=self.failed, of=self.buying.runs)

    def note(self, sentence: str) -> None:
        """Tell what a person should know."""
        self.event("note", message=sentence)

    def event(self, name: str, **members: Any) -> None:
        """Write one event."""
        line = as_json({"event": name, **members}, self.stream)
        self.write(f"{line}\n")


class Quiet(_Counting):
    """Nothing at all."""

    def __init__(self, buying: Extent, stream: TextIO = sys.stderr) -> None:
        super().__init__(buying, stream)

    def note(self, sentence: str) -> None:
        """Keep it for oneself."""


def gauge(part: int, whole: int, width: int) -> str:
    """Return a bar of exactly ``width`` characters; full only when all of it is there."""
    full = width * part // whole if whole else 0
    return "█" * full + "░" * (width - full)


def duration(seconds: float) -> str:
    """Return a time as a person says it: ``40 s``, ``4 min``, ``3 h 10 min``."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{round(whole / 60)} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
