"""Files of the corpus that are not read, as sentences: for who starts the engine, and for an answer that they might have held."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.words import STOP, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.records import Json, JsonObject

SHOWN: Final = 5
_MAX_NAME_WORDS: Final = 8
_MAX_GIVEN_CHARS: Final = 400

Skipped = tuple[str, str]
"""A file's path or address, and why it is not read."""


def told(skipped: Sequence[Skipped]) -> str:
    """Return a sentence that names the first of some files; empty where there is none."""
    if not skipped:
        return ""
    named = "; ".join(f"{_name(path)} ({reason})" for path, reason in skipped[:SHOWN])
    more = f"; and {len(skipped) - SHOWN:,} more" if len(skipped) > SHOWN else ""
    return f"Not read of the corpus: {named}{more}."


def add_reasons(output: Json, given: str | JsonObject, skipped: Sequence[Skipped]) -> None:
    """Say in the reasoning of each field that has no source which files may have been about its subject.

    A file may be if its name holds what an input says, or is held in it, in whole words; of a
    question its first word is enough.
    """
    if not skipped or not isinstance(output, dict):
        return
    reason = told([one for one in skipped if _may_be_about(one[0], given)])
    for entry in output.get("basis") or () if reason else ():
        if not entry.get("citations"):
            entry["reasoning"] = f"{entry.get('reasoning') or ''} {reason}".strip()


def _name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or path


def _may_be_about(path: str, given: str | JsonObject) -> bool:
    named = _named(path)
    if not named:
        return False
    if isinstance(given, str):
        asked = words(given[:_MAX_GIVEN_CHARS])
        return _holds(asked, named) or (named[0] in asked and named[0] not in STOP)
    said = [found for text in _texts(given) if 0 < len(found := words(text)) <= _MAX_NAME_WORDS]
    return any(_holds(named, name) or _holds(name, named) for name in said)


@lru_cache(maxsize=1 << 16)
def _named(path: str) -> list[str]:
    stem = _name(path).rpartition(".")
    return words((stem[0] or stem[2]).replace("_", " ").replace("-", " "))


def _holds(longer: list[str], shorter: list[str]) -> bool:
    return f" {' '.join(shorter)} " in f" {' '.join(longer)} "


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value[:_MAX_GIVEN_CHARS]
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
