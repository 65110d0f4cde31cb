"""A file's documents into the index: their text, what they are about, and whose rows they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from enrich.research import corpus
from enrich.research.names import initials, names_of, row_names, spellings
from enrich.research.words import name_key

if TYPE_CHECKING:
    import sqlite3
    import threading

    from enrich.research.documents import Document
    from enrich.research.rowfiles import Columns

SITE_RANK: Final = 50  # the page is of the site of that name
INITIALS_RANK: Final = 100  # the name's initials are those of the title


class EmptiedError(Exception):
    """No file is left of those that the index was made of, and its documents were to be kept then."""


class StoppedError(Exception):
    """The update was broken off; what it wrote before is kept, and the next one goes on."""


def replaced(
    db: sqlite3.Connection,
    file: corpus.File,
    before: str | None,
    columns: Columns,
    stopping: threading.Event,
) -> tuple[str, corpus.UnreadableError | None]:
    """Put a file's documents in the place of those that it gave before; return its digest, and why there are not all.

    A table's rows are written as they are read, so that none of them waits in memory.

    Raises:
        StoppedError: It is not to go on.
    """
    db.execute("SAVEPOINT one")
    try:
        sha256, documents = corpus.read(file, before, columns)
        if documents is not None:
            db.execute("DELETE FROM documents WHERE path = ?", (file.key,))
            for document in documents:
                if stopping.is_set():
                    raise StoppedError
                _insert(db, file.key, document)
    except corpus.UnreadableError as error:
        if not error.in_part:
            db.execute("ROLLBACK TO one")
            db.execute("DELETE FROM documents WHERE path = ?", (file.key,))
        return "", error
    finally:
        db.execute("RELEASE one")
    return sha256, None


def _insert(db: sqlite3.Connection, path: str, document: Document) -> None:
    number = db.execute(
        "INSERT INTO documents (path, url, title, body, packed) VALUES (?, ?, ?, ?, ?)",
        (path, document.url, document.title, document.text, msgspec.msgpack.encode(document)),
    ).lastrowid
    keys = names_of(document)
    rows = [(key, rank, number) for rank, key in enumerate(keys)]
    rows += [
        (name_key(name), SITE_RANK, number)
        for name in spellings(document.site)
        if name_key(name) not in keys
    ]
    # Two letters are initials of too many things: "GB" is not Guinea-Bissau.
    short = {initials(key) for key in keys[:2]}
    rows += [(key, INITIALS_RANK, number) for key in short if len(key) > 2 and key not in keys]
    db.executemany("INSERT OR IGNORE INTO names VALUES (?, ?, ?)", rows)
    listed = ((key, number) for key in row_names(document))
    db.executemany("INSERT OR IGNORE INTO rows VALUES (?, ?)", listed)
