"""What one run does with a model, and what it used of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.research.fields import answer_object
from enrich.research.llm.endpoint import Endpoint, ModelFailed, Usage
from enrich.research.llm.outline import answered_only, proposed_schema
from enrich.research.llm.reader import ModelReader
from enrich.research.llm.report import written_report
from enrich.research.question import Message

if TYPE_CHECKING:
    from enrich.records import JsonObject
    from enrich.research.basis import Found
    from enrich.research.finder import Finder
    from enrich.research.llm.endpoint import ModelSettings
    from enrich.research.page import Page
    from enrich.research.processors import Effort
    from enrich.research.question import Question, Tell

FEWEST_PROPOSED: Final = 2
"""Fields of a structure that a model proposes which must have a value, or the outline's is taken."""


class Model:
    """The model that all runs share; thread-safe."""

    def __init__(self, settings: ModelSettings) -> None:
        self._endpoint = Endpoint(settings)

    def run(self, question: Question, effort: Effort, tell: Tell) -> ModelRun:
        """Return what one run has of it."""
        return ModelRun(self._endpoint, question, effort, tell)

    def close(self) -> None:
        """Close its connections."""
        self._endpoint.close()


class ModelRun:
    """A model's part in one run. Where it fails, the documents are read without it."""

    def __init__(self, endpoint: Endpoint, question: Question, effort: Effort, tell: Tell) -> None:
        given = question.input
        about = (
            given if isinstance(given, str) else ", ".join(f"{k}: {v}" for k, v in given.items())
        )
        self._endpoint = endpoint
        self._effort = effort
        self._tell = tell
        self._failed = ""
        self.usage = Usage()
        self._reader = ModelReader(
            endpoint, usage=self.usage, effort=effort, about=about[:500], failed=self._tell_failure
        )

    def opinion(self, found: Found, lookup: Finder) -> Found:
        """Return what is answered for a field."""
        return self._reader(found, lookup)

    def report(self, about: str, pages: list[Page]) -> tuple[str, list[JsonObject], str] | None:
        """Return a report with its citations and reasoning; None where the model wrote none that holds."""
        try:
            report = written_report(
                self._endpoint, about, pages, sections=self._effort.sections, usage=self.usage
            )
        except ModelFailed as error:
            self._tell_failure(str(error))
            return None
        reasoning = (
            f"Written by the model {self._endpoint.settings.name} from {report.passages} passages of {len(pages)} "
            f"documents. Each sentence was checked against what it cites; {report.dropped} did not follow and were left out."
        )
        return report.text, report.citations, reasoning

    def structured(self, question: str, lookup: Finder) -> JsonObject | None:
        """Return an answer in the fields that the model proposes; None where too few have a value."""
        try:
            schema = proposed_schema(
                self._endpoint,
                question,
                lookup.own,
                fields=self._effort.structure,
                usage=self.usage,
            )
        except ModelFailed as error:
            self._tell_failure(str(error))
            return None
        content, basis = answer_object(schema, lookup, lambda _: None)
        content, basis, schema = answered_only(content, basis, schema)
        if len(content) < FEWEST_PROPOSED:
            return None
        return {"type": "json", "content": content, "basis": basis, "output_schema": schema}

    def tell_usage(self) -> None:
        """Tell what the run used of the model."""
        used, settings = self.usage, self._endpoint.settings
        if used.calls or used.failed:
            failed = f", {used.failed} failed" if used.failed else ""
            text = (
                f"Model {settings.name}: {used.calls} answers{failed}, {used.tokens_in:,} tokens in, "
                f"{used.tokens_out:,} out, ${used.usd(settings):.6f}."
            )
            self._tell(Message(kind="exec_status", text=text))

    def _tell_failure(self, why: str) -> None:
        if not self._failed:
            text = f"The model was of no help: {why}. The documents are read without it."
            self._tell(Message(kind="exec_status", text=text))
        self._failed = why
