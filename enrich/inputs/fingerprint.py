"""A request's name for ever: SHA-256 over all that decides its answer.

The bytes that are hashed are the canonical JSON of one object with ``input``,
``processor``, ``task_spec`` and those of ``source_policy``, ``advanced_settings``,
``mcp_servers`` and ``previous_interaction_id`` that the task has. Canonical means:
members sorted by name (by code point), no white space, UTF-8, only the escapes that
JSON demands. It is what ``json.dumps(…, sort_keys=True, separators=(",", ":"),
ensure_ascii=False)`` writes, so that any language can check it.

A change here makes every ledger worthless: whatever was bought is bought again.
``tests/cases/jobs/fingerprints.json`` holds it.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from enrich.records import Json, Task

PREVIOUS: Final = "previous_interaction_id"


def canonical(value: Json) -> bytes:
    """Return a JSON value's canonical form.

    Raises:
        ValueError: NaN, an infinity, or a lone surrogate in a text.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


class Fingerprinter:
    """Names the inputs of one task; what is the same for all rows is hashed once."""

    def __init__(self, task: Task) -> None:
        members = {**task.deciding, "processor": task.processor, "task_spec": task.spec}
        before = [name for name in sorted(members) if name < "input"]
        after = [name for name in sorted(members) if name > "input"]
        written = {n: b"%s:%s" % (canonical(n), canonical(members[n])) for n in members}
        head = b"".join(written[n] + b"," for n in before)
        self._head = hashlib.sha256(b'{%s"input":' % head)
        self._tail = b"".join(b"," + written[n] for n in after) + b"}"
        # Where a row goes on from an interaction of its own, that one stands in its place.
        self._early = b"".join(b"," + written[n] for n in after if n < PREVIOUS)
        self._late = b"".join(b"," + written[n] for n in after if n > PREVIOUS) + b"}"

    def __call__(self, input_json: bytes, previous: str | None = None) -> bytes:
        """Return the 32 bytes that name this input, which must be canonical JSON."""
        state = self._head.copy()
        state.update(input_json)
        if previous is None:
            state.update(self._tail)
        else:
            state.update(b'%s,"%s":%s' % (self._early, PREVIOUS.encode(), canonical(previous)))
            state.update(self._late)
        return state.digest()


def fingerprint(task: Task, value: Json) -> bytes:
    """Return the fingerprint of one input (a text or an object) asked by a task."""
    return Fingerprinter(task)(canonical(value))
