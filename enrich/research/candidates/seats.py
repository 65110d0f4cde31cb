"""Where a thing sits, is registered or is held, as labelled values, addresses and sentences say it.

Each is said in few ways; a name that stands in none of them is no answer. What is asked for says ``where.py``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.streets import city_of, is_land, is_street, streets, town_of
from enrich.research.candidates.strings import MONTH, SENTENCE_STARTERS
from enrich.research.candidates.where import is_whole, label_fit, sought
from enrich.research.words import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.wanted import Wanted

_WORD = r"[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff][\w'\N{RIGHT SINGLE QUOTATION MARK}-]+"
PLACE_NAME: Final = rf"(?:St\.? )?{_WORD}(?:[ -](?:(?:de|do|da|del|la|le|am|an|der|upon|on|of|sur|el) )?{_WORD}){{0,3}}"
_NAME = PLACE_NAME
_WHERE: Final = re.compile(
    rf"\b(?P<prep>in|at|near|on|to)\s+(?:the\s+)?(?:(?:small |old |market |port |harbour )*(?:town|city|village|suburb|municipality|district|port) (?:of )?)?(?P<place>(?:\d{{1,4}} )?{_NAME}(?:,\s{_NAME}){{0,2}})"
)
# A sentence's first word is no part of a town's name: "In Ulm, where …", "The Ulm-based …".
_PLACE = rf"(?<![\w-])(?!(?:In|At|From|Near|To|The|Its|Our)\s){_NAME}"
_SELF = r"(?i:it|they|we|he|she|which|(?:the|this|our) (?:\w+ ){0,2}?(?:company|firm|business|group|chain|house|enterprise|organi[sz]ation|start-?up|manufacturer|maker|retailer|institution|university|practice|agency|foundation|association|society|bank|vendor|family business))"
_SEAT_NOUN = r"(?:head office|head-?quarters|hq|main office|corporate offices?|principal office|seat|domicile|base)"
# "Its head office is in Ulm", "from its base in Ulm", "the headquarters on Ring Road, Ulm"
_HAS_SEAT: Final = re.compile(
    rf"(?:^(?=[A-Z])|\b(?:[Ii]ts|[Oo]ur|[Tt]heir|(?P<whose>{_NAME})['\N{{RIGHT SINGLE QUOTATION MARK}}]s|[Tt]he(?: (?P<owner>{_NAME}))?) )(?i:(?:own|registered|corporate|global|world|present|current|statutory|legal|company|and|group)(?:'s)? ){{0,3}}(?i:{_SEAT_NOUN})\b(?P<then>[^.;:]{{0,60}}?)(?=\b(?:in|at|on|near|to) )"
)
# "Globex, which has its head office in Ulm"
_WHICH_HAS: Final = re.compile(rf"(?P<who>{_NAME}),? (?:which|who|that) \w+ (?:its )?$")
_OVER: Final = re.compile(
    r"\b(?:was|were|had been|until|used to|formerly|once|then|former|moved? from|will|plans?|planned|considered|considering|first|original|next|new|future|not|rival|parent|regional|european|american|asian|US|UK|branch|sales)\b"
)
_REMAINS: Final = re.compile(r"\bwill (?:remain|stay|continue)\b")
# "Ulm, where it has had its head office since 1900"
_WHERE_ITS: Final = re.compile(
    rf"(?P<place>{_PLACE})(?:, (?P<next>{_NAME}))?, where (?P<who>{_SELF}|{_NAME}) (?P<said>[^.;:]{{0,50}}?\b(?:{_SEAT_NOUN}|based|headquartered|domiciled|seated)\b[^.;:,]{{0,30}})",
)
# "It is run from Ulm"
_RUN_FROM: Final = re.compile(
    rf"(?P<who>\b{_SELF}|{_NAME}),? (?:(?:is|are|has been|is still|is now|is today) (?:run|led|managed|headed|directed|governed|administered|steered)|(?:runs|directs|manages) its (?:operations|business|affairs)) (?:from|out of) (?P<place>{_PLACE}(?:, {_NAME})?)",
)
# "Ulm remains the seat"
_IS_SEAT: Final = re.compile(
    rf"(?P<place>{_PLACE}) (?:is|remains|has remained|has been) (?:the|our|its|their) (?:[a-z]+ ){{0,2}}{_SEAT_NOUN}\b(?! of\b)"
)
# A town of several: "in Bern, Ulm (head office) and Basel"
_IN_BRACKETS: Final = re.compile(
    rf"(?P<place>{_PLACE}) \((?:the |our |its )?(?i:head ?office|head-?quarters|hq|main office|seat)\)"
)
# "in its Ulm headquarters"
_ITS_TOWN_SEAT: Final = re.compile(
    rf"\b(?:its|our|their) (?P<place>{_NAME}) (?:head office|head-?quarters|HQ)\b"
)
_REGION: Final = re.compile(
    r"\b(?:[A-Z]{2,5}|Europe|Asia|Africa|America|Oceania|Pacific|Nordic|Baltic|Benelux|Iberia|Middle|Gulf|North|South|East|West|Regional|Global"
    r"|World|Corporate|International|[A-Z]\w+(?:ean|ian|can|ese|ish))\b"
)
# "The Ulm-based firm"
_THE_BASED: Final = re.compile(
    rf"^The (?P<place>{_PLACE})-based (?:[a-z-]+ ){{0,2}}(?:company|firm|business|group|chain|start-?up|manufacturer|maker|retailer|university|practice|bank|vendor)\b"
)
# "It is based in Ulm"
_BASED_IN: Final = re.compile(
    rf"(?<![\w-])(?:headquartered|domiciled|seated|based|(?:from|with) (?:a )?{_SEAT_NOUN})\s+(?:since \d{{4}} )?(?=(?:in|at|near) )",
    re.IGNORECASE,
)
_CAPPED: Final = re.compile(
    rf"(?:(?P<who>{_NAME}), (?:the|an?) )?(?P<place>{_PLACE})-(?:based|headquartered) (?P<rest>[^.;:()]{{2,90}})"
)
# "is a state university in Ulm"
_IS_IN: Final = re.compile(
    rf"\b(?:is|are) an? (?P<what>(?:(?!of\b)[\w-]+ ){{1,6}}?)(?:(?:based|located|situated) )?(?:in|at) (?:the (?:town|city|heart|cent(?:re|er)) of )?(?P<place>{_NAME})"
)
# A place is in another, and who deals with a thing is in that: "is a village in Kent", "is a leader in Retail".
_NOT_IN: Final = re.compile(
    r"(?:city|town|village|country|state|region|island|province|county|district|river|lake|mountain|municipality|capital|territory|community|suburb|area"
    r"|leader|specialist|pioneer|player|force|name|expert|language|member|partner|investor|shareholder|stakeholder|participant|interest|stake|first|one)s? $"
)
_MAIN_SITE: Final = re.compile(
    r"\b(?:main|central|principal) (?:campus|site|works|plant|building)\b(?P<then>[^.;:]{0,30}?)(?=\b(?:in|at|near) )",
    re.IGNORECASE,
)
_REGISTERED: Final = re.compile(
    r"\b(?:is|was|been|remains|are)?\s?(?:registered|port of registry|home ?port)\b(?P<then>[^.;:]{0,30}?)(?=\b(?:in|at) )|\bregister (?=in )",
    re.IGNORECASE,
)
_PORT_IS: Final = re.compile(
    rf"\b(?:port of registry|home ?port) (?:is|remains) (?P<place>{_NAME})"
)
_HELD: Final = re.compile(
    r"\b(?:held|takes? place|taking place|took place|hosted|staged|returns?|returned|open(?:s|ed)?)\b(?: [a-z]+){0,2}? (?=(?:at|to|in) the |at )"
)
_HALL = (
    r"(?:Cent(?:re|er|rum|ro)|Halls?|Hallen?|Messe\w*|Expo\w*|Showgrounds?|Fairgrounds?|Exhibition\w*|Arena|Stadium|Pavil(?:i|l)on\w*|Park|Forum"
    r"|Palace|Palais|Palazzo|Palacio|Theatre|Theater|Auditorium|Fiera\w*|Feria\w*|Complex|Grounds|Dome|Campus|Hotel|Padiglion[ei]|Racecourse|Hippodrome|Convention\w*|Congress\w*|Kongress\w*|Beurs\w*|Jaarbeurs)"
)
_VENUE_NAME: Final = re.compile(
    rf"\b(?:at|in|to)\s+(?P<the>the\s+)?(?P<place>{_WORD}(?:[ -](?:(?:de|do|da|del|della|di|of|the|am|an) )?(?:{_WORD}|[A-Z\d]{{1,3}}))*)"
)
# "Ulm, 2-4 May 2030, Donauhallen"
_DATED_VENUE: Final = re.compile(rf"\b\d{{4}}, (?:the )?(?P<place>{_NAME})(?=[.,;(]|$)")
_MOVED: Final = re.compile(r"\b(?:from|until|formerly|not|old|former|previous\w*|moved?)\b")
# At a hotel or in a park much is held beside the event.
_FOR_FAIRS: Final = re.compile(
    r"\b(?:Cent(?:re|er|rum|ro)|Halls?|Hallen|Messe\w*|Expo\w*|Showgrounds?|Fairgrounds?|Exhibition\w*|Convention\w*|Congress\w*|Kongress\w*|Fiera\w*|Feria\w*|Arena|Beurs\w*)\b"
)
_SURELY_HELD: Final = 0.8
_HELD_THERE: Final = 0.7
_HAS_HALL: Final = re.compile(rf"\b{_HALL}\b")
_DAY: Final = re.compile(
    rf"\d{{1,2}}(?:st|nd|rd|th)?\b[^,]{{0,12}}\b{MONTH}\b|{MONTH}\b\.? \d|\d{{4}}\W*(?:$|\d{{4}}\b)|\d{{1,2}}[./]\d",
    re.IGNORECASE,
)
_CALENDAR = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Spring|Summer|Autumn|Winter)\b"
)
_PERSON: Final = re.compile(r"(?:Prof|Dr|Mr|Mrs|Ms|Sir|Dame)\b")
_PERIOD: Final = re.compile(
    r"(?:since )?\d{4}\s?(?P<to>[-\N{EN DASH}]\s?(?P<end>\d{2,4}|present|today|now)?)?:\s*",
    re.IGNORECASE,
)
_SLASH: Final = re.compile(r"\s/\s")
_NAMED_LAST: Final = re.compile(rf"(?P<who>{_NAME}),? $")
_UNTIL: Final = re.compile(r"\W*(?:until|till|up to \d{4}|from \d{4} to|between \d{4})\b")
_BRIEF: Final = 4  # letters of a name's beginning that may stand for it
_SOON: Final = 8  # words
_BEFORE: Final = 200  # characters in which who is "based" somewhere is named
_SAID: Final = (
    (_WHERE_ITS, 0.88), (_RUN_FROM, 0.86), (_IN_BRACKETS, 0.84), (_ITS_TOWN_SEAT, 0.84), (_CAPPED, 0.84), (_IS_SEAT, 0.82), (_THE_BASED, 0.7)
)  # fmt: skip
_BASED: Final = 0.84
_SITED_AT: Final = 0.8
_DEFINED: Final = 0.76
_SEATED: Final = 0.82
_NOT_NOW: Final = re.compile(r"\b(?:until|not|rival|parent|competitor)\b[^,;.]*$")
_LAND: Final = re.compile(
    rf"\s?,\s(?:{_NAME}\s?, )?(?:the )?(?P<land>(?:U\.S\.A?\.?|U\.K\.?)(?!\w)|{_NAME})"
)
_CLAUSE_END: Final = re.compile(
    r"[;:(]|\.(?:\s|$)|,? \b(?:but|while|who|which|where|when|whereas)\b"
    r"|,? \band (?:(?:also )?(?:has|have|is|are|was|were|maintains?|operates?|runs|keeps|employs)|(?:\w+ )?(?:branch|office|subsidiar|plant|site|store|shop|depot|warehouse)\w*)\b"
)
_PARTIAL: Final = re.compile(
    r"\b(?:regional|european|asian|american|african|emea|apac|us|uk|north|south|east|west|former\w*|previous\w*|old|original|first|new|future|planned|branch|sales|parent|nearest|closest|twin|sister|largest|host|partner|other|further|additional|satellite)\b",
    re.IGNORECASE,
)
_HEAD: Final = re.compile(
    r"(?:the )?([^,;(|\n\N{MIDDLE DOT}]{2,80}?)(?=\s*(?:[,;(|\n\N{MIDDLE DOT}]|\s[\N{EN DASH}\N{EM DASH}-]\s|\.\s|\.?$))"
)
_LINE: Final = re.compile(
    r"[^;|\n(@]{6,120}?(?=\s*(?:[;|\n(]|\s[\N{EN DASH}\N{EM DASH}-]\s|[ .,]*$))"
)
_MAX_TOWN: Final = 4  # words
_MAX_VENUE: Final = 8


def beside(wanted: Wanted, text: str, label: str) -> list[Candidate]:
    """Return what a labelled value gives of where something is; of periods, the present one alone."""
    if _PARTIAL.search(label) and not _PARTIAL.search(wanted.label):
        return []
    period = _PERIOD.match(text)
    at = period.end() if period else 0
    said = text[at:]
    if (period and (period["end"] or "")[:1].isdigit()) or _DAY.match(said) or _PERSON.match(said):
        return []
    match sought(wanted):
        case "street":
            found = _street(said)
        case "venue":
            found = _venue(said)
        case "port":
            first, said = _slashed(label, said)
            at += first
            found = _seat(said, whole=False)
        case _:
            found = _seat(said, whole=is_whole(wanted))
    return [replace(c, start=c.start + at, end=c.end + at) for c in found]


def _seat(text: str, *, whole: bool) -> list[Candidate]:
    """Return the town of a labelled value; of an address, its town alone."""
    city = city_of(text)
    span = city or town_of(text)
    if span is None or not is_name(text[slice(*span)]):
        return []
    town = _cut(text, span)
    return [_widened(town, text) if whole and city is None else town]


def _venue(text: str) -> list[Candidate]:
    """Return the venue that a labelled value begins with; a street is none, nor what lies in a country."""
    found = _HEAD.match(text)
    lies = any(is_land(part.strip(" .")) for part in text.split(","))
    if found is None or lies or is_street(found[1]) or not is_name(found[1], long=True):
        return []
    return [_cut(text, found.span(1))]


def _cut(text: str, span: tuple[int, int]) -> Candidate:
    return Candidate(value=text[slice(*span)], start=span[0], end=span[1], fit=1.0)


def _street(text: str) -> list[Candidate]:
    """Return the street of a labelled address; where none of a known form is there, its whole line."""
    found = streets(text)[:1]
    line = None if found else _LINE.match(text)
    if line and line[0][0].isalnum() and "," in line[0] and any(c.isdigit() for c in line[0]):
        return [replace(_cut(text, line.span()), fit=0.9)]
    return found


def _slashed(label: str, text: str) -> tuple[int, str]:
    """Return the part of ``Malta / Valletta`` that a label ``Flag / port of registry`` names, and where it begins."""
    named = _SLASH.split(label)
    told = _SLASH.split(re.sub(r"\([^()]*\).*$", lambda m: " " * len(m.group()), text))
    if len(named) < 2 or len(named) != len(told):
        return 0, text
    at = 0
    for name, part in zip(named, told, strict=True):
        if label_fit("port", name):
            return at, part.rstrip()
        at += len(part) + 3
    return 0, text


def is_name(value: str, *, long: bool = False) -> bool:
    """Tell whether a value has the look of a town's name, or of a house's: capitals, few words, no figures."""
    parts = value.split()
    if not parts or len(parts) > (_MAX_VENUE if long else _MAX_TOWN):
        return False
    if not (value[0].isupper() or (parts[-1][:1].isupper() and not value[0].isdigit())):
        return False
    if not long and any(c.isdigit() for c in value):
        return False
    return not (_CALENDAR.match(value) or parts[0] in SENTENCE_STARTERS or is_land(value))


def told(wanted: Wanted, text: str, names: frozenset[str]) -> Iterator[tuple[Candidate, float]]:
    """Yield where a sentence says that the subject sits, is registered or is held, each with how sure that is."""
    for candidate, sure in _told(wanted, text, names):
        if not _UNTIL.match(text, candidate.end):
            yield candidate, sure


def _told(wanted: Wanted, text: str, names: frozenset[str]) -> Iterator[tuple[Candidate, float]]:
    asked = sought(wanted)
    if asked in {"seat", "town"}:
        for candidate, sure in _seats(text, names):
            yield (_widened(candidate, text) if is_whole(wanted) else candidate), sure
        yield from _defined(text, names)
        if asked == "town":
            yield from _sites(text)
    elif asked == "port":
        for match in _PORT_IS.finditer(text):
            yield from _town(text, match.start("place"), match.end("place"), _SEATED)
        for match in _REGISTERED.finditer(text):
            if not _OVER.search(match["then"] or ""):
                yield from behind(text, match.end(), match.end() + 60, _SITED_AT)
    elif asked == "venue":
        yield from _venues(text)


def _seats(text: str, names: frozenset[str]) -> Iterator[tuple[Candidate, float]]:
    for pattern, sure in _SAID:
        for match in pattern.finditer(text):
            if _is_said_of_self(match, names):
                # Of "Bern, Ulm, where …" the last, but for what the first lies in.
                last = match.groupdict().get("next")
                part = "next" if last and not is_land(last) else "place"
                yield from _town(text, match.start(part), match.end(part), sure)
    for match in _HAS_SEAT.finditer(text):
        if not _is_over(text, match) and not _is_anothers(text, match, names):
            yield from behind(text, match.end(), match.end() + 70, _SEATED)
    for match in _BASED_IN.finditer(text):
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        last = _NAMED_LAST.search(before)
        if last is not None and not _is_self(last["who"], names):
            continue  # "a member of Globex Group, headquartered in Bern"
        if not _OVER.search(before[-30:]) and _speaks_of_self(before, names):
            yield from behind(text, match.end(), match.end() + 40, _BASED)


def _is_said_of_self(match: re.Match[str], names: frozenset[str]) -> bool:
    """Tell whether a place is said to be the subject's seat, and no region's."""
    parts = match.groupdict()
    if _OVER.search(parts.get("said") or "") or _REGION.search(match["place"]):
        return False
    if parts.get("rest") and not parts.get("who"):
        return _is_named(match["rest"], names)
    return not parts.get("who") or _is_self(match["who"], names)


def _is_over(text: str, match: re.Match[str]) -> bool:
    """Tell whether a seat is told of that was, that will be, or that is no head office."""
    then = _REMAINS.sub("", match["then"])
    return bool(
        _OVER.search(then) or _NOT_NOW.search(text, max(0, match.start() - 40), match.start())
    )


def _is_anothers(text: str, match: re.Match[str], names: frozenset[str]) -> bool:
    who = match["whose"] or match["owner"]
    which = _WHICH_HAS.search(text, max(0, match.start() - 60), match.start())
    who = which["who"] if which else who
    return bool(who) and not _is_self(who, names)


def _sites(text: str) -> Iterator[tuple[Candidate, float]]:
    for match in _MAIN_SITE.finditer(text):
        if not _OVER.search(match["then"]):
            yield from behind(text, match.end(), match.end() + 60, _SITED_AT)


def _defined(text: str, names: frozenset[str]) -> Iterator[tuple[Candidate, float]]:
    found = _IS_IN.search(text)
    if found and not _NOT_IN.search(found["what"]) and _is_self(text[: found.start()], names):
        yield from _town(text, found.start("place"), found.end("place"), _DEFINED)


def _venues(text: str) -> Iterator[tuple[Candidate, float]]:
    for match in _VENUE_NAME.finditer(text):
        place = match["place"]
        named = bool(_HAS_HALL.search(place)) and (match["the"] is not None or " " in place)
        plain = named and bool(_FOR_FAIRS.search(place))
        held = match["the"] is not None and any(
            0 <= match.start() - m.end() <= 1 for m in _HELD.finditer(text)
        )
        before = text[max(0, match.start() - 60) : match.start()]
        if (plain or held) and not _MOVED.search(before) and is_name(place, long=True):
            yield _cut(text, match.span("place")), _SURELY_HELD if named and held else _HELD_THERE
    for match in _DATED_VENUE.finditer(text):
        if _HAS_HALL.search(match["place"]):
            yield _cut(text, match.span("place")), _HELD_THERE


def behind(text: str, start: int, stop: int, sure: float) -> Iterator[tuple[Candidate, float]]:
    """Yield the town that stands behind a word of place: of a house or a street in it, the town."""
    limit = _CLAUSE_END.search(text, start, min(len(text), stop + 60))
    end = limit.start() if limit else len(text)
    for match in _WHERE.finditer(text, start, end):
        if match.start() > stop:
            return
        at, place = match.start("place"), match["place"]
        further = (
            _WHERE.match(text, match.end() + 1, end)
            if text[match.end() : match.end() + 1] in {" ", ","}
            else None
        )
        if further is not None and further["prep"] == "in" and match["prep"] in {"at", "on"}:
            at, place = further.start("place"), further["place"]
        if match["prep"] == "on" and not is_street(place.partition(",")[0]):
            continue
        yield from _town(text, at, at + len(place), sure)
        return


def _widened(town: Candidate, text: str) -> Candidate:
    """Take in the state and the country in which a town lies: ``Ulm, Germany``, ``Chicago, Illinois, U.S.``."""
    end = town.end
    while (found := _LAND.match(text, end)) and is_land(found["land"].replace(".", "")):
        end = found.end()
    return Candidate(value=text[town.start : end], start=town.start, end=end, fit=town.fit)


def _town(text: str, start: int, end: int, sure: float) -> Iterator[tuple[Candidate, float]]:
    """Yield the first part of a place that is a town, with how sure it is."""
    at = start
    for part in text[start:end].split(","):
        said = part.strip()
        first = at + len(part) - len(part.lstrip())
        at += len(part) + 1
        if is_street(said):
            continue
        if is_name(said):
            yield Candidate(value=said, start=first, end=first + len(said), fit=1.0), sure
        return


def _is_self(who: str, names: frozenset[str]) -> bool:
    """Tell whether words name the subject: by a pronoun, as the company, or by its name."""
    said = who.strip(" ,")
    if re.fullmatch(_SELF, said):
        return True
    key = name_key(said)
    return bool(key) and any(
        key == name
        or (len(key) >= _BRIEF and name.startswith(f"{key} "))
        or key.endswith(f" {name}")
        for name in names
    )


def _is_named(said: str, names: frozenset[str]) -> bool:
    """Tell whether the subject is soon named: ``start-up Acme, which``."""
    first = f" {name_key(' '.join(said.split()[:_SOON]))} "
    return any(f" {name} " in first for name in names)


def _speaks_of_self(before: str, names: frozenset[str]) -> bool:
    """Tell whether what stands before "based" speaks of the subject, and names nothing else."""
    last = re.split(r"[.;:]\s+(?=[^\W_a-z])", before)[-1]  # "Acme Inc. is a maker …" goes on
    key = f" {name_key(last)} "
    if any(f" {name} " in key for name in names) or re.search(rf"\b{_SELF}\b", last):
        return True
    return not last.strip() or bool(re.search(r"\bwe\b|\bus\b", last))
