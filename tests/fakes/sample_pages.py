"""Pages of the sample documents, shortened: all of one takes the embedding a second of each fresh state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tests.fakes.server_process import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SECTIONS: Final = {
    "Background",
    "Location",
    "Area",
    "Population",
    "Country name",
    "Capital",
    "Executive branch",
    "Internet country code",
}


def write_pages(folder: Path, names: Iterable[str]) -> None:
    """Write some of the pages into a folder."""
    for name in names:
        page = ROOT / "sample_data" / "corpus" / f"{name}.html"
        (folder / page.name).write_text(_shortened(page.read_text("utf-8")), "utf-8")


def _shortened(page: str) -> str:
    head, *parts = re.split(r"(?=<h[23]>)", page)
    kept = [part for part in parts if part[4:].partition("<")[0] in _SECTIONS]
    return f"{head}{''.join(kept)}</article></main></body></html>"
