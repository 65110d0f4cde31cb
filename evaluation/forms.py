"""The same real facts in other forms: Markdown, plain text, PDF, rows of tables, pages that are one long table.

Each form is a corpus of its own, so that nothing is answered from another form's documents.
Tables of countries, elements and companies are written as their packages have them.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from evaluation import documents, packages
from scripts import make_sample_data as layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

HOME: Final = packages.HOME / "kinds"
WIDTH: Final = 78  # characters of a line of plain text
_NUMBER = re.compile(r"^[$€£]?-?\d")

Fact = tuple[str, list[tuple[str, str]]]
"""A topic, and its texts each with its label; the label is empty for the topic's own text."""


@dataclass(slots=True)
class Form:
    """Documents of one form.

    Attributes:
        name: What it is.
        folder: Where they lie.
        urls: What a document is about to its address, by kind of thing and name or code.
        said: Likewise to all that the documents say of it.
        lines: Title and text of each passage, for the baseline.
        texts: Address to all that the document says.
    """

    name: str
    folder: Path
    urls: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    said: dict[tuple[str, str], str] = field(default_factory=dict)
    lines: list[tuple[str, str]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, kind: str, key: str, url: str, title: str, lines: Iterable[str]) -> None:
        """Take down what a document says of a thing."""
        kept = [line for line in lines if line.strip()]
        self.urls.setdefault((kind, key), set()).add(url)
        self.said[kind, key] = "\n".join((self.said.get((kind, key), ""), *kept))
        self.lines += [(title, line) for line in kept]
        self.texts[url] = "\n".join((self.texts.get(url, title), *kept))


def all_forms(codes: frozenset[str]) -> list[Form]:
    """Write every form anew and return them.

    Args:
        codes: The Factbook's codes of the countries that have a page of their own.
    """
    shutil.rmtree(HOME, ignore_errors=True)
    return [
        _pages("Markdown pages", "md", _markdown, codes),
        _pages("plain text pages", "txt", _text, codes),
        _pages("PDF pages", "pdf", _pdf, codes),
        _rows(),
        _nested_rows(),
        _summaries(),
        _lists("long tables, HTML", "html", _html_table),
        _lists("long tables, Markdown", "md", _markdown_table),
        _lists("long tables, PDF", "pdf", _pdf_table),
    ]


def _folder(name: str) -> Path:
    folder = HOME / documents.slug(name)
    folder.mkdir(parents=True)
    return folder


def facts(profile: dict[str, Any]) -> list[tuple[str, list[Fact]]]:
    """Return a country's facts by section."""
    sections = []
    for section, topics in profile.items():
        found: list[Fact] = []
        for topic, fact in topics.items():
            if not isinstance(fact, dict):
                continue
            inner = {"": fact} if isinstance(fact.get("text"), str) else fact
            pairs = [
                (label.strip(), line)
                for label, value in inner.items()
                if isinstance(value, dict) and isinstance(value.get("text"), str)
                for line in layout.plain(value["text"])
            ]
            if pairs:
                found.append((topic.strip(), pairs))
        if found:
            sections.append((section, found))
    return sections


def _pages(
    name: str, ending: str, write: Callable[[Path, str, str, Any], None], codes: frozenset[str]
) -> Form:
    form = Form(name, _folder(name))
    urls = documents.factbook_pages(2025)
    for code, profile in packages.factbook(2025).items():
        title = documents.title_of(profile)
        if title is None or code not in codes:
            continue
        path = form.folder / f"{documents.slug(title)}.{ending}"
        url = urls[code][0] if ending == "md" else path.absolute().as_uri()
        sections = facts(profile)
        write(path, title, url, sections)
        lines = [
            f"{topic}: {label}: {text}" if label else f"{topic}: {text}"
            for _, topics in sections
            for topic, pairs in topics
            for label, text in pairs
        ]
        form.add("country", urls[code][0], url, title, lines)
        form.texts[url] = " ".join(_spoken(title, sections))
    return form


def _spoken(title: str, sections: list[tuple[str, list[Fact]]]) -> Iterator[str]:
    """Yield all that a page says, in its order."""
    yield title
    for section, topics in sections:
        yield section
        for topic, pairs in topics:
            yield topic
            for label, text in pairs:
                yield f"{label} {text}"


def _markdown(path: Path, title: str, url: str, sections: Any) -> None:
    lines = ["---", f"title: {title}", f"url: {url}", "---", "", f"# {title}", ""]
    for section, topics in sections:
        lines += [f"## {section}", ""]
        for topic, pairs in topics:
            lines += [f"### {topic}", ""]
            table = len(pairs) > 2 and all(label and _NUMBER.match(text) for label, text in pairs)
            if table:
                lines += ["| | |", "|---|---|"]
            for label, text in pairs:
                if table:
                    lines.append(f"| {label} | {text} |")
                else:
                    lines += [f"- **{label}:** {text}"] if label else [text, ""]
            lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")


def _text(path: Path, title: str, _url: str, sections: Any) -> None:
    lines = [title, ""]
    for section, topics in sections:
        lines += [section.upper(), ""]
        for topic, pairs in topics:
            if all(not label for label, _ in pairs):
                lines += _wrapped(f"{topic}: {pairs[0][1]}", "")
                lines += [part for _, text in pairs[1:] for part in _wrapped(text, "    ")]
            else:
                lines.append(f"{topic}:")
                for label, text in pairs:
                    lines += _wrapped(f"{label}: {text}" if label else text, "  ")
            lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}    ", break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def _pdf(path: Path, title: str, _url: str, sections: Any) -> None:
    from reportlab.platypus import Table  # noqa: PLC0415  (it lies in the evaluation's own folder)

    heading, paragraph, build = _flow(path, title)
    parts: list[Any] = [heading(title, 1)]
    for section, topics in sections:
        parts.append(heading(section, 2))
        for topic, pairs in topics:
            parts.append(heading(topic, 3))
            if all(label and len(text) < 60 for label, text in pairs):
                parts.append(Table([[label, text] for label, text in pairs], hAlign="LEFT"))
            else:
                parts += [
                    paragraph(f"<b>{_safe(label)}:</b> {_safe(text)}" if label else _safe(text))
                    for label, text in pairs
                ]
    build(parts)


def _flow(path: Path, title: str) -> tuple[Any, Any, Any]:
    packages.on_path()
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415
    from reportlab.lib.styles import getSampleStyleSheet  # noqa: PLC0415
    from reportlab.platypus import Paragraph, SimpleDocTemplate  # noqa: PLC0415

    styles = getSampleStyleSheet()
    document = SimpleDocTemplate(str(path), title=title, pagesize=A4, invariant=1)
    return (
        lambda text, level: Paragraph(_safe(text), styles[f"Heading{level}"]),
        lambda markup: Paragraph(markup, styles["BodyText"]),
        document.build,
    )


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _rows() -> Form:
    """GeoNames' countries and the elements as CSV, one with semicolons."""
    name = "rows of CSV"
    form = Form(name, _folder(name))
    countries = list(packages.geonames()[0].values())
    for kind, rows, key, delimiter in (
        ("country", countries, "iso", ","),
        ("element", packages.elements(), "name", ";"),
    ):
        path = form.folder / f"{kind}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)
        for number, row in enumerate(rows, 1):
            url = f"{path.absolute().as_uri()}#row={number}"
            form.add(kind, str(row[key]).strip(), url, row["name"], [f"{k}: {v}" for k, v in row.items()])  # fmt: skip
    return form


def _nested_rows() -> Form:
    """world-countries and the listed companies as JSONL, objects and lists within them."""
    name = "nested rows of JSONL"
    form = Form(name, _folder(name))
    for kind, rows, key in (
        ("country", packages.world_countries(), "cca2"),
        ("company", packages.companies(), "name"),
    ):
        path = form.folder / f"{kind}.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        for number, row in enumerate(rows, 1):
            url = f"{path.absolute().as_uri()}#row={number}"
            title = row["name"]["common"] if kind == "country" else row["name"]
            form.add(kind, row[key], url, title, _leaves("", row))
    return form


def _leaves(path: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        whole = [f"{path}: {', '.join(map(str, part))}" for part in (value, value.values())]
        return whole + [line for k, v in value.items() for line in _leaves(f"{path} {k}", v)]
    if isinstance(value, list):
        return [line for v in value for line in _leaves(path, v)] + [f"{path}: {', '.join(map(str, value))}"]  # fmt: skip
    return [f"{path.strip()}: {value}"]


def _summaries() -> Form:
    """The encyclopaedia's summaries as rows of Parquet: title, url and text."""
    import pyarrow as pa  # noqa: PLC0415  (slow to import)
    import pyarrow.parquet as pq  # noqa: PLC0415

    name = "summaries in rows of Parquet"
    form = Form(name, _folder(name))
    rows = [
        {
            "title": title,
            "url": f"{documents.SUMMARY_BASE}{documents.slug(title)}-{number}",
            "text": found["extract"],
        }
        for number, (title, found) in enumerate(packages.summaries().items())
    ]
    pq.write_table(pa.Table.from_pylist(rows), form.folder / "summaries.parquet")
    for row in rows:
        form.add("summary", row["title"], row["url"], row["title"], [row["text"]])
        form.texts[row["url"]] += f"\ntext {row['text']}"
    return form


def _lists(name: str, ending: str, write: Callable[[Path, str, list[str], list[list[str]]], None]) -> Form:  # fmt: skip
    """Pages that are a table of many things; in three of them the first column is no name."""
    form = Form(name, _folder(name))
    countries, cities = packages.geonames()
    largest = sorted(cities, key=lambda c: -c["population"])[:600]
    every = list(countries.values())
    tables: list[tuple[str, str, list[str], list[list[Any]], list[str], int]] = [
        ("country", "List of countries by capital", ["Country", "Capital"],
         [[c["name"], c["capital"]] for c in every], [c["iso"] for c in every], 0),
        ("country", "Countries of the world",
         ["Code", "Country", "Area (km²)", "Population", "Currency code", "Internet TLD", "Calling code"],
         [[c["iso3"], c["name"], f"{c['areakm2']:,}", f"{c['population']:,}", c["currencycode"], c["tld"], c["phone"]] for c in every],
         [c["iso"] for c in every], 1),
        ("element", "List of chemical elements",
         ["Atomic number", "Symbol", "Name", "Atomic mass", "Melting point (K)", "Density (g/cm³)", "State", "Discovered"],
         [[e["atomicNumber"], e["symbol"], e["name"], e["atomicMass"], e["meltingPoint"], e["density"], e["standardState"], e["yearDiscovered"]] for e in packages.elements()],
         [e["name"].strip() for e in packages.elements()], 2),
        ("city", "Largest cities of the world", ["Rank", "City", "Country", "Population", "Time zone"],
         [[n, c["name"], countries[c["countrycode"]]["name"], f"{c['population']:,}", c["timezone"]] for n, c in enumerate(largest, 1)],
         [c["name"] for c in largest], 1),
    ]  # fmt: skip
    for kind, title, headers, rows, keys, named in tables:
        path = form.folder / f"{documents.slug(title)}.{ending}"
        texts = [[str(cell).strip() for cell in row] for row in rows]
        write(path, title, headers, texts)
        url = path.absolute().as_uri()
        for key, row in zip(keys, texts, strict=True):
            said = ", ".join(f"{h} {cell}" for h, cell in zip(headers, row, strict=True))
            form.add(kind, key, url, title, [f"{row[named]}: {said}"])
        form.texts[url] = "\n".join([title, *headers, *(" ".join(row) for row in texts)])
    return form


def _html_table(path: Path, title: str, headers: list[str], rows: list[list[str]]) -> None:
    head = "".join(f"<th>{_safe(h)}</th>" for h in headers)
    body = "\n".join("<tr>" + "".join(f"<td>{_safe(c)}</td>" for c in row) + "</tr>" for row in rows)  # fmt: skip
    path.write_text(
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body><h1>{title}</h1>"
        f"<p>This is a list; what it counts is said in its columns.</p>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></body></html>",
        encoding="utf-8",
    )


def _markdown_table(path: Path, title: str, headers: list[str], rows: list[list[str]]) -> None:
    lines = [f"# {title}", "", _piped(headers), _piped(["---"] * len(headers)), *map(_piped, rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _piped(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _pdf_table(path: Path, title: str, headers: list[str], rows: list[list[str]]) -> None:
    heading, _, build = _flow(path, title)
    from reportlab.platypus import Table  # noqa: PLC0415

    bold = [("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold")]
    build([heading(title, 1), Table([headers, *rows], repeatRows=1, style=bold)])
