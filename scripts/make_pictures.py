"""Takes the pictures of the report in docs/, from the real page: ``make docs-pictures``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
PICTURES: Final = ROOT / "docs" / "pictures"
SHOTS: Final = (
    ("report.png", 1100, 1080, False),
    ("report-phone-dark.png", 390, 844, True),
)


def main() -> None:
    """Run the sample job twice, write its report, and take the pictures."""
    sys.path.insert(0, str(ROOT))
    from tests.fakes.browser import Browser  # noqa: PLC0415  (of the tests, which are no package)

    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        page = Path(made) / "report.html"
        job = ROOT / "configs" / "countries.yaml"
        enrich = Path(sys.executable).with_name("enrich")
        subprocess.run([enrich, "run", job, "--quiet"], check=True)  # noqa: S603  (our own program)
        subprocess.run([enrich, "report", job, "-o", page], check=True)  # noqa: S603
        with Browser(Path(made) / "profile") as browser:
            for name, width, height, dark in SHOTS:
                browser.open(page, width=width, height=height, dark=dark)
                browser.picture(PICTURES / name)


if __name__ == "__main__":
    main()
