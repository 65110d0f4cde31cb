"""Whose relation a passage states: "Its largest customer is based in Kenya" says nothing of where it is based itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.words import name_key, words

if TYPE_CHECKING:
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

_REACH: Final = 600  # characters of a sentence
_CLAUSE = re.compile(
    r"[.;:]\s+|,?\s+(?:while|whereas|but|although|though)\s+|,\s+and\s+(?=(?:its|their|the|it|they|an?|one|he|she|[A-Z])\b)"
)
_LED_IN = re.compile(
    r"(?:(?:in|as of|since|by|from|until|at|on|after|before|today|now|currently|with|like|founded|established|created|headquartered|based|located)\b[^,]{0,120},\s+|(?:today|now|currently|also)\s+)",
    re.IGNORECASE,
)
_HOUSE: Final = (
    r"(?:(?:global|world|worldwide|corporate|main|principal|central|registered|current|head|group|company|legal|ultimate|present)\s+)*"
    r"(?:headquarters?|hq|office|seat|base|home|domicile|head office)"
)
_SELF = re.compile(
    rf"(?:it|they|we|he|she|(?:the|this|our)\s+(?:company|firm|group|business|corporation|organi[sz]ation|enterprise|manufacturer|maker|startup|start-up|agency|bank|airline|retailer|university|"
    rf"school|hospital|club|team|airport|museum|foundation|institute|institution)|(?:its|the|their|our)\s+(?:company's\s+)?{_HOUSE}|headquartered|based|located|founded|born|registered|owned|part|a (?:wholly[ -]owned )?(?:subsidiary|unit|part|member)\b)\b",
    re.IGNORECASE,
)

_APOSTROPHE = re.compile(r"['\N{RIGHT SINGLE QUOTATION MARK}]")
_OWNED = re.compile(r"(?:its|their|the|his|her)\s+((?:[\w-]+\s+){1,3})", re.IGNORECASE)
_POSSESSED = re.compile(
    r"[^,.;]{1,80}?(?:['\N{RIGHT SINGLE QUOTATION MARK}]s|s['\N{RIGHT SINGLE QUOTATION MARK}])\s"
)
# Where a sentence passes from what it is about to another: ", which is based in", "a bank located in".
_PASSED = re.compile(
    r",?\s+(?P<link>which|who|whose|where|that)\b|(?<!\bis)(?<!\bare)(?<!\bwas)(?<!\bnow)(?<!\bcurrently)(?<!\bremains)(?<!\band)(?<!\bbeen)(?<!\bprivately),?\s+"
    r"(?:currently |now |also )?(?:based|headquartered|located|situated|domiciled|registered|incorporated)\s+(?:in|at|near)\b",
    re.IGNORECASE,
)
_BEING = re.compile(r"\b(?:is|are|was|were|remains) (?:an?|the|one of)\b")
_DEPENDENT = re.compile(
    r"\b(?:subsidiary|subsidiaries|part|unit|member|division|arm|affiliate|supplier|customer|client|competitor|rival|partner|owned|brand|distributor|agent|dealer|spin-off|branch)\b",
    re.IGNORECASE,
)


def states_own(relation: Wanted, reading: Reading, names: frozenset[str]) -> bool:
    """Tell whether a passage states a relation of the subject itself, and not of a customer, rival or part.

    Beside a label it does; in a sentence, where the clause begins with the subject, with what
    stands for it ("it", "the company", "its headquarters") or with the relation ("its parent").
    """
    if not reading.in_prose and reading.segment.kind != "sentence":
        return True
    said, length = clause(reading), reading.end - reading.segment.start
    text = reading.page.text(reading.segment)
    before = said[: max(0, length - (len(text) - len(said)))]
    if _is_told_of_another(before, names):
        return False
    return _begins_with_it(relation, said, names) or _begins_with_it(
        relation, _LED_IN.sub("", said, count=1), names
    )


def _is_told_of_another(before: str, names: frozenset[str]) -> bool:
    """Tell whether the words up to a value pass to something else: "Acme supplies Globex, which is based in"."""
    passed = list(_PASSED.finditer(before))
    if not passed:
        return False
    lead = before[: passed[-1].start()].rstrip(" ,")
    key = name_key(lead)
    if any(key == name or key.endswith(f" {name}") for name in names if name):
        return bool(_POSSESSED.match(lead))
    if passed[-1]["link"] or _POSSESSED.match(lead) or _DEPENDENT.search(lead):
        return True
    # "Acme is a maker of anvils based in Ulm": what it is, and no name of another.
    return not (_BEING.search(lead) and lead.split()[-1][:1].islower())


def clause(reading: Reading) -> str:
    """Return a reading's sentence from the beginning of the clause in which its value stands."""
    text = reading.page.text(reading.segment)
    at = max(0, reading.start - reading.segment.start)
    first = max(0, at - _REACH)
    starts = [0, *(found.end() for found in _CLAUSE.finditer(text[first:at]))]
    return text[first + starts[-1] :]


def _begins_with_it(relation: Wanted, said: str, names: frozenset[str]) -> bool:
    if _SELF.match(said):
        return True
    owned = _OWNED.match(said)
    if owned and set(words(relation.label)) <= set(words(owned[1])):
        return True
    opening = name_key(_APOSTROPHE.sub(" ", said[:160]))
    named = any(opening == name or opening.startswith(f"{name} ") for name in names if name)
    whose = _POSSESSED.match(said) if named else None
    if whose is None:
        return named
    rest = said[whose.end() :]
    return bool(re.match(_HOUSE, rest, re.IGNORECASE)) or set(words(relation.label)) <= set(words(rest[:40]))  # fmt: skip
