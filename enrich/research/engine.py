"""The research engine: a question in, an answer with its evidence out."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from enrich.research import passedover, places, remote
from enrich.research.index import Built, GoneError, Index
from enrich.research.indexfile import UnusableIndexError, is_damaged
from enrich.research.indexrows import EmptiedError, StoppedError
from enrich.research.page import Page
from enrich.research.question import (
    Message,
    Question,
    ResearchError,
    StateError,
    Tell,
    tell_nobody,
)
from enrich.research.rowfiles import NO_COLUMNS, Columns
from enrich.research.run import Run
from enrich.research.senses import Senses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.records import Json
    from enrich.research.examples import Lesson
    from enrich.research.llm.endpoint import ModelSettings
    from enrich.research.llm.run import Model
    from enrich.research.web.fetch import WebSettings
    from enrich.research.web.reading import Web

_CACHED_PAGES: Final = 128
_REST: Final = 20  # how many times as long as a look for changes took, there is none
_REMOTE: Final = 10  # times as seldom are documents in object storage looked at
_NOTHING: Final = "The corpus holds no document that can be read, so nothing can be looked up."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchSettings:
    """What the engine reads.

    Attributes:
        corpus: Folders of documents, single ones, patterns, or addresses in object storage:
            HTML, Markdown, text, PDF, and tables whose rows are documents.
        columns: What the columns of tables hold, as far as it is named.
        index_path: Where their index is kept between runs; None for a private one that
            is made anew and removed at the end.
        embedding: Whether wording is compared by meaning too, where the extra ``embed`` is
            installed.
        index_is_kept: Another process keeps the index up to date; it is only read here.
        refresh_s: Seconds after which it is looked whether files changed, again and again; None
            for never.
        web: What of the web may be read; None for nothing. Needs the extra ``web``.
        model: The model that has a say; None for none. Needs the extra ``llm``.
    """

    corpus: tuple[str | Path, ...]
    columns: Columns = NO_COLUMNS
    index_path: Path | None = None
    index_is_kept: bool = False
    refresh_s: float | None = None
    embedding: bool = True
    web: WebSettings | None = None
    model: ModelSettings | None = None


class ResearchEngine:
    """Answers questions out of a corpus and, where allowed, the web; thread-safe.

    The index is brought up to date when the engine is made, by :meth:`refresh`, and as
    often as the settings say.

    Args:
        settings: Where the documents are.

    Raises:
        ResearchError: A folder or file of the corpus is not there, or the index cannot be written.
    """

    def __init__(self, settings: ResearchSettings) -> None:
        self._settings = settings
        self._warned = ""
        self._closing = threading.Event()
        if not settings.index_is_kept:
            self._look()
        with ExitStack() as opened:
            path = settings.index_path
            if path is None:
                private = tempfile.mkdtemp(prefix="enrich-index-")
                opened.callback(shutil.rmtree, private, ignore_errors=True)
                path = Path(private) / "index.sqlite"
            try:
                self._index = Index(path, is_kept=settings.index_is_kept)
            except UnusableIndexError as error:
                raise _unusable(error) from error
            opened.callback(self._index.close)
            self._senses, self.without_embedding = _senses(path, wanted=settings.embedding)
            self._web = _web(settings.web)
            self._model = _model(settings.model)
            for way in (self._senses, self._model, self._web):
                if way is not None:
                    opened.callback(way.close)
            self._page = lru_cache(maxsize=_CACHED_PAGES)(self._open)
            self._lessons: dict[object, Lesson | None] = {}
            self.built = self._counted() if settings.index_is_kept else self._updated()
            if settings.refresh_s is not None:
                keeper = threading.Thread(target=self._keep_current, daemon=True)
                keeper.start()
                opened.callback(keeper.join)
                opened.callback(self._index.stop)
                opened.callback(self._closing.set)
            self._opened = opened.pop_all()

    def refresh(self, *, spare: bool = False) -> Built:
        """Bring the index in line with the files; return what that did, the skipped files among it.

        Args:
            spare: Where no file is left, as on a disk that is not mounted for a while, keep the documents.

        Raises:
            EmptiedError: No file is left, and the documents were kept.
            ResearchError: A folder or file of the corpus is not there, or the index cannot be written.
        """
        if self._settings.index_is_kept:
            self.built = self._counted()
        else:
            self._look()
            self.built = self._updated(spare=spare)
        return self.built

    def _updated(self, *, spare: bool = False) -> Built:
        try:
            built = self._index.update(self._settings.corpus, self._settings.columns, spare=spare)
        except UnusableIndexError as error:
            raise _unusable(error) from error
        except OSError as error:
            raise ResearchError(f"The corpus cannot be read: {error}") from error
        if built.read or built.removed:
            self._page.cache_clear()
            self._lessons.clear()
        nothing = _NOTHING if self._settings.corpus and not built.documents else ""
        self._warn(" ".join(filter(None, (passedover.told(built.skipped), nothing))))
        return built

    def _look(self) -> None:
        for root in self._settings.corpus:
            if (wrong := places.fault(root)) is not None:
                raise ResearchError(wrong)

    def _warn(self, text: str) -> None:
        """Log a warning unless it was the last one, too."""
        if text and text != self._warned:
            log.warning("%s", text)
        self._warned = text

    def _keep_current(self) -> None:
        least = pause = self._least_pause()
        missing = False  # which is told once, however it comes to be seen
        while not self._closing.wait(pause):
            began = time.monotonic()
            try:
                self.refresh(spare=True)
                missing = False
            except StoppedError:
                return
            except (EmptiedError, ResearchError, sqlite3.Error, OSError) as error:
                if not missing:
                    log.warning("The documents are kept as they were: %s", error)
                missing = True
            pause = max(least, _REST * (time.monotonic() - began))

    def _least_pause(self) -> float:
        """Return the seconds between two looks at least: each look at object storage is a request that somebody pays."""
        far = any(remote.is_remote(str(root)) for root in self._settings.corpus)
        return (self._settings.refresh_s or 0.0) * (_REMOTE if far else 1)

    def _counted(self) -> Built:
        with self._reading():
            return Built(documents=self._index.size(), skipped=self._index.skipped())

    def close(self) -> None:
        """Close the index, and the ways to the web and the model."""
        self._opened.close()

    def answer(self, question: Question, tell: Tell = tell_nobody) -> Json:
        """Answer one question.

        Returns:
            The run's ``output`` as the wire has it.

        Raises:
            ResearchError: The corpus is empty, and there is no web either; or its index is damaged.
        """
        with self._reading():
            try:
                return self._answer(question, tell)
            except GoneError:  # files changed while it was answered, and another process saw it
                return self._answer(question, tell)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if not is_damaged(error):
                raise
            self._index.condemn()
            raise ResearchError(
                "The index of the documents is damaged. It is made anew at the next start."
            ) from error

    def _answer(self, question: Question, tell: Tell) -> Json:
        if self._index.size() == 0 and self._web is None:
            why = passedover.told(self.built.skipped)
            raise ResearchError(" ".join(filter(None, (_NOTHING, why))))
        run = Run(
            self._index,
            self._page,
            question,
            tell,
            senses=self._senses,
            lessons=self._lessons,
            web=self._web,
            model=self._model,
        )
        if self.without_embedding:
            tell(Message(kind="plan", text=f"Wording only, no meaning: {self.without_embedding}."))
        output = run.output()
        passedover.add_reasons(output, question.input, self.built.skipped)
        return output

    def _open(self, number: int) -> Page:
        return Page(self._index.load(number), number)


def _unusable(error: UnusableIndexError) -> StateError:
    return StateError(f"The index of the documents cannot be used: {error}")


def _web(settings: WebSettings | None) -> Web | None:
    if settings is None:
        return None
    from enrich.research.web.reading import Web  # noqa: PLC0415  (an extra)

    try:
        return Web(settings)
    except (sqlite3.Error, OSError) as error:
        raise StateError(f"The web's cache cannot be used: {settings.cache}: {error}") from error


def _model(settings: ModelSettings | None) -> Model | None:
    if settings is None:
        return None
    from enrich.research.llm.run import Model  # noqa: PLC0415  (an extra)

    return Model(settings)


def _senses(index: Path, *, wanted: bool) -> tuple[Senses | None, str]:
    """Return what judges meaning, or None with the reason why nothing does."""
    if not wanted:
        return None, "the embedding is switched off"
    from enrich.research.embedding.model import load  # noqa: PLC0415  (an extra)

    model, reason = load()
    if model is None:
        return None, reason
    from enrich.research.embedding.meaning import Meaning  # noqa: PLC0415

    return Senses(Meaning(model, index.with_name(f"{index.stem}.vectors.sqlite"))), ""
