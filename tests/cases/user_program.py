"""A program of somebody who uses the package: never run, only read by type checkers."""

from pathlib import Path
from typing import assert_type

import pandas as pd
from pydantic import BaseModel

import enrich


class Company(BaseModel):
    ceo: str | None


frame = pd.DataFrame({"Company": ["A"]})
task = enrich.Task(output=Company, inputs={"company": "Company"}, processor="core")

plan = enrich.plan(frame, task, base_url="https://api.example", state=Path(".enrich"))
assert_type(plan, enrich.Plan)
assert_type(plan.cost_usd, float)
assert_type(plan.to_buy, int)

made = enrich.enrich(frame, task, max_cost_usd=1.5, retry_failed=True, prefix="x_")
for number, row in enrich.enrich_rows(
    [{"Company": "A"}], {"ceo": "Chief executive"}, inputs=["Company"]
):
    assert_type(number, int)
    ceo: str | None = row["ceo"]

answer = enrich.ask("Who leads A?", "The name")
assert_type(answer, enrich.Answer)
assert_type(answer.citations, list[str])
assert_type(answer.run_id, str | None)

try:
    report = enrich.run("job.yaml")
    assert_type(report, enrich.Report)
    assert_type(report.exit_code, int)
    assert_type(report.unmet, tuple[str, ...])
except enrich.ConfigError as error:
    assert_type(error.line, int | None)
except enrich.EnrichError as error:
    assert_type(error.exit_code, int)


async def main() -> None:
    await enrich.enrich_async(frame, {"ceo": "Chief executive"}, inputs=["Company"])
