"""Where others may make this program send something.

A caller names the address of a webhook, a row the address of a web site, and a page
those of its links; none must become a way into the network that the program stands in.
A name is resolved once, every address that it has is judged, and the connection goes to
an address that was judged: a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_URL_CHARS: Final = 2_000
# The network behind these prefixes is that of the IPv4 address inside.
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_NAT64_LOCAL: Final = ipaddress.ip_network("64:ff9b:1::/48")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(Exception):
    """Nothing must be sent there; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address that was judged.

    Attributes:
        url: With the host replaced by a judged address.
        host: The host as it was named: for the ``Host`` header and for TLS.
        header: The ``Host`` header, with the port where one was named.
    """

    url: str
    host: str
    header: str


def is_loopback(host: str) -> bool:
    """Whether a host's name or address means this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def can_be_sent(key: str) -> bool:
    """Whether a key may stand in a header: what may not is told by the client with the key in it."""
    return key.isascii() and key.isprintable()


def check_url(url: str, *, to_private: bool = False, plain: bool = False) -> SplitResult:
    """Judge what can be judged without asking the network.

    Args:
        url: The address.
        to_private: Whether private addresses will do, and no TLS.
        plain: Whether public ones will do without TLS.

    Raises:
        Forbidden: No HTTPS, no host or one that cannot be, a password in it, or a private address.
    """
    if len(url) > MAX_URL_CHARS:
        raise Forbidden(f"the address is longer than {MAX_URL_CHARS} characters")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise Forbidden(f"the address cannot be read: {error}") from None
    if parts.scheme not in ({"https", "http"} if to_private or plain else {"https"}):
        raise Forbidden("the address must begin with https://")
    if not parts.hostname:
        raise Forbidden("the address has no host")
    if parts.username is not None or parts.password is not None:
        raise Forbidden("the address must hold no user and no password")
    if not _is_host(parts.hostname):
        raise Forbidden("the address's host is no name")
    address = _literal(parts.hostname)
    if address is not None and not to_private and not is_public(address):
        raise Forbidden(f"{address} is not a public address")
    return parts


async def resolve(url: str, *, to_private: bool = False) -> Target:
    """Find a judged address for a URL.

    Raises:
        Forbidden: One of the host's addresses is not public.
        OSError: The host has no address.
    """
    parts = check_url(url, to_private=to_private)
    host = parts.hostname or ""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, parts.port or 443, type=socket.SOCK_STREAM
        )
    except UnicodeError as error:
        raise Forbidden("the address's host is no name") from error
    addresses = judged(host, [str(where[0]) for *_, where in found], to_private=to_private)
    name = f"[{addresses[0]}]" if addresses[0].version == 6 else str(addresses[0])
    port = "" if parts.port is None else f":{parts.port}"
    path = parts.path or "/"
    return Target(
        url=urlunsplit((parts.scheme, name + port, path, parts.query, "")),
        host=host,
        header=(f"[{host}]" if ":" in host else host) + port,
    )


def judged(host: str, found: Iterable[str], *, to_private: bool) -> list[Address]:
    """Return the addresses of a host, all of them judged.

    Raises:
        Forbidden: One of them is not public.
    """
    addresses = [ipaddress.ip_address(one.partition("%")[0]) for one in found]
    for address in addresses:
        if not to_private and not is_public(address):
            raise Forbidden(f"{host} is at {address}, which is not a public address")
    return addresses


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open Internet, also when it hides another one."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = address in _NAT64 or address in _NAT64_LOCAL or address.is_site_local
        if inside or address.teredo is not None:
            return False
        hidden = address.ipv4_mapped or address.sixtofour
        if hidden is not None:
            return is_public(hidden)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_host(host: str) -> bool:
    """Whether a name may be asked for: Python's resolver breaks on empty and endless labels."""
    try:
        return not host.isascii() or bool(host.encode("idna"))
    except UnicodeError:
        return False


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
