"""Search engines that can be configured, behind one small protocol.

What is sent is the query alone: the subject's name, what tells it from its
namesakes, and the name of the field.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import httpx
import msgspec

from enrich._version import __version__
from enrich.egress import can_be_sent
from enrich.research.web.connection import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.records import JsonObject

ENGINES: Final = ("searxng", "brave", "parallel")
URLS: Final = {
    "brave": "https://api.search.brave.com/res/v1/web/search",
    "parallel": "https://api.parallel.ai/v1/search",
}
KEY_ENVS: Final = {"brave": "BRAVE_API_KEY", "parallel": "PARALLEL_API_KEY"}
MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
WITHIN_S: Final = 20.0
_MAX_QUERY_CHARS: Final = 350  # Brave refuses queries beyond 400
_MAX_SITES: Final = 5


class SearchFailed(Exception):
    """A search gave nothing; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """One address that a search brought up."""

    url: str
    title: str


class Search(Protocol):
    """What finds pages for words."""

    def query(self, text: str, *, limit: int, sites: Sequence[str] = ()) -> list[SearchResult]:
        """Return the best results.

        Args:
            text: Words.
            limit: How many at most.
            sites: Domains that alone are of use; a hint, the caller filters.

        Raises:
            SearchFailed: There was no answer, or it cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSearch:
    """A search engine over HTTP.

    Attributes:
        engine: ``searxng``, ``brave`` or ``parallel``.
        url: Its address; of SearXNG the instance's, with or without ``/search``.
        key: Its key; SearXNG needs none.
    """

    engine: str
    url: str
    key: str = field(default="", repr=False)

    def query(self, text: str, *, limit: int, sites: Sequence[str] = ()) -> list[SearchResult]:
        """See ``Search``."""
        if not can_be_sent(self.key):
            raise SearchFailed(f"the key of {self.engine} cannot be sent")
        text = text[:_MAX_QUERY_CHARS].strip()
        request = _REQUESTS[self.engine](self, text, limit, sites)
        # The user named this address, so it may be in a private network.
        transport = Transport(to_private=True, within_s=WITHIN_S, max_bytes=MAX_ANSWER_BYTES)
        with httpx.Client(transport=transport, timeout=WITHIN_S, trust_env=False) as client:
            try:
                answer = client.send(request)
            except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
                raise SearchFailed(f"{self.engine} cannot be asked: {error}") from error
        if answer.status_code != 200:
            raise SearchFailed(f"{self.engine} answered {answer.status_code}")
        try:
            found = _RESULTS[self.engine](msgspec.json.decode(answer.content))
            results = [SearchResult(url=str(r["url"]), title=str(r.get("title") or "")) for r in found]  # fmt: skip
        except (
            msgspec.DecodeError,
            UnicodeDecodeError,
            RecursionError,
            KeyError,
            TypeError,
            AttributeError,
        ) as error:
            raise SearchFailed(f"{self.engine} answered something else than results") from error
        return results[:limit]


def _searxng(search: HttpSearch, text: str, _limit: int, sites: Sequence[str]) -> httpx.Request:
    url = search.url.rstrip("/")
    place = url if url.endswith("/search") else f"{url}/search"
    return _request("GET", place, params={"q": _narrowed(text, sites), "format": "json"})


def _brave(search: HttpSearch, text: str, limit: int, sites: Sequence[str]) -> httpx.Request:
    return _request(
        "GET", search.url, params={"q": _narrowed(text, sites), "count": str(min(limit, 20))},
        headers={"x-subscription-token": search.key},
    )  # fmt: skip


def _parallel(search: HttpSearch, text: str, limit: int, sites: Sequence[str]) -> httpx.Request:
    advanced: JsonObject = {"max_results": limit}
    if sites:
        advanced["source_policy"] = {"include_domains": list(sites)}
    body = {"search_queries": [text], "mode": "basic", "advanced_settings": advanced}
    return _request("POST", search.url, json=body, headers={"x-api-key": search.key})


def _request(method: str, url: str, **more: Any) -> httpx.Request:
    headers = {
        "accept": "application/json", "accept-encoding": "identity",
        "user-agent": f"enrich/{__version__}", **more.pop("headers", {}),
    }  # fmt: skip
    return httpx.Request(method, url, headers=headers, **more)


def _narrowed(text: str, sites: Sequence[str]) -> str:
    """Name the only domains that are of use, where there are few."""
    if not 0 < len(sites) <= _MAX_SITES:
        return text
    return f"{text} " + " OR ".join(f"site:{site}" for site in sites)


_REQUESTS: Final[dict[str, Callable[[HttpSearch, str, int, Sequence[str]], httpx.Request]]] = {
    "searxng": _searxng,
    "brave": _brave,
    "parallel": _parallel,
}
_RESULTS: Final[dict[str, Callable[[Any], list[Any]]]] = {
    "searxng": lambda body: body["results"],
    "brave": lambda body: (body.get("web") or {}).get("results") or [],
    "parallel": lambda body: body["results"],
}
