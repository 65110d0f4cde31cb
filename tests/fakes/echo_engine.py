"""An engine that knows nothing: it fills the fields asked for from the input.

Deterministic and as fast as told, for tests and benchmarks of what stands around it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from enrich.research.question import (
    Message,
    Question,
    ResearchError,
    Sources,
    Tell,
    tell_nobody,
)

FAIL = "please fail"
CRASH = "please crash"
UNSURE = "please be unsure"
"""The answer is of low confidence, unless it goes on from another one."""


@dataclass
class EchoEngine:
    """Answers each field with the input's member of that name, or with the input's text.

    A run that goes on from another one gives that one's values again, with a mark.
    """

    delay_s: float = 0.0

    def answer(self, question: Question, tell: Tell = tell_nobody) -> Any:
        text = question.input if isinstance(question.input, str) else str(question.input)
        heard = tell is not tell_nobody
        if heard:
            tell(Message(kind="exec_status", text="Starting research"))
        if self.delay_s:
            time.sleep(self.delay_s)
        if FAIL in text:
            raise ResearchError("The input asked to fail.")
        if CRASH in text:
            raise RuntimeError(text)
        if heard:
            tell(Message(kind="search", text=f"Query: {text[:80]}"))
            tell(Sources(considered=2, read=1, sample=("https://echo.example/",), progress=50.0))
        return _output(question, text)

    def close(self) -> None:
        """Hold nothing."""


def _output(question: Question, text: str) -> dict[str, Any]:
    schema = question.output_schema
    if schema["type"] == "text":
        return {"type": "text", "content": text, "basis": [_basis("output")]}
    if schema["type"] == "auto":
        return {
            "type": "json",
            "content": {"output": text},
            "basis": [_basis("output")],
            "output_schema": {},
        }
    properties = schema["json_schema"].get("properties", {})
    given = question.input if isinstance(question.input, dict) else {}
    content = {name: given.get(name, _value(form, text)) for name, form in properties.items()}
    if question.previous is not None:
        earlier = question.previous["content"]
        content = {name: f"{earlier[name]}, once more" for name in content}
    is_unsure = UNSURE in text and question.previous is None
    confidence = "low" if is_unsure else "high"
    basis = [_basis(name) | {"confidence": confidence} for name in content]
    return {"type": "json", "content": content, "basis": basis}


def _value(form: Any, text: str) -> Any:
    types = form.get("type", "string") if isinstance(form, dict) else "string"
    first = types[0] if isinstance(types, list) else types
    if isinstance(form, dict) and form.get("enum"):
        return form["enum"][0]
    return {
        "integer": len(text),
        "number": float(len(text)),
        "boolean": True,
        "array": [],
        "object": {},
        "null": None,
    }.get(first, text)


def _basis(field: str) -> dict[str, Any]:
    return {
        "field": field,
        "reasoning": "Echoed from the input.",
        "citations": [
            {"url": "https://echo.example/", "title": "Echo", "excerpts": [f"the {field}"]}
        ],
        "confidence": "high",
    }
