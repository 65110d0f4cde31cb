"""Ray: shards as tasks of a cluster, with the quota and the progress in actors."""

from __future__ import annotations

import math
import os
import time
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from enrich.clock import Clock
from enrich.distributed.order import (
    RETRIES,
    Ending,
    Order,
    buy_shard,
    finish,
    order_of,
    plan_shard,
    raise_first,
    together,
)
from enrich.errors import ConfigError, Interrupted, RetryableApiError
from enrich.job import LOCAL
from enrich.pipeline import Plan
from enrich.records import Shard
from enrich.runs.quota import HELD_S, WINDOW_S, OwnWindow, Taken, window_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from enrich.job import Job
    from enrich.ledger import Settlement
    from enrich.pipeline import Report
    from enrich.progress import Far
    from enrich.runs import Listener

NAMESPACE: Final = "enrich"
TELL_EVERY_S: Final = 0.5
STOPPING_S: Final = 20.0
"""How long shards have to end after a stop was asked for."""


def run(
    job: str | Path | Job,
    *,
    shards: int | None = None,
    retry_failed: bool = False,
    on_plan: Callable[[Plan], None] | None = None,
    progress: Callable[[Plan], AbstractContextManager[Far]] | None = None,
) -> Report:
    """Run a job's shards on Ray, and write the output here.

    The cluster is the one that ``RAY_ADDRESS`` names or that is connected already, else one
    on this machine alone, for as long as this takes. A shard whose worker died is begun
    again, and buys nothing twice. The quota is one for all shards.

    Args:
        job: A job file, or a job.
        shards: How many; None for the cluster's CPUs.
        retry_failed: Buy failed rows again.
        on_plan: Is told the plan of all shards before anything is spent; what it raises ends it.
        progress: Makes what is told now and then how far all shards are.

    Raises:
        EnrichError: A shard ended with an error; what was bought is in the ledgers.
        Interrupted: A stop was asked for; the same goes on.
    """
    with cluster() as cpus:
        order = order_of(job, shards or cpus, retry_failed=retry_failed)
        plan = planned(order, cpus) if on_plan or progress else Plan()
        if on_plan:
            on_plan(plan)
        with progress(plan) if progress else nullcontext() as show:
            endings = buy(order, cpus, show)
    return finish(order, endings)


def planned(order: Order, cpus: int) -> Plan:
    """Return what there is to buy: each shard plans its own on the cluster. Spends nothing.

    Raises:
        EnrichError: A shard cannot be planned.
    """
    task = _task(plan_shard, order, cpus)
    endings = _ended([task.remote(order, index) for index in range(order.shards)], order)
    raise_first(endings)
    return together([each.plan for each in endings if each.plan is not None])


def buy(order: Order, cpus: int, show: Far | None = None) -> list[Ending]:
    """Run a job's shards on the cluster that is connected, and leave the output to others."""
    ray = _package()
    board = ray.remote(_Board).options(num_cpus=0, max_restarts=-1).remote()
    window = _actor_of_window(order)
    task = _task(_work, order, cpus)
    refs = [task.remote(order, index, board, window) for index in range(order.shards)]
    return _ended(refs, order, lambda: _tell(board, show))


def _task(function: Callable[..., Ending], order: Order, cpus: int) -> Any:
    """Return what a shard's worker runs, begun again when it dies."""
    # Waiting for answers takes no CPU, and shards may wait for each other: all run at once.
    share = math.floor(min(1.0, cpus / order.shards) * 10_000) / 10_000  # as Ray counts
    options = {"num_cpus": share, "max_retries": RETRIES, "scheduling_strategy": "SPREAD"}
    return _package().remote(function).options(**options)


def _ended(
    refs: list[Any], order: Order, meanwhile: Callable[[], None] | None = None
) -> list[Ending]:
    """Wait for the shards' tasks.

    Raises:
        Interrupted: A stop was asked for.
    """
    ray = _package()
    left = list(refs)
    try:
        while left:
            _, left = ray.wait(left, num_returns=len(left), timeout=TELL_EVERY_S)
            if meanwhile is not None:
                meanwhile()
    except KeyboardInterrupt:
        for ref in refs:
            ray.cancel(ref)
        ray.wait(refs, num_returns=len(refs), timeout=STOPPING_S)
        message = "Stopped as asked. Nothing is lost: the same command goes on from here."
        raise Interrupted(message) from None
    return [_ending(ref, Shard(index, order.shards)) for index, ref in enumerate(refs)]


@contextmanager
def cluster() -> Iterator[int]:
    """Be connected to a cluster, and tell how many CPUs it has."""
    ray = _package()
    if ray.is_initialized():
        yield _cpus()
        return
    ray.init(
        address=os.environ.get("RAY_ADDRESS") or "local",
        namespace=NAMESPACE,
        include_dashboard=None if os.environ.get("RAY_ADDRESS") else False,
        log_to_driver=False,
        logging_level="ERROR",
    )
    try:
        yield _cpus()
    finally:
        ray.shutdown()


def _cpus() -> int:
    return max(1, int(_package().cluster_resources().get("CPU", 1)))


def _package() -> Any:
    if not os.environ.get("RAY_ADDRESS"):
        # One on this machine alone listens on this machine alone, and tells nobody of its use.
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray  # noqa: PLC0415  (an extra)
        import ray.exceptions  # noqa: PLC0415
    except ImportError:
        message = "running on Ray needs another package: pip install 'enrich[ray]'"
        raise ConfigError(message) from None
    return ray


def _work(order: Order, index: int, board: Any, window: Any) -> Ending:
    """Buy a shard in a worker."""
    limit = order.job.api.runs_per_minute
    return buy_shard(
        order,
        index,
        progress=_Teller(board, Shard(index, order.shards)).on,
        window=None if window is None else RayWindow(window, limit),
    )


def _tell(board: Any, show: Far | None) -> None:
    """Show how far the shards are."""
    if show is None:
        return
    ray = _package()
    with suppress(ray.exceptions.RayActorError):  # it is begun again, and told again
        figures, notes = ray.get(board.heard.remote())
        for note in notes:
            show.note(note)
        show.far(figures.runs, figures.bought, figures.done, figures.failed)


def _ending(ref: Any, shard: Shard) -> Ending:
    ray = _package()
    try:
        ending: Ending = ray.get(ref)
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None
    except ray.exceptions.RayError as error:
        message = f"its worker was lost {RETRIES} times; the same command goes on ({error})"
        return Ending(shard=shard, error=message, exit_code=1)
    return ending


# The quota


def _actor_of_window(order: Order) -> Any:
    """Return the actor that counts the quota for all who use the key in this cluster.

    It outlives the command where the cluster does, so that the next one knows what was taken.
    None where the job says where the quota is counted, or there is none.
    """
    api = order.job.api
    if api.quota is not None or api.base_url == LOCAL:
        return None
    key = None if order.key is None else order.key.get_secret_value()
    return (
        _package()
        .remote(_Counter)
        .options(
            name=f"quota-{window_name(api.base_url, key)}",
            namespace=NAMESPACE,
            get_if_exists=True,
            lifetime="detached",
            num_cpus=0,
            max_restarts=-1,
        )
        .remote()
    )


class _Counter:
    """An actor that holds a window."""

    def __init__(self) -> None:
        # What was taken from it before it died is forgotten, so it begins when that has passed.
        lost = _package().get_runtime_context().was_current_actor_reconstructed
        self._window = OwnWindow(
            1, clock=Clock(), held_s=HELD_S, closed_s=WINDOW_S if lost else 0.0
        )

    async def do(self, what: str, limit: int, *args: Any) -> Taken | None:
        self._window.limit = limit
        taken: Taken | None = await getattr(self._window, what)(*args)
        return taken


class RayWindow:
    """The window that such an actor holds, as a shard sees it."""

    def __init__(self, actor: Any, limit: int) -> None:
        self.limit = limit
        self._actor = actor
        self._lost = _package().exceptions.RayError

    async def take(self, ticket: str, wanted: int) -> Taken:
        """Take so many units, or say how long to wait. Asked twice, it answers the same."""
        taken: Taken = await self._do("take", ticket, wanted)
        return taken

    async def use(self, ticket: str, units: int) -> None:
        """Keep only so many of the units that were taken; the others are free at once."""
        await self._do("use", ticket, units)

    async def end(self, ticket: str, units: int) -> None:
        """Note that the request is over: its units leave when the window has passed."""
        await self._do("end", ticket, units)

    async def refuse(self, wait_s: float) -> Taken:
        """Note that the API refused a request; nothing is taken for ``wait_s``."""
        taken: Taken = await self._do("refuse", wait_s)
        return taken

    async def close(self) -> None:
        """There is nothing to let go of."""

    async def _do(self, what: str, *args: Any) -> Any:
        try:
            return await self._actor.do.remote(what, self.limit, *args)
        except self._lost as error:
            raise RetryableApiError("the actor that counts the quota does not answer") from error


# The progress


@dataclass(slots=True)
class _Figures:
    """How far a shard is: runs to end, and those bought, ended and failed."""

    runs: int = 0
    bought: int = 0
    done: int = 0
    failed: int = 0

    def __add__(self, other: _Figures) -> _Figures:
        return _Figures(
            self.runs + other.runs,
            self.bought + other.bought,
            self.done + other.done,
            self.failed + other.failed,
        )


class _Board:
    """An actor to which shards tell how far they are."""

    def __init__(self) -> None:
        self._told: dict[tuple[int, str], _Figures] = {}
        self._notes: list[str] = []

    def tell(self, shard: int, worker: str, figures: _Figures) -> None:
        for (index, who), before in self._told.items():
            if index == shard and who != worker:
                before.runs = before.done  # the rest is planned again by its successor
        self._told[shard, worker] = figures

    def note(self, sentence: str) -> None:
        self._notes.append(sentence)

    def heard(self) -> tuple[_Figures, list[str]]:
        notes, self._notes = self._notes, []
        return sum(self._told.values(), _Figures()), notes


class _Teller:
    """A listener that tells the board, now and then; one for all steps of a shard."""

    def __init__(self, board: Any, shard: Shard) -> None:
        self._board = board
        self._shard = shard
        self._worker = os.urandom(8).hex()
        self._figures = _Figures()
        self._told_at = 0.0

    def on(self, plan: Plan) -> Self:
        """Go on with the runs of another step."""
        self._figures.runs += plan.to_buy + plan.running
        return self

    def __enter__(self) -> Listener:
        self._tell()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._tell()

    def bought(self, runs: int) -> None:
        """Count runs that were created or found again."""
        self._figures.bought += runs
        self._tell_sometimes()

    def settled(self, settlements: list[Settlement]) -> None:
        """Count runs that ended."""
        self._figures.done += len(settlements)
        self._figures.failed += sum(each.output is None for each in settlements)
        self._tell_sometimes()

    def note(self, sentence: str) -> None:
        """Pass it on."""
        self._board.note.remote(f"shard {self._shard}: {sentence}")

    def _tell_sometimes(self) -> None:
        if time.monotonic() - self._told_at >= TELL_EVERY_S:
            self._tell()

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        self._board.tell.remote(self._shard.index, self._worker, self._figures)
