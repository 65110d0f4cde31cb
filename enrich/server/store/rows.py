"""What goes into the store and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

Fate = Literal["failed", "cancelled", "action_required"]


class RunRow(NamedTuple):
    """A run without its input and output.

    Attributes:
        metadata: JSON, like warnings and error.
        state: The TaskRun, as JSON.
    """

    run_no: int
    run_id: str
    position: int | None
    status: str
    processor: str
    metadata: str | None
    warnings: str | None
    error: str | None
    created_at: str
    modified_at: str
    taskgroup_id: str | None
    events: int
    state: str


class GroupRow(NamedTuple):
    """A group without its counts."""

    group_no: int
    taskgroup_id: str
    metadata: bytes | None
    created_at: str
    modified_at: str
    last_run: int
    last_event: int


class Balance(NamedTuple):
    """What an account has bought; money in thousandths of a USD."""

    runs: int
    reserved: int
    charged: int


class DueWebhook(NamedTuple):
    """Someone who is to be told that a run ended; times in seconds since 1970."""

    webhook_id: str
    url: str
    host: str
    attempts: int
    ended_at: float
    run: RunRow


class ListedRun(NamedTuple):
    """A run of a listing, with its body (which has no spec) and its output."""

    run: RunRow
    input: str
    output: str | None


class Kind(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What runs of one POST may have in common.

    Attributes:
        spec: The effective task spec as JSON; None for an auto schema.
        price: In thousandths of a USD.
        events: Whether progress is recorded.
        warnings: JSON, or None.
        previous: The interaction that they go on from.
        webhook: Whom to tell when one ends.
    """

    spec: bytes | None
    processor: str
    price: int
    events: bool
    warnings: bytes | None = None
    previous: str | None = None
    webhook: str | None = None


class NewRun(msgspec.Struct, frozen=True, gc=False):
    """A run that passed every check and is to be accepted.

    Attributes:
        kind: One object for all that are alike: what is the same object is found to be
            alike at a glance.
        input: Its body as JSON, without ``task_spec`` and ``metadata``.
        metadata: JSON, or None.
    """

    kind: Kind
    input: bytes
    metadata: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """The runs of one POST, and what they must fit.

    Attributes:
        runs: In the order of the inputs.
        account_no: Who pays.
        group_no: The group that they join.
        credit: What the account may spend in all, in thousandths of a USD.
        fates: How faults say that each ends; None for no faults.
    """

    runs: Sequence[NewRun]
    account_no: int
    group_no: int | None = None
    credit: int | None = None
    fates: Sequence[Fate | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What accepting runs gave.

    Attributes:
        run_ids: In the order of the inputs.
        created_at: Of all of them.
        group: The group as it was before; None for a single run.
    """

    run_ids: list[str]
    created_at: str
    group: GroupRow | None = None


class ClaimedRun(NamedTuple):
    """A run that a worker has to answer, with the output that it goes on from, if any.

    Attributes:
        queued_as: Number of the first run that was accepted as one of a kind with it.
    """

    run_no: int
    run_id: str
    group_no: int | None
    account_no: int
    processor: str
    price: int
    fate: Fate | None
    events: int
    webhook: int
    input: bytes
    spec: bytes | None
    previous: bytes | None
    queued_as: int


class Page(NamedTuple):
    """Some frames of a stream, as they are sent.

    Attributes:
        n: How many.
        last: Position of the last of them; None where there is none.
    """

    n: int
    last: int | None
    frames: bytes


class Ended(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a claimed run ended.

    Attributes:
        output: JSON; present exactly when completed.
        error: JSON; present exactly when failed.
        seconds: How long the work on it took; nothing of it is stored.
    """

    run: ClaimedRun
    status: Literal["completed", "failed", "cancelled", "action_required"]
    output: bytes | None = None
    error: bytes | None = None
    seconds: float = 0.0
