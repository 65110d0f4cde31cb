"""Fetching one address: politely, within limits, and from the cache where that will do."""

from __future__ import annotations

import threading
import time
import zlib
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx
import msgspec
from protego import Protego

from enrich._version import __version__
from enrich.egress import Forbidden, check_url
from enrich.research.web.cache import Answer, Cache
from enrich.research.web.connection import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from enrich.research.web.search import Search

AGENT: Final = f"enrich/{__version__}"
MAX_PAGE_BYTES: Final = 10 * 1024 * 1024
MAX_ROBOTS_BYTES: Final = 512 * 1024
MAX_REDIRECTS: Final = 5
MAX_CRAWL_DELAY_S: Final = 10.0
FRESH_S: Final = 3_600.0
"""How long an answer is used without asking again; then it is revalidated."""
FAILED_FRESH_S: Final = 600.0
ROBOTS_FRESH_S: Final = 24 * 3_600.0
MEDIA_TYPES: Final = frozenset(
    {"text/html", "application/xhtml+xml", "text/plain", "text/markdown", "application/pdf"}
)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MANY_HOSTS: Final = 10_000
_PIECE: Final = 1 << 16
_MEMBER: Final = b"\x1f\x8b"  # a compressed body may have several, one after the other


class NotFetched(Exception):
    """An address gives no page; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """What of the web may be read, and how.

    Attributes:
        cache: The file that keeps what was fetched.
        to_private: Whether private, loopback and link-local addresses may be read, too.
        delay_s: Seconds between two requests to a host; its robots.txt may ask for more.
        within_s: Seconds in which an address must have answered.
        search: The search engine; None for none.
    """

    cache: Path
    to_private: bool = False
    delay_s: float = 1.0
    within_s: float = 20.0
    search: Search | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page as it came.

    Attributes:
        url: Where it was found at last, behind all redirects.
        media_type: Such as ``text/html``.
        charset: As the header has it; may be empty.
        body: Its bytes.
        dated: The day of ``Last-Modified``; None where there is none.
    """

    url: str
    media_type: str
    charset: str
    body: bytes
    dated: str | None


@dataclass(slots=True)
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    next_at: float = 0.0


class Fetcher:
    """Fetches addresses; thread-safe, one request at a time for each host."""

    def __init__(self, settings: WebSettings) -> None:
        self._settings = settings
        self._cache = Cache(settings.cache)
        self._hosts: dict[str, _Host] = {}
        self._hosts_lock = threading.Lock()
        self._client = httpx.Client(
            transport=Transport(
                to_private=settings.to_private,
                within_s=settings.within_s,
                max_bytes=MAX_PAGE_BYTES + (1 << 17),
            ),
            headers={"user-agent": AGENT, "accept-encoding": "gzip"},
            timeout=settings.within_s,
            trust_env=False,
            # What a site tells one run to remember is nothing to the next.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )
        self._rules = lru_cache(maxsize=256)(Protego.parse)

    def close(self) -> None:
        """Close connections and cache."""
        self._client.close()
        self._cache.close()

    def fetch(self, url: str, *, allowed: Callable[[str], bool], until: float) -> Fetched:
        """Return the page at an address.

        Args:
            url: The address.
            allowed: Which addresses may be read; redirects are asked about, too.
            until: When it is of no use any more, by ``time.monotonic``.

        Raises:
            NotFetched: There is none, with the reason.
        """
        for _ in range(MAX_REDIRECTS + 1):
            url = _plain(url)
            if not allowed(url):
                raise NotFetched("the source policy leaves it out")
            answer = self._answer(url, until)
            if answer.location:
                url = _joined(url, answer.location)
                continue
            if answer.reason:
                raise NotFetched(answer.reason)
            return Fetched(
                url=url, media_type=answer.media_type, charset=answer.charset, body=answer.body,
                dated=_day(answer.modified),
            )  # fmt: skip
        raise NotFetched(f"it redirects more than {MAX_REDIRECTS} times")

    def _answer(self, url: str, until: float) -> Answer:
        try:
            check_url(url, to_private=self._settings.to_private, plain=True)
        except Forbidden as error:
            raise NotFetched(str(error)) from error
        if (kept := self._fresh(url, FRESH_S)) is not None:
            return kept
        rules = self._robots(url, until)
        if not rules.can_fetch(url, AGENT):
            raise NotFetched("its robots.txt does not allow it")
        delay_s = max(self._settings.delay_s, min(rules.crawl_delay(AGENT) or 0, MAX_CRAWL_DELAY_S))
        return self._politely(url, until, delay_s, MEDIA_TYPES, FRESH_S)

    def _robots(self, url: str, until: float) -> Protego:
        """Return the rules of an address's site, as RFC 9309 has it: none where there are none, all where it fails."""
        parts = urlsplit(url)
        place = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        for _ in range(MAX_REDIRECTS + 1):
            try:
                check_url(place, to_private=self._settings.to_private, plain=True)
            except Forbidden:
                break
            answer = self._fresh(place, ROBOTS_FRESH_S) or self._politely(
                place, until, 0.0, None, ROBOTS_FRESH_S
            )
            if answer.location:
                place = _joined(place, answer.location)
                continue
            if answer.status == 200 and not answer.reason:
                return self._rules(answer.body[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace"))
            if 400 <= answer.status < 500 and answer.status != 429:
                return self._rules("")
            why = answer.reason or f"it answers {answer.status}"
            raise NotFetched(f"its robots.txt cannot be read: {why}")
        raise NotFetched("its robots.txt leads nowhere")

    def _fresh(self, url: str, fresh_s: float) -> Answer | None:
        kept = self._cache.get(url)
        if kept is None:
            return None
        good = kept.status == 200 or kept.location
        return kept if time.time() - kept.fetched_at < (fresh_s if good else FAILED_FRESH_S) else None  # fmt: skip

    def _politely(
        self, url: str, until: float, delay_s: float, types: frozenset[str] | None, fresh_s: float
    ) -> Answer:
        """Ask a host when it is its turn; whoever waited may find it answered meanwhile."""
        host = self._host(urlsplit(url).netloc)
        if not host.lock.acquire(timeout=max(0.0, until - time.monotonic())):
            raise NotFetched("its host is busy with other requests")
        try:
            if (kept := self._fresh(url, fresh_s)) is not None:
                return kept
            wait_s = host.next_at - time.monotonic()
            if time.monotonic() + max(wait_s, 0.0) >= until:
                raise NotFetched("the run's time for the web is over")
            if wait_s > 0:
                time.sleep(wait_s)
            answer = self._asked(url, types)
            host.next_at = time.monotonic() + delay_s
            return answer
        finally:
            host.lock.release()

    def _host(self, name: str) -> _Host:
        with self._hosts_lock:
            if len(self._hosts) >= _MANY_HOSTS:
                now = time.monotonic()
                self._hosts = {
                    n: h for n, h in self._hosts.items() if h.lock.locked() or h.next_at > now
                }
            return self._hosts.setdefault(name, _Host())

    def _asked(self, url: str, types: frozenset[str] | None) -> Answer:
        before = self._cache.get(url)
        headers = {}
        if before is not None and before.status == 200:
            headers = {"if-none-match": before.etag, "if-modified-since": before.modified}
        try:
            with self._client.stream(
                "GET", url, headers={k: v for k, v in headers.items() if v and v.isascii()}
            ) as response:
                answer = _read(response, before, types)
                store = "no-store" not in response.headers.get("cache-control", "").lower()
        except Forbidden as error:  # nothing to keep: the name may lead elsewhere tomorrow
            return Answer(status=0, reason=str(error))
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            answer, store = Answer(status=0, reason=f"it cannot be read: {error}"), True
        answer = msgspec.structs.replace(answer, fetched_at=time.time())
        if store:
            self._cache.put(url, answer)
        return answer


def _read(response: httpx.Response, before: Answer | None, types: frozenset[str] | None) -> Answer:
    status, headers = response.status_code, response.headers
    if status == 304 and before is not None:
        return before
    if status != 200:
        location = headers.get("location", "") if status in _REDIRECTS else ""
        reason = "" if location else f"the server answered {status}"
        return Answer(status=status, location=location, reason=reason)
    stated = headers.get("content-type", "").partition(";")[0].strip().lower()
    media_type = stated or "text/html"
    if types is not None and media_type not in types:
        return Answer(status=status, reason=f"it is {media_type[:80]}, which is not read")
    try:
        encoding = headers.get("content-encoding", "identity").strip().lower()
        body = _body(response, encoding, cut=types is None)
    except _Unreadable as error:
        return Answer(status=status, reason=str(error))
    return Answer(
        status=status, media_type=media_type, charset=response.charset_encoding or "",
        etag=headers.get("etag", ""), modified=headers.get("last-modified", ""), body=body,
    )  # fmt: skip


class _Unreadable(Exception):
    """A body of another kind or size than is read."""


def _body(response: httpx.Response, encoding: str, *, cut: bool) -> bytes:
    """Read a body without ever holding more than what is kept of it and one piece more.

    Of a robots.txt the beginning will do; a page is read whole or not at all.
    """
    if encoding not in {"identity", "gzip", "x-gzip"}:
        raise _Unreadable(f"it is compressed as {encoding[:40]}")
    body = bytearray()
    for piece in response.iter_raw() if encoding == "identity" else _inflated(response):
        body += piece
        if cut and len(body) >= MAX_ROBOTS_BYTES:
            break
        if len(body) > MAX_PAGE_BYTES:
            raise _Unreadable(f"it has more than {MAX_PAGE_BYTES:,} bytes")
    return bytes(body)


def _inflated(response: httpx.Response) -> Iterator[bytes]:
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        for raw in response.iter_raw():
            data = raw
            while data:
                piece = inflate.decompress(data, _PIECE)
                yield piece
                data = inflate.unconsumed_tail
                while len(piece) == _PIECE and not data:  # there may be more inside
                    piece = inflate.decompress(b"", _PIECE)
                    yield piece
                if inflate.eof and (data := inflate.unused_data):
                    if not data.startswith(_MEMBER[: len(data)]):
                        return
                    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    except zlib.error as error:
        raise _Unreadable("its compression is damaged") from error


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise NotFetched(f"the address that it redirects to cannot be read: {error}") from error


def _plain(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
    except ValueError as error:
        raise NotFetched(f"the address cannot be read: {error}") from error
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", parts.query, ""))  # fmt: skip


def _day(stated: str) -> str | None:
    try:
        return parsedate_to_datetime(stated).date().isoformat()
    except ValueError:
        return None
