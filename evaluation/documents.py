"""The documents on disk: Factbook pages as HTML, encyclopaedia summaries as text."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from evaluation import packages
from scripts import make_sample_data as layout

if TYPE_CHECKING:
    from pathlib import Path

CORPUS: Final = packages.HOME / "corpus"
BASE: Final = "https://factbook.example/{edition}/{slug}/"
SUMMARY_BASE: Final = "https://encyclopaedia.example/wiki/"

_BAD = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str:
    """Return a name as a part of an address."""
    return _BAD.sub("-", name.casefold()).strip("-") or "page"


def factbook_pages(
    edition: int, *, without: frozenset[str] = frozenset()
) -> dict[str, tuple[str, str]]:
    """Return the Factbook's code of a country to its page's address and HTML.

    Args:
        edition: 2025 or 2015.
        without: Topics that are left out of every page.
    """
    pages = {}
    for code, profile in packages.factbook(edition).items():
        title = title_of(profile)
        if title is None:
            continue
        url = BASE.format(edition=edition, slug=slug(title))
        pages[code] = (url, layout.page(slug(title), title, profile, left_out=without, url=url))
    return pages


def title_of(profile: dict[str, Any]) -> str | None:
    """Return the name of the country that a profile is about; None where it is about none."""
    named = profile.get("Government", {}).get("Country name", {})
    short = named.get("conventional short form", {}).get("text") or ""
    long = named.get("conventional long form", {}).get("text") or ""
    title = short if short and short.casefold() != "none" else long
    title = re.sub(r"<[^>]+>|\s*[;(\[].*$", "", title).strip()
    return title or None


def summary_page(title: str) -> str:
    """Return a summary as a text file: its title, then its prose."""
    return f"{title}\n\n{packages.summaries()[title]['extract']}\n"


def write(
    folder: Path, *, edition: int = 2025, more: bool = True
) -> tuple[dict[str, str], dict[str, str]]:
    """Write the corpus; return the addresses of Factbook pages by code, and of summaries by title.

    Args:
        folder: Where to; left alone if they are there already.
        edition: The Factbook's.
        more: Whether the summaries are written too.
    """
    marker = folder / ".written"
    new = not marker.exists()
    if new:
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "factbook").mkdir(parents=True)
        (folder / "summaries").mkdir()
    factbook_urls, summary_urls = {}, {}
    for code, (url, html) in factbook_pages(edition).items():
        if new:
            (folder / "factbook" / f"{code}.html").write_text(html, encoding="utf-8")
        factbook_urls[code] = url
    if more:
        for title in packages.summaries():
            path = folder / "summaries" / f"{quote(title, safe=' ')[:200]}.txt"
            if new:
                path.write_text(summary_page(title), encoding="utf-8")
            summary_urls[title] = path.absolute().as_uri()
    marker.touch()
    return factbook_urls, summary_urls
