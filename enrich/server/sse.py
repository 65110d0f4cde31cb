"""Server-sent events: how they leave.

Frames that are ready together leave in one write. A reader that vanished ends its
stream at once.

Source: protocol reference, section 8.1.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

from starlette.responses import Response

from enrich.server import wire
from enrich.server.problems import error_body, error_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import Receive, Scope, Send


class EventStream(Response):
    """An answer that sends frames as they come."""

    media_type = "text/event-stream"

    def __init__(self, chunks: AsyncGenerator[bytes]) -> None:
        self.status_code = 200
        self.background = None
        self.body = b""
        self._chunks = chunks
        # Proxies that buffer would hold back what is told.
        self.init_headers({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Send until the frames end, or the reader is gone."""
        telling = asyncio.create_task(self._tell(send))
        leaving = asyncio.create_task(gone(receive))
        try:
            await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (telling, leaving):
                task.cancel()
            await asyncio.gather(telling, leaving, return_exceptions=True)
        if telling.cancelled():
            return
        if (error := telling.exception()) is not None:
            raise error

    async def _tell(self, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        async with aclosing(self._chunks):
            async for chunk in self._chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def gone(receive: Receive) -> None:
    """Wait until the caller has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Silence:
    """How long a stream may wait: until its end, and no longer than a keep-alive."""

    def __init__(self, *, lasts_s: float, keepalive_s: float) -> None:
        self._ends_at = time.monotonic() + lasts_s
        self._keepalive_s = keepalive_s

    @property
    def over(self) -> bool:
        """Whether the stream has had its time."""
        return time.monotonic() >= self._ends_at

    async def broken(self, rung: asyncio.Event) -> bool:
        """Wait for news; False when there was none for as long as one may be silent."""
        left_s = max(0.0, self._ends_at - time.monotonic())
        with suppress(TimeoutError):
            async with asyncio.timeout(min(left_s, self._keepalive_s)):
                await rung.wait()
            return True
        return False


def interrupted(how: str = "reconnect with last_event_id") -> bytes:
    """Make the event that ends a stream before its time, and say how to hear the rest."""
    return wire.frame("error", error_body(error_of(f"Stream interrupted; {how}")))
