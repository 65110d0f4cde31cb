"""How near a question lies to a page's labels in meaning, and to facts that are known by name.

A question under an unknown name is compared with two things: the labels of the page
itself, and the known concepts by their definitions and by the ways in which people ask for them. What is known but not on the
page is a rival: a question about a chief executive is no question about a chief of state.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from enrich.research.embedding.model import NAME, SIZE
from enrich.research.glosses import GLOSSES
from enrich.research.thesaurus import GROUPS
from enrich.research.words import concepts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from enrich.research.embedding.model import Model, Vectors

_READ: Final = 500
BANK: Final = Path(__file__).with_name("bank.npz")
"""Written by ``scripts/make_bank.py``."""
_WAYS: Final = Path(__file__).with_name("ways.txt")
# A question is as near to a fact as to the nearest of its definitions, and to this many of all that is said of it.
_NEAREST: Final = 8
_BY_WAYS: Final = 0.8
_BY_DEFINITION: Final = 0.35
_STEPS: Final = 400  # of a vector's part in the bank: none is over 0.3, and a step is a byte's


class Meaning:
    """Vectors of texts, each reckoned once and kept on disk.

    Args:
        model: The embedding model.
        path: The SQLite file of the vectors; made if it is not there, and anew if it cannot be read.
    """

    def __init__(self, model: Model, path: Path) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._db = _store(path)
        self._known: dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]] = {}
        self._concepts, texts = _bank()
        bank = _bank_of(model)
        self._known.update((text, bank[text]) for text in texts)
        self._bank = self.vectors(texts)
        self.known = sorted(set(self._concepts))
        self._by_concept = np.argsort(self._concepts, kind="stable")
        ordered = [self._concepts[n] for n in self._by_concept]
        self._first = np.array([ordered.index(concept) for concept in self.known])
        self._said = _said(self.known, [*zip(self._concepts, texts, strict=True), *_ways()], bank)
        self.nearness = lru_cache(maxsize=4_096)(self._nearness)
        self.asked = lru_cache(maxsize=4_096)(self._asked)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of some texts, a row each."""
        with self._lock:
            self._learn([text for text in dict.fromkeys(texts) if text not in self._known])
            if not texts:
                return np.zeros((0, SIZE), dtype=np.float32)
            return np.stack([self._known[text] for text in texts])

    def to_labels(self, question: tuple[str, ...], labels: Sequence[str]) -> list[float]:
        """Return how near each label lies to a question, 0 to 1.

        Args:
            question: The question in one wording or several; the nearest counts.
            labels: What stands over and beside passages.
        """
        if not labels:
            return []
        near = self.vectors(labels) @ self.vectors(question).T
        return [float(n) for n in near.max(axis=1)]

    def _nearness(self, question: tuple[str, ...]) -> dict[str, float]:
        """Return how near a question lies to each known concept, 0 to 1."""
        near = (self._bank @ self.vectors(question).T).max(axis=1)
        best: dict[str, float] = {}
        for concept, value in zip(self._concepts, near, strict=True):
            best[concept] = max(best.get(concept, 0.0), float(value))
        return best

    def _asked(self, question: str) -> dict[str, float]:
        """Return how near a question lies to each known concept by all the ways of asking for it, 0 to about 1.

        The mean over the nearest ways tells facts apart that single words of one way confuse.
        """
        vectors, places = self._said
        near = np.append(vectors @ self.vectors((question,))[0], -1.0)[places]
        front = np.partition(near, -_NEAREST, axis=1)[:, -_NEAREST:].mean(axis=1)
        defined = self.nearness((question,))
        return {
            concept: _BY_WAYS * float(value) + _BY_DEFINITION * defined[concept]
            for concept, value in zip(self.known, front, strict=True)
        }

    def to_known(self, texts: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        """Return how near each text lies to each known concept: a row a text, a column a concept of ``known``."""
        near = self.vectors(texts) @ self._bank[self._by_concept].T
        best: np.ndarray[tuple[int, int], np.dtype[np.float32]] = np.maximum.reduceat(
            near, self._first, axis=1
        )
        return best

    def close(self) -> None:
        """Close the file of vectors."""
        with self._lock:
            self._db.close()

    def _learn(self, texts: list[str]) -> None:
        """Read the vectors that are on disk, reckon the others and write them there."""
        for at in range(0, len(texts), _READ):
            part = texts[at : at + _READ]
            marks = ",".join("?" * len(part))
            for text, blob in self._db.execute(
                f"SELECT text, vector FROM vectors WHERE text IN ({marks})", part
            ):
                self._known[text] = np.frombuffer(blob, dtype=np.float32)
        new = [text for text in texts if text not in self._known]
        if not new:
            return
        made = self._model.vectors(new)
        rows = [(text, row.tobytes()) for text, row in zip(new, made, strict=True)]
        self._known.update(zip(new, made, strict=True))
        self._db.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)


@cache
def _bank_of(model: Model) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]]:
    """Return the vectors of the known facts.

    They are the same everywhere and take a second and a half to reckon, so they come with the
    package; they are reckoned where it holds those of other texts.
    """
    texts = bank_texts()
    vectors = _shipped(texts)
    return dict(zip(texts, model.vectors(texts) if vectors is None else vectors, strict=True))


def bank_texts() -> list[str]:
    """Return the phrases and definitions of the known facts and the ways of asking for them, each once."""
    return list(dict.fromkeys([*_bank()[1], *(text for _, text in _ways())]))


def write_bank(model: Model, path: Path = BANK) -> None:
    """Reckon the vectors of the known facts, and write them for the package."""
    texts = bank_texts()
    vectors = np.rint(model.vectors(texts) * _STEPS).clip(-127, 127).astype(np.int8)
    with path.open("wb") as file:
        np.savez(file, of=np.frombuffer(_digest(texts), dtype=np.uint8), vectors=vectors)


def _shipped(texts: Sequence[str]) -> Vectors | None:
    """Return the vectors that come with the package, if they are of these texts."""
    try:
        with np.load(BANK, allow_pickle=False) as file:
            if file["of"].tobytes() == _digest(texts):
                vectors: Vectors = file["vectors"].astype(np.float32)
                vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
                return vectors
    except (OSError, ValueError, KeyError):
        pass  # they are reckoned
    return None


def _digest(texts: Sequence[str]) -> bytes:
    return hashlib.sha256("\n".join((NAME, *texts)).encode()).digest()


def _bank() -> tuple[list[str], list[str]]:
    """Return concepts and texts side by side: each known phrase and definition with its concept."""
    rows = [("-".join(concepts(group[0])), phrase) for group in GROUPS for phrase in group]
    rows += [("-".join(concepts(line[0])), phrase) for line in GLOSSES for phrase in line]
    return [concept for concept, _ in rows], [text for _, text in rows]


@cache
def _ways() -> tuple[tuple[str, str], ...]:
    """Return concepts and ways of asking for them, side by side."""
    lines = _WAYS.read_text(encoding="utf-8").splitlines()
    parted = [[part.strip() for part in line.split("|")] for line in lines if line[:1] != "#"]
    return tuple(("-".join(concepts(fact)), way) for fact, *ways in parted for way in ways)


def _said(
    known: Sequence[str],
    said: Sequence[tuple[str, str]],
    bank: Mapping[str, np.ndarray[tuple[int], np.dtype[np.float32]]],
) -> tuple[Vectors, np.ndarray[tuple[int, int], np.dtype[np.intp]]]:
    """Return the vectors of all that is said of known facts, and a row of places for each fact, filled up with -1."""
    by: dict[str, list[int]] = {concept: [] for concept in known}
    for place, (concept, _) in enumerate(said):
        by[concept].append(place)
    width = max(_NEAREST, *(len(places) for places in by.values()))
    rows = [[*places, *[-1] * (width - len(places))] for places in by.values()]
    return np.stack([bank[text] for _, text in said]), np.array(rows)


def _store(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    for again in (True, False):
        db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = OFF")  # what is lost is reckoned again
            db.execute("CREATE TABLE IF NOT EXISTS model (name TEXT PRIMARY KEY)")
            db.execute(
                "CREATE TABLE IF NOT EXISTS vectors (text TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
            )
            db.execute("INSERT OR IGNORE INTO model VALUES (?)", (NAME,))
            if db.execute("SELECT count(*) FROM model").fetchone()[0] == 1:
                return db
        except sqlite3.DatabaseError:
            if not again:
                raise
        db.close()
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    raise sqlite3.DatabaseError("the vectors of another model could not be removed")
