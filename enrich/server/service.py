"""A running server: the parts that its endpoints share."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from enrich.server.auth import Gate
from enrich.server.bodies import Terms
from enrich.server.feed import Feed
from enrich.server.lanes import Access
from enrich.server.store.writer import Writer
from enrich.server.webhooks import Webhooks
from enrich.server.work.at_work import AtWork
from enrich.server.work.leases import Leases
from enrich.server.work.threads import Threads

if TYPE_CHECKING:
    from enrich.research.question import Engine
    from enrich.server.faults import FaultPlan
    from enrich.server.settings import ServerSettings
    from enrich.server.store.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The parts of one server.

    Attributes:
        threads: Those of the server's own engine; None leaves the work to others.
        leases: Of workers in processes of their own; None lets none in.
    """

    settings: ServerSettings
    database: Database
    access: Access
    feed: Feed
    gate: Gate
    at_work: AtWork
    threads: Threads | None
    leases: Leases | None
    webhooks: Webhooks
    faults: FaultPlan

    @property
    def terms(self) -> Terms:
        """What the settings mean for a run that asks to be taken."""
        return Terms(
            sends_webhooks=self.settings.webhook_secret is not None,
            to_private=self.settings.webhooks_to_private,
        )

    @property
    def is_working(self) -> bool:
        """Whether runs are worked on, here or by workers that were heard lately."""
        if self.threads is not None and not self.threads.are_alive:
            return False
        if self.leases is None:
            return self.threads is not None
        return self.leases.are_watched and (self.threads is not None or self.leases.workers > 0)

    @classmethod
    async def start(
        cls,
        settings: ServerSettings,
        engine: Engine | None,
        database: Database,
        faults: FaultPlan,
    ) -> Service:
        """Take up again what was at work, and begin to work."""
        access = Access(database)
        again = await access.write(Writer.recover)
        if again:
            log.warning("runs are taken up again", extra={"fields": {"runs": again}})
        feed = Feed()
        webhooks = Webhooks(settings, access)
        at_work = AtWork(access, feed, at_once=settings.at_once, on_webhook=webhooks.wake)
        threads = leases = None
        if engine is not None:
            threads = Threads(engine, access, feed, at_work, threads=settings.workers)
        if settings.worker_keys:
            leases = Leases(
                access,
                feed,
                at_work,
                lease_s=settings.lease_s,
                deadline_s=settings.deadline_s,
            )
        service = cls(
            settings=settings,
            database=database,
            access=access,
            feed=feed,
            gate=await Gate.open(settings, access),
            at_work=at_work,
            threads=threads,
            leases=leases,
            webhooks=webhooks,
            faults=faults,
        )
        if threads is not None:
            threads.start()
        if leases is not None:
            leases.start()
        webhooks.start()
        return service

    async def stop(self) -> None:
        """End the work and close the store; what is unfinished stays queued in it."""
        self.feed.close()
        if self.threads is not None:
            await self.threads.stop(self.settings.stop_grace_s)
        if self.leases is not None:
            await self.leases.stop()
        await self.webhooks.stop()
        self.access.close()
        self.database.close()
