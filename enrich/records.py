"""The values that move from room to room.

All are immutable. None knows a file format, a database or HTTP. Those of which there is one
for each row are structs, which cost least and which the garbage collector need not look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, Final, Literal

import msgspec

Json = Any  # a value of JSON: None, bool, int, float, str, list or dict with str keys
JsonObject = dict[str, Json]

Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A published rule that a task spec breaks, or advice that it does not follow.

    Attributes:
        severity: ``error`` keeps the job from starting, ``warning`` does not.
        rule: The rule's name in kebab case, such as ``root-type-object``.
        path: JSON path from the schema's root, such as ``$.properties.ceo.minLength``.
        message: What is wrong and how to mend it, one sentence or two.
        line: Line in the job file, or in ``file``, from 1, where it is known.
        file: The file that the line is in, where that is not the job file.
    """

    severity: Severity
    rule: str
    path: str
    message: str
    line: int | None = None
    file: str | None = None

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        return f"{place}{self.message} [{self.rule}]"


class State(StrEnum):
    """Where a request stands in the ledger."""

    PLANNED = "planned"
    """Known and not bought."""
    SUBMITTING = "submitting"
    """In a POST whose answer is not known: perhaps bought. Reconciled before anything else."""
    RUNNING = "running"
    """Bought; the API is at work or the result was not fetched yet."""
    COMPLETED = "completed"
    """The result is in the ledger."""
    FAILED = "failed"
    """The run failed or was cancelled; bought again only when asked."""
    REFUSED = "refused"
    """The API, or a published limit, refuses this input; never bought."""


SETTLED: Final = frozenset({State.COMPLETED, State.FAILED, State.REFUSED})


class RowStatus(StrEnum):
    """How a row ended: the values of the column ``enrich_status``."""

    COMPLETED = "completed"
    FAILED = "failed"
    REFUSED = "refused"
    SKIPPED = "skipped"
    """Nothing was asked: ``only_if`` is false, or a required input is missing."""
    PENDING = "pending"
    """Not settled yet: stopped, over budget, or past its deadline."""


LOST: Final = frozenset({RowStatus.FAILED, RowStatus.REFUSED})
"""How a row ended that was asked for and got no answer."""


def says_nothing(value: object) -> bool:
    """Tell whether a value leaves its field unfilled: null, empty, or an object of such members alone."""
    if isinstance(value, dict):
        return all(map(says_nothing, value.values()))
    return value is None or value in ("", [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is asked of every row, resolved to the wire's own form.

    Attributes:
        name: Its name in the job; names the column of a text output.
        processor: The API's tier.
        spec: The wire's ``task_spec``; ``{"output_schema": …, "input_schema": …}`` with
            every form written out as an object with a ``type``.
        deciding: Further members of a run's body that decide the answer, as the wire
            has them: ``source_policy``, ``advanced_settings``, ``mcp_servers``,
            ``previous_interaction_id``. Absent members are not in it.
        silent: Members that do not: ``webhook``, ``enable_events``, ``memory_scope_key``.
    """

    name: str
    processor: str
    spec: JsonObject
    deciding: JsonObject = field(default_factory=dict)
    silent: JsonObject = field(default_factory=dict)


class Request(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An input with its spec and processor: the thing that is bought.

    Attributes:
        fingerprint: SHA-256 over all that decides the answer, 32 bytes.
        input: The run's ``input`` as canonical JSON (a string or an object).
        previous: The interaction that this run goes on from, where rows differ in it.
        after: The fingerprint of the request whose answer it goes on from; the two have one
            owner.
    """

    fingerprint: bytes
    input: bytes
    previous: str | None = None
    after: bytes | None = None

    @property
    def owned_by(self) -> bytes:
        """Return the fingerprint that says which shard buys it."""
        return self.after or self.fingerprint


@dataclass(frozen=True, slots=True)
class Shard:
    """A range of fingerprints: the requests that one command of several buys.

    Which rows ask them has no part in it, so equal requests have one owner wherever their
    rows stand.

    Attributes:
        index: Which range, from 0.
        of: How many ranges there are; 1 is all requests.
    """

    index: int = 0
    of: int = 1

    def __str__(self) -> str:
        return f"{self.index}/{self.of}"

    @property
    def whole(self) -> bool:
        """Return whether it is all there is."""
        return self.of == 1

    def owner(self, fingerprint: bytes) -> int:
        """Return the index of the shard that owns a request."""
        return int.from_bytes(fingerprint[:8], "big") * self.of >> 64

    def owns(self, fingerprint: bytes) -> bool:
        """Return whether a request is this shard's."""
        return self.owner(fingerprint) == self.index

    def share(self, total: int) -> int:
        """Return this shard's part of a number; the parts of all shards make up the number."""
        return total // self.of + (self.index < total % self.of)


WHOLE: Final = Shard()
"""No shards: one command for all requests."""


class Mapped(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one row became: exactly one of request, skipped, refused and waits is set.

    Attributes:
        request: What to ask for this row.
        skipped: Why nothing is asked.
        refused: Why this row cannot be asked: a limit, or an input of the wrong type.
        waits: Whether it is asked what an earlier task has not answered yet.
    """

    request: Request | None = None
    skipped: str | None = None
    refused: str | None = None
    waits: bool = False


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a request stands, for the row or rows that asked it.

    Attributes:
        status: The row's status.
        output: The ``output`` member of the run's result, as the API's JSON
            (``{"type": …, "content": …, "basis": […]}``); present exactly when completed.
        error: One line; present when failed or refused, and for a skipped row its reason.
        run_id: The API's id; None when the row never reached the API.
        processor: Which processor gave the output.
        processors: Which gave single fields, where that was another one.
        interaction_id: What a run that goes on from this output names.
        renewing: Whether this output is old and a new one is being bought.
        settled_at: When it settled; wall time.
    """

    status: RowStatus
    output: bytes | None = None
    error: str | None = None
    run_id: str | None = None
    processor: str | None = None
    processors: Mapping[str, str] | None = None
    interaction_id: str | None = None
    renewing: bool = False
    settled_at: float | None = None


class ColumnKind(StrEnum):
    """What a column holds."""

    VALUE = "value"
    CONFIDENCE = "confidence"
    CITATIONS = "citations"
    REASONING = "reasoning"
    EXCERPTS = "excerpts"
    PROCESSOR = "processor"
    STATUS = "status"
    ERROR = "error"
    RUN_ID = "run_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One output column.

    Attributes:
        name: Its name in the output table.
        kind: What it holds.
        field: The field of the output schema it tells of; None for the row's own columns.
        schema: JSON Schema of its values. Citations are an array of objects with
            ``url``, ``title`` and ``excerpts``; nullable everywhere.
        position: Index of the original column that it is written into; None when
            it is appended behind the originals.
    """

    name: str
    kind: ColumnKind
    field: str | None
    schema: JsonObject
    position: int | None = None


class Keep(Enum):
    """The type of ``KEEP``."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP
"""In a new column's cells: leave the original cell as it is (``existing: fill``)."""
