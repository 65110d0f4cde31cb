"""A run's page: what it was asked, what it answered, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from enrich.html import el, join, outward
from enrich.server.pages.frame import chip, facts, json_block, listed, members, moment, page, plain
from enrich.server.pages.story import story
from enrich.server.runs import find_run
from enrich.taskapi.models import ACTIVE_STATUSES, Output

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from enrich.html import Html
    from enrich.server.auth import Account
    from enrich.server.feed import Progress
    from enrich.server.service import Service
    from enrich.server.store.reader import Reader
    from enrich.server.store.rows import RunRow
    from enrich.taskapi.models import Citation, FieldBasis

MARKDOWN_FIELD = "output"

_output: Final = msgspec.json.Decoder(Output)


async def run(service: Service, account: Account, request: Request) -> Response:
    """GET /runs/{run_id}."""
    row = find_run(service, account, request)

    def look(reader: Reader) -> tuple[str, str | None]:
        return reader.input(row.run_no), reader.output(row.run_no)

    body, output = await service.access.read(look)
    return page(
        row.run_id,
        el("h1", el("span", row.run_id, class_="id"), chip(row.status)),
        el("div", _facts(row), class_="card"),
        _error(row),
        *_warnings(row),
        *_work(service.at_work.progress.get(row.run_id)),
        *(_answer(_output.decode(output)) if output else ()),
        el("h2", "Input"),
        el("div", _input(msgspec.json.decode(body)["input"]), class_="card"),
        el("details", el("summary", "Request"), json_block(body), class_="card"),
        account=account.name,
        active=row.status in ACTIVE_STATUSES,
    )


def _work(progress: Progress | None) -> list[Html]:
    return [] if progress is None else [el("h2", "At work"), story(progress)]


def _facts(run: RunRow) -> Html:
    group = run.taskgroup_id
    return facts(
        ("Processor", run.processor),
        ("Group", el("a", group, href=f"/groups/{group}", class_="id") if group else None),
        ("Created", moment(run.created_at)),
        ("Changed", moment(run.modified_at)),
        ("About", members(msgspec.json.decode(run.metadata)) if run.metadata else None),
    )


def _error(run: RunRow) -> Html | None:
    if run.error is None:
        return None
    error = msgspec.json.decode(run.error)
    return el(
        "div",
        chip("failed"),
        f" {error['message']} ",
        el("span", f"reference {error['ref_id']}", class_="soft"),
        class_="card",
    )


def _warnings(run: RunRow) -> list[Html]:
    warnings = msgspec.json.decode(run.warnings) if run.warnings else []
    return [
        el("div", chip("warning"), f" {warning['message']}", class_="card") for warning in warnings
    ]


def _answer(output: Output) -> list[Html]:
    basis = {entry.field: entry for entry in output.basis or ()}
    if output.type_ == "text" or not isinstance(output.content, dict):
        answers = {MARKDOWN_FIELD: output.content}
    else:
        answers = output.content
    return [
        el("h2", "Answer"),
        *(_field(name, value, basis) for name, value in answers.items()),
    ]


def _field(name: str, value: Any, basis: dict[str, FieldBasis]) -> Html:
    own = basis.get(name)
    # Evidence of a list's elements and of what stands deeper has the field's name before it.
    inner = [entry for field, entry in basis.items() if field.startswith(f"{name}.")]
    none = value is None or value in ("", [], {})
    return el(
        "section",
        el(
            "div",
            el("h3", name),
            chip(own.confidence, f"{own.confidence} confidence")
            if own and own.confidence
            else None,
            class_="field",
        ),
        el(
            "div",
            "nothing found" if none else _shown(value),
            class_="value none" if none else "value",
        ),
        _evidence(own) if own else None,
        _inner(inner) if inner else None,
        class_="card",
    )


def _inner(entries: list[FieldBasis]) -> Html:
    """Show the evidence of a list's elements, or of what stands deeper in an object."""
    return el(
        "details",
        el("summary", f"Evidence for {len(entries)} parts"),
        *(
            el(
                "div",
                el("code", entry.field),
                " ",
                chip(entry.confidence) if entry.confidence else None,
                _evidence(entry),
                class_="inner",
            )
            for entry in entries
        ),
        class_="items",
    )


def _shown(value: Any) -> Html | str:
    text = listed(value)
    if isinstance(value, dict | list) and text[:1] in ("{", "["):
        return json_block(msgspec.json.encode(value).decode())
    return text


def _evidence(entry: FieldBasis) -> Html:
    sources = [_source(citation) for citation in entry.citations or ()]
    return join(
        (
            el("div", entry.reasoning, class_="soft") if entry.reasoning else None,
            el("ol", *sources, class_="sources") if sources else None,
        )
    )


def _source(citation: Citation) -> Html:
    return el(
        "li",
        outward(citation.url, citation.title or citation.url),
        el("div", citation.url, class_="soft id") if citation.title else None,
        *(el("blockquote", excerpt) for excerpt in citation.excerpts or ()),
    )


def _input(value: Any) -> Html:
    if isinstance(value, dict):
        return facts(*((name, listed(member)) for name, member in value.items()))
    return el("div", plain(value), class_="value")
