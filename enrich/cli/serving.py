"""`enrich serve`: a Task API of our own. `enrich work`: workers for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from enrich.cli.options import means_options
from enrich.cli.printing import print_lines, say

if TYPE_CHECKING:
    from collections.abc import Callable


def _means(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say what answers."""
    corpus = click.option(
        "--corpus", multiple=True, metavar="DIR", help="Documents to answer from; can be repeated."
    )
    added: Callable[..., None] = corpus(means_options(command))
    return added


def _sources(told: dict[str, Any]) -> str:
    named = [*told["corpus"], *(["the web"] if told["web"] else [])]
    return ", ".join(named) or "no documents: every answer will be empty"


@click.command(epilog="Example: enrich serve --corpus sample_data/corpus")
@_means
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8787,
    show_default=True,
    help="0 takes a free one.",
)
@click.option(
    "--state",
    type=click.Path(file_okay=False),
    default=".enrich/server",
    show_default=True,
    help="Where runs and the index of the documents are kept.",
)
@click.option("--keys", type=click.Path(dir_okay=False), help="A file of keys, by their hashes.")
@click.option("--new-key", metavar="NAME", help="Make a key and the lines of --keys for it; end.")
@click.option("--no-auth", is_flag=True, help="Let this machine call without a key.")
@click.option(
    "--runs-per-minute", type=click.IntRange(min=1), metavar="N", help="Quota of each key."
)
@click.option(
    "--credit", "credit_usd", type=click.FloatRange(min=0), metavar="USD", help="Of each key."
)
@click.option(
    "--at-once", multiple=True, metavar="PROCESSOR=N", help="Runs of it side by side, at most."
)
@click.option(
    "--workers",
    type=click.IntRange(min=0),
    metavar="N",
    help="Processes that answer the runs; without it threads of this one do.",
)
@click.option("--private-webhooks", is_flag=True, help="Also send webhooks to private addresses.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="FAULT",
    help="A failure to make on purpose, such as lost:0.1.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Decides which requests a fault strikes."
)
@click.option("-v", "--verbose", is_flag=True, help="Log each request and each run that ended.")
def serve(new_key: str | None, **told: Any) -> None:
    """Serve a Task API of our own, which answers from documents.

    Callers show a key that is in ENRICH_SERVER_KEYS (name=key, separated by commas) or
    in the file of --keys. Without either, any key will do, from this machine alone.
    Webhooks are signed with ENRICH_WEBHOOK_SECRET (whsec_…). Logs are lines of JSON.
    A search's key is in BRAVE_API_KEY or PARALLEL_API_KEY, a model's in ENRICH_MODEL_KEY
    or, for OpenAI itself, OPENAI_API_KEY. With ENRICH_WORKER_KEY set, whoever shows this
    key with `enrich work` may answer runs, too.
    """
    from enrich import local

    if new_key is not None:
        secret, lines = local.new_key(new_key)
        say([f"The key, which is told this once: {secret}"])
        print_lines(lines.splitlines())
        return

    def ready(url: str, any_key: bool) -> None:
        print_lines([f"Serving the Task API at {url}"])
        is_elsewhere = told["workers"] == 0
        answers = (
            "The work is done elsewhere." if is_elsewhere else f"It answers from {_sources(told)}."
        )
        say([f"{answers} Ctrl-C ends it."])
        if any_key:
            say(["Any key will do, from this machine alone."])

    local.serve(local.Serving(**told), on_ready=ready)


@click.command(epilog="Example: enrich work http://research.example:8787 --corpus my_documents")
@click.argument("url")
@_means
@click.option(
    "--state",
    type=click.Path(file_okay=False),
    default=".enrich/worker",
    show_default=True,
    help="Where the index of the documents is kept.",
)
@click.option(
    "--workers", type=click.IntRange(min=1), metavar="N", help="Processes; one a core without it."
)
@click.option("-v", "--verbose", is_flag=True, help="Log more than what is wrong.")
def work(url: str, **told: Any) -> None:
    """Answer the runs of an `enrich serve` at URL, from documents on this machine.

    Both must be given the same ENRICH_WORKER_KEY. Start it on as many machines as you
    like; it can be stopped, or die, at any time: others do its runs.
    """
    from enrich import working

    def ready(n: int) -> None:
        print_lines([f"{n} workers answer the runs of {url}"])
        say([f"They answer from {_sources(told)}. Ctrl-C ends them."])

    working.work(working.Working(url=url, **told), on_ready=ready)
