"""`enrich init`: a job file to start from, made of a table's header and some of its rows."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from enrich.cli.printing import say
from enrich.errors import ConfigError, TableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.tables import Table

DEFAULT_FIELD: Final = "summary"
SAMPLE_ROWS: Final = 500
MAX_SENT: Final = 3

_PRIVATE: Final = re.compile(
    r"e-?mail|phone|mobile|fax|telefon|note|comment|remark|birth|ssn|iban|salary|password|passwd"
    r"|secret|token|address|street|owner|contact",
    re.IGNORECASE,
)
"""Names of columns that say something of a person, or are nobody's business: never proposed."""
_PRIVATE_CELL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}|\+?[\d\s().-]{9,}", re.IGNORECASE)
_NUMBER_NAME: Final = re.compile(r"(^|[_\s])(id|uuid|guid|key|no|nr|number)$", re.IGNORECASE)
_TELLING: Final = (
    re.compile(r"company|organi[sz]ation|firm|account.?name|business", re.IGNORECASE),
    re.compile(r"domain|website|web.?site|^url$|homepage", re.IGNORECASE),
    re.compile(r"^(country|city|region|state)$", re.IGNORECASE),
    re.compile(r"name|title|product|brand|school|hospital|drug|species", re.IGNORECASE),
)
"""Names of columns that say what a row is about, the most telling first."""


@click.command(
    epilog='Example: enrich init sample_data/countries.csv -o out/start.yaml --find "capital: '
    'Name of the capital city"'
)
@click.argument("table", type=click.Path())
@click.option("-o", "--output", "job_path", metavar="FILE", help="Write the job here.")
@click.option(
    "--send", "sent", multiple=True, metavar="COLUMN", help="Send this column; can be repeated."
)
@click.option(
    "--find",
    "wanted",
    multiple=True,
    metavar="NAME: WHAT",
    help="Find this for each row; can be repeated.",
)
@click.option("--processor", default="base", show_default=True, help="The API's tier.")
@click.option("--corpus", metavar="DIR", help="Answer from these documents, on this machine.")
@click.option("--force", is_flag=True, help="Write over a job file that is there.")
def init(
    table: str,
    job_path: str | None,
    sent: tuple[str, ...],
    wanted: tuple[str, ...],
    processor: str,
    corpus: str | None,
    force: bool,
) -> None:
    """Write a job file for a table. Reads the header and some rows, and sends nothing.

    On a terminal it asks which columns say what a row is about, and what to find. Columns
    with addresses, phone numbers or notes are never proposed.
    """
    from enrich.tables import open_table

    target = Path(job_path or f"{_stem(table)}.yaml")
    if target.exists() and not force:
        message = f"{target} is there already. Name another with -o, or write over it with --force."
        raise ConfigError(message)
    opened = open_table(table)
    columns = list(opened.columns)
    proposed = list(sent) or propose(opened)
    fields = dict(map(_field, wanted))
    if sys.stdin.isatty():
        proposed = list(sent) or _ask_columns(columns, proposed)
        fields = fields or _ask_fields()
    _check_columns(table, columns, proposed)
    _check_fields(table, columns, fields)
    unknown = next(
        name for name in (DEFAULT_FIELD, f"{DEFAULT_FIELD}_found") if name not in columns
    )
    text = job_text(
        table=_relative(table, target),
        output=_relative(_beside(table), target),
        key=key_of(opened),
        sent=proposed,
        unsent=[name for name in columns if name not in proposed],
        fields=fields or {unknown: "What it is, in one sentence. If unknown, null."},
        processor=processor,
        corpus=None if corpus is None else _relative(corpus, target),
    )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror or error}"
        raise TableError(message) from None
    say([f"Wrote {target}", f"It sends {', '.join(proposed)}, and nothing else."])
    if not fields:
        say([f"It finds a {unknown}; write under `output:` what you want to know."])
    say([f"Next: enrich plan {target}   what would be sent, and its price"])


def propose(table: Table) -> list[str]:
    """Return the columns that seem to say what a row is about; at most three."""
    cells = _sample(table)
    usable = [name for name in table.columns if not _is_private(name, cells[name])]
    telling = [
        next((rank for rank, word in enumerate(_TELLING) if word.search(name)), len(_TELLING))
        for name in usable
    ]
    ranked = sorted(zip(telling, range(len(usable)), usable, strict=True))
    known = [name for rank, _, name in ranked if rank < len(_TELLING)][:MAX_SENT]
    if known:
        return [name for name in table.columns if name in known]
    # Nothing says it: the first column of words that differ from row to row.
    for name in usable:
        values = [str(cell) for cell in cells[name] if cell not in {None, ""}]
        words = sum(any(char.isalpha() for char in value) for value in values)
        if values and words > len(values) / 2 and len(set(values)) > len(values) / 2:
            return [name]
    return usable[:1] or list(table.columns[:1])


def key_of(table: Table) -> str | None:
    """Return the column that numbers the rows, if one does."""
    cells = _sample(table)
    for name in table.columns:
        values = cells[name]
        if _NUMBER_NAME.search(name) and values and len(set(map(str, values))) == len(values):
            return name
    return None


def _sample(table: Table) -> dict[str, list[object]]:
    names = list(table.columns)
    for batch in table.batches(names, whole=False):
        return {name: list(batch.column(name)[:SAMPLE_ROWS]) for name in names}
    return {name: [] for name in names}


def _is_private(name: str, cells: Sequence[object]) -> bool:
    if _PRIVATE.search(name) or _NUMBER_NAME.search(name):
        return True
    texts = [cell for cell in cells if isinstance(cell, str) and cell]
    return sum(bool(_PRIVATE_CELL.fullmatch(text)) for text in texts) > len(texts) / 2


def _ask_columns(columns: Sequence[str], proposed: Sequence[str]) -> list[str]:
    say(
        [
            f"Columns: {', '.join(columns)}",
            "Which of them say what a row is about? Only these are sent.",
        ]
    )
    said = click.prompt("Send", default=", ".join(proposed), err=True)
    return [name.strip() for name in said.split(",") if name.strip()]


def _ask_fields() -> dict[str, str]:
    say(["What do you want to know of each row? One thing a line, as `name: what it is`."])
    fields: dict[str, str] = {}
    while True:
        said = click.prompt("Find (empty: done)", default="", show_default=False, err=True)
        if not said.strip():
            return fields
        try:
            name, what = _field(said)
        except ConfigError as error:
            say([error.message])
            continue
        fields[name] = what


def _field(text: str) -> tuple[str, str]:
    """Read ``name: what it is``; words alone are a description with a name made of them."""
    name, colon, what = (part.strip() for part in text.partition(":"))
    if not colon:
        what, name = text.strip(), "_".join(re.findall(r"\w+", text.lower())[:4])
    if not what or not re.fullmatch(r"[^\W\d]\w{0,63}", name):
        message = f"{text!r} is no `name: what it is`, such as `ceo: Name of the chief executive`"
        raise ConfigError(message)
    if "unknown" not in what.lower():
        what = f"{what.rstrip('.')}. If unknown, null."
    return name, what


def _check_columns(table: str, columns: Sequence[str], sent: Sequence[str]) -> None:
    from enrich.inputs import did_you_mean

    for name in sent:
        if name not in columns:
            message = f"{table} has no column `{name}`{did_you_mean(name, columns)}"
            raise ConfigError(message)
    if not sent:
        message = f"{table} has no columns; there is nothing to send"
        raise ConfigError(message)


def _check_fields(table: str, columns: Sequence[str], fields: dict[str, str]) -> None:
    for name in fields:
        if name in columns:
            message = f"{table} has a column `{name}` already; find it under another name"
            raise ConfigError(message)


def job_text(
    *,
    table: str,
    output: str,
    key: str | None,
    sent: Sequence[str],
    unsent: Sequence[str],
    fields: dict[str, str],
    processor: str,
    corpus: str | None,
) -> str:
    """Return the job file, with what each part means."""
    named: dict[str, str] = {}
    for column in sent:
        name = _input_name(column)
        named[name if name not in named else f"{name}_{len(named)}"] = column
    inputs = "\n".join(f"    {_yaml(name)}: {_yaml(column)}" for name, column in named.items())
    found = "\n".join(
        f'    {_yaml(name)}: {{type: "string?", description: {_yaml(what)}}}'
        for name, what in fields.items()
    )
    kept = (
        f"  # stays here: {', '.join(' '.join(name.split()) for name in unsent)}\n"
        if unsent
        else ""
    )
    api = (
        f"api:\n  base_url: local                  # the embedded server; nothing leaves this machine\n"
        f"local:\n  corpus: {_yaml(corpus)}\n"
        if corpus is not None
        else "api:                               # the key comes from the environment\n"
        "  key_env: PARALLEL_API_KEY\n"
        "budget:\n  max_cost_usd: 5                  # nothing is bought beyond that\n"
    )
    keyed = (
        f"  key: [{_yaml(key)}]                  # names rows in reports; never sent\n"
        if key
        else ""
    )
    return (
        "# Made by `enrich init`. All keys: docs/job_file.md, or `enrich schema`.\n"
        "version: 1\n"
        "input:\n"
        f"  path: {_yaml(table)}\n"
        f"{keyed}"
        "output:\n"
        f"  path: {_yaml(output)}\n"
        "task:\n"
        f"  processor: {_yaml(processor)}                  # the API's tier: price and depth\n"
        "  inputs:                          # only what stands here is sent\n"
        f"{inputs}\n"
        f"{kept}"
        '  output:                          # a question mark allows null; other types: "integer?", "number?"\n'
        f"{found}\n"
        f"{api}"
    )


def _input_name(column: str) -> str:
    return "_".join(re.findall(r"\w+", column.lower())) or "input"


def _yaml(text: str) -> str:
    """Return a text as YAML has it in one line: plain where that is safe, else quoted."""
    import json

    if (
        re.fullmatch(r"[A-Za-z./][\w./ -]*", text)
        and text == text.strip()
        and text.lower()
        not in {
            "null",
            "true",
            "false",
            "yes",
            "no",
            "on",
            "off",
            "y",
            "n",
        }
    ):
        return text
    return json.dumps(text, ensure_ascii=False)


def _stem(table: str) -> str:
    return Path(table.rstrip("/")).name.split(".")[0] or "job"


def _beside(table: str) -> str:
    path = Path(table)
    ending = "".join(path.suffixes) if path.suffixes else ""
    name = f"{_stem(table)}_enriched{ending}"
    return name if "://" in table else str(path.with_name(name))


def _relative(path: str, job: Path) -> str:
    """Return a path as a job file in another folder has to name it."""
    if "://" in path or Path(path).is_absolute():
        return path
    return Path(os.path.relpath(path, job.parent)).as_posix()
