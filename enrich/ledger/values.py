"""What the ledger takes and gives.

Made for each row, so they are structs, which cost least, and which the garbage collector
need not look at.
"""

from __future__ import annotations

import msgspec

from enrich.records import State


class Known(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A request as the ledger has it after planning.

    Attributes:
        id: Its number in the ledger, small and dense.
        state: Where it stands now.
        new: Whether planning added it.
        stale: Whether it was completed too long ago and is planned again.
    """

    id: int
    state: State
    new: bool = False
    stale: bool = False


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A settled request, as one ledger takes it over from another.

    Attributes:
        fingerprint: Its name.
        input: As canonical JSON.
        previous: The interaction that its run went on from.
        state: Completed, failed or refused.
        attempts: Times that it was bought.
        settled_at: Wall time.
        error: Why it failed or was refused; of a completed one, why it could not be renewed.
        run_id: Its run.
        interaction_id: What a later run may go on from.
        output: The ``output`` member of its result as it came.
    """

    fingerprint: bytes
    input: str
    previous: str | None
    state: str
    attempts: int
    settled_at: float | None
    error: str | None
    run_id: str | None
    interaction_id: str | None
    output: bytes | None

    def is_newer(self, than: Entry | None) -> bool:
        """Say whether this is what counts of two: an answer, and the newer one."""
        return than is None or self.worth > than.worth

    @property
    def worth(self) -> tuple[bool, float]:
        """Return what is compared: whether it is an answer, and when it settled."""
        return self.state == State.COMPLETED, self.settled_at or 0.0


class Claimed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A request on its way to the API."""

    id: int
    fingerprint: bytes
    input: str
    attempt: int
    previous: str | None = None


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """The runs of one POST.

    Attributes:
        id: Its number in the ledger.
        group: The number of its group in the ledger.
        taskgroup_id: The group's id at the API.
        runs_before: Runs known to be in the group before it.
        requests: In the order of the POST's inputs.
    """

    id: int
    group: int
    taskgroup_id: str
    runs_before: int
    requests: tuple[Claimed, ...]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A task group with runs of ours.

    Attributes:
        id: Its number in the ledger.
        taskgroup_id: Its id at the API.
        runs: Runs known to be in it.
    """

    id: int
    taskgroup_id: str
    runs: int = 0


class Running(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A run whose result is not here yet."""

    request: int
    run_id: str
    group: int
    fingerprint: bytes
    attempt: int


class Settlement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a run ended.

    Attributes:
        request: The request's number in the ledger.
        run_id: The run.
        output: The ``output`` member of its result as it came; None when it failed.
        error: One line; None when it completed.
        interaction_id: What a run that goes on from it names; None for the run's own id.
    """

    request: int
    run_id: str
    output: bytes | None = None
    error: str | None = None
    interaction_id: str | None = None


class Cap(msgspec.Struct, frozen=True, kw_only=True):
    """What a round may cost, and what one run does.

    Attributes:
        micro_usd_per_run: Price of a run in millionths of a dollar.
        max_runs: None for no cap.
        max_micro_usd: None for no cap.
        part: The round of this task alone, which pays too; None where the job has one task.
        part_max_micro_usd: What that one may cost; None for no cap.
    """

    micro_usd_per_run: int = 0
    max_runs: int | None = None
    max_micro_usd: int | None = None
    part: int | None = None
    part_max_micro_usd: int | None = None

    def room(self, runs: int, micro_usd: int) -> int | None:
        """Return how many runs more may be bought; None for no cap."""
        rooms = []
        if self.max_runs is not None:
            rooms.append(self.max_runs - runs)
        if self.max_micro_usd is not None and self.micro_usd_per_run:
            rooms.append((self.max_micro_usd - micro_usd) // self.micro_usd_per_run)
        return max(0, min(rooms)) if rooms else None


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """A job's way from its start until all of its rows are settled.

    Attributes:
        id: Its number in the ledger.
        opened_at: Wall time.
        rows: Rows of the table when it was last planned.
        runs: Runs bought and not failed.
        micro_usd: Their price.
        failed: Runs that failed, which are not billed.
        closed_at: Wall time; None while rows are left to settle.
        summary: What it came to, as JSON; None before its first command ended.
    """

    id: int
    opened_at: float
    rows: int
    runs: int
    micro_usd: int
    failed: int = 0
    closed_at: float | None = None
    summary: str | None = None


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How a task's requests stand.

    Attributes:
        states: Requests in each state.
        extra_runs: Runs paid for twice, all of them known by id.
    """

    states: dict[State, int] = msgspec.field(default_factory=dict)
    extra_runs: int = 0

    def __getitem__(self, state: State) -> int:
        return self.states.get(state, 0)
