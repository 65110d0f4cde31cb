"""Filled rows that teach: which ones, kept so that every night they are the same."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from heapq import nsmallest
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.inputs import canonical
from enrich.job import resolve_task
from enrich.ledger import Ledgers
from enrich.pipeline.prepared import steps_of, task_body
from enrich.pipeline.rows import batches
from enrich.records import ColumnKind
from enrich.spec import SizeCheck
from enrich.spec.limits import MAX_SPEC_CHARS, NEAR_LIMIT_SHARE
from enrich.tables.types import fit, shape_of

if TYPE_CHECKING:
    from enrich.pipeline.prepared import Prepared
    from enrich.records import JsonObject

MAX_ROWS: Final = 5
MAX_CHARS: Final = 3_000
"""Of all examples together; the published limits leave a spec 15,000."""
_CANDIDATES: Final = 100
_INTRODUCTION: Final = "These rows are filled already and show what is wanted, and in which form:"


def taught(prepared: Prepared, ledgers: Ledgers, *, keep: bool = False) -> Prepared:
    """Return a job whose tasks are told of some rows that are filled already.

    The rows are chosen when a task is first run, and kept in the ledger: they are part
    of what is asked, so other rows would be another question, and all would be bought
    again. A task whose spec is changed chooses anew.

    Args:
        prepared: The job; as it is where it does not ask for it.
        ledgers: Where the chosen rows are kept.
        keep: Keep them from now on; a plan only looks.
    """
    if not prepared.job.examples:
        return prepared
    # Shards that begin at once must choose the same, whatever one of them has bought meanwhile.
    known = ledgers if prepared.job.shard.whole else Ledgers(prepared.job.shard, None, {})
    tasks, examples = [], []
    for index, step in enumerate(prepared.steps):
        if step.first is not None:
            continue
        # As it stands without them: a job that was taught already comes out the same.
        body = task_body(resolve_task(prepared.job, step.asked))
        digest = hashlib.sha256(prepared.name.encode() + b"\0" + body).digest()
        kept = ledgers.lesson(digest)
        rows = msgspec.json.decode(kept) if kept is not None else _chosen(prepared, known, index)
        if keep and ledgers.own.lesson(digest) is None:
            ledgers.own.teach(digest, msgspec.json.encode(rows).decode())
        lesson = _lesson(rows) if rows else None
        tasks.append(resolve_task(prepared.job, step.asked, lesson=lesson))
        examples.append(tuple(canonical(row["input"]) for row in rows))
    steps = steps_of(prepared.job, tasks, prepared.layout, prepared.table.columns, examples)
    return replace(prepared, steps=tuple(steps))


def _lesson(rows: list[JsonObject]) -> str:
    # The fence that our own server reads as data; any other reader understands it as text.
    return f"{_INTRODUCTION}\n```examples\n{canonical(rows).decode()}\n```"


def _chosen(prepared: Prepared, ledgers: Ledgers, index: int) -> list[JsonObject]:
    """Choose rows of which all values are there, none of them with an input that is asked.

    Which ones is decided by the hash of their inputs, so the order of the table has no
    part in it.
    """
    step = prepared.steps[index]
    if step.task.spec["output_schema"]["type"] != "json":
        return []
    found = _candidates(prepared, ledgers, index)
    # A second reading, since a row with the same input may stand before it.
    for rows in batches(prepared, ledgers, whole=False):
        for body in rows.inputs(index, are_full=False).values() if found else ():
            found.pop(body, None)
    chosen: list[JsonObject] = []
    room = NEAR_LIMIT_SHARE * MAX_SPEC_CHARS - SizeCheck(step.task.spec).spec_chars
    for body in sorted(found, key=_rank):
        more = [*chosen, found[body]]
        # Quotes are escaped once more within the spec.
        if len(chosen) < MAX_ROWS and len(canonical(_lesson(more))) <= min(MAX_CHARS, room):
            chosen = more
    return chosen


def _candidates(prepared: Prepared, ledgers: Ledgers, index: int) -> dict[bytes, JsonObject]:
    """Return filled rows by their input."""
    values = [c for c in prepared.steps[index].columns if c.kind is ColumnKind.VALUE]
    shapes = [(str(column.field), column.name, shape_of(column.schema)) for column in values]
    found: dict[bytes, JsonObject] = {}
    for rows in batches(prepared, ledgers, whole=False):
        for place, body in rows.inputs(index, are_full=True).items():
            output = {
                field: fit(rows.batch.column(name)[place], shape)[0]
                for field, name, shape in shapes
            }
            if None not in output.values():
                found[body] = {"input": msgspec.json.decode(body), "output": output}
        if len(found) > _CANDIDATES:
            found = {body: found[body] for body in nsmallest(_CANDIDATES, found, key=_rank)}
    return found


def _rank(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()
