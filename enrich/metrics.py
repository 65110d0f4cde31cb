"""Figures of a run for those who watch many: a Prometheus textfile, and OpenTelemetry."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from enrich.errors import ConfigError, TableError
from enrich.records import RowStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.pipeline import Report

HELP: Final = {
    "enrich_rows": "Rows of the table, by how they ended",
    "enrich_fill_ratio": "Share of the completed rows that have a value, by field",
    "enrich_confidence_rows": "Completed rows by how sure a field's value is",
    "enrich_spent_usd": "Price of the round so far",
    "enrich_failed_runs": "Runs of the round that failed, which are not billed",
    "enrich_extra_runs": "Runs paid for twice",
    "enrich_unmet_expectations": "What the job expects and the result does not hold",
    "enrich_exit_code": "What the command ended with",
    "enrich_duration_seconds": "How long the command took",
    "enrich_finished_timestamp_seconds": "When it ended",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number, with what it is the number of."""

    name: str
    value: float
    labels: dict[str, str]


def figures(job: str, report: Report, began_at: float, ended_at: float) -> Iterator[Figure]:
    """Yield a run's figures; all are gauges."""
    merged, share = report.merged, report.share
    of_job = {"job": job} if share is None else {"job": job, "shard": str(share.shard)}
    statuses = merged.statuses if share is None else share.statuses
    for status in RowStatus:
        labels = {**of_job, "status": str(status)}
        yield Figure(name="enrich_rows", value=statuses[status], labels=labels)
    for field, filled in merged.filled.items():
        if completed := merged.answered[field]:
            labels = {**of_job, "field": field}
            yield Figure(name="enrich_fill_ratio", value=filled / completed, labels=labels)
        for level, rows in merged.confidence.get(field, {}).items():
            labels = {**of_job, "field": field, "level": level}
            yield Figure(name="enrich_confidence_rows", value=rows, labels=labels)
    for name, value in (
        ("enrich_spent_usd", report.spent_usd),
        ("enrich_failed_runs", report.failed_runs),
        ("enrich_extra_runs", report.extra_runs),
        ("enrich_unmet_expectations", len(report.unmet)),
        ("enrich_exit_code", report.exit_code),
        ("enrich_duration_seconds", ended_at - began_at),
        ("enrich_finished_timestamp_seconds", ended_at),
    ):
        yield Figure(name=name, value=value, labels=of_job)


def write_textfile(path: str | Path, made: list[Figure]) -> None:
    """Write figures as node_exporter's textfile collector reads them; whole or not at all.

    Raises:
        TableError: The file cannot be written.
    """
    lines = []
    for name, about in HELP.items():
        lines += [f"# HELP {name} {about}", f"# TYPE {name} gauge"]
        lines += [f"{name}{{{_labels(each)}}} {each.value!r}" for each in made if each.name == name]
    target = Path(path)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_text("\n".join(lines) + "\n", encoding="utf-8")
        beside.replace(target)
    except OSError as error:
        raise TableError(f"{target} cannot be written: {error.strerror or error}") from None


def _labels(figure: Figure) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in figure.labels.items())


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def export(job: str, made: list[Figure], began_at: float, ended_at: float) -> bool:
    """Send figures and a span to the collector that ``OTEL_EXPORTER_OTLP_ENDPOINT`` names.

    Returns:
        Whether it took them.

    Raises:
        ConfigError: The packages for it are not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import (  # noqa: PLC0415
            OTLPMetricExporter,
        )
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as error:
        message = f"--otel needs the package {error.name}: pip install 'enrich[telemetry]'"
        raise ConfigError(message) from error
    resource = Resource.create({"service.name": "enrich"})
    metrics = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())], resource)
    meter = metrics.get_meter("enrich")
    for figure in made:
        meter.create_gauge(figure.name, description=HELP[figure.name]).set(
            figure.value, dict(figure.labels)
        )
    spans = TracerProvider(resource=resource)
    spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    span = spans.get_tracer("enrich").start_span(f"enrich run {job}", start_time=_nanos(began_at))
    span.set_attribute("enrich.job", job)
    span.end(_nanos(ended_at))
    taken = metrics.force_flush() and spans.force_flush()
    metrics.shutdown()
    spans.shutdown()
    return taken


def _nanos(at: float) -> int:
    return int(at * 1e9)
