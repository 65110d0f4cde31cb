"""Many documents and long ones: memory stays bounded, and what is asked is found."""

import json
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

PROGRAM = """
import json, resource, sys
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Question

def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

before = peak_mb()
engine = ResearchEngine(ResearchSettings(corpus=(sys.argv[1],), embedding=False))
built = peak_mb()
fields = {"founded": {"type": ["integer", "null"], "description": "Year of foundation"}}
schema = {"type": "json", "json_schema": {"type": "object", "properties": fields}}
asked = [
    engine.answer(Question(input={"company": name}, output_schema=schema, processor="base"))["content"]["founded"]
    for name in sys.argv[2:]
]
print(json.dumps({
    "documents": engine.built.documents, "skipped": [why for _, why in engine.built.skipped], "asked": asked,
    "grown_mb": built - before, "read": engine.refresh().read,
}))
engine.close()
"""


def index(corpus, *names):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, corpus, *names], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_100_000_documents_are_indexed_in_bounded_memory(tmp_path):
    """80,000 rows of one table, and 20,000 files."""
    with (tmp_path / "firms.csv").open("w") as table:
        table.write("name,city,Founded,about\n")
        for number in range(80_000):
            about = f"Firm {number} makes part {number * 7} of anvil {number * 13}. " * 4
            table.write(f"Firm {number} of Town,Town {number % 97},{1900 + number % 100},{about}\n")
    for folder in range(20):
        (tmp_path / f"f{folder}").mkdir()
        for number in range(1_000):
            name = f"Shop {folder * 1_000 + number}"
            text = (
                f"# {name}\n\n{name} sells nails of all sizes.\n\nFounded: {1900 + number % 100}\n"
            )
            (tmp_path / f"f{folder}" / f"{number}.md").write_text(text)

    found = index(tmp_path, "Firm 79999 of Town", "Shop 19999", "Firm 80001 of Town")

    assert found["documents"] == 100_000
    assert found["asked"] == [1999, 1999, None]
    assert found["read"] == 0
    assert found["grown_mb"] < 200


def test_a_table_of_a_gigabyte_costs_no_more_memory_than_a_row_of_it(tmp_path):
    """Mostly one broken cell: it is refused while it is read, and the other file is there."""
    with (tmp_path / "big.jsonl").open("w") as table:
        for number in range(100):
            table.write(json.dumps({"name": f"Firm {number}", "Founded": 1987}) + "\n")
        for _ in range(1_000):
            table.write("\n" * 1_000_000)
        table.write("{broken")
    (tmp_path / "acme.txt").write_text("Acme\n\nAcme was founded in 1987.")

    found = index(tmp_path, "Acme", "Firm 1")

    assert found["asked"] == [1987, None]
    assert found["documents"] == 1
    assert "is no JSON" in found["skipped"][0]
    assert found["grown_mb"] < 150
