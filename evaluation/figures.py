"""Figures over judged answers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from evaluation.asking import Answer

LEVELS: Final = ("high", "medium", "low")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a set of answers comes to; shares are of 1.

    Attributes:
        asked: Questions whose answer the documents state.
        accuracy: Of these, answered right.
        precision: Of these, right among the answered.
        fill: Of these, answered.
        apart: Questions whose answer the documents do not state as the reference has it.
        cited: Answers that cite only documents about the entity.
        verbatim: Answers all of whose excerpts stand in their documents.
        cpu_ms: Milliseconds of CPU a field.
    """

    asked: int
    accuracy: float
    precision: float
    fill: float
    apart: int
    cited: float
    verbatim: float
    cpu_ms: float


def figures(answers: Iterable[Answer]) -> Figures:
    """Return the figures of some answers."""
    every = list(answers)
    known = [a for a in every if a.stated or a.right]
    filled = [a for a in known if a.filled or a.right]
    return Figures(
        asked=len(known),
        accuracy=share(known, lambda a: a.right),
        precision=share(filled, lambda a: a.right),
        fill=share(known, lambda a: a.filled or a.right),
        apart=len(every) - len(known),
        cited=share([a for a in every if a.cited is not None], lambda a: bool(a.cited)),
        verbatim=share([a for a in every if a.verbatim is not None], lambda a: bool(a.verbatim)),
        cpu_ms=sum(a.cpu_ms for a in every) / len(every) if every else 0.0,
    )


def share(answers: list[Answer], test: Callable[[Answer], bool]) -> float:
    """Return the share of answers that pass a test; of none, 0."""
    return sum(map(test, answers)) / len(answers) if answers else 0.0


def by_field(answers: Iterable[Answer]) -> dict[tuple[str, str], list[Answer]]:
    """Return answers by kind of entity and fact."""
    groups: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[answer.kind, answer.key].append(answer)
    return dict(groups)


def false_fills(answers: Iterable[Answer]) -> tuple[int, int]:
    """Return how many questions that nothing answers were answered all the same, and how many there were."""
    every = list(answers)
    return sum(a.filled and not a.right for a in every), len(every)


def reliability(answers: Iterable[Answer]) -> dict[str, tuple[int, float]]:
    """Return for each level how many answers had it and the share of them that were right.

    Answers that differ from the reference because their source does are left out.
    """
    table = {}
    every = list(answers)
    for level in LEVELS:
        of_level = [a for a in every if a.filled and a.level == level and countable(a)]
        table[level] = len(of_level), share(of_level, lambda a: a.right)
    return table


def countable(answer: Answer) -> bool:
    """Tell whether an answer's being right or wrong is the reader's doing."""
    return answer.stated or answer.right or answer.group.endswith(("unanswerable", "withheld"))


def expected_error(answers: Iterable[Answer], said: dict[str, float]) -> float:
    """Return the expected calibration error of levels that stand for shares of right answers."""
    table = reliability(answers := list(answers))
    total = sum(count for count, _ in table.values())
    return sum(count * abs(hit - said[level]) for level, (count, hit) in table.items()) / max(
        1, total
    )
