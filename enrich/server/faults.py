"""Failures made on purpose, for those who test a client against this server.

A fault is written ``KIND[@ROUTE][#N | #N-M][:NUMBER[:NUMBER]]``::

    lost:0.1               every tenth request does its work, and its answer is lost
    lost@add_runs#2        the second POST that adds runs, exactly
    503-after:0.05         the work is done, the answer is a 503
    lag:2                  listings and counts are two seconds behind

====================  =============================================  =================
kind                  what happens                                   numbers
====================  =============================================  =================
``lost``              the work is done, the connection is dropped    share
``reset``             the connection is reset before any work        share
``truncated``         the answer breaks off half way                 share
``NNN``, ``NNN-before``  answered with this status before any work   share
``NNN-after``         answered with this status after the work       share
``429``               over quota, with ``Retry-After``               share, seconds (1)
``429-bare``          over quota, without ``Retry-After``            share
``slow``              the answer is late                             seconds, share
``lag``               runs accepted lately are neither listed nor    seconds, share
                      counted (``list_runs``, ``group``)
``cut``               a stream is cut inside a frame                 share, frames (1)
``silent``            a stream says nothing more and stays open      share, frames (1)
``repeat``            an event comes twice                           share of events
``shuffle``           an event comes after the next one              share of events
``failed``            a run fails                                    share of runs
``cancelled``         a run is cancelled                             share of runs
``action_required``   a run waits for ever                           share of runs
====================  =============================================  =================

A share is a number from 0 to 1 and 1 when it is left out. Occurrences count the
requests of the fault's route (for runs: the runs accepted) from 1. Which ones a
share strikes follows from the seed alone: the same seed strikes the same again.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from enrich.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Scope

    from enrich.server.store.rows import Fate

STREAM_ROUTES: Final = frozenset({"list_runs", "events", "run_events"})
LAGGING_ROUTES: Final = frozenset({"list_runs", "group"})
ROUTES: Final = STREAM_ROUTES | {
    "create_run",
    "run",
    "result",
    "input",
    "create_group",
    "group",
    "add_runs",
    "group_run",
}
FATES: Final = frozenset({"failed", "cancelled", "action_required"})
_STREAM_KINDS: Final = frozenset({"cut", "silent", "repeat", "shuffle"})
_KINDS: Final = FATES | _STREAM_KINDS | {"lost", "reset", "truncated", "slow", "lag", "429-bare"}
_SECONDS_FIRST: Final = frozenset({"slow", "lag"})
_SCOPE_KEY: Final = "enrich.faults"

_FAULT = re.compile(r"([a-z0-9_-]+)((?:[@#:][^@#:]+)*)")
_PART = re.compile(r"([@#:])([^@#:]+)")
_STATUS = re.compile(r"([45]\d\d)(?:-(before|after))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One failure.

    Attributes:
        kind: What happens.
        routes: Kinds of request that it strikes.
        first: The first occurrence that it may strike, from 1.
        last: The last one; None for all that follow.
        share: How many of them it strikes, 0 to 1.
        amount: Seconds or frames, by kind.
    """

    kind: str
    routes: frozenset[str]
    first: int = 1
    last: int | None = None
    share: float = 1.0
    amount: float = 1.0

    @property
    def status(self) -> int | None:
        """The status that it answers with, if it is of that kind."""
        match = _STATUS.fullmatch(self.kind.removesuffix("-bare"))
        return int(match[1]) if match else None

    @property
    def is_before(self) -> bool:
        """Whether it answers before any work is done."""
        return self.status is not None and not self.kind.endswith("-after")


def parse_fault(text: str) -> Fault:
    """Read one fault.

    Raises:
        ConfigError: It is none; the message says what is wrong.
    """
    match = _FAULT.fullmatch(text.strip())
    if match is None:
        raise _wrong(text, "it should look like KIND[@ROUTE][#N][:NUMBER]")
    kind = match[1]
    if kind not in _KINDS and not _STATUS.fullmatch(kind):
        raise _wrong(text, f"no fault is called {kind!r}; known are {_known()}")
    parts = _PART.findall(match[2])
    routes = _routes(text, kind, [value for sign, value in parts if sign == "@"])
    first, last = _occurrences(text, [value for sign, value in parts if sign == "#"])
    numbers = [_number(text, value) for sign, value in parts if sign == ":"]
    share, amount = _share_and_amount(text, kind, numbers)
    return Fault(kind=kind, routes=routes, first=first, last=last, share=share, amount=amount)


class FaultPlan:
    """Decides which request and which run a fault strikes."""

    def __init__(
        self, faults: Sequence[str] = (), *, seed: int = 0, from_header: bool = False
    ) -> None:
        self._faults = [parse_fault(text) for text in faults]
        self._seed = seed
        self._seen: Counter[tuple[str, int]] = Counter()
        self._from_header = from_header

    @property
    def is_empty(self) -> bool:
        """Whether no request can ever be struck."""
        return not self._faults and not self._from_header

    def strike(self, scope: Scope, route: str, header: str | None) -> list[Fault]:
        """Decide what strikes this request, and remember it in its scope.

        Raises:
            ConfigError: The header names no fault.
        """
        struck = [
            fault
            for i, fault in enumerate(self._faults)
            if route in fault.routes and fault.kind not in FATES and self._hits(fault, "r", i)
        ]
        if header and self._from_header:
            asked = [parse_fault(text) for text in header.split(",")]
            struck += [fault for fault in asked if fault.kind in FATES or route in fault.routes]
        scope[_SCOPE_KEY] = struck
        return struck

    def fates(self, scope: Scope, n: int) -> list[Fate | None] | None:
        """Decide how the next ``n`` runs end; None leaves all to the engine."""
        asked = [fault for fault in scope.get(_SCOPE_KEY, ()) if fault.kind in FATES]
        rules = [(i, f) for i, f in enumerate(self._faults) if f.kind in FATES]
        rules += [(-1 - i, f) for i, f in enumerate(asked)]
        if not rules:
            return None
        return [self._fate(rules) for _ in range(n)]

    def lagging(self, scope: Scope) -> str | None:
        """Time up to which this request sees runs; None for now."""
        for fault in scope.get(_SCOPE_KEY, ()):
            if fault.kind == "lag":
                seen_at = datetime.now(UTC) - timedelta(seconds=fault.amount)
                return seen_at.isoformat(timespec="microseconds").replace("+00:00", "Z")
        return None

    def chance(self, what: str, n: int) -> float:
        """Draw a number from 0 to 1 that follows from the seed."""
        digest = hashlib.blake2b(f"{self._seed}/{what}/{n}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) / 2**64

    def _fate(self, rules: list[tuple[int, Fault]]) -> Fate | None:
        # Every rule counts every run, also one that another rule struck before.
        hits = [fault.kind for i, fault in rules if self._hits(fault, "run", i)]
        return cast("Fate", hits[0]) if hits else None

    def _hits(self, fault: Fault, what: str, i: int) -> bool:
        self._seen[what, i] += 1
        n = self._seen[what, i]
        if n < fault.first or (fault.last is not None and n > fault.last):
            return False
        if fault.kind in {"repeat", "shuffle"}:
            return True  # their share is one of events
        return fault.share >= 1.0 or self.chance(f"{what}/{i}", n) < fault.share


def _routes(text: str, kind: str, named: list[str]) -> frozenset[str]:
    possible = ROUTES
    if kind in _STREAM_KINDS:
        possible = STREAM_ROUTES
    elif kind == "lag":
        possible = LAGGING_ROUTES
    elif kind in FATES:
        possible = frozenset({"create_run", "add_runs"})
    for route in named:
        if route not in possible:
            raise _wrong(text, f"it cannot strike {route!r}, only {', '.join(sorted(possible))}")
    if named and kind in FATES:
        raise _wrong(text, "a run's fate has no route")
    return frozenset(named) or possible


def _occurrences(text: str, named: list[str]) -> tuple[int, int | None]:
    if not named:
        return 1, None
    first, _, last = named[-1].partition("-")
    last = last or first
    if not (first.isdecimal() and last.isdecimal()) or int(first) < 1:
        raise _wrong(text, "occurrences are written #2 or #2-5 and count from 1")
    if int(last) < int(first):
        raise _wrong(text, f"#{named[-1]} ends before it begins")
    return int(first), int(last)


def _number(text: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise _wrong(text, f"{value!r} is no number") from None
    if not 0 <= number < 1e6:
        raise _wrong(text, f"{value} is out of range")
    return number


def _share_and_amount(text: str, kind: str, numbers: list[float]) -> tuple[float, float]:
    if len(numbers) > 2:
        raise _wrong(text, "it has more than two numbers")
    if kind in _SECONDS_FIRST:
        amount, share = (*numbers, 1.0, 1.0)[:2]
    else:
        share, amount = (*numbers, 1.0, 1.0)[:2]
    if share > 1:
        raise _wrong(text, "a share is a number from 0 to 1")
    return share, amount


def _wrong(text: str, why: str) -> ConfigError:
    return ConfigError(f"the fault {text.strip()[:80]!r} cannot be read: {why}", key="fault")


def _known() -> str:
    return ", ".join([*sorted(_KINDS), "and a status such as 503-before or 503-after"])
