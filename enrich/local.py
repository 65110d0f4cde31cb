"""The embedded server: a Task API of our own inside this process, for one command."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from enrich.egress import can_be_sent, is_loopback
from enrich.errors import ConfigError
from enrich.job import LOCAL
from enrich.ledger import turn
from enrich.research.places import fault
from enrich.research.question import ColumnError, ResearchError, StateError
from enrich.research.weburl import is_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    from enrich.job import Job
    from enrich.job.model import JobLocal
    from enrich.research.llm.endpoint import ModelSettings
    from enrich.research.question import Engine
    from enrich.research.rowfiles import Columns
    from enrich.research.web.fetch import WebSettings
    from enrich.server.work.children import Supervisor
    from enrich.working import Working

KEYS_ENV: Final = "ENRICH_SERVER_KEYS"
WAITING_RUNS: Final = 16
REFRESH_S: Final = 60.0
_COLUMN_KEYS: Final = {
    "title": "local.title_column", "url": "local.url_column", "text": "local.text_columns"
}  # fmt: skip
_NO_DOCUMENTS: Final = "base_url: local reads documents; name their folder in local.corpus"
WORKER_KEY_ENV: Final = "ENRICH_WORKER_KEY"
WEBHOOK_SECRET_ENV: Final = "ENRICH_WEBHOOK_SECRET"  # noqa: S105  (a variable's name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """How tables of documents are read, and what may answer beside the documents.

    Attributes:
        title_column: The column of tables that says what a row is about.
        url_column: That of a row's address.
        text_columns: Those that are read as prose.
        web: Live pages: the row's own site, links from it, and what a search brings up.
        private_web: Pages at private, loopback and link-local addresses, too.
        search: ``searxng=URL``, ``brave`` or ``parallel``; the key of the latter two is in
            BRAVE_API_KEY or PARALLEL_API_KEY.
        model: The name of a model that has a say, and writes reports.
        model_url: Its OpenAI-compatible address. The key is in ENRICH_MODEL_KEY, that of
            OpenAI itself in OPENAI_API_KEY.
        model_price: US dollars for a million tokens that it reads, and that it writes.
    """

    title_column: str | None = None
    url_column: str | None = None
    text_columns: Sequence[str] = ()
    web: bool = False
    private_web: bool = False
    search: str | None = None
    model: str | None = None
    model_url: str | None = None
    model_price: tuple[float, float] = (0.0, 0.0)


def means_of(stated: JobLocal | Serving | Working) -> Means:
    """Return the means that a job or a command names."""
    return Means(**{member.name: getattr(stated, member.name) for member in fields(Means)})


def research_engine(
    corpus: Sequence[str],
    index: Path,
    means: Means | None = None,
    *,
    index_is_kept: bool = False,
    index_only: bool = False,
    stays: bool = False,
) -> Engine:
    """Return the engine that answers from some documents.

    Args:
        corpus: Folders, files or patterns of documents, here or in object storage.
        index: The file that their index is kept in.
        means: What may answer beside them.
        index_is_kept: Another process keeps the index up to date.
        index_only: Only the index is wanted: nothing else is opened.
        stays: It answers for long, and looks now and then whether documents changed.

    Raises:
        ConfigError: There are no documents, or the packages for what is named are not installed.
    """
    try:
        from enrich.research.engine import (  # noqa: PLC0415  (an extra)
            ResearchEngine,
            ResearchSettings,
        )
    except ImportError as error:
        raise _not_installed(error) from error
    named = means or Means()
    settings = ResearchSettings(
        corpus=tuple(corpus),
        columns=_columns(named),
        index_path=index,
        index_is_kept=index_is_kept,
        refresh_s=REFRESH_S if stays else None,
        embedding=not index_only,
        web=_web(named, index.parent),
        model=_model(named),
    )
    if index_only:
        settings = replace(settings, web=None, model=None)
    try:
        return ResearchEngine(settings)
    except StateError as error:
        raise ConfigError(str(error), key="state") from error
    except ColumnError as error:
        raise ConfigError(str(error), key=_COLUMN_KEYS[error.use]) from error
    except ResearchError as error:
        raise ConfigError(str(error), key="local.corpus") from error


def _workers(means: Means, cores: int) -> int:
    """Return how many runs are at work at a time: those that wait for others leave the processor to more."""
    return max(cores, WAITING_RUNS) if means.web or means.model else cores


def cores() -> int:
    """Return how many processors the machine has."""
    return max(1, os.cpu_count() or 1)


def worker_key() -> str | None:
    """Return the key of workers on other machines, if one is named.

    Raises:
        ConfigError: It could be guessed.
    """
    _server()
    from enrich.server.work.messages import MIN_KEY_CHARS  # noqa: PLC0415  (an extra)

    key = os.environ.get(WORKER_KEY_ENV) or None
    if key is not None and len(key) < MIN_KEY_CHARS:
        raise ConfigError(f"{WORKER_KEY_ENV} is too short; take {MIN_KEY_CHARS} characters or more")
    return key


@contextmanager
def supervisor_of(
    corpus: Sequence[str], folder: Path, means: Means, n: int
) -> Iterator[Supervisor]:
    """Give what keeps some workers over some documents, and keep their index up to date meanwhile.

    Raises:
        ConfigError: See ``research_engine``.
    """
    from enrich.server.work.children import Supervisor  # noqa: PLC0415  (an extra)

    if os.name != "posix":
        raise ConfigError("workers in processes of their own need Linux or macOS")
    index = _made(folder) / "index.db"
    with closing(research_engine(corpus, index, means, index_only=True, stays=True)):
        yield Supervisor(
            (sys.executable, "-m", "enrich.working"),
            n,
            engine={"corpus": list(corpus), "index": str(index), "means": asdict(means)},
            threads=_workers(means, 1),
        )


def _made(folder: Path) -> Path:
    """Return a folder, which is made if it is not there.

    Raises:
        ConfigError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"the folder {folder} cannot be made: {error.strerror}"
        raise ConfigError(message, key="state") from None
    return folder


def problems(job: Job) -> Iterator[ConfigError]:
    """Yield what is wrong with what a job's embedded server is to read, without starting it.

    Keys are not looked for: a job is checked where they are not known, too.
    """
    if job.api.base_url != LOCAL:
        return
    if not job.local.corpus and not job.local.web:
        yield ConfigError(_NO_DOCUMENTS, key="local.corpus")
    for root in job.local.corpus:
        if (wrong := fault(root)) is not None:
            yield ConfigError(wrong, key="local.corpus")
    means = means_of(job.local)
    for look in (partial(_tables, job.local.corpus), _search, _model_url):
        try:
            look(means)
        except ConfigError as error:
            yield error


def _tables(corpus: Sequence[str], means: Means) -> None:
    """Look whether the columns that are named are there."""
    columns = _columns(means)
    if not any(columns.each()) or any(map(fault, corpus)):
        return
    from enrich.research.corpus import check_columns  # noqa: PLC0415  (an extra)

    try:
        check_columns(corpus, columns)
    except ColumnError as error:
        raise ConfigError(str(error), key=_COLUMN_KEYS[error.use]) from error
    except OSError as error:
        raise ConfigError(f"The corpus cannot be read: {error}", key="local.corpus") from error


def _columns(means: Means) -> Columns:
    try:
        from enrich.research.rowfiles import Columns  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise _not_installed(error) from error
    return Columns(title=means.title_column, url=means.url_column, text=tuple(means.text_columns))


def _search(means: Means) -> tuple[str, str] | None:
    """Return the search engine that is named, and its address."""
    if not means.web and (means.search is not None or means.private_web):
        key = "local.private_web" if means.search is None else "local.search"
        raise ConfigError("it is of no use unless the web is allowed", key=key)
    if means.search is None:
        return None
    try:
        from enrich.research.web.search import ENGINES, URLS  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise _not_installed(error, what="reading the web", extra="web") from error
    engine, _, url = means.search.partition("=")
    url = url or URLS.get(engine, "")
    if engine not in ENGINES or not is_address(url):
        raise ConfigError(f"{means.search!r} is no search; write searxng=URL, brave or parallel", key="local.search")  # fmt: skip
    return engine, url


def _model_url(means: Means) -> str | None:
    """Return the address of the model that is named; None for OpenAI's."""
    if means.model_url is None:
        return None
    if means.model is None:
        raise ConfigError("it is of no use without the model's name", key="local.model_url")
    url = means.model_url.rstrip("/")
    if not is_address(url):
        raise ConfigError(f"{url!r} is no address; it begins with http:// or https://", key="local.model_url")  # fmt: skip
    return url


def _web(means: Means, folder: Path) -> WebSettings | None:
    found = _search(means)
    if not means.web:
        return None
    try:
        from enrich.research.web.fetch import WebSettings  # noqa: PLC0415  (an extra)
        from enrich.research.web.search import KEY_ENVS, HttpSearch  # noqa: PLC0415
    except ImportError as error:
        raise _not_installed(error, what="reading the web", extra="web") from error
    # What was read while private addresses were allowed is not there once they are not.
    cache = folder / ("web-private.db" if means.private_web else "web.db")
    if found is None:
        return WebSettings(cache=cache, to_private=means.private_web)
    engine, url = found
    key = _secret(KEY_ENVS[engine], "local.search", needed=True) if engine in KEY_ENVS else ""
    search = HttpSearch(engine=engine, url=url, key=key)
    return WebSettings(cache=cache, to_private=means.private_web, search=search)


def _model(means: Means) -> ModelSettings | None:
    stated = _model_url(means)
    if means.model is None:
        return None
    try:
        from enrich.research.llm.endpoint import OPENAI_URL, ModelSettings  # noqa: PLC0415
    except ImportError as error:
        raise _not_installed(error, what="a model", extra="llm") from error
    url = stated or OPENAI_URL
    # OpenAI's key is for OpenAI alone, whatever else is asked.
    is_openai = url == OPENAI_URL
    key = _secret("OPENAI_API_KEY" if is_openai else "ENRICH_MODEL_KEY", "local.model", needed=is_openai)  # fmt: skip
    price_in, price_out = means.model_price
    return ModelSettings(
        name=means.model,
        url=url,
        key=key,
        usd_per_million_in=price_in,
        usd_per_million_out=price_out,
    )


def _secret(variable: str, used_by: str, *, needed: bool) -> str:
    """Return a key of the environment, without the line's end that files of keys have."""
    key = os.environ.get(variable, "").strip()
    if (needed and not key) or not can_be_sent(key):
        wrong = "holds what cannot be sent" if key else "is not set"
        raise ConfigError(f"the environment variable {variable} {wrong}", key=used_by)
    return key


@contextmanager
def embedded(job: Job) -> Iterator[tuple[str, str]]:
    """Run a server for a job, and give its address and key.

    Its runs are kept in the job's state folder, so that a command that died goes on.

    Raises:
        ConfigError: See ``research_engine``.
    """
    try:
        from enrich.server import EmbeddedServer, ServerSettings  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise _not_installed(error) from error
    try:
        folder = _made(job.state_folder / "local-server")
    except ConfigError as error:
        raise job.located(error) from None
    if not job.local.corpus and not job.local.web:
        raise job.located(ConfigError(_NO_DOCUMENTS, key="local.corpus"))
    means = means_of(job.local)
    with turn(folder / "index.lock"):  # of several shards one makes it, and the others read it
        try:
            engine = research_engine(job.local.corpus, folder / "index.db", means)
        except ConfigError as error:
            raise job.located(error) from None
    # Each shard's process has a server of its own; they share what is read, not what is run.
    shard = job.shard
    database = "runs.db" if shard.whole else f"runs-{shard.index}-of-{shard.of}.db"
    settings = ServerSettings(database=folder / database, workers=_workers(means, cores()))
    try:
        with EmbeddedServer(settings, engine) as server:
            yield server.url, server.api_key
    finally:
        engine.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving(Means):
    """What ``enrich serve`` is told.

    Attributes:
        corpus: Folders or files of documents.
        host: Address to listen on.
        port: Port; 0 takes a free one.
        state: The folder of the runs and of the documents' index.
        keys: A file of keys; those of the environment are known beside them.
        no_auth: Anyone on this machine may call without a key. Otherwise a key must be
            shown; any will do while none is named, on this machine alone.
        runs_per_minute: Quota of each key that has none of its own.
        credit_usd: Credit of each key that has none of its own.
        workers: Processes that answer the runs; None for threads of this one. With 0 all of
            them are elsewhere.
        at_once: Limits of processors, ``name=number`` each.
        faults: Failures to make on purpose.
        seed: Decides which requests a fault strikes.
        private_webhooks: Also send webhooks to private addresses.
        verbose: Log each request.
    """

    corpus: Sequence[str]
    host: str
    port: int
    state: str
    keys: str | None = None
    no_auth: bool = False
    runs_per_minute: int | None = None
    credit_usd: float | None = None
    workers: int | None = None
    at_once: Sequence[str] = ()
    faults: Sequence[str] = ()
    seed: int = 0
    private_webhooks: bool = False
    verbose: bool = False


def new_key(name: str) -> tuple[str, str]:
    """Make a key: its secret, and the lines that a file of keys holds for it.

    Raises:
        ConfigError: The name cannot be one.
    """
    made: tuple[str, str] = _server().keys.new_key(name)
    return made


def serve(serving: Serving, *, on_ready: Callable[[str, bool], None]) -> None:
    """Serve until stopped.

    Args:
        serving: What to serve, where and to whom.
        on_ready: Is told the address, and whether any key will do because none is named.

    Raises:
        ConfigError: No documents, a fault that is none, or an address that others can
            reach without a key.
    """
    server = _server()
    keys = server.keys.parse_keys(os.environ.get(KEYS_ENV, ""), where=KEYS_ENV)
    if serving.keys is not None:
        keys += server.keys.read_keys(Path(serving.keys))
    if not keys and not is_loopback(serving.host):
        message = f"{serving.host} can be reached by others: set {KEYS_ENV} to name=key first"
        raise ConfigError(message)
    joining = worker_key()
    if serving.workers == 0 and joining is None:
        raise ConfigError(f"--workers 0 leaves the work to others: set {WORKER_KEY_ENV} for them")
    folder = _made(Path(serving.state))
    per_minute = serving.runs_per_minute
    settings = server.ServerSettings(
        database=folder / "runs.db",
        workers=_workers(means_of(serving), cores()),
        worker_keys=() if joining is None else (server.settings.digest_of(joining),),
        keys=keys,
        no_auth=serving.no_auth,
        any_key=not keys,
        quota=None if per_minute is None else server.Quota(limit=per_minute),
        credit_usd=serving.credit_usd,
        at_once=dict(map(_limit, serving.at_once)),
        faults=tuple(serving.faults),
        seed=serving.seed,
        fault_header=True,
        webhook_secret=os.environ.get(WEBHOOK_SECRET_ENV) or None,
        webhooks_to_private=serving.private_webhooks,
    )
    server.write_logs(sys.stderr, verbose=serving.verbose)
    means, engine, supervisor = means_of(serving), None, None
    with ExitStack() as opened:
        if serving.workers is None:
            engine = research_engine(serving.corpus, folder / "index.db", means, stays=True)
            opened.callback(engine.close)
        elif serving.workers > 0:
            supervisor = opened.enter_context(
                supervisor_of(serving.corpus, folder, means, serving.workers)
            )
        server.serve(
            settings,
            engine,
            host=serving.host,
            port=serving.port,
            on_ready=lambda url: on_ready(url, not keys),
            supervisor=supervisor,
        )


def _server() -> ModuleType:
    try:
        from enrich import server  # noqa: PLC0415  (an extra)
        from enrich.server import auth, keys, settings  # noqa: F401, PLC0415  (asked for by their places)
    except ImportError as error:
        raise _not_installed(error) from error
    return server


def _limit(text: str) -> tuple[str, int]:
    processor, _, number = text.partition("=")
    if not number.isdecimal():
        raise ConfigError(f"{text!r} is no limit; write ultra=2")
    return processor, int(number)


def _not_installed(
    error: ImportError, *, what: str = "the embedded server", extra: str = "local"
) -> ConfigError:
    otherwise = ", or set api.base_url to an API" if extra == "local" else ""
    return ConfigError(
        f"{what} needs the package {error.name}: pip install 'enrich[{extra}]'{otherwise}"
    )
