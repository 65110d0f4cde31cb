"""Which figures of a sentence are not what is asked: another's, a part's, a plan's, what was before, a day's.

Only what stands around the figure decides; where the question itself asks for a plan or a part, it is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.areas import is_of_all, is_of_area, is_of_site, sums_up
from enrich.research.candidates import strings
from enrich.research.descriptions import undenied
from enrich.research.kinds import FIGURES
from enrich.research.names import initials
from enrich.research.page import MEASURES
from enrich.research.words import (
    LEGAL_FORMS,
    clause_start,
    concepts,
    fold,
    name_key,
    name_words,
    names_it,
    own_label,
    spoken,
    stems,
    word_set,
    words,
)

if TYPE_CHECKING:
    from enrich.research.candidates.candidate import Candidate
    from enrich.research.wanted import Wanted

_FOUNDED: Final = frozenset({"found", "founding-date", "establish", "begin", "open", "start"})
_CAP = r"[A-Z\u00c0-\u00de][\w&'./-]*"
_NAME = rf"{_CAP}(?: (?:(?:of|de|der|van|von|du|la|and|&) )?{_CAP})*"
_HAS: Final = (
    "has|had|have|employs?|employed|manages?|counts?|runs?|ran|reported|made|turned|turns|was|were|is|are|makes|starts?"
    "|costs?|opened|raised|went|boasts?|serves?|charges?|operates?|pays?"
)
# Globex, for comparison, "had a turnover of 8 million"; "the largest, Globex, employs 300".
_OTHER_HAS = re.compile(
    rf"(?P<name>{_NAME})(?:, [^,;.()]{{1,40}},)?,?(?: which| who| that)? (?:{_HAS})\b"
)
# A competitor, "Globex A/S", with its turnover and staff in parentheses behind the name.
_OTHER_ASIDE = re.compile(
    rf"(?P<name>{_NAME})(?: (?:in|on|at|of|off|near) (?:the )?[\w-]+(?: [\w-]+)?)?,? \([^()]*$"
)
# "The county as a whole has", "the association of which it is part".
_AS_A_WHOLE = re.compile(
    r"\b(?:[Tt]he|its|whose|their) (?:[a-z]+ )?(?P<noun>[a-z]+) as a whole\b|\bthe (?:[a-z]+ )?(?P<body>[a-z]+) of which (?:it|the [a-z]+) is (?:an? )?(?:part|member)\b",
    re.IGNORECASE,
)
_NEXT_TIME = re.compile(r"\W*Next (?:week|month|issue|time)\b[^:.]{0,20}:")
_TOTAL = re.compile(
    r"\d(?:\s(?:thousand|million|billion|m|bn))?(?: [a-z]+)? (?:worldwide|in total|in all|altogether|globally|all told)\b"
)
_ASKS_TOTAL = re.compile(
    r"\b(?:total|altogether|all|worldwide|everywhere|whole|cumulative)\b", re.IGNORECASE
)
_RIVAL = re.compile(
    rf"\b(?:rivals?|competitors?|neighbou?rs?|parent company|(?:sister|rival|competing|parent) [a-z]+|unlike(?: the| its)?(?: [a-z]+)?)"
    rf" (?P<name>{_NAME})\b"
)
# "Our rivals employ 340 people", "its parent is in Ulm".
_THEIRS = re.compile(
    r"(?:^\W*|[;:] |, (?:and |but |while )?)(?:our|its|their|the (?:company|firm)'s) (?:[a-z]+ )?(?P<noun>rivals?|competitors?|neighbou?rs?|suppliers?|customers?|clients?|partners?|parent|owners?|landlord|dealers?)\b (?!of\b|include)",
    re.IGNORECASE,
)
_ITSELF: Final = frozenset({"It", "We", "He", "She", "They"})
# "Globex as a whole made", "Globex's three plants together": more than the subject has.
_ALL_TOLD = re.compile(
    rf"(?P<name>{_NAME})(?:['\N{{RIGHT SINGLE QUOTATION MARK}}]s?(?: [a-z]+){{1,4}})? (?:as a whole|together|altogether|combined)\b"
)
_COMPARED = re.compile(r"\b(?:for|by|in) (?:comparison|contrast)\b", re.IGNORECASE)
# "a member of Globex, which has 900 lawyers": what a wider whole has is not the subject's.
_WIDER = re.compile(
    r"\b(?:members?(?:hip)? (?:of|in)|part of|belong(?:s|ed|ing)(?: since \d{4})? to|subsidiary of|owned by|operated by|controlled by|affiliated (?:with|to)"
    r"|(?:network|alliance|association|federation|consortium) of)\b[^;(,]*?"
    r"(?:\(|(?:,| \N{EN DASH})? (?:which|who|whose|with|that together)\b|(?:,| \N{EN DASH}) (?:an?|the|one of)\b)"
    r"(?:(?!, (?:and|but|it|we|has|employs)\b)[^;])*$"
)
_OBJECT = re.compile(r"\b(?:in|of|from|at|on|near|to|by|for|and)(?: the)? $")
# Names that a thing has for itself.
_OWN: Final = word_set(
    """
    group company university hospital bank foundation trust museum college school city board institute firm business team
    bridge dam hotel restaurant ship project fair house centre center department library series phase stage
    """
)
_OWNERS = re.compile(
    r"\b[Tt]he (?:[a-z]+ )?(?:group|parent|holding|owners?|operator|organi[sz]er|publisher)(?: company)?, (?:which was |itself )?(?:founded|established|set up)\b[^,;]*$"
)
# "Acme Co., Ltd. is …": what is left of the subject's own name.
_LEGAL: Final = LEGAL_FORMS | {"se"}
PART = re.compile(r"\W*(?:\w+ ){0,2}of (?:whom|which|them|these)\b(?P<rest>[^;.]*)", re.IGNORECASE)
_OF_WHICH = re.compile(
    r"[^;.,\d]{0,30},? (?:(?:about |some |only )?\d[\d.,]*(?: [a-z]+)? of (?:which|whom|them|these)\b"
    r"|of (?:which|whom|them|these)\b(?=[^;]{0,60}(?:\d|\b(?:half|third|quarter|most)\b)))(?P<rest>[^;]{0,80})",
    re.IGNORECASE,
)
_OF_THEM = re.compile(
    r"\bof (?:whom|which|them|these),?\W*(?:about |some |around |only )?$", re.IGNORECASE
)
_PLANNED = re.compile(
    r"\b(?:plans?|planned|planning|targets?|expects?|expected|forecasts?|guidance|budgets? for|budgeted|foresees?|projected|would"
    r"|asks? for|asked for|requests?|requested|bids? for|pencill?ed in|scheduled|upcoming|aims? (?:to|for|at)|hopes? to|intends? to|is to|are to|will (?:reach|rise|grow|add|be|have|open|take|employ|create|hire))\b",
    re.IGNORECASE,
)
# "A hall of 900 seats is planned".
_TO_COME = re.compile(
    r"[^.;,]{0,50}?\b(?:(?:is|are|was|were) (?:still |also |now )?(?:planned|proposed|foreseen|envisaged|under study)|would (?:be|come|follow))\b",
    re.IGNORECASE,
)
# What is asked of these may lie ahead.
_AHEAD = re.compile(
    r"\b(?:plan\w*|target\w*|next|future|upcoming|forthcoming|due|expir\w*|deadline|expected|until|end|ends|matur\w*|renewal|scheduled)\b",
    re.IGNORECASE,
)
_OFF_LABEL = re.compile(
    r"\b(?:planned|drafts?|provisional|target(?:ed)?|budget(?:ed)?|forecast|expected|projected|proposed|previous|prior|former|next (?:week|month|issue|time)|after [a-z]+ \((?:19|20)\d\d\))",
    re.IGNORECASE,
)
# What began did not do so when it was over.
_SINCE = re.compile(
    r"\b(?:since|beg[ai]n\w*|start\w*|appointed|took|enter\w*|first|found\w*)\b", re.IGNORECASE
)
_UNTIL = re.compile(r"\b(?:until|till|retired|resigned|stepped down)(?: in| on)? (?:[a-z]+ )?$")
_NOW = re.compile(r"\b(?:today|present|current|currently|now)\b", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:\b(?:up|down|ris(?:e|es|en|ing)|rose|grew|grow(?:s|n|ing)|f[ae]ll(?:en|s|ing)?|climbed|dropped|increased?|decreased?|shrank|shrunk)(?: by)? from|\bcompared (?:to|with)|\bagainst|\binstead of|\bpreviously"
    r"|\b(?:19|20)\d\d:)\W*(?:about |some |around |only )?(?:[A-Z]{3} ?|[$\u20ac\u00a3\u00a5] ?)?$",
    re.IGNORECASE,
)
_AGO: Final = (
    r"(?:an?|the|one|two|three|four|five|six|seven|eight|nine|ten|\d+|some|several|many) (?:years?|months?|decades?|seasons?|editions?)"
    r" (?:ago|before|earlier|previously)"
)
# What was before is told with its time: "At that time", "a year earlier", "in the preceding edition".
_THEN = re.compile(
    rf"\b(?:at (?:that|the) time|at (?:its|their|the) (?:height|peak)|as built|originally|initially|back then|in those days|{_AGO}"
    r"|(?:the|its|last) (?:previous|preceding|prior) (?:year|edition|season|show|fair)|the (?:year|edition) before)\b",
    re.IGNORECASE,
)
_THEN_BEHIND = re.compile(
    rf"(?: [a-z-]+){{0,3}}? (?:{_AGO}|at (?:that|the) time|the (?:year|edition) before"
    r"|when (?:he|she|they|it|[A-Z][\w-]+) (?:took|came|joined|left|started|arrived|began|was|were)\b)"
)
# A number that came or went is not how many there are: "lost two partners", "opened 13 shops".
_CHANGE = re.compile(
    r"\b(?:lost|gained|hired|opened|closed|added|recruited|promoted|cut|dismissed|appointed|laid off|shed|elected)"
    r"(?: (?:about|some|another|a further|over|around|up to|more than))? $"
)
_BODY_OF = re.compile(
    r"\b(?P<body>committee|board|panel|jury|council|commission|delegation) of(?: (?:about|some|up to))? $"
)
_OF_THE = re.compile(
    r"\bof (?:the|its|our|their|his|her|these) (?:[\d,.]+ )?[a-z]+(?: [a-z]+)?,? (?:about |some |only )?$",
    re.IGNORECASE,
)
_OF_THE_REST = re.compile(r"\s+(?:are|were|is|was|have|had|work|study|live)\b(?P<rest>[^;.,]*)")
# What is said of a wider body by its kind alone; the subject's own kind is in its name.
_BODY = re.compile(
    r"(?:^|[;.:(]\s?)The (?:whole |entire )?(?P<body>group|parent|holding|system|department|ministry|alliance|authority)"
    r"(?:'s|\N{RIGHT SINGLE QUOTATION MARK}s| as a whole)?\b(?! of\b)",
    re.IGNORECASE,
)
# "Globex is a separate company", "Globex, a separate company": which the subject itself is not called.
_SEPARATE = re.compile(
    rf"(?:(?P<name>{_NAME})(?:, [^,.;]{{2,60}},)?|\b(?:which|who)) (?:is|are|was|were) (?:an? )?(?:separate|independent|different|unrelated) (?:legal )?[a-z]+\b"
    r"|, (?:an? |the |its |their |our )?(?:separate|unrelated|sister|rival|competing|neighbouring|parent|partner) (?:legal )?[a-z]+\b"
)
# "Globex, a maker of lifts founded in 1990": what stands before the participle was founded then.
_FOUNDED_THERE = re.compile(
    rf"(?:(?P<name>{_NAME})(?: \([^()]*\))?(?:, (?:an? |the )?[^,.;()]{{1,60}}?)?,? |\b(?:our|their|his|her) (?P<ours>[a-z]+) was )"
    r"(?:founded|established|formed|started|set up|launched|created|incorporated)(?: in| on)? (?:[a-z]+ )?$",
)
# One who begins somewhere founds nothing; nor does what is handed to a foundation.
_NOT_FOUNDED = re.compile(
    r"\b(?:[Hh]e|[Ss]he) (?:started|began|joined|opened)\b[^;]*$|\b(?:to|by|from|with) (?:the|a|its) foundation in $"
)
# "The auditors found no fault" founds nothing.
_FINDS = re.compile(r"\bfound\b")
_FOUNDS = re.compile(
    r"\b(?:found(?:ed|ing|ation|ers?)|establish|incorporat|inception|set up|creat|beg[aiu]n|start|open|form|launch|since|dates? (?:back|from)|origin|go(?:es)? back)",
    re.IGNORECASE,
)
# "Ada Lamb has been chief executive since 2019": somebody's beginning.
_IN_OFFICE = re.compile(
    r"\b(?:executive|ceo|director|president|chair\w*|head|manager|minister|commissioner|governor|mayor|rector|leader|secretary|general)\b[^.;]{0,40}\bsince\b[^.;]{0,20}$",
    re.IGNORECASE,
)
_BEGUN = re.compile(
    r"\b(?:found(?:ed|ing|ation)|establish\w*|incorporat\w*|set up|creat(?:ed|ion)|formed|inception)\b",
    re.IGNORECASE,
)
_MORE = re.compile(r"(?: [a-z]+)? (?:more|fewer|less|higher|lower) than\b")  # a difference
_UNDONE = re.compile(
    r"\b(?:cancell?ed|called off|abandoned|postponed|scrapped|shelved|withdrawn)\b", re.IGNORECASE
)
_FROM = re.compile(
    r"\bfrom (?:about |some |around |only )?(?:[A-Z]{3} ?|[$\u20ac\u00a3\u00a5] ?)?$"
)
_IN_DATE = re.compile(
    rf"(?:st|nd|rd|th|\.)?(?:\s?[\N{{EN DASH}}-]\s?\d\d?)?\s+(?:of )?{strings.MONTH}\b"
)
_A_DAY = re.compile(rf"\d{{1,2}}(?:st|nd|rd|th|\.)? (?:of )?{strings.MONTH}\b(?: \d{{4}})?")
_AFTER_MONTH = re.compile(rf"\b{strings.MONTH}\b\.? $")
_ANYONE: Final = frozenset(stems("people persons individuals"))
# "210 (2025)" and "167.259(3)" are no telephone numbers.
_NOTED = re.compile(r"\d[\d\s.]*\((?:1[5-9]|20)\d\d|\d+\.\d+\(\d{1,2}\)?")
_DAYS: Final = 31
_PERCENT = re.compile(r"%|\bper ?cent\b|\bpct\b|\bpercentage\b", re.IGNORECASE)
_PERCENT_CHARS: Final = 24  # behind the first of several figures: "12 to 14 percent"
_MANY: Final = 40  # a sentence of more figures is a table that was not understood
_TINY: Final = 1e-3  # of millions, what is no million of anything


def is_not_asked(
    wanted: Wanted, text: str, candidate: Candidate, names: frozenset[str], others: int
) -> bool:
    """Tell whether a figure in a sentence is surely not the one that is asked for.

    Args:
        wanted: The field.
        text: The sentence.
        candidate: The figure in it.
        names: The subject's names as ``name_key`` gives them.
        others: How many figures of that form stand in the sentence besides.
    """
    if others > _MANY:
        return True
    asked = f"{wanted.label} {undenied(wanted.description)}"
    if wanted.kind in FIGURES:
        return (
            of_day(text, candidate)
            or (bool(wanted.number.percent) and not _is_share(text, candidate))
            or _unscaled(wanted, candidate)
            or _is_part(wanted, text, candidate)
            or is_whole(wanted, text, candidate)
            or (bool(others) and not wanted.year_only and _was_before(text, candidate))
            or bool(_MORE.match(text, candidate.end))
            or (wanted.number.count and _is_change(text, candidate, asked))
            or (
                not _PLANNED.search(asked)
                and (is_planned(text, candidate.start) or bool(_TO_COME.match(text, candidate.end)))
            )
            or (wanted.year is None and was_then(text, candidate))
            or of_another(wanted, text, candidate.start, names)
            or _is_summand(text, candidate, asked)
            or is_of_area(wanted, text, candidate, names)
            or is_of_site(wanted, text, candidate)
            or is_of_all(wanted, text, candidate)
        )
    if _SINCE.search(asked) and _UNTIL.search(text, 0, candidate.start):
        return True
    if wanted.kind == "year" and not _AHEAD.search(asked) and _is_off(text, candidate.start):
        return True
    founded = wanted.kind in {"year", "date"} and bool(_FOUNDED & {*wanted.topic, *wanted.hint})
    return founded and (
        bool(_FINDS.search(text) and not _FOUNDS.search(text))
        or bool(_IN_OFFICE.search(text, 0, candidate.start) and not _BEGUN.search(text))
        or bool(_OWNERS.search(text, 0, candidate.start))
        or bool(_NOT_FOUNDED.search(text, 0, candidate.start))
        or _founds_another(wanted, text, candidate.start, names)
        or of_another(wanted, text, candidate.start, names)
    )


def _is_share(text: str, candidate: Candidate) -> bool:
    """Tell whether a figure in a sentence is one of a hundred, or might be: nothing else is counted by it."""
    near = text[candidate.start : candidate.end + _PERCENT_CHARS]
    return bool(_PERCENT.search(near)) or not candidate.counted


def _was_before(text: str, candidate: Candidate) -> bool:
    """Tell whether a figure is what another one was before: ``up from 389``, ``from 389 to 412``."""
    risen = bool(_FROM.search(text, 0, candidate.start)) and " to " in text
    return risen or bool(_BEFORE.search(text, 0, candidate.start))


def counts_people(candidate: Candidate) -> bool:
    """Tell whether a number counts people: employees and inhabitants alike."""
    return bool(_ANYONE & {*concepts(candidate.counted), *stems(candidate.counted)})


def counts_at(candidate: Candidate, start: int, end: int) -> bool:
    """Tell whether a number counts the words at some offsets: the 467 of ``467 exhibitors from 29``."""
    behind = candidate.end + len(candidate.counted) + 1
    return bool(candidate.counted) and candidate.end < start and end <= behind


def is_counted(candidate: Candidate, asked: set[str]) -> bool:
    """Tell whether the word behind a number is one of what is asked for, or another word for it."""
    told = {*concepts(candidate.counted), *stems(candidate.counted)}
    return bool(told & asked) or any(told & spoken(concept) for concept in asked)


def was_then(text: str, candidate: Candidate) -> bool:
    """Tell whether a figure is said of an earlier time: ``a year earlier there were 90``, ``90 a year earlier``."""
    first = clause_start(text, candidate.start)
    then = [m.end() for m in _THEN.finditer(text, first, candidate.start)]
    before = bool(then) and not _NOW.search(text, then[-1], candidate.start)
    return before or bool(_THEN_BEHIND.match(text, candidate.end))


def _is_off(text: str, at: int) -> bool:
    """Tell whether what a clause dates is planned, or did not come about."""
    first = clause_start(text, at, (";", ". "))
    last = text.find(";", at)
    return is_planned(text, at) or bool(
        _UNDONE.search(text, first, last if last >= 0 else len(text))
    )


def is_planned(text: str, at: int) -> bool:
    """Tell whether what stands at an offset is said to come."""
    first = clause_start(text, at)
    planned = [m.end() for m in _PLANNED.finditer(text, first, at)]
    return bool(planned) and not _NOW.search(text, planned[-1], at)


def of_another(wanted: Wanted, text: str, at: int, names: frozenset[str]) -> bool:
    """Tell whether what stands at an offset of a sentence is said of something of another name."""
    first = text.rfind(";", 0, at) + 1
    known = name_words(names)
    if any(not known & set(words(text[m.start() : at])) for m in (_COMPARED.search(text, first, at), _WIDER.search(text, first, at)) if m):  # fmt: skip
        return True
    theirs, apart = _THEIRS.search(text, first, at), _SEPARATE.search(text, 0, at)
    if (theirs and not set(concepts(theirs["noun"])) & {*wanted.topic, *wanted.hint}) or (
        apart and not _is_itself(apart["name"], names)
    ):
        return True
    body = _BODY.search(text, 0 if first == 0 else first - 1, at)
    if body is not None and body["body"].casefold() not in known and not set(concepts(body["body"])) & {*wanted.topic, *wanted.hint}:  # fmt: skip
        return True
    whole = _ALL_TOLD.search(text, first, at)
    if whole is not None and _is_stranger(wanted, text, whole, names, whose=True):
        return True
    if _NEXT_TIME.match(text) or any(
        _is_wider(wanted, m, known) for m in _AS_A_WHOLE.finditer(text, first, at)
    ):
        return True
    aside = _OTHER_ASIDE.search(text, 0, at)
    found = [m for pattern in (_OTHER_HAS, _RIVAL) for m in pattern.finditer(text, first, at)]
    last = max(found, key=lambda m: m.start("name"), default=None)
    return any(m is not None and _is_stranger(wanted, text, m, names) for m in (aside, last))


def _is_wider(wanted: Wanted, match: re.Match[str], known: set[str]) -> bool:
    """Tell whether what is spoken of as a whole is neither the subject nor what is asked for."""
    noun = (match["noun"] or match["body"]).casefold()
    if match["body"]:
        return noun not in known
    asked = {*wanted.topic, *wanted.hint, *wanted.asked_of}
    return bool(wanted.asked_of) and noun not in known and not ({noun, *concepts(noun)} & asked)


def _is_summand(text: str, candidate: Candidate, asked: str) -> bool:
    """Tell whether a sentence tells the total that is asked for besides: ``640 at home, and 1,100 worldwide``."""
    total = _TOTAL.search(text) if _ASKS_TOTAL.search(asked) else None
    return total is not None and not candidate.start <= total.start() < candidate.end


def _is_stranger(
    wanted: Wanted,
    text: str,
    match: re.Match[str],
    names: frozenset[str],
    *,
    whose: bool = False,
) -> bool:
    """Tell whether a name is neither the subject's nor only a word that begins a sentence or is asked for."""
    name = match["name"]
    parts = name.split()
    while parts and parts[0] in strings.SENTENCE_STARTERS:
        parts.pop(0)
    said = set(words(" ".join(parts)))
    known = name_words(names) | {initials(own) for own in names}
    if not whose and _OBJECT.search(text, 0, match.start("name")):
        return False  # "in the United States" has done nothing
    if (
        not said - _LEGAL
        or (said & known and not _is_namesake(said, names))
        or said & _OWN
        or {*concepts(name)} & {*wanted.topic, *wanted.hint}
    ):
        return False
    if len(parts) > 1 or match.re is _ALL_TOLD:
        return True
    begins = (
        not text[: match.start("name")].strip()
        or text[: match.start("name")].rstrip()[-1:] in ".;:("
    )
    return (
        not (begins or len(fold(parts[0])) < 3)
        or text[match.end("name") : match.end("name") + 1] == ","
    )


def _is_namesake(said: set[str], names: frozenset[str]) -> bool:
    """Tell whether a name has only a word in the middle of the subject's in common with it: the Ulm Port Board and the Bonn Port Agency."""
    parts = [name.split() for name in names if name]
    own = {p[0] for p in parts} | {p[-1] for p in parts if len(p) == 2} | {initials(name) for name in names}  # fmt: skip
    return len(said) > 1 and not said & own and bool(said - name_words(names) - _LEGAL - _OWN)


def _is_itself(name: str | None, names: frozenset[str]) -> bool:
    """Tell whether a name is the subject's, or stands for it."""
    said = name_key(name or "").split()
    bare = " ".join(said[1:] if said[:1] == ["the"] else said)
    return name in _ITSELF or (bool(bare) and names_it(bare, names))


def _is_change(text: str, candidate: Candidate, asked: str) -> bool:
    """Tell whether a number is of those that came or went, or of those who sit on a body."""
    change = _CHANGE.search(text, 0, candidate.start)
    body = _BODY_OF.search(text, 0, candidate.start)
    said = change.group().split()[0] if change else body["body"] if body else ""
    return bool(said) and not set(stems(said)) & set(stems(asked))


def _founds_another(wanted: Wanted, text: str, at: int, names: frozenset[str]) -> bool:
    """Tell whether a participle before a year speaks of something that stands right before it."""
    found = _FOUNDED_THERE.search(text, 0, at)
    if found is None:
        return False
    if found["ours"]:
        return not set(concepts(found["ours"])) & {*wanted.topic, *wanted.hint} - {"found"}
    inside = _OBJECT.search(text, 0, found.start("name"))
    placed = inside is not None and inside.group().split()[0] in {"in", "at", "on", "near", "from"}
    return not placed and _is_stranger(wanted, text, found, names, whose=True)


def is_headed_off(wanted: Wanted, label: str) -> bool:
    """Tell whether a label says that what stands beside it is planned, or was before."""
    asked = f"{wanted.label} {wanted.description}"
    last = own_label(label)
    if sums_up(wanted, last):
        return True
    return (
        bool(_OFF_LABEL.search(last)) and not _OFF_LABEL.search(asked) and not _AHEAD.search(asked)
    )


def of_day(text: str, candidate: Candidate) -> bool:
    """Tell whether a figure is a day of a date or a part of a telephone number."""
    said = text[candidate.start : candidate.end]
    if _A_DAY.fullmatch(said) or (said.isdigit() and int(said) <= _DAYS and (_IN_DATE.match(text, candidate.end) or _AFTER_MONTH.search(text, 0, candidate.start))):  # fmt: skip
        return True
    return any(
        c.start <= candidate.start < c.end
        and set("+(-") & set(str(c.value))
        and not _NOTED.fullmatch(str(c.value))
        for c in strings.phone_candidates(text)
    )


def _unscaled(wanted: Wanted, candidate: Candidate) -> bool:
    """Tell whether a figure without magnitude stands where millions are asked for: the 3 of "3 rounds"."""
    value = candidate.value
    return wanted.number.scale > 1 and isinstance(value, (int, float)) and 0 < abs(value) < _TINY


def is_whole(wanted: Wanted, text: str, candidate: Candidate) -> bool:
    """Tell whether a figure is that of a whole, and what is asked for a part: ``160 acres, of which 96 are planted``."""
    part = _OF_WHICH.match(text, candidate.end)
    if part is None:
        return False
    told = {*concepts(part["rest"]), *stems(part["rest"])}
    before = text[clause_start(text, candidate.start) : part.start("rest")]
    over = {*concepts(before), *stems(before)}
    named = any({c, *spoken(c)} & over for c in wanted.topic)
    asked = {c for c in {*wanted.topic, *(() if named else wanted.hint)} if c not in MEASURES}
    return any({c, *spoken(c)} & told and not {c, *spoken(c)} & over for c in asked)


def _is_part(wanted: Wanted, text: str, candidate: Candidate) -> bool:
    """Tell whether a figure is said of a part: ``about 780 of whom work in Ohio``."""
    part = PART.match(text, candidate.end)
    asked = {*wanted.topic, *wanted.hint}
    if part is not None:
        return not asked & {*concepts(part["rest"])}
    rest = _OF_THE_REST.match(text, candidate.end)
    if rest is not None and _OF_THE.search(text, 0, candidate.start):
        return not set(wanted.topic) & {*concepts(rest["rest"])}
    return bool(_OF_THEM.search(text, 0, candidate.start)) and not asked & {
        *concepts(candidate.counted)
    }
