"""Add researched columns to a table, with their evidence, and never pay twice for a row.

out = enrich.enrich(frame, {"ceo": "Name of the chief executive"}, inputs=["company"])
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from enrich._version import __version__
from enrich.errors import (
    ApiError,
    ConfigError,
    EnrichError,
    Interrupted,
    LedgerError,
    TableError,
)

if TYPE_CHECKING:
    from enrich.api import Answer, ask, enrich, enrich_async, enrich_rows, plan, run
    from enrich.call import Task
    from enrich.pipeline import Plan, Report

__all__ = [
    "Answer",
    "ApiError",
    "ConfigError",
    "EnrichError",
    "Interrupted",
    "LedgerError",
    "Plan",
    "Report",
    "TableError",
    "Task",
    "__version__",
    "ask",
    "enrich",
    "enrich_async",
    "enrich_rows",
    "plan",
    "run",
]

_API = ("Answer", "ask", "enrich", "enrich_async", "enrich_rows", "plan", "run")
_WHERE = {
    "Plan": "enrich.pipeline",
    "Report": "enrich.pipeline",
    "Task": "enrich.call",
    **dict.fromkeys(_API, "enrich.api"),
}


def __getattr__(name: str) -> Any:
    # What is heavy is loaded when it is first used, so that importing costs nothing.
    if name not in _WHERE:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_WHERE[name]), name)
