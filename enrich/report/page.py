"""The report as HTML: no script, nothing loaded, and nobody's text is taken for markup."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING, Final

from enrich.html import Html, el, join, outward
from enrich.records import RowStatus
from enrich.report import drift, values
from enrich.report.charts import bar
from enrich.report.facts import LEVELS
from enrich.report.words import bdi, chip, count, facts_list, money, percent, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.html import Content
    from enrich.report.facts import Doubt, Facts, FieldFacts, Reason, Review, Settings

STYLE: Final = resources.files("enrich.report").joinpath("style.css").read_text("utf-8")
_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'"
)


def page(facts: Facts) -> bytes:
    """Return the page, whole."""
    made = [section for section in _sections(facts) if section]
    html = el(
        "html",
        el(
            "head",
            el("meta", charset="utf-8"),
            el("meta", http_equiv="Content-Security-Policy", content=POLICY),
            el("meta", name="referrer", content="no-referrer"),
            el("meta", name="viewport", content="width=device-width, initial-scale=1"),
            el("title", f"{facts.settings.job}: enrichment report"),
            el("style", Html(STYLE)),
        ),
        el(
            "body",
            _head(facts, [(name, title) for name, title, _ in made]),
            el("main", *(_section(*section) for section in made)),
            el("footer", el("p", "Made by enrich out of the table and its ledger.")),
        ),
        lang="en",
    )
    return f"<!doctype html>\n{html}\n".encode(errors="replace")


def _section(name: str, title: str, content: Content) -> Html:
    return el("section", el("h2", title, id=name), content, aria_labelledby=name)


def _sections(facts: Facts) -> Iterator[tuple[str, str, Html] | None]:
    completed = facts.statuses[RowStatus.COMPLETED]
    if completed:
        yield "fields", "Fields", _fields(facts, completed)
    if drift.is_known(facts):
        yield "drift", "Against the run before", drift.section(facts)
    yield _reasons("failures", "Failures by reason", facts.reasons)
    if completed:
        yield "values", "Values", values.section(facts)
    if facts.domains:
        yield "sources", "Domains cited most", _domains(facts, completed)
    if facts.review:
        yield "review", "To look at", _review(facts)
    yield _reasons("skipped", "Rows that were not asked", facts.skipped)
    yield "settings", "The job", _settings(facts)


def _head(facts: Facts, sections: list[tuple[str, str]]) -> Html:
    return el(
        "header",
        el("h1", bdi(facts.settings.job)),
        el("p", _verdict(facts), class_="lead"),
        _unmet(facts),
        el(
            "nav",
            *(el("a", title, href=f"#{name}") for name, title in sections),
            aria_label="Sections",
        ),
        el(
            "dl",
            *(
                el("div", el("dt", name), el("dd", what), class_="card")
                for name, what in _tiles(facts)
            ),
            class_="tiles",
        ),
    )


def _verdict(facts: Facts) -> str:
    statuses = facts.statuses
    completed = statuses[RowStatus.COMPLETED]
    failed = statuses[RowStatus.FAILED] + statuses[RowStatus.REFUSED]
    said = [f"{completed:,} of {count(facts.rows, 'row')} completed"]
    for status, word in (
        (RowStatus.FAILED, "failed"),
        (RowStatus.REFUSED, "refused"),
        (RowStatus.SKIPPED, "not asked"),
        (RowStatus.PENDING, "not settled yet"),
    ):
        if statuses[status]:
            said.append(f"{statuses[status]:,} {word}")
    text = ", ".join(said) + "."
    if facts.doubtful:
        verb = "has a doubtful value" if facts.doubtful == 1 else "have doubtful values"
        text += f" {count(facts.doubtful, 'row')} {verb}: look at them first."
    elif completed and not failed:
        text += " No value is doubtful."
    return text


def _unmet(facts: Facts) -> Html | None:
    if not facts.expect:
        return None
    return el(
        "div",
        el("strong", "Not as the job expects"),
        el("ul", *(el("li", sentence) for sentence in facts.expect)),
        class_="callout",
    )


def _tiles(facts: Facts) -> Iterator[tuple[str, str]]:
    fields = facts.fields.values()
    asked = sum(each.completed for each in fields)
    yield "Rows", f"{facts.rows:,}"
    if asked:
        yield "Values found", percent(sum(each.filled for each in fields), asked)
        yield "Of high confidence", percent(sum(each.confidence["high"] for each in fields), asked)
    yield "Cost", money(facts.settings.spent_usd)
    began, ended = facts.settings.began_at, facts.settings.ended_at
    if began is not None and ended is not None:
        yield "Time", _duration(ended - began)
    elif began is not None:
        yield "Time", "still at work"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{max(1, whole)} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60:02d} min"


def _fields(facts: Facts, completed: int) -> Html:
    changed = any(each.changed for each in facts.fields.values())
    heads = ["Field", "Filled", "Confidence", "With a source", *(["Changed"] if changed else [])]
    rows = [
        [
            bdi(each.name),
            join(
                (
                    bar([("bar", each.filled)], each.completed, "filled"),
                    percent(each.filled, each.completed),
                )
            ),
            _confidence(each),
            percent(each.cited, each.filled) if each.filled else "–",
            *([f"{each.changed:,}"] if changed else []),
        ]
        for each in facts.fields.values()
    ]
    return join(
        (
            el("p", f"Of the {count(completed, 'completed row')}.", class_="soft small"),
            table(heads, rows),
        )
    )


def _confidence(each: FieldFacts) -> Html:
    said = [(level, each.confidence[level], level) for level in LEVELS if each.confidence[level]]
    others = sum(each.confidence.values()) - sum(number for _, number, _ in said)
    if others:
        said.append(("none", others, "not said"))
    words = " · ".join(f"{number:,} {word}" for _, number, word in said)
    return join((bar([(kind, number) for kind, number, _ in said], each.completed, words), words))


def _review(facts: Facts) -> Html:
    said = [
        f"{count(number, 'row')} {what}"
        for number, what in (
            (
                facts.doubtful,
                "with a value of low confidence, without a source, or that does not fit",
            ),
            (facts.incomplete, "in which something was not found"),
            (facts.unsure, "with a value of medium confidence"),
        )
        if number
    ]
    text = f"{'; '.join(said)}. The least sure first."
    if facts.doubtful + facts.unsure + facts.incomplete > len(facts.review):
        text += f" These are the first {len(facts.review)}; the table has all."
    return join(
        (
            el("p", text, class_="soft small"),
            el("div", *(map(_review_card, facts.review)), class_="review"),
        )
    )


def _review_card(item: Review) -> Html:
    missing = None
    if item.missing:
        missing = el(
            "div",
            el("p", "Nothing was found for ", el("b", bdi(", ".join(item.missing))), "."),
            el("p", bdi(item.reasoning), class_="soft small") if item.reasoning else None,
        )
    return el(
        "article",
        el("h3", bdi(item.row)),
        *(map(_doubt, item.doubts)),
        missing,
        class_="card",
    )


def _doubt(doubt: Doubt) -> Html:
    return el(
        "div",
        el("p", bdi(doubt.name), chip(doubt.confidence), class_="between soft small"),
        el("p", values.value(doubt.value), class_="value"),
        el("p", "It does not fit: ", bdi(doubt.problem)) if doubt.problem else None,
        values.source(doubt.source) or el("p", "No source is cited.", class_="soft small"),
        el("p", bdi(doubt.reasoning), class_="soft small") if doubt.reasoning else None,
        class_="doubt",
    )


def _reasons(name: str, title: str, reasons: dict[str, Reason]) -> tuple[str, str, Html] | None:
    if not reasons:
        return None
    ordered = sorted(reasons.items(), key=lambda pair: -pair[1].count)
    rows = [[bdi(said), f"{reason.count:,}", bdi(reason.example)] for said, reason in ordered]
    return name, title, table(["Reason", "Rows", "The first one"], rows)


def _domains(facts: Facts, completed: int) -> Html:
    return el(
        "div",
        el("p", "Of the completed rows, how many cite it.", class_="soft small"),
        el(
            "ol",
            *(
                el(
                    "li",
                    el(
                        "div",
                        outward(f"https://{domain}/", bdi(domain)),
                        el("span", f"{number:,}"),
                        class_="between",
                    ),
                    bar([("bar", number)], completed, f"{number} of {completed} rows"),
                )
                for domain, number in facts.domains
            ),
            class_="bars",
        ),
        class_="card",
    )


def _settings(facts: Facts) -> Html:
    settings = facts.settings
    return el("div", facts_list(*_settings_pairs(settings, facts)), class_="card")


def _settings_pairs(settings: Settings, facts: Facts) -> Iterator[tuple[str, Content]]:
    yield "Table", bdi(settings.table)
    yield "Sent", join(_commas([el("code", name) for name in settings.sent]))
    yield "Answered by", bdi(f"{settings.api}, processor {settings.processor}")
    for name, number in facts.again.most_common():
        yield f"Asked again of {name}", count(number, "row")
    for name, usd in settings.spent_by_task:
        yield f"Cost of {name}", money(usd)
    if settings.began_at is not None:
        yield "Began", moment(settings.began_at)
    if settings.ended_at is not None:
        yield "Ended", moment(settings.ended_at)
    if settings.failed_runs:
        yield "Attempts that failed", f"{settings.failed_runs:,}; not billed"
    if settings.extra_runs:
        yield "Paid for twice", count(settings.extra_runs, "run")
    for name, text in settings.others:
        yield name, bdi(text)
    for name, description in settings.fields:
        yield f"Field {name}", bdi(description)


def _commas(items: list[Html]) -> Iterator[Content]:
    for index, item in enumerate(items):
        if index:
            yield ", "
        yield item


def moment(at: float) -> Html:
    """Show a wall time: UTC, to the minute."""
    when = datetime.fromtimestamp(at, UTC)
    return el("time", f"{when:%Y-%m-%d %H:%M} UTC", datetime=when.isoformat(timespec="seconds"))
