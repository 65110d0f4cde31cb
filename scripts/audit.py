"""Holds the locked packages against the published weaknesses: ``make audit``.

An index that has no such data answers for no package, and pip-audit ends as if all were well.
So this says how many packages were judged at all, and aloud when none was.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK: Final = Path(__file__).resolve().parents[1] / "requirements-dev.lock"
COMMAND: Final = (
    *("pip-audit", "--progress-spinner", "off", "--disable-pip", "--require-hashes"),
    *("--format", "json", "-r"),
)


def lines(packages: list[dict[str, Any]]) -> Iterator[str]:
    """Yield each weakness, and then how many packages were looked at."""
    judged = [each for each in packages if "skip_reason" not in each]
    for each in judged:
        for weakness in each["vulns"]:
            mended = ", ".join(weakness["fix_versions"]) or "no version yet"
            yield f"{each['name']} {each['version']}: {weakness['id']}, mended in {mended}"
    if not judged:
        yield f"NOTHING WAS AUDITED: the package index knows of no weaknesses in any of {len(packages)} packages."
        yield "This is no clean bill. Run `make audit` where the index gives such data."
        return
    yield f"{len(judged)} of {len(packages)} packages were held against the published weaknesses."
    if unjudged := [each["name"] for each in packages if "skip_reason" in each]:
        yield f"Nothing is known of {', '.join(unjudged)}."


def main() -> None:
    """Audit, and leave with 1 when a weakness is known."""
    program = Path(sys.executable).with_name(COMMAND[0])
    done = subprocess.run(  # noqa: S603  (a program of our own environment)
        [program, *COMMAND[1:], LOCK], capture_output=True, text=True, check=False
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        sys.exit(f"pip-audit could not be run:\n{done.stderr.strip()}")
    print("\n".join(lines(packages)))  # noqa: T201  (what it is for)
    sys.exit(any(each.get("vulns") for each in packages))


if __name__ == "__main__":
    main()
