"""The bodies of the POSTs that add runs, put together from bytes that are JSON already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from enrich.ledger import Claimed
    from enrich.records import Task

KEY: Final = "enrich_key"
"""The member of a run's metadata that holds its request's fingerprint, in hex."""
TRY: Final = "enrich_try"
"""And the one that tells a request's second purchase from its first."""


class Bodies:
    """Writes the bodies for one task."""

    def __init__(self, task: Task) -> None:
        members = {**task.deciding, **task.silent, "processor": task.processor}
        self._head = b'{"default_task_spec":' + msgspec.json.encode(task.spec) + b',"inputs":['
        self._item = msgspec.json.encode(members).decode()[:-1] + f',"metadata":{{"{KEY}":"'

    def write(self, requests: Sequence[Claimed]) -> bytes:
        """Return the body that adds these requests as runs, in order."""
        head = self._item
        items = [
            f'{head}{each.fingerprint.hex()}","{TRY}":"{each.attempt}"}},'
            f'{_goes_on(each.previous) if each.previous else ""}"input":{each.input}}}'
            for each in requests
        ]
        return self._head + ",".join(items).encode() + b"]}"


def _goes_on(previous: str) -> str:
    return f'"previous_interaction_id":{msgspec.json.encode(previous).decode()},'


def identity(metadata: Mapping[str, object] | None) -> tuple[str, str] | None:
    """Return what a run's metadata says that it is: fingerprint in hex and attempt."""
    if not metadata:
        return None
    key, attempt = metadata.get(KEY), metadata.get(TRY)
    if isinstance(key, str) and isinstance(attempt, str):
        return key, attempt
    return None
