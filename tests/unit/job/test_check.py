from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from enrich.job import check_file, check_job, load_job, make_job
from enrich.records import Violation

COLUMNS = ["id", "Company", "Domain", "Country"]


def brief(violations):
    return [(one.severity, one.rule, one.path, one.line) for one in violations]


def errors(violations):
    return [one for one in violations if one.severity == "error"]


def test_a_good_job_has_no_errors(job):
    assert errors(check_job(job(), COLUMNS)) == []


def test_mapping_and_layout_are_checked_against_the_table(write):
    path = write(
        """\
        version: 1
        input: {path: in.csv, key: ID}
        output: {path: out.csv}
        task:
          processor: base
          inputs:
            company: {column: company}
            site: {template: "https://{Domian|lower}"}
          only_if: Contry == 'US'
          output:
            Country: Country of the seat. If unknown, null.
        """
    )

    assert errors(check_file(path, COLUMNS)) == [
        Violation(
            severity="error", rule="mapping", path="task.inputs.company.column", line=7,
            message="the table has no column `company`; did you mean `Company`?",
        ),
        Violation(
            severity="error", rule="mapping", path="task.inputs.site.template", line=8,
            message="the table has no column `Domian`; did you mean `Domain`?",
        ),
        Violation(
            severity="error", rule="mapping", path="task.only_if", line=9,
            message="the table has no column `Contry`; did you mean `Country`?",
        ),
        Violation(
            severity="error", rule="mapping", path="input.key", line=2,
            message="the table has no column `ID`; did you mean `id`?",
        ),
        Violation(
            severity="error", rule="layout", path="output", line=3,
            message="the table has a column `Country` already; set output.prefix, or "
            "output.existing to overwrite or fill",
        ),
    ]  # fmt: skip


def test_without_a_table_templates_and_conditions_are_read_all_the_same(write, good):
    path = write(good.replace("[Company]", '{a: {template: "{A"}}') + "  only_if: A =\n")

    assert brief(errors(check_file(path))) == [
        ("error", "mapping", "task.inputs.a.template", 6),
        ("error", "mapping", "task.only_if", 9),
    ]


def test_a_violation_of_the_spec_has_the_line_that_it_comes_from(write):
    path = write(
        """\
        version: 1
        input: {path: in.csv}
        output: {path: out.csv}
        task:
          processor: base
          inputs: {company: Company}
          output:
            json_schema:
              type: object
              properties:
                ceo:
                  type: string
                  minLength: 3
                "a.b":
                  type: array
                  items:
                    type: string
                    pattern: x
              required: [ceo, a.b]
              additionalProperties: false
        """
    )

    assert [(one.path, one.line) for one in errors(check_file(path, COLUMNS))] == [
        ("$.properties.ceo.minLength", 13),
        ("$.properties['a.b'].items.pattern", 18),
    ]


def test_advice_on_shorthand_has_the_fields_line(write):
    path = write(
        """\
        version: 1
        input: {path: in.csv}
        output: {path: out.csv}
        task:
          processor: base
          inputs:
            company: Company
          output:
            confidence: How sure one can be. If unknown, null.
            offices:
              type: object[]
              description: All offices. If unknown, an empty list.
              fields:
                city: City. If unknown, null.
                sources: Where from. If unknown, null.
        """
    )

    found = {one.path: one.line for one in check_file(path, COLUMNS)}

    assert found["$.properties.confidence"] == 9
    assert found["$.properties.offices.items.properties.sources"] == 15


def test_an_output_that_cannot_be_resolved_is_a_violation(write, good):
    path = write(good.replace("ceo: Full", "ceo: {type: strng} #"))

    [found] = errors(check_file(path, COLUMNS))

    assert (found.rule, found.path, found.line) == ("job-file", "task.output.ceo", 8)


def test_a_class_that_breaks_rules_is_a_violation_for_each(write, tmp_path, good):
    (tmp_path / "their_free_class.py").write_text(
        "from pydantic import BaseModel\n\n\nclass Free(BaseModel):\n    a: dict[str, str]\n",
        encoding="utf-8",
    )
    start = good.index("  output:\n")
    path = write(good[:start] + "  output: {pydantic: their_free_class:Free}\n")

    found = errors(check_file(path, COLUMNS))

    assert found
    assert {one.line for one in found} == {7}


def test_a_file_that_does_not_load_is_told_why(write, good, tmp_path):
    path = write(good.replace("processor", "procesor"))

    assert brief(check_file(path)) == [
        ("error", "job-file", "task.procesor", 5),
    ]
    assert brief(check_file(tmp_path / "no.yaml")) == [("error", "job-file", "", None)]


def test_a_job_without_a_file_has_no_lines():
    made = make_job({"task": {"processor": "base", "inputs": ["Copany"], "output": {"ceo": "N"}}})

    assert {one.line for one in check_job(made, COLUMNS)} == {None}


CONFIGS = sorted((Path(__file__).parents[3] / "configs").glob("*.yaml"))


@pytest.mark.parametrize("path", CONFIGS, ids=[path.name for path in CONFIGS])
def test_every_job_that_we_ship_is_without_fault(path):
    assert errors(check_job(load_job(path))) == []


def test_the_design_documents_job_is_without_fault(tmp_path):
    path = tmp_path / "job.yaml"
    path.write_text(
        dedent(
            """\
            version: 1
            input:
              path: ../sample_data/companies.csv
              key: [company_id]
            output:
              path: ../out/companies.csv
              columns: {citations: true, confidence: true, reasoning: false, excerpts: false, run: false}
              prefix: ""
              existing: error
            task:
              description: Use well-known sources only.
              processor: base
              inputs:
                company: {column: Company, type: string, description: Registered name}
                website: {template: "https://{Domain}", required: false}
              output:
                founding_year: {type: "integer?", description: "Year founded, YYYY. If unknown, null."}
                employee_range: {enum: ["1-50", "51-500", "501+"], description: "…"}
              source_policy: {exclude_domains: [reddit.com]}
              only_if: "Country == 'US'"
            api:
              base_url: https://api.parallel.ai
              key_env: PARALLEL_API_KEY
              runs_per_minute: 2000
              max_in_flight: 20000
            local: {corpus: ../sample_data/corpus}
            budget: {max_cost_usd: 50, max_runs: 10000}
            refresh_after: 30d
            state: .enrich
            """
        ),
        encoding="utf-8",
    )

    assert errors(check_file(path, ["company_id", "Company", "Domain", "Country"])) == []
