"""The body of most POSTs, read in one step: runs of an input, a processor and metadata.

Types are checked while JSON is decoded, which takes a fraction of what the wire's models
take. What has any other member, or a fault, is read by those: they know how to name it.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from enrich.taskapi.models import (
    MAX_METADATA_KEY_CHARS,
    MAX_METADATA_VALUE_CHARS,
    MAX_RUNS_PER_POST,
)

_Key = Annotated[str, Meta(max_length=MAX_METADATA_KEY_CHARS)]
_Text = Annotated[str, Meta(max_length=MAX_METADATA_VALUE_CHARS)]


class PlainRun(msgspec.Struct, forbid_unknown_fields=True):
    """A run without options; encoded, it is what was sent."""

    input: str | dict[str, Any]
    processor: str
    metadata: dict[_Key, bool | int | float | _Text] | UnsetType | None = UNSET


class Plain(msgspec.Struct, forbid_unknown_fields=True):
    """Runs without options and specs of their own."""

    inputs: Annotated[list[PlainRun], Meta(max_length=MAX_RUNS_PER_POST)]
    default_task_spec: dict[str, Any] | None = None


_decode: Final = msgspec.json.Decoder(Plain).decode


def read_plain(body: bytes) -> Plain | None:
    """Read a body that adds runs; None when it is not plain, or not right."""
    try:
        return _decode(body)
    except (RecursionError, ValueError, msgspec.MsgspecError):
        return None
