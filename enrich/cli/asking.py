"""`enrich ask`: one question, one run."""

from __future__ import annotations

from typing import Any

import click

from enrich.cli.options import given_means, means_options
from enrich.cli.printing import print_lines, say, to_json
from enrich.errors import ConfigError, TableError


@click.command(
    epilog='Example: enrich ask "What is the capital of Kenya?" --corpus sample_data/corpus'
)
@click.argument("question")
@click.option("--processor", default="base", show_default=True, help="The API's tier.")
@click.option(
    "--schema",
    "schema_path",
    type=click.Path(exists=True, dir_okay=False),
    help="A JSON Schema that the answer shall have.",
)
@click.option("--text", metavar="DESCRIPTION", help="What the text shall say, or be.")
@click.option("--auto", is_flag=True, help="Let the processor decide on the form.")
@click.option("--corpus", multiple=True, metavar="DIR", help="Answer from these documents.")
@means_options
@click.option("--api-url", metavar="URL", help="Ask this API instead of the hosted one.")
@click.option("-o", "--output", "output_path", metavar="FILE", help="Write the answer here.")
@click.option("--json", "as_json", is_flag=True, help="Print content and basis as JSON.")
def ask(
    question: str,
    processor: str,
    schema_path: str | None,
    text: str | None,
    auto: bool,
    corpus: tuple[str, ...],
    api_url: str | None,
    output_path: str | None,
    as_json: bool,
    **means: Any,
) -> None:
    """Ask one question, and get an answer with its sources.

    Without --schema, --text or --auto it is a short answer in words. The same question is
    not bought twice.

    What --web, --search and --model say of the embedded server is what a job file's `local`
    says. A search's key is in BRAVE_API_KEY or PARALLEL_API_KEY, a model's in
    ENRICH_MODEL_KEY, or OPENAI_API_KEY without --model-url.
    """
    from enrich.api import ask as ask_api

    if sum((schema_path is not None, text is not None, auto)) > 1:
        message = "--schema, --text and --auto exclude each other"
        raise click.UsageError(message)
    wanted: Any = text or "A short answer to the question."
    if schema_path is not None:
        wanted = _read_json(schema_path)
    elif auto:
        wanted = None
    if output_path is not None:
        _check_place(output_path)
    answer = ask_api(
        question,
        wanted,
        processor=processor,
        base_url=api_url,
        corpus=list(corpus) or None,
        local=given_means(means),
    )
    written = (
        to_json(
            {"content": answer.content, "basis": answer.basis, "run_id": answer.run_id}, indent=2
        )
        if as_json
        else str(answer)
    )
    if output_path is None:
        print_lines([written])
    else:
        _write(output_path, written + "\n")
    if not as_json:
        say(f"  {url}" for url in answer.citations)


def _read_json(path: str) -> Any:
    import json
    from pathlib import Path

    try:
        return json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        message = f"it holds no JSON: {error}"
        raise ConfigError(message, path=path) from None


def _check_place(path: str) -> None:
    """Look whether the answer can be written before it is paid for; a pipe takes what comes."""
    from pathlib import Path

    from enrich.tables.publish import check_place

    place = Path(path)
    if place.is_file() or place.is_dir() or not place.exists():
        check_place(path)


def _write(path: str, text: str) -> None:
    from pathlib import Path

    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or error}"
        raise TableError(message) from None
