"""Who waits for what: streams and blocking results hear when their run or group moves."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from enrich.research.question import Message, Sources
from enrich.server.store.writer import now_text

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

MAX_MESSAGES: Final = 1_000
"""Messages kept for one run; a run that says more loses its oldest."""


class Feed:
    """Listeners by topic: a run's id or a group's number.

    Attributes:
        closing: Set when the server stops; every listener is woken by it.
    """

    def __init__(self) -> None:
        self._listeners: defaultdict[Hashable, set[asyncio.Event]] = defaultdict(set)
        self.closing = False

    @contextmanager
    def listen(self, topic: Hashable) -> Iterator[asyncio.Event]:
        """Hear of a topic: the event is set each time that it moved.

        Listen first and look second, or a move in between is missed.
        """
        rung = asyncio.Event()
        self._listeners[topic].add(rung)
        if self.closing:
            rung.set()
        try:
            yield rung
        finally:
            self._listeners[topic].discard(rung)
            if not self._listeners[topic]:
                del self._listeners[topic]

    def has_listeners(self, topic: Hashable) -> bool:
        """Whether anyone hears; callable from any thread."""
        return topic in self._listeners

    def ring(self, topics: Iterable[Hashable]) -> None:
        """Wake whoever listens to these."""
        for topic in topics:
            if topic in self._listeners:
                for rung in self._listeners[topic]:
                    rung.set()

    def close(self) -> None:
        """Wake everyone for the last time."""
        self.closing = True
        self.ring(list(self._listeners))


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
