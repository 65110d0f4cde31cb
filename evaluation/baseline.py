"""A plain baseline: the passage that BM25 puts first, and a regular expression by type."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING, Any, Final

from evaluation.verdicts import right

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from evaluation.entities import Entity
    from evaluation.questions import Field

_TAG = re.compile(r"<[^>]+>")
_FIGURE: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_FORMS: Final = {
    "internet_tld": re.compile(r"(?<!\w)\.[a-z]{2,}"),
    "currency_code": re.compile(r"\b[A-Z]{3}\b"),
    "symbol": re.compile(r"\b[A-Z][a-z]?\b"),
}
_NAME: Final = re.compile(r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)*")


def _passages(corpus: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(corpus.rglob("*.*")):
        content = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            content = content[content.index("<h1>") :]
            content = re.sub(r"</h3>\s*", ": ", content)
        lines = [line.strip() for line in _TAG.sub(" ", content).split("\n") if line.strip()]
        yield from ((lines[0], line) for line in lines[1:])


class Baseline:
    """Passages in SQLite FTS5, one a line of a document, with the document's title.

    Args:
        passages: Title and text of each.
    """

    def __init__(self, passages: Iterable[tuple[str, str]]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE passages USING fts5 (title, body)")
        self._db.executemany("INSERT INTO passages VALUES (?, ?)", passages)

    @classmethod
    def of_folder(cls, corpus: Path) -> Baseline:
        """Return it over a folder of pages and texts."""
        return cls(_passages(corpus))

    def answer(self, entity: Entity, name: str, description: str, field: Field | None, schema: dict[str, Any]) -> Any:  # fmt: skip
        """Return what stands first in the best passage in the asked form."""
        words = re.findall(r"\w+", f"{entity.name} {name.replace('_', ' ')} {description}")
        query = " OR ".join(f'"{word}"' for word in words)
        row = self._db.execute(
            "SELECT body FROM passages WHERE passages MATCH ? ORDER BY bm25(passages, 5.0, 1.0) LIMIT 1",
            (query,),
        ).fetchone()
        passage = row[0] if row else ""
        kind = schema.get("type")
        key = field.key if field else ""
        if kind == "array":
            return [name for name in _NAME.findall(passage) if name != entity.name]
        if "boolean" in kind:
            return True if re.search(r"\byes\b|landlocked", passage) else False if passage else None
        if "integer" in kind or "number" in kind:
            found = _FIGURE.search(passage)
            return float(found.group().replace(",", "").rstrip(".")) if found else None
        pattern = _FORMS.get(key, _NAME)
        found = next((m for m in pattern.finditer(passage) if m.group() != entity.name), None)
        return found.group() if found else None

    def rights(self, entity: Entity, field: Field) -> tuple[Any, bool]:
        """Return the answer for a plain question, and whether it is right."""
        value = self.answer(entity, field.key, field.description, field, field.schema)
        return value, right(field, value, entity.gold[field.key])
