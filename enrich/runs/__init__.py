"""From planned to settled: submitting, reconciling and collecting under a quota and a budget."""

from enrich.runs.runner import Ended, Limits, Listener, Runner

__all__ = ["Ended", "Limits", "Listener", "Runner"]
