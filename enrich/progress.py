"""How a command tells what it does: a bar, a line now and then, events, or nothing."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any, Final, Protocol, TextIO

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from enrich.ledger import Settlement
    from enrich.runs import Listener

LINE_EVERY_S: Final = 30.0
"""How often a log gets a line."""


class Progress(Protocol):
    """A listener that is shown for the time of buying."""

    def __enter__(self) -> Listener: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class _Counting:
    """Counts what it hears."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self.total = total
        self.stream = stream
        self.done = self.failed = 0
        self.created = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def bought(self, runs: int) -> None:
        """Count runs that were created or found again."""
        self.created += runs

    def settled(self, settlements: list[Settlement]) -> None:
        """Count runs that ended, and show it."""
        failed = sum(each.output is None for each in settlements)
        self.failed += failed
        self.done += len(settlements)
        self.show()

    def note(self, sentence: str) -> None:
        """Say something that a person should know."""
        self.stream.write(f"{sentence}\n")
        self.stream.flush()

    def show(self) -> None:
        """Show that more is settled."""

    def close(self) -> None:
        """Leave the screen as a person expects it."""


class Bar(_Counting):
    """A bar on a terminal."""

    def __init__(self, total: int, stream: TextIO = sys.stderr) -> None:
        super().__init__(total, stream)
        from tqdm import tqdm  # noqa: PLC0415  (only a terminal needs it)

        self._bar: tqdm[Any] = tqdm(
            total=total,
            unit=" runs",
            desc="researching",
            file=stream,
            dynamic_ncols=True,
            smoothing=0.1,
            mininterval=0.1,
            bar_format="{desc} {bar} {n_fmt}/{total_fmt} [{elapsed}<{remaining}{postfix}]",
        )

    def show(self) -> None:
        """Move the bar."""
        if self.failed:
            self._bar.set_postfix_str(f"{self.failed} failed", refresh=False)
        self._bar.update(self.done - self._bar.n)

    def note(self, sentence: str) -> None:
        """Write a line above the bar."""
        self._bar.write(sentence, file=self.stream)

    def close(self) -> None:
        """Leave the bar as it stands."""
        self._bar.close()


class Lines(_Counting):
    """A line now and then, for a log."""

    def __init__(self, total: int, stream: TextIO = sys.stderr) -> None:
        super().__init__(total, stream)
        self._told = time.monotonic()

    def show(self) -> None:
        """Write a line if the last one is long ago, and at the end."""
        now = time.monotonic()
        if now - self._told >= LINE_EVERY_S or self.done == self.total:
            self._told = now
            failed = f", {self.failed} failed" if self.failed else ""
            self.note(f"{self.done} of {self.total} runs settled{failed}")


class Events(_Counting):
    """One JSON object a line."""

    def __init__(self, total: int, stream: TextIO = sys.stdout) -> None:
        super().__init__(total, stream)

    def bought(self, runs: int) -> None:
        """Tell of runs that were created or found again."""
        super().bought(runs)
        self.event("bought", runs=runs, bought=self.created)

    def show(self) -> None:
        """Tell of runs that ended."""
        self.event("settled", settled=self.done, failed=self.failed, of=self.total)

    def note(self, sentence: str) -> None:
        """Tell what a person should know."""
        self.event("note", message=sentence)

    def event(self, name: str, **members: Any) -> None:
        """Write one event."""
        line = json.dumps({"event": name, **members}, ensure_ascii=False, default=str)
        self.stream.write(f"{line}\n")
        self.stream.flush()


class Quiet(_Counting):
    """Nothing at all."""

    def __init__(self, total: int, stream: TextIO = sys.stderr) -> None:
        super().__init__(total, stream)

    def note(self, sentence: str) -> None:
        """Keep it for oneself."""
