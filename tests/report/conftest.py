"""Rows that ended in every way, and the report of them."""

import hashlib
import json
from typing import Any

import pytest

from enrich.pipeline import Part, Settled
from enrich.records import Column, ColumnKind, Mapped, Outcome, Request, RowStatus
from enrich.report import Facts, Settings, gather
from tests.fakes.browser import Browser

SETTINGS = Settings(
    job="crm",
    table="crm.csv",
    sent=("Company",),
    api="https://api.example",
    processor="base",
    fields=(("ceo", "Name of the chief executive."), ("staff", "Employees.")),
    began_at=1_760_000_000.0,
    ended_at=1_760_000_090.0,
    spent_usd=0.06,
)
COLUMNS = [
    Column(name="ceo", kind=ColumnKind.VALUE, field="ceo", schema={"type": ["string", "null"]}),
    Column(
        name="staff", kind=ColumnKind.VALUE, field="staff", schema={"type": ["integer", "null"]}
    ),
]


class Rows:
    """A batch of one column."""

    def __init__(self, cells, start=0):
        self.start = start
        self.cells = cells

    def __len__(self):
        return len(self.cells)

    def column(self, name):
        assert name == "Company"
        return self.cells

    def locate(self, index):
        return f"line {self.start + index + 2}"


def request(name):
    return Request(fingerprint=hashlib.sha256(name.encode(errors="replace")).digest(), input=b"{}")


def answer(content, **basis):
    """A completed row; each basis is (confidence, url, title, excerpt)."""
    entries = [
        {
            "field": name,
            "reasoning": f"why {name}",
            "confidence": level,
            "citations": [{"url": url, "title": title, "excerpts": [excerpt]}] if url else [],
        }
        for name, (level, url, title, excerpt) in basis.items()
    ]
    output = {"type": "json", "content": content, "basis": entries}
    return Outcome(status=RowStatus.COMPLETED, output=json.dumps(output).encode(), processor="base")


def told(names, outcomes, *, settings=SETTINGS, columns=COLUMNS, **more) -> Facts:
    mapped = [Mapped(request=request(name)) for name in names]
    fields = [{str(column.field): column for column in columns}]
    return gather(
        settings, fields, [settled(Rows(names), mapped, outcomes)], keys=["Company"], **more
    )


def settled(rows: Any, mapped, outcomes) -> Settled:
    """A batch of a job of one task."""
    return Settled(
        batch=rows,
        statuses=[outcome.status for outcome in outcomes],
        errors=[outcome.error for outcome in outcomes],
        parts=[Part(mapped=mapped, outcomes=outcomes, first=outcomes, again=None)],
    )


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    with Browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser
