"""Telling others that a run ended.

Each delivery is tried until it is answered with 2xx: after 5 s, then after twice
as long each time, for 48 hours. What is due stands in the store, so a restart
loses none. Redirects are not followed: they are answers that are not 2xx. Each
host has a few deliveries under way and no more, so that a dead one, which holds
each of them for many seconds, keeps nobody else waiting.

Source: protocol reference, sections 9 and 18.10; Standard Webhooks.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import sqlite3
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import httpx

from enrich.egress import Forbidden, resolve
from enrich.errors import ConfigError
from enrich.server import wire
from enrich.server.store.reader import Reader
from enrich.server.store.writer import Writer

if TYPE_CHECKING:
    from enrich.server.lanes import Access
    from enrich.server.settings import ServerSettings
    from enrich.server.store.rows import DueWebhook

log = logging.getLogger(__name__)

FIRST_RETRY_S: Final = 5.0
GIVE_UP_S: Final = 48 * 3_600.0
AT_ONCE: Final = 128
AT_ONCE_PER_HOST: Final = 8
ANSWER_WITHIN_S: Final = 15.0
IDLE_S: Final = 60.0
SECRET_PREFIX: Final = "whsec_"  # noqa: S105  (how a secret begins, and none itself)


def signing_key(secret: str) -> bytes:
    """Read the key out of a ``whsec_`` secret.

    Raises:
        ConfigError: It is none.
    """
    key = b""
    if secret.startswith(SECRET_PREFIX):
        with suppress(ValueError):  # also for letters outside ASCII
            key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    if not key:
        raise ConfigError("a webhook secret is whsec_ and a key in Base64", key="webhook_secret")
    return key


def signature(key: bytes, webhook_id: str, timestamp: int, body: bytes) -> str:
    """Sign a message as Standard Webhooks does."""
    signed = b"%b.%d.%b" % (webhook_id.encode(), timestamp, body)
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def signatures(secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """Write the header ``webhook-signature``: any one that verifies is enough.

    The second is of the older scheme, whose key is the whole secret; verifiers of
    that time know no other (protocol reference, contradiction C24).
    """
    keys = (signing_key(secret), secret.encode())
    return " ".join(signature(key, webhook_id, timestamp, body) for key in keys)


def retry_after_s(attempts: int) -> float:
    """Wait before the next attempt, in seconds, after so many failed before this one."""
    return FIRST_RETRY_S * 2.0**attempts


class Webhooks:
    """The task that delivers what is due, and the deliveries under way."""

    def __init__(self, settings: ServerSettings, access: Access) -> None:
        self._secret = settings.webhook_secret
        self._to_private = settings.webhooks_to_private
        self._access = access
        self._due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._under_way: dict[int, str] = {}

    def start(self) -> None:
        """Begin to deliver, if there is a secret to sign with."""
        if self._secret is not None:
            self._task = asyncio.create_task(self._deliver_for_ever(self._secret))

    def wake(self) -> None:
        """Say that a run ended that someone is to be told of."""
        self._due.set()

    async def stop(self) -> None:
        """Stop; what was under way is tried again at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _deliver_for_ever(self, secret: str) -> None:
        limits = httpx.Limits(max_connections=AT_ONCE)
        # trust_env would let a proxy of the environment choose where it goes.
        client = httpx.AsyncClient(timeout=ANSWER_WITHIN_S, limits=limits, trust_env=False)
        async with client, asyncio.TaskGroup() as deliveries:
            while True:
                self._due.clear()
                try:
                    due = await self._next()
                    if not due:
                        await self._sleep()
                except sqlite3.Error:
                    log.exception("webhooks cannot be read")
                    await asyncio.sleep(FIRST_RETRY_S)
                    continue
                for one in due:
                    self._under_way[one.run.run_no] = one.host
                    deliveries.create_task(self._deliver(client, secret, one))

    async def _next(self) -> list[DueWebhook]:
        """Choose what is delivered now: what waits longest, a few for each host."""
        room = AT_ONCE - len(self._under_way)
        if room <= 0:
            return []
        by_host = Counter(self._under_way.values())
        chosen = []
        for one in await self._access.read(
            Reader.due_webhooks, time.time(), n=room, but=self._under_way, busy=self._busy(by_host)
        ):
            by_host[one.host] += 1
            if by_host[one.host] <= AT_ONCE_PER_HOST:
                chosen.append(one)
        return chosen

    async def _sleep(self) -> None:
        busy = self._busy(Counter(self._under_way.values()))
        next_at = await self._access.read(Reader.next_webhook_at, but=self._under_way, busy=busy)
        wait_s = IDLE_S if next_at is None else min(IDLE_S, max(0.0, next_at - time.time()))
        if len(self._under_way) >= AT_ONCE:
            wait_s = IDLE_S
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._due.wait()

    def _busy(self, by_host: Counter[str]) -> list[str]:
        return [host for host, n in by_host.items() if n >= AT_ONCE_PER_HOST]

    async def _deliver(self, client: httpx.AsyncClient, secret: str, due: DueWebhook) -> None:
        try:
            await self._try(client, secret, due)
        except sqlite3.Error:
            log.exception("webhook of run %s cannot be noted", due.run.run_id)
            await asyncio.sleep(FIRST_RETRY_S)
        finally:
            del self._under_way[due.run.run_no]
            self._due.set()

    async def _try(self, client: httpx.AsyncClient, secret: str, due: DueWebhook) -> None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                status = await self._send(client, secret, due)
        except Forbidden as error:
            log.warning("webhook of run %s is not sent: %s", due.run.run_id, error)
            await self._access.write(Writer.told, due.run.run_no)
            return
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            log.info("webhook of run %s failed: %r", due.run.run_id, error)
            status = 0
        wait_s = retry_after_s(due.attempts)
        if 200 <= status < 300 or time.time() + wait_s > due.ended_at + GIVE_UP_S:
            await self._access.write(Writer.told, due.run.run_no)
        else:
            await self._access.write(Writer.put_off, due.run.run_no, time.time() + wait_s)

    async def _send(self, client: httpx.AsyncClient, secret: str, due: DueWebhook) -> int:
        target = await resolve(due.url, to_private=self._to_private)
        body = wire.webhook_body(due.run)
        timestamp = int(time.time())
        request = client.build_request(
            "POST",
            target.url,
            content=body,
            headers={
                "host": target.header,
                "content-type": "application/json",
                "webhook-id": due.webhook_id,
                "webhook-timestamp": str(timestamp),
                "webhook-signature": signatures(secret, due.webhook_id, timestamp, body),
            },
            # The certificate must be the name's, though the connection goes to its address.
            extensions={"sni_hostname": target.host},
        )
        # The answer's body is not read: it could be without end.
        answer = await client.send(request, stream=True)
        await answer.aclose()
        return answer.status_code
