"""Connections that go only where they may, end when they must and bring no more than agreed.

The name of a host is resolved here, its addresses are judged, and the connection is
made to one that was judged, so nothing between can send it elsewhere. The time
counts from the connection's beginning over everything that follows, so a
server that sends a byte now and then gains nothing either.
"""

from __future__ import annotations

import socket
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import httpcore
import httpx

from enrich.egress import judged

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator

_ATTEMPTS: Final = 2  # addresses of one host that are tried


class Transport(httpx.BaseTransport):
    """HTTP over guarded connections, each for one request.

    A kept connection would be shared by all names at its address, whosever certificate
    was checked; and politeness leaves more time between requests than it saves.

    Args:
        to_private: Whether private addresses may be reached.
        within_s: Seconds in which a request and its answer must be done.
        max_bytes: Bytes that an answer may have on the wire.
    """

    def __init__(self, *, to_private: bool, within_s: float, max_bytes: int) -> None:
        backend = _Backend(to_private=to_private, within_s=within_s, max_bytes=max_bytes)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(),
            max_connections=None,
            max_keepalive_connections=0,
            network_backend=backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request.

        Raises:
            httpx.TransportError: It could not be done in time, or at all.
            Forbidden: The host has a private address.
        """
        url = request.url
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            answer = self._pool.handle_request(asked)
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _translated(error) from error
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Close what is open."""
        self._pool.close()


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)  # takes some 30 ms


class _Body(httpx.SyncByteStream):
    """An answer's body, whose failures are httpx's."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._stream
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _translated(error) from error

    def close(self) -> None:
        self._stream.close()


def _translated(error: Exception) -> httpx.TransportError:
    if isinstance(error, httpcore.TimeoutException):
        return httpx.ReadTimeout("it took too long")
    if isinstance(error, httpcore.ConnectError):
        return httpx.ConnectError(str(error) or "no connection")
    return httpx.ReadError(str(error) or type(error).__name__)


class _Backend(httpcore.NetworkBackend):
    """Connects to addresses that were judged."""

    def __init__(self, *, to_private: bool, within_s: float, max_bytes: int) -> None:
        self._to_private = to_private
        self._within_s = within_s
        self._max_bytes = max_bytes
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        until = time.monotonic() + self._within_s
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:  # a name that cannot be one is the latter
            raise httpcore.ConnectError(f"{host} has no address") from error
        addresses = judged(
            host, [str(where[0]) for *_, where in found], to_private=self._to_private
        )
        for place, address in enumerate(addresses, 1):
            try:
                stream = self._plain.connect_tcp(
                    str(address), port, _left(until, timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if place == min(_ATTEMPTS, len(addresses)):
                    raise
            else:
                return _Stream(stream, until, self._max_bytes)
        raise httpcore.ConnectError(f"{host} has no address")


class _Stream(httpcore.NetworkStream):
    """A connection with its end in time and its bytes counted."""

    def __init__(self, stream: httpcore.NetworkStream, until: float, left_bytes: int) -> None:
        self._stream = stream
        self._until = until
        self._left_bytes = left_bytes

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, _left(self._until, timeout))
        self._left_bytes -= len(data)
        if self._left_bytes < 0:
            raise httpcore.ReadError("it sends more than is read")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._until, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _left(self._until, timeout))
        return _Stream(secured, self._until, self._left_bytes)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(until: float, timeout: float | None) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("it took too long")
    return left if timeout is None else min(left, timeout)
