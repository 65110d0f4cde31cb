"""One run's pages of the web: its row's own site, links from it, and what searches bring up.

Pages are read one after the other until the processor's number of them, or its time, is
used up. A page that is not read is told with the reason, and never fails the run.
"""

from __future__ import annotations

import heapq
import itertools
import math
import re
import time
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from enrich.research.candidates.strings import DOMAIN, URL
from enrich.research.index import Hit
from enrich.research.question import Message
from enrich.research.web.fetch import Fetcher, NotFetched
from enrich.research.web.pages import read_page
from enrich.research.web.search import SearchFailed
from enrich.research.weburl import is_address
from enrich.research.words import concepts, name_key, word_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from enrich.records import Json, JsonObject
    from enrich.research.page import Page
    from enrich.research.policy import Policy
    from enrich.research.processors import Effort
    from enrich.research.question import Question, Tell
    from enrich.research.subject import Subject
    from enrich.research.web.fetch import WebSettings
    from enrich.research.web.pages import Link, WebPage

RESULTS_PER_SEARCH: Final = 5
_CACHED_PAGES: Final = 32
_MAX_REASONS: Final = 3
_ASKED_WITH_NAME: Final = 3  # fields that are searched together with the subject's name
_MAX_CONTEXT_CHARS: Final = 60
_ABOUT: Final = frozenset(
    concepts(
        "about company contact team leadership management imprint impressum history facts "
        "profile overview investors people press organization"
    )
)
_ENDINGS: Final = word_set("com org net io gov edu eu int")
_NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|ico|css|js|zip|gz|mp[34]|avi|mov|exe|dmg|docx?|xlsx?|pptx?)$|"
    r"/(?:login|signin|signup|register|cart|checkout|logout)\b",
    re.IGNORECASE,
)


class Web:
    """The way to the web that all runs share; thread-safe."""

    def __init__(self, settings: WebSettings) -> None:
        self.search = settings.search
        self._fetcher = Fetcher(settings)
        self._read = lru_cache(maxsize=_CACHED_PAGES)(read_page)

    def page(self, url: str, *, allowed: Callable[[str], bool], until: float) -> WebPage:
        """Return the page at an address.

        Raises:
            NotFetched: There is none, with the reason.
        """
        return self._read(self._fetcher.fetch(url, allowed=allowed, until=until))

    def run(self, question: Question, effort: Effort, policy: Policy, tell: Tell) -> WebRun:
        """Return what one run reads of it."""
        return WebRun(self, question, effort, policy, tell)

    def close(self) -> None:
        """Close connections and cache."""
        self._fetcher.close()


class WebRun:
    """What one run reads of the web.

    Args:
        web: The way to it.
        question: What is asked.
        effort: What the processor allows.
        policy: The run's source policy.
        tell: Hears what is done.
    """

    def __init__(
        self, web: Web, question: Question, effort: Effort, policy: Policy, tell: Tell
    ) -> None:
        self._web = web
        self._given = question.input
        self._schema = question.output_schema
        self._topic = topic_of(question.output_schema)
        self._effort = effort
        self._policy = policy
        self._tell = tell
        self._until = time.monotonic() + effort.web_s
        self._pages_left = effort.pages
        self._searches_left = effort.searches if web.search is not None else 0
        self._read: dict[str, WebPage | None] = {}
        self._by_number: dict[int, Page] = {}
        self._queries: set[str] = set()
        self.own: list[Page] = []
        self.mentions: list[Page] = []
        self.unread: list[str] = []
        self._title = ""

    @property
    def reasons(self) -> str:
        """Why pages were not read, in a sentence; empty if all were."""
        return f"Not read: {'; '.join(self.unread[:_MAX_REASONS])}." if self.unread else ""

    @property
    def considered(self) -> list[str]:
        """The addresses of all pages that were tried."""
        return list(self._read)

    @property
    def urls(self) -> list[str]:
        """The addresses of all pages that were read."""
        return [page.document.url for page in self._by_number.values()]

    def page(self, number: int) -> Page:
        """Return a page that was read, by its number."""
        return self._by_number[number]

    def gathered(self, subject: Subject) -> Subject:
        """Read the row's own site, and what a first search brings up.

        Returns:
            The subject, with a name where the input gives only an address or a question.
        """
        stated = list(addresses(self._given))
        name = "" if any(subject.name in tried for tried in stated) else subject.name
        names = subject.names if name else frozenset()
        spare = self._pages_left // 2 if self._searches_left else self._pages_left // 4
        for first, *others in stated:
            for entrance in self._policy.entrances(first) or [first]:
                found = self._open(entrance)
                if found is None and others and entrance == first:
                    found = self._open(others[0])
                if found is not None:
                    self._site(found, spare)
        if self.own:
            self._title = self.own[0].document.title
        words: list[Any] = [self._given]
        if not isinstance(self._given, str):
            words = [name or self._title, *_context(self._given, name), self._asked()]
        self.look_for(" ".join(filter(None, words)), names)
        if name or not self._title:
            return subject
        question = self._given if isinstance(self._given, str) else ""
        return replace(
            subject,
            name=self._title,
            names=subject.names | {name_key(self._title)},
            question=question,
        )

    def _asked(self) -> str:
        """Return the names of the fields, where they are few."""
        fields = (self._schema.get("json_schema") or {}).get("properties") or {}
        return " ".join(fields).replace("_", " ") if len(fields) <= _ASKED_WITH_NAME else ""

    def look_for(self, query: str, names: frozenset[str]) -> list[Page]:
        """Search, and read the best results; return those that are about the subject.

        A page is about it whose title is its name; other pages only mention it.
        """
        search = self._web.search
        query = " ".join(query.split())
        if search is None or not query or query in self._queries or not self._may_search():
            return []
        self._queries.add(query)
        self._searches_left -= 1
        self._tell(Message(kind="search", text=f"Query: {query[:200]}"))
        try:
            results = search.query(
                query, limit=2 * RESULTS_PER_SEARCH, sites=[r for r in self._policy.include if "/" not in r]
            )  # fmt: skip
        except SearchFailed as error:
            self._missed("the search", str(error))
            return []
        about, read = [], 0
        for result in results:
            if read == RESULTS_PER_SEARCH:
                break
            if not self._policy.allows(result.url) or result.url in self._read:
                continue
            found = self._open(result.url)
            read += found is not None
            if found is not None and found.page not in [*self.own, *self.mentions]:
                own = self._is_about(found.page, names)
                (self.own if own else self.mentions).append(found.page)
                about += [found.page] if own else []
        return about

    def named(self, name: str, attribute: Sequence[str]) -> Hit | None:
        """Return the page about a thing that a page names: the one that it links to, else one that is searched."""
        key = name_key(name)
        for found in list(self._read.values()):
            for link in found.links if found is not None else ():
                if name_key(link.text) == key and (there := self._open(link.url)) is not None:
                    return self._hit(there.page)
        before = len(self.mentions), len(self.own)
        self.look_for(f"{name} {' '.join(attribute)}", frozenset({key}))
        about = [page for page in self.own[before[1] :] if self._is_about(page, frozenset({key}))]
        del self.own[before[1] :]  # of another subject
        del self.mentions[before[0] :]
        return self._hit(about[0]) if about else None

    def _hit(self, page: Page) -> Hit:
        return Hit(id=page.number, url=page.document.url, title=page.document.title, rank=0)

    def _is_about(self, page: Page, names: frozenset[str]) -> bool:
        key = name_key(page.document.title)
        if isinstance(self._given, str) and not names:
            # "What is the capital of Kenya?" names the page whose title is Kenya.
            about = bool(key) and f" {key} " in f" {name_key(self._given)} "
            if about and len(page.document.title) > len(self._title):
                self._title = page.document.title
            return about
        return key in names

    def _site(self, start: WebPage, spare: int) -> None:
        """Read a site from its first page on: the links that speak of what is asked first."""
        host = (urlsplit(start.page.document.url).hostname or "").removeprefix("www.")
        self._add_own(start.page)
        waiting = _Waiting()
        self._put(waiting, start.links, 1, host)
        while self._pages_left > spare and time.monotonic() < self._until:
            chosen = waiting.best()
            if chosen is None:
                break
            link, depth = chosen
            if link.url in self._read:
                continue
            found = self._open(link.url)
            if found is not None and self._on_site(found.page.document.url, host):
                self._add_own(found.page)
                self._put(waiting, found.links, depth + 1, host)

    def _add_own(self, page: Page) -> None:
        if page not in self.own:
            self.own.append(page)

    def _put(self, waiting: _Waiting, links: Iterable[Link], depth: int, host: str) -> None:
        if depth > self._effort.depth:
            return
        for link in links:
            there = link.url not in self._read and self._on_site(link.url, host)
            if there and self._policy.allows(link.url):
                waiting.put(link, depth, self._score(link) - 0.5 * depth)

    def _score(self, link: Link) -> float:
        path = unquote(urlsplit(link.url).path)
        if _NO_PAGE.search(path):
            return -9.0
        said = set(concepts(f"{link.text} {path.replace('/', ' ')}"))
        return len(said & self._topic) + 0.8 * bool(said & _ABOUT) - 0.05 * path.count("/")

    def _on_site(self, url: str, host: str) -> bool:
        there = (urlsplit(url).hostname or "").removeprefix("www.")
        return there == host or there.endswith(f".{host}")

    def _may_search(self) -> bool:
        return self._searches_left > 0 and self._pages_left > 0 and time.monotonic() < self._until

    def _open(self, url: str) -> WebPage | None:
        """Read a page, each once; None with the reason told where it gives none."""
        if url in self._read:
            return self._read[url]
        if self._pages_left <= 0:
            return None
        self._pages_left -= 1
        self._read[url] = None
        try:
            found = self._web.page(url, allowed=self._policy.allows, until=self._until)
        except NotFetched as error:
            self._missed(url, str(error))
            return None
        document = found.page.document
        if not self._policy.allows(document.url, document.dated):
            self._missed(url, "the source policy leaves it out")
            return None
        self._read[url] = self._read[document.url] = found
        self._by_number[found.page.number] = found.page
        self._tell(Message(kind="tool_call", text=f"Read {document.url}"))
        return found

    def _missed(self, what: str, reason: str) -> None:
        self.unread.append(f"{what} ({reason})")
        self._tell(Message(kind="tool_call", text=f"Not read: {what}: {reason}."))


class _Waiting:
    """Links that may be read, the best first, of equal ones the one that was met first; each judged once."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Link, int]] = []
        self._order = itertools.count()
        self._scores: dict[str, float] = {}

    def put(self, link: Link, depth: int, score: float) -> None:
        """Put a link in, if it is not in with a score as good."""
        if self._scores.get(link.url, -math.inf) < score:
            self._scores[link.url] = score
            heapq.heappush(self._heap, (-score, next(self._order), link, depth))

    def best(self) -> tuple[Link, int] | None:
        """Take the best link out, with its depth."""
        if not self._heap:
            return None
        _, _, link, depth = heapq.heappop(self._heap)
        return link, depth


def topic_of(schema: JsonObject) -> frozenset[str]:
    """Return the concepts of all that an output schema asks: its names and descriptions."""
    said: list[str] = []

    def walk(node: Json, depth: int) -> None:
        if not isinstance(node, dict) or depth > 8:
            return
        said.append(str(node.get("description") or "")[:500])
        for name, inner in (node.get("properties") or {}).items():
            said.append(name)
            walk(inner, depth + 1)
        for key in ("items", "json_schema"):
            walk(node.get(key), depth + 1)

    walk(schema, 0)
    return frozenset(concept for text in said for concept in concepts(text.replace("_", " ")))


def addresses(given: str | JsonObject) -> Iterator[list[str]]:
    """Yield the web addresses of an input, each with another to try where it has no scheme."""
    seen: set[str] = set()
    for text in _texts(given):
        if isinstance(given, str):
            found: Iterable[str] = [m.group() for m in URL.finditer(text)] + [
                m.group() for m in DOMAIN.finditer(text)
                if m.group().partition("/")[0].rpartition(".")[2].lower() in _ENDINGS
            ]  # fmt: skip
        else:
            whole = text.strip()
            is_one = is_address(whole) or URL.fullmatch(whole) or DOMAIN.fullmatch(whole)
            found = [whole] if is_one else []
        for one in found:
            tried = [one] if "://" in one else [f"https://{one}", f"http://{one}"]
            if tried[0] not in seen and not any(one in other for other in seen):
                seen.add(tried[0])
                yield tried


def _context(given: JsonObject, name: str) -> list[str]:
    """Return the other short texts of an input, which tell its subject from namesakes."""
    return [
        text
        for text in _texts(given)
        if text != name and len(text) <= _MAX_CONTEXT_CHARS
        and not (is_address(text) or URL.search(text) or DOMAIN.search(text))
    ][:3]  # fmt: skip


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value.strip()
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
