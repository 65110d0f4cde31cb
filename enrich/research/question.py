"""What the research engine is asked, what it says on the way, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from enrich.records import Json, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One run, as the engine sees it.

    Attributes:
        input: What is researched: free text, or an object.
        output_schema: The wanted form, always as an object with a ``type``:
            ``{"type": "text", "description": …}``, ``{"type": "json", "json_schema": …}``
            or ``{"type": "auto"}``.
        input_schema: The same for the input; None when it was not declared.
        processor: The API's tier, such as ``base``.
        source_policy: ``include_domains``, ``exclude_domains``, ``after_date``; None when open.
        previous: The answer of the interaction that this one goes on from, if any.
        examples: Rows that are filled already, each ``{"input": …, "output": {field: value}}``;
            their values teach where such values stand.
    """

    input: str | JsonObject
    output_schema: JsonObject
    processor: str
    input_schema: JsonObject | None = None
    source_policy: JsonObject | None = None
    previous: JsonObject | None = None
    examples: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One line about the work, for the run's event stream."""

    kind: Literal["plan", "search", "result", "extract", "tool_call", "exec_status"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """How many sources were looked at so far.

    Attributes:
        considered: Documents that a search brought up.
        read: Documents that were read.
        sample: Some of their URLs.
        progress: How much is done, 0 to 100.
    """

    considered: int
    read: int
    sample: tuple[str, ...] = ()
    progress: float = 0.0


Tell = Callable[[Message | Sources], None]


def tell_nobody(_: Message | Sources) -> None:
    """Hear a progress report and do nothing with it."""


class ResearchError(Exception):
    """A run cannot be answered at all; its message becomes the run's error."""


class StateError(ResearchError):
    """What the engine keeps on disk, the index or the cache of the web, cannot be used."""


class ColumnError(ResearchError):
    """A column is named that no table of the documents has.

    Attributes:
        use: What it is named for: ``title``, ``url`` or ``text``.
    """

    def __init__(self, message: str, use: str) -> None:
        super().__init__(message)
        self.use = use


class Engine(Protocol):
    """What answers runs. Thread-safe: workers call it side by side."""

    def answer(self, question: Question, tell: Tell = tell_nobody) -> Json:
        """Answer one question.

        Returns:
            The run's ``output`` as the wire has it: ``{"type": "text" | "json",
            "content": …, "basis": [{"field", "reasoning", "citations", "confidence"}]}``
            and, for an auto schema, ``output_schema``.

        Raises:
            ResearchError: The run fails, with a sentence that says why.
        """
        ...

    def close(self) -> None:
        """Release the index."""
        ...
