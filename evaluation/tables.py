"""The tables of docs/research.md, written between two marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evaluation import kinds, packages, small_model
from evaluation.figures import (
    LEVELS,
    by_field,
    expected_error,
    false_fills,
    figures,
    reliability,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.asking import Answer

_WEIGHED: Final = frozenset({"plain", "other", "blind", "unanswerable", "withheld"})
DOCUMENT: Final = packages.ROOT / "docs" / "research.md"
BEGIN: Final = "<!-- written by `make eval` -->"
END: Final = "<!-- end -->"
_NAMED: Final = {
    "plain names, the plain baseline": ("baseline",),
    "plain names, words only": ("lexical plain",),
    "plain names, with the embedding": ("plain",),
    "other names, words only": ("lexical other", "lexical blind"),
    "other names, with the embedding": ("other", "blind"),
    "of them the 36 wordings of earlier editions": ("other",),
    "of them the 96 blind ones": ("blind",),
    "other facts of the Factbook, asked blind, by the passage": ("passages",),
    "other names, the fact's own definition left out": ("heldout", "heldout blind"),
    "of them the 36 wordings of earlier editions ": ("heldout",),
    "of them the 96 blind ones ": ("heldout blind",),
    "a name that says nothing, three filled rows": ("examples",),
}


def write(answers: list[Answer], note: str) -> None:
    """Put the tables in the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    body = "\n".join(_lines(answers, note))
    DOCUMENT.write_text(f"{before}{BEGIN}\n{body}\n{END}{after}", encoding="utf-8")


def _lines(answers: list[Answer], note: str) -> Iterator[str]:
    test = [a for a in answers if a.split == "test"]
    yield from ("", note, "")
    yield "| asked on test | questions | accuracy | precision | fill | right document | verbatim | ms CPU a field | source differs |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, groups in _NAMED.items():
        if of := [a for a in test if a.group in groups]:
            f = figures(of)
            cited, verbatim = (
                (f"{f.cited:.3f}", f"{f.verbatim:.3f}") if "baseline" not in groups else ("", "")
            )
            yield f"| {name.strip()} | {f.asked:,} | {f.accuracy:.3f} | {f.precision:.3f} | {f.fill:.3f} | {cited} | {verbatim} | {f.cpu_ms:.1f} | {f.apart} |"
    yield from (
        "",
        "| what no document states, on test | questions | false fills | share | of them with high or medium |",
        "|---|---|---|---|---|",
    )
    for group, name in (
        ("lexical unanswerable", "questions about other things, words only"),
        ("unanswerable", "questions about other things"),
        ("withheld", "facts taken out of the documents"),
        ("examples withheld", "facts taken out of the documents, three filled rows"),
        (
            "undefined withheld",
            "facts taken out of the documents, and the fact's own definition left out",
        ),
        ("undefined other withheld", "the same by other names"),
    ):
        if of := [a for a in test if a.group == group]:
            wrong, count = false_fills(of)
            sure = sum(a.filled and not a.right and a.level != "low" for a in of)
            yield f"| {name} | {count:,} | {wrong} | {wrong / count:.3f} | {sure} |"
    yield ""
    yield from _levels(answers)
    yield from _kinds(test)
    yield from _model(test)
    if of := [a for a in test if a.group == "stale"]:
        yield (
            f"With the editions of 2015 and 2025 in one corpus, the newer one's population is answered for {sum(a.right for a in of)} of "
            f"{len(of)} countries whose figures differ, and the older one's is named for {sum(bool(a.cited) for a in of)}."
        )
        yield ""
    yield from (
        "| fact, plain names, on test | questions | accuracy | precision | fill | source differs |",
        "|---|---|---|---|---|---|",
    )
    for (kind, key), of in by_field(a for a in test if a.group == "plain").items():
        f = figures(of)
        yield f"| {kind} {key} | {f.asked} | {f.accuracy:.3f} | {f.precision:.3f} | {f.fill:.3f} | {f.apart} |"
    yield ""


def _kinds(test: list[Answer]) -> Iterator[str]:
    """Yield the table of other forms of documents."""
    yield "| plain names over other documents, on test | questions | accuracy | the plain baseline | precision | fill | right document | verbatim | ms CPU a field | false fills |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    names = [g for g in dict.fromkeys(a.group for a in test) if g.startswith("kind ")]
    for group in names:
        if group.endswith((kinds.NOTHING, kinds.BASELINE)):
            continue
        f = figures(a for a in test if a.group == group)
        plain = figures(a for a in test if a.group == group + kinds.BASELINE)
        wrong, count = false_fills([a for a in test if a.group == group + kinds.NOTHING])
        yield f"| {group[5:]} | {f.asked:,} | {f.accuracy:.3f} | {plain.accuracy:.3f} | {f.precision:.3f} | {f.fill:.3f} | {f.cited:.3f} | {f.verbatim:.3f} | {f.cpu_ms:.1f} | {wrong} of {count} |"
    yield ""


def _model(test: list[Answer]) -> Iterator[str]:
    """Yield the table of a small model beside the reader."""
    of = {name: [a for a in test if a.group == f"model {name}"] for name in small_model.GROUPS}  # fmt: skip
    if not all(of.values()):
        return
    yield "| plain names, a sample of test | questions | accuracy | precision | fill | false fills | the model had a say | CPU s a field |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, answers in of.items():
        f = figures(answers)
        never = [a for a in test if a.group == f"model {name}{kinds.NOTHING}"]
        wrong, count = false_fills(never)
        asked = sum(small_model.had_a_say(a) for a in [*answers, *never])
        each_s = sum(a.cpu_ms for a in [*answers, *never]) / len([*answers, *never]) / 1_000
        yield f"| {name} | {f.asked} | {f.accuracy:.3f} | {f.precision:.3f} | {f.fill:.3f} | {wrong} of {count} | {asked} | {each_s:.2f} |"
    yield ""


def _levels(answers: list[Answer]) -> Iterator[str]:
    """Yield how often each level was right: of facts that are known, and of facts without their definitions."""
    known = [a for a in answers if a.group in _WEIGHED]
    bare = [a for a in answers if a.group.startswith(("heldout", "undefined"))]
    halves = [
        [[a for a in of if a.split == split] for split in ("dev", "test")] for of in (known, bare)
    ]
    tables = [[reliability(half) for half in of] for of in halves]
    yield "| level | promised (dev) | answers on test | right on test | without the definition: promised (dev) | answers on test | right on test |"
    yield "|---|---|---|---|---|---|---|"
    for level in LEVELS:
        cells = (
            f"{dev[level][1]:.3f} | {test[level][0]:,} | {test[level][1]:.3f}"
            for dev, test in tables
        )
        yield f"| {level} | {' | '.join(cells)} |"
    errors = [
        expected_error(test, {level: hit for level, (_, hit) in dev.items()})
        for (dev, _), (_, test) in zip(tables, halves, strict=True)
    ]
    yield ""
    yield f"Expected calibration error on test {errors[0]:.3f}; leave-one-field-out {_left_out(known):.3f}; without the definition {errors[1]:.3f}."
    yield ""


def _left_out(judged: list[Answer]) -> float:
    """Return the error over levels, each answer promised what dev answers about other facts kept."""
    gap = dict.fromkeys(LEVELS, 0.0)
    count = dict.fromkeys(LEVELS, 0)
    for key in {(a.kind, a.key) for a in judged}:
        others = reliability([a for a in judged if a.split == "dev" and (a.kind, a.key) != key])
        own = [a for a in judged if a.split == "test" and (a.kind, a.key) == key]
        for level, (number, hit) in reliability(own).items():
            gap[level] += number * (hit - others[level][1])
            count[level] += number
    return sum(abs(gap[level]) for level in LEVELS) / max(1, sum(count.values()))
