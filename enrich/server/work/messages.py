"""What the server and the workers in processes of their own say to each other, as JSON.

A worker asks ``POST /work/claim`` for runs, and gets each with the number of a lease.
With ``POST /work/report`` it says that it is alive, what the runs say, how they ended, and
which it gives back. Both show ``x-worker-key``.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

# Read by msgspec when the structs are made.
from enrich.research.question import Message, Sources

CLAIM: Final = "/work/claim"
REPORT: Final = "/work/report"
WORKER_KEY_HEADER: Final = "x-worker-key"
NULL: Final = b"null"
MIN_KEY_CHARS: Final = 16
MAX_ROOM: Final = 64
MAX_WAIT_S: Final = 20.0

_Name = Annotated[str, Meta(min_length=1, max_length=200)]


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A worker wants runs.

    Attributes:
        worker: Its name, new at each of its starts.
        room: How many runs.
        wait_s: How long it waits for the first of them.
    """

    worker: _Name
    room: Annotated[int, Meta(ge=1)]
    wait_s: Annotated[float, Meta(ge=0)] = 0.0


class Leased(msgspec.Struct, frozen=True, kw_only=True):
    """A run for a worker; its members are those of a ``ClaimedRun``.

    Attributes:
        lease: The number that its answer has to name.
        spec: The spec that holds, or null; so is the output that it goes on from.
        events: Whether anyone wants to know what it says.
        deadline_s: How long it may take.
    """

    lease: int
    run_id: str
    processor: str
    input: msgspec.Raw
    spec: msgspec.Raw
    previous: msgspec.Raw
    events: bool
    deadline_s: float


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Runs for a worker.

    Attributes:
        lease_s: A lease is lost when nothing was heard for so long.
    """

    lease_s: float
    runs: list[Leased]


class Said(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a run says at work."""

    lease: int
    message: Message | None = None
    sources: Sources | None = None


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a run failed, as the wire has it."""

    ref_id: Annotated[str, Meta(max_length=200)]
    message: Annotated[str, Meta(max_length=10_000)]
    detail: dict[str, Any] | None = None


class Answered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a run ended: with an output or with an error.

    Attributes:
        seconds: How long the work on it took.
    """

    lease: int
    run_id: str
    output: dict[str, Any] | None = None
    error: Failure | None = None
    seconds: float = 0.0


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a worker has to tell.

    Attributes:
        worker: Its name.
        held: The leases that it keeps ...
        begun: ... and those of them that are at work, not only waiting.
        said: What runs say, in order.
        answered: Runs that ended.
        returned: Leases that it gives back: nothing was done about them.
        gone: The worker is no more: what it still holds is queued again, and what it
            died of counts.
    """

    worker: _Name
    held: list[int] = []
    begun: list[int] = []
    said: list[Said] = []
    answered: list[Answered] = []
    returned: list[int] = []
    gone: Literal["stopped", "died"] | None = None


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a report; with 409 when a lease in it was lost.

    Attributes:
        lost: Leases that are not the worker's (any more); what it answered to them is
            thrown away.
    """

    lost: list[int]
