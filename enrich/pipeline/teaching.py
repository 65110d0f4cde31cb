"""Rows that are filled, in part or whole, and teach: which ones, kept so that every night they are the same."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from heapq import nsmallest
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.columns import is_empty
from enrich.inputs import canonical
from enrich.job import resolve_task
from enrich.ledger import Ledgers
from enrich.pipeline.prepared import steps_of, task_body
from enrich.pipeline.rows import batches
from enrich.spec import SizeCheck
from enrich.spec.limits import MAX_SPEC_CHARS, NEAR_LIMIT_SHARE
from enrich.tables.types import fit, shape_of

if TYPE_CHECKING:
    from enrich.pipeline.prepared import Prepared
    from enrich.records import JsonObject, Task

MAX_ROWS: Final = 5
MAX_CHARS: Final = 3_000
"""Of all examples together; the published limits leave a spec 15,000."""
_CANDIDATES: Final = 20
"""Rows of each field that are looked at; of very long ones none may fit."""
_INTRODUCTION: Final = "These rows are filled already and show what is wanted, and in which form:"


def taught(prepared: Prepared, ledgers: Ledgers, *, keep: bool = False) -> Prepared:
    """Return a job whose tasks are told of some rows that have values already.

    The rows are chosen when a task is first run, and kept in the ledger: they are part
    of what is asked, so other rows would be another question, and all would be bought
    again. A task whose spec is changed chooses anew. A row that teaches and is asked itself
    is told of the others alone.

    Args:
        prepared: The job; as it is where it does not ask for it.
        ledgers: Where the chosen rows are kept.
        keep: Keep them from now on; a plan only looks.
    """
    if not prepared.job.examples:
        return prepared
    # Shards that begin at once must choose the same, whatever one of them has bought meanwhile.
    known = ledgers if prepared.job.shard.whole else Ledgers(prepared.job.shard, None, {})
    tasks: list[Task] = []
    apart: list[dict[bytes, Task]] = []
    for index, step in enumerate(prepared.steps):
        if step.first is not None:
            continue
        # As it stands without them: a job that was taught already comes out the same.
        plain = resolve_task(prepared.job, step.asked)
        body = task_body(plain)
        digest = hashlib.sha256(prepared.name.encode() + b"\0" + body).digest()
        kept = ledgers.lesson(digest)
        if kept is not None:
            rows: list[JsonObject] = msgspec.json.decode(kept)
        else:
            rows = _chosen(prepared, known, index, plain)
        if keep and ledgers.own.lesson(digest) is None:
            ledgers.own.teach(digest, msgspec.json.encode(rows).decode())
        told = {canonical(own["input"]): [row for row in rows if row is not own] for own in rows}
        tasks.append(resolve_task(prepared.job, step.asked, lesson=_lesson(rows)))
        apart.append(
            {
                body: resolve_task(prepared.job, step.asked, lesson=_lesson(others))
                for body, others in told.items()
            }
        )
    steps = steps_of(prepared.job, tasks, prepared.layout, prepared.table.columns, apart)
    return replace(prepared, steps=tuple(steps))


def _lesson(rows: list[JsonObject]) -> str | None:
    # The fence that our own server reads as data; any other reader understands it as text.
    block = f"{_INTRODUCTION}\n```examples\n{canonical(rows).decode()}\n```"
    return block if rows else None


def _chosen(prepared: Prepared, ledgers: Ledgers, index: int, task: Task) -> list[JsonObject]:
    """Choose rows so that each field is taught by as many as may be: whole ones first.

    Of rows that teach as much the hash of their inputs decides, so the order of the
    table has no part in it.
    """
    if task.spec["output_schema"]["type"] != "json":
        return []
    left = _candidates(prepared, ledgers, index)
    chosen: list[JsonObject] = []
    taught_by: Counter[str] = Counter()
    room = NEAR_LIMIT_SHARE * MAX_SPEC_CHARS - SizeCheck(task.spec).spec_chars

    def worth(body: bytes) -> float:
        return sum(0.5 ** taught_by[field] for field in left[body]["output"])

    while left and len(chosen) < MAX_ROWS:
        best = min(left, key=lambda body: (-worth(body), _rank(body)))
        row = left.pop(best)
        # Quotes are escaped once more within the spec.
        if len(canonical(_lesson([*chosen, row]))) <= min(MAX_CHARS, room):
            chosen.append(row)
            taught_by.update(list(row["output"]))
    return chosen


def _candidates(prepared: Prepared, ledgers: Ledgers, index: int) -> dict[bytes, JsonObject]:
    """Return rows that have a value, by their input; of each field the fullest rows."""
    step = prepared.steps[index]
    shapes = [(str(column.field), column.name, shape_of(column.schema)) for column in step.told]
    found: dict[bytes, JsonObject] = {}
    for rows in batches(prepared, ledgers, whole=False) if shapes else ():
        cells = {name: rows.batch.column(name) for _, name, _ in shapes}
        for place, body in rows.inputs(index).items():
            fitted = {
                field: fit(cells[name][place], shape)[0]
                for field, name, shape in shapes
                if not is_empty(cells[name][place])
            }
            output = {field: value for field, value in fitted.items() if value is not None}
            # Of two rows with one input the fuller counts, wherever it stands.
            if output and _fullness(output) > _fullness(found.get(body, {}).get("output", {})):
                found[body] = {"input": msgspec.json.decode(body), "output": output}
        if len(found) > _CANDIDATES:
            found = _fullest(found, [field for field, _, _ in shapes])
    return _fullest(found, [field for field, _, _ in shapes])


def _fullest(found: dict[bytes, JsonObject], fields: list[str]) -> dict[bytes, JsonObject]:
    """Return of each field the rows that know it and most besides; no more than are ever looked at."""
    kept: dict[bytes, JsonObject] = {}
    for field in fields:
        able = [body for body, row in found.items() if field in row["output"]]
        best = nsmallest(_CANDIDATES, able, key=lambda b: (-len(found[b]["output"]), _rank(b)))
        kept |= {body: found[body] for body in best}
    return kept


def _fullness(output: JsonObject) -> tuple[int, bytes]:
    return len(output), canonical(output)


def _rank(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()
