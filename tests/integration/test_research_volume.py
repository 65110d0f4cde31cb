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


@pytest.mark.parametrize("name", ["big.jsonl", "big.txt"])
def test_a_gigabyte_without_an_end_is_passed_over_in_bounded_memory(tmp_path, name):
    with (tmp_path / name).open("wb") as big:
        big.write(b'{"name": "Firm 1"}\n')
        big.truncate(1 << 30)
    (tmp_path / "acme.txt").write_text("Acme\n\nAcme was founded in 1987.")

    found = index(tmp_path, "Acme", "Firm 1")

    assert found["asked"] == [1987, None]
    assert found["documents"] == 1
    (reason,) = found["skipped"]
    assert "1,073,741,824 bytes" in reason or "more than 4,000,000 characters" in reason
    assert found["grown_mb"] < 100
