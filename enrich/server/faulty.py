"""Routes that fail on purpose: what ``faults`` decides, done to the connection."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from enrich.errors import ConfigError
from enrich.server import wire
from enrich.server.logs import ROUTE
from enrich.server.problems import Problem, invalid_at, too_many

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from enrich.server.faults import Fault, FaultPlan

log = logging.getLogger(__name__)

HEADER = b"x-enrich-fault"


class _Struck(Exception):
    """The work is done, and its answer does not leave."""


class Faulty:
    """An ASGI app around a route's own."""

    def __init__(self, app: ASGIApp, plan: FaultPlan, route: str) -> None:
        self._app = app
        self._plan = plan
        self._route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or fail as the plan has it."""
        scope[ROUTE] = self._route
        header = dict(scope["headers"]).get(HEADER)
        try:
            struck = self._plan.strike(
                scope, self._route, header.decode("latin-1") if header else None
            )
        except ConfigError as error:
            problem = invalid_at(("header", "x-enrich-fault"), error.message)
            await problem.response()(scope, receive, send)
            return
        if struck:
            kinds = [fault.kind for fault in struck]
            log.info("fault", extra={"fields": {"route": self._route, "faults": kinds}})
        for fault in struck:
            if fault.kind == "slow":
                await asyncio.sleep(fault.amount)
        for fault in struck:
            if fault.kind == "reset":
                await _drop(scope, receive, reset=True)
                return
            if fault.is_before:
                await _read_all(receive)
                await _problem(fault).response()(scope, receive, send)
                return
        await self._answer(struck, scope, receive, send)

    async def _answer(
        self, struck: list[Fault], scope: Scope, receive: Receive, send: Send
    ) -> None:
        for fault in struck:
            if fault.kind == "lost" or fault.kind.endswith("-after"):
                with suppress(_Struck):
                    await self._app(scope, receive, _refuse)
                if fault.kind == "lost":
                    await _drop(scope, receive, reset=False)
                else:
                    await _problem(fault).response()(scope, receive, send)
                return
        for fault in struck:
            if fault.kind in {"truncated", "cut", "silent", "repeat", "shuffle"}:
                send = _Sender(fault, self._plan, scope, receive, send)
        await self._app(scope, receive, send)


class _Sender:
    """A ``send`` that spoils what passes through it."""

    def __init__(
        self, fault: Fault, plan: FaultPlan, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._fault = fault
        self._plan = plan
        self._scope = scope
        self._receive = receive
        self._send = send
        self._frames = 0
        self._held = b""
        self._ended = False

    async def __call__(self, message: Message) -> None:
        if self._ended:
            return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        match self._fault.kind:
            case "truncated":
                await self._break_off(body[: len(body) // 2])
            case "cut" | "silent":
                await self._let_through(body, more=more)
            case _:
                await self._disorder(body, more=more)

    async def _let_through(self, body: bytes, *, more: bool) -> None:
        """Pass so many frames; then break off, or say nothing more."""
        passed = b""
        for frame in _split(body):
            if self._frames >= self._fault.amount:
                if self._fault.kind == "cut":
                    await self._break_off(passed + frame[: len(frame) // 2])
                    return
                await self._pass_on(passed)
                await self._hush()
                return
            self._frames += frame != wire.KEEPALIVE
            passed += frame
        if not more and self._fault.kind == "silent":
            await self._pass_on(passed)
            await self._hush()
        else:
            await self._send({"type": "http.response.body", "body": passed, "more_body": more})

    async def _disorder(self, body: bytes, *, more: bool) -> None:
        """Pass frames twice, or one behind the next."""
        passed = b""
        for frame in _split(body):
            if frame == wire.KEEPALIVE:
                passed += frame
                continue
            self._frames += 1
            hit = self._plan.chance(self._fault.kind, self._frames) < self._fault.share
            if self._fault.kind == "repeat":
                passed += frame * (2 if hit else 1)
            elif hit and not self._held:
                self._held = frame
            else:
                passed += frame + self._held
                self._held = b""
        if not more:
            passed, self._held = passed + self._held, b""
        if passed or not more:
            await self._send({"type": "http.response.body", "body": passed, "more_body": more})

    async def _pass_on(self, body: bytes) -> None:
        if body:
            await self._send({"type": "http.response.body", "body": body, "more_body": True})

    async def _break_off(self, body: bytes) -> None:
        await self._pass_on(body)
        self._ended = True
        # close() sends what is buffered first; abort() would not.
        _transport(self._scope).close()
        await _until_gone(self._receive)

    async def _hush(self) -> None:
        self._ended = True
        await _until_gone(self._receive)


def _split(body: bytes) -> list[bytes]:
    return [frame + b"\n\n" for frame in body.split(b"\n\n")[:-1]]


async def _refuse(_: Message) -> None:
    raise _Struck


def _problem(fault: Fault) -> Problem:
    if fault.status == 429:
        return too_many(None if fault.kind.endswith("-bare") else max(1, round(fault.amount)))
    return Problem(fault.status or 500, "A fault made on purpose", detail={"fault": fault.kind})


def _transport(scope: Scope) -> Any:
    """The connection under a request, as ``serving`` hands it down."""
    return scope["state"]["transport"]


async def _drop(scope: Scope, receive: Receive, *, reset: bool) -> None:
    transport = _transport(scope)
    if reset:
        # Lingering for 0 s makes the kernel send a reset and not an orderly end.
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
    transport.abort()
    await _until_gone(receive)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _read_all(receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return
