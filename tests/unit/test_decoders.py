"""Threads share the classes that msgspec decodes into."""

import re
from pathlib import Path

import enrich

ROOT = Path(enrich.__file__).parent


def test_what_a_class_is_decoded_with_is_made_where_the_class_is_imported():
    # The first decoding into a class makes out its fields. Two threads that do that at once end the
    # process (msgspec 0.22: a null pointer), so none may be the first.
    late = re.compile(r"\.decode\([^\n]*\btype=")

    found = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in ROOT.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if late.search(line) and not line.endswith("# made out in models")
    }

    assert found == set()
