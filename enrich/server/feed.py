"""Who waits for what: streams and blocking results hear when their run or group moves."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from enrich.research.question import Message, Sources
from enrich.server.store.times import now_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Iterable, Iterator

T = TypeVar("T")

MAX_MESSAGES: Final = 1_000
"""Messages kept for one run; a run that says more loses its oldest."""


class Feed:
    """Listeners by topic: a run's id or a group's number.

    Attributes:
        closing: Set when the server stops; every listener is woken by it.
    """

    def __init__(self) -> None:
        self._topics: dict[Hashable, _Topic] = {}
        self.closing = False

    @contextmanager
    def listen(self, topic: Hashable) -> Iterator[asyncio.Event]:
        """Hear of a topic: the event is set each time that it moved.

        Listen first and look second, or a move in between is missed.
        """
        rung = asyncio.Event()
        heard = self._topics.setdefault(topic, _Topic())
        heard.listeners.add(rung)
        if self.closing:
            rung.set()
        try:
            yield rung
        finally:
            heard.listeners.discard(rung)
            if not heard.listeners:
                del self._topics[topic]

    def has_listeners(self, topic: Hashable) -> bool:
        """Whether anyone hears; callable from any thread."""
        return topic in self._topics

    def count(self, topic: Hashable) -> int:
        """How many hear."""
        return len(self._topics[topic].listeners) if topic in self._topics else 0

    async def look(self, topic: Hashable, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """Read something of a topic that one listens to, once for all who ask the same.

        What was read holds until the topic moves: a look that begins after a move is
        answered by a read that began after it, too.
        """
        looks = self._topics[topic].looks
        if key not in looks:
            looks[key] = asyncio.ensure_future(read())
        try:
            # One listener that leaves takes the answer from nobody else.
            answer: T = await asyncio.shield(looks[key])
        except sqlite3.Error:
            looks.pop(key, None)
            raise
        return answer

    def ring(self, topics: Iterable[Hashable]) -> None:
        """Wake whoever listens to these."""
        if self._topics:
            for topic in self._topics.keys() & topics:
                self._topics[topic].move()

    def close(self) -> None:
        """Wake everyone for the last time."""
        self.closing = True
        self.ring(list(self._topics))


@dataclass(slots=True)
class _Topic:
    """What several listen to.

    Attributes:
        listeners: Set when it moves.
        looks: What they read of it since it moved.
    """

    listeners: set[asyncio.Event] = field(default_factory=set)
    looks: dict[Hashable, asyncio.Future[Any]] = field(default_factory=dict)

    def move(self) -> None:
        self.looks = {}
        for rung in self.listeners:
            rung.set()


@dataclass(slots=True)
class Progress:
    """What a run at work has said, for the streams that follow it.

    It lives as long as the run is at work: afterwards the output tells all.

    Attributes:
        messages: Each with its time, in order.
        dropped: How many were lost from the front of ``messages``.
        sources: The newest statistics; only these are sent.
    """

    messages: list[tuple[str, Message]] = field(default_factory=list)
    dropped: int = 0
    sources: Sources | None = None

    def tell(self, what: Message | Sources) -> None:
        """Note what the engine says; called from its thread."""
        if isinstance(what, Sources):
            self.sources = what
            return
        self.messages.append((now_text(), what))
        if len(self.messages) > MAX_MESSAGES:
            del self.messages[0]
            self.dropped += 1
