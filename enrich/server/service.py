"""A running server: the parts that its endpoints share."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from enrich.server.acceptance import Terms
from enrich.server.auth import Gate
from enrich.server.feed import Feed
from enrich.server.lanes import Access
from enrich.server.store.writer import Writer
from enrich.server.webhooks import Webhooks
from enrich.server.workers import Workers

if TYPE_CHECKING:
    from enrich.research.question import Engine
    from enrich.server.faults import FaultPlan
    from enrich.server.settings import ServerSettings
    from enrich.server.store.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The parts of one server."""

    settings: ServerSettings
    database: Database
    access: Access
    feed: Feed
    gate: Gate
    workers: Workers
    webhooks: Webhooks
    faults: FaultPlan

    @property
    def terms(self) -> Terms:
        """What the settings mean for a run that asks to be taken."""
        return Terms(
            sends_webhooks=self.settings.webhook_secret is not None,
            to_private=self.settings.webhooks_to_private,
        )

    @classmethod
    async def start(
        cls, settings: ServerSettings, engine: Engine, database: Database, faults: FaultPlan
    ) -> Service:
        """Take up again what was at work, and begin to work."""
        access = Access(database)
        again = await access.write(Writer.recover)
        if again:
            log.warning("runs are taken up again", extra={"fields": {"runs": again}})
        feed = Feed()
        webhooks = Webhooks(settings, access)
        workers = Workers(
            engine,
            access,
            feed,
            threads=settings.workers,
            at_once=settings.at_once,
            on_webhook=webhooks.wake,
        )
        service = cls(
            settings=settings,
            database=database,
            access=access,
            feed=feed,
            gate=await Gate.open(settings, access),
            workers=workers,
            webhooks=webhooks,
            faults=faults,
        )
        workers.start()
        webhooks.start()
        return service

    async def stop(self) -> None:
        """End the work and close the store; what is unfinished stays queued in it."""
        self.feed.close()
        await self.workers.stop(self.settings.stop_grace_s)
        await self.webhooks.stop()
        self.access.close()
        self.database.close()
