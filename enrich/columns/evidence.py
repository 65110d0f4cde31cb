"""A run's output as it is read here, and the evidence of one field out of its basis."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from enrich.records import JsonObject

LEVELS: Final = {"low": 0, "medium": 1, "high": 2}


# The wire's models again, with less in them. Millions are made and none is in a cycle, so
# the garbage collector need not look at them, which halves the time of reading.


class Citation(msgspec.Struct, frozen=True, gc=False):
    """A source and what it says."""

    url: str
    title: str | None = None
    excerpts: list[str] | None = None


class FieldBasis(msgspec.Struct, frozen=True, gc=False):
    """Why a field has its value."""

    field: str
    reasoning: str | None = None
    citations: list[Citation] | None = None
    confidence: str | None = None


class Output(msgspec.Struct, frozen=True, gc=False, rename={"type_": "type"}):
    """A run's output."""

    type_: str
    content: Any = None
    basis: list[FieldBasis] | None = None


_decode = msgspec.json.Decoder(Output).decode


def read(raw: bytes) -> Output:
    """Return a run's output.

    What was paid for is not lost for a fault in its basis: entries that are not as
    published are left out.

    Raises:
        ValueError: It is no JSON object with a ``type``.
    """
    try:
        output = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        output = _salvaged(raw)
    content = output.content
    # The API's documentation shows a JSON output's content both as an object and as text.
    if output.type_ == "json" and isinstance(content, str) and content.lstrip()[:1] in {"{", "["}:
        try:
            return msgspec.structs.replace(output, content=msgspec.json.decode(content))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return output
    return output


def _salvaged(raw: bytes) -> Output:
    try:
        # Half characters (lone surrogates) in JSON escapes cannot be written as UTF-8.
        value = json.loads(raw.decode(errors="replace"), parse_float=_float, parse_constant=str)
        text = json.dumps(value, ensure_ascii=False)
        found = msgspec.json.decode(text.encode(errors="replace"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        msg = "it is no object with a type"
        raise ValueError(msg)  # noqa: TRY004  (a value from afar, no mistake of a caller)
    given = found.get("basis")
    basis = []
    for entry in given if isinstance(given, list) else ():
        try:
            basis.append(msgspec.convert(entry, FieldBasis))
        except msgspec.ValidationError:
            continue
    return Output(type_=found["type"], content=found.get("content"), basis=basis)


def _float(written: str) -> float | str:
    """Read a number; one that is beyond all floats stays text, which its column will refuse."""
    value = float(written)
    return value if math.isfinite(value) else written


def by_field(
    basis: Iterable[FieldBasis], fields: Collection[str], *, whole: str | None = None
) -> dict[str, list[FieldBasis]]:
    """Return each field's entries, its own first, then those of its elements.

    Args:
        basis: The output's basis; nothing is said about its order.
        fields: The output's fields. An entry ``brands.0`` belongs to ``brands``; of two
            fields that could own it, the longer name does.
        whole: The one field that all entries tell of, for a text or an auto output.
    """
    found: dict[str, list[FieldBasis]] = {}
    for entry in basis:
        name = entry.field
        if name in fields:
            if name in found:
                found[name].insert(0, entry)
            else:
                found[name] = [entry]
            continue
        owner: str | None = name
        while owner and owner not in fields:
            owner = owner.rpartition(".")[0]
        if owner := owner or whole:
            found.setdefault(owner, []).append(entry)
    return found


def confidence(entries: Sequence[FieldBasis], field: str) -> str | None:
    """Return a field's confidence; the lowest of its elements if it has none itself."""
    if entries[0].field == field and entries[0].confidence:
        return entries[0].confidence
    given = [entry.confidence for entry in entries if entry.confidence]
    return min(given, key=lambda level: LEVELS.get(level, -1), default=None)


def citations(entries: Sequence[FieldBasis]) -> list[JsonObject] | None:
    """Return a field's sources, each URL once with all its excerpts; None without a basis.

    Shape:
        ``{"url": str, "title": str | None, "excerpts": [str]}``, in order of appearance.
    """
    if len(entries) == 1:
        given: Sequence[Citation] = entries[0].citations or ()
    else:
        given = [citation for entry in entries for citation in entry.citations or ()]
    made: dict[str, JsonObject] = {}
    for citation in given:
        url, found = citation.url, citation.excerpts or []
        if url in made:
            seen = made[url]
            seen["title"] = seen["title"] or citation.title
            seen["excerpts"] = list(dict.fromkeys(seen["excerpts"] + found))
        else:
            made[url] = {"url": url, "title": citation.title, "excerpts": found}
    return list(made.values())


def reasoning(entries: Sequence[FieldBasis], field: str) -> str | None:
    """Return why a field has its value; of its elements, one line each, if it has none itself."""
    if entries[0].field == field and entries[0].reasoning:
        return entries[0].reasoning
    lines = [f"{entry.field}: {entry.reasoning}" for entry in entries if entry.reasoning]
    return "\n".join(lines) or None


def excerpts(sources: Sequence[JsonObject] | None) -> list[str] | None:
    """Return what the sources say, verbatim, each text once."""
    if sources is None:
        return None
    return list(dict.fromkeys(text for source in sources for text in source["excerpts"]))
