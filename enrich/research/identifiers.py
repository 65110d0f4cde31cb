"""What names a thing in a register or a series: register and tax numbers, ship's numbers, versions, licences.

Each sort has names of its own, on pages as in questions, and a form by which it is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.descriptions import statement, undenied
from enrich.research.systems import SHAPE, SYSTEMS, asked_for, is_of_system, oldest
from enrich.research.words import name_words, own_label, word_set, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

_BESIDE: Final = 0.93  # how sure a value is beside a label that names its sort
_SAID: Final = 0.84  # likewise behind that name in a text
_NO = r"(?:\s?(?:numbers?|no\.?|nr\.?|n\N{DEGREE SIGN}|\N{NUMERO SIGN}|id|code|#))?"
_LINK = re.compile(r"\s*(?:[:#=]|is|was|are|under|as|with|\N{EN DASH})?\s*")
_PREFIX = re.compile(r"HR[AB]|REA")  # a part of a register that a number is told with
_LOOSE = r"(?:[A-Z]{1,5}[ .-]{0,2})?(?=[A-Z\d./ -]{0,8}\d)(?!(?:19|20)\d\d\b(?![./-]\d))[A-Z\d]{1,14}(?:(?:[./-]| (?=\d))[A-Z\d]{1,12}){0,5}"


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of values that name a thing.

    Attributes:
        asked: What a question calls it.
        told: What a page calls it.
        shape: The form of its values.
        strict: Whether the form alone tells it from other values beside the same label.
        barred: What else such a value may be beside it.
    """

    asked: re.Pattern[str]
    told: re.Pattern[str]
    shape: re.Pattern[str]
    strict: bool = True
    barred: re.Pattern[str] | None = None


def _sort(asked: str, told: str, shape: str, *, strict: bool = True, barred: str = "") -> Sort:
    return Sort(
        re.compile(asked, re.IGNORECASE), re.compile(rf"(?<!\w)(?:{told}){_NO}", re.IGNORECASE),
        re.compile(rf"(?<![\w.-])(?:{shape})(?![\w-])(?!\.\d)"), strict, re.compile(rf"\b(?:{barred})\b", re.IGNORECASE) if barred else None,
    )  # fmt: skip


_LICENCE = (
    r"(?:(?:GNU )?(?:Affero |Lesser |Library )?General Public Licen[cs]e|(?:European Union|Mozilla|Eclipse|Common) Public Licen[cs]e"
    r"|Apache (?:Software )?Licen[cs]e|(?:MIT|ISC|BSD|zlib|Boost Software|Artistic|PostgreSQL|Python Software Foundation|University of Illinois/NCSA) [Ll]icen[cs]e|[23]-[Cc]lause BSD(?: [Ll]icen[cs]e)?"
    r"|Common Development and Distribution Licen[cs]e|Creative Commons [A-Z][\w-]+(?:[ -][A-Z][\w-]+){0,3}"
    r"|(?:GNU )?[AL]?GPL|MIT(?:-0)?|ISC|[0234]?-?BSD(?:-[0234]-Clause)?|Apache|MPL|EPL|EUPL|CDDL|OSL|AFL|BSL|Artistic|Zlib|zlib|Unlicense|WTFPL|CC0|CC[ -]BY(?:-[A-Z]{2}){0,2}|PSF|CECILL|MulanPSL)"
    r"(?:,? ?[(]?(?:[Vv]ersion |[Vv])?-?\d(?:\.\d)?[)]?)?(?:\+|,? or later|-or-later|-only|,? only|,? or any later version|,? or \(at your option\) any later version)?(?: International)?"
    r"(?: \([AL]?(?:GPL|EUPL|MPL|EPL|Apache|BSD)[^()]{0,24}\))?"
)
_BUNDLED = r"bundled|icons?|fonts?|documentation|docs|manuals?|artwork|decoder|third[- ]party|dependenc\w+|plug-?ins?|examples?|logos?|data ?sets?|samples?|earlier|older|previous\w*|former\w*|until|before|relicen[cs]\w+ from|moved from|changed from|switched from|contributor\w*|inbound|rival|unlike"
_NUMBERED = r"(?:numbers?|no\b\.?|nr\b\.?|codes?|num|id|identifier|reference|ref)"
_ARTICLE = r"(?:catalogue|catalog|cat|order(?:ing)?|part|article|art|item|stock|material|ref)"
_REGISTER = r"(?:register|registry|registration|official|external|regulat\w+|grid|market|database|master data|site|plant|unit|station)"
_CODE = r"(?=[A-Z\d]*[A-Z\d][_-]|[A-Z\d]*\d)(?=[\d_-]*[A-Z])(?=[A-Z\d_-]{5})[A-Z\d]{1,20}(?:[_-][A-Z\d]{1,14}){0,4}(?![^\s.,;:)\]])"
_PERMIT: Final = r"licen[cs]e|permit|accreditation|authori[sz]ation|concession"
_LOOSE_ANY: Final = _LOOSE.replace("A-Z", r"A-Z\u00c0-\u00de")
_SORTS: Final = (
    _sort(
        r"\bisbn\b|\bean\b|\b(?:13|thirteen)-digit\b", r"isbn(?:-?1[03])?|ean(?:-?13)?|gtin(?:-?13)?",
        r"97[89][- ]?(?:\d[- ]?){9}\d",
    ),
    _sort(
        rf"(?<!tax )(?<!vat )\b(?:{_ARTICLE} {_NUMBERED}|sku|mpn)\b|\border(?:ing)? code\b|\b(?:item|article|part|catalogue|catalog) (?:code|number)\b",
        rf"(?:(?:maker|manufacturer|producer)\W?s? )?(?:{_ARTICLE}\.?(?:(?= ?{_NUMBERED})|(?= ?:))|sku|mpn|ref(?= *$| ?(?:[:(#]|no\b|num))|(?:maker|manufacturer|producer)(?:\W?s)? (?=reference|ref|code|number|no\b))",
        _LOOSE, strict=False, barred=r"our|shop|stores?|retail\w*|dealer\w*|distribut\w*|pharma\w*|accessor\w*|spares?|separately|replaces|previous\w*|former\w*|discontinued|vat|tax|company|commercial|phone|bank",
    ),
    _sort(r"\bimo\b|\binternational identification of the hull\b", r"imo", r"\d{7}"),
    _sort(r"\bmmsi\b", r"mmsi", r"\d{9}"),
    _sort(r"\bcall ?sign\b", r"call ?sign", r"[A-Z0-9]{4,7}"),
    _sort(
        r"\b(?:ticker|(?:stock|trading|exchange|share) symbol)\b",
        r"(?:stock |trading |share )?ticker(?: symbol)?|(?:stock|trading|share|exchange) symbol|under the symbol|NYSE|NASDAQ|LSE|TSX|ASX|XETRA|FWB|HKEX|SGX|JSE|OTC\w*|Euronext(?: \w+)?",
        r"[A-Z]{1,6}(?:[.:-][A-Z]{1,2}){0,2}|\d{4,6}(?:\.[A-Z]{1,2})?", strict=False, barred=r"rival|competitor|parent|index|chemical|currenc\w+|formerly|former|peer",
    ),
    _sort(r"\bisin\b", r"isin", r"[A-Z]{2}[A-Z0-9]{9}\d"),
    _sort(r"\blei\b|\blegal entity identifier\b", r"lei|legal entity identifier", r"[A-Z0-9]{18}\d\d"),
    _sort(r"\bdoi\b", r"doi", r"10\.\d{4,9}/[^\s,;]+"),
    _sort(r"\borcid\b", r"orcid", r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]"),
    _sort(r"\bd-?u-?n-?s\b", r"d-?u-?n-?s", r"\d{2}-?\d{3}-?\d{4}"),
    _sort(
        r"\b(?:vat|tax|fiscal)\b.*\b(?:number|no|id|identifier|code)\b|\b(?:vat|tin|tax id)$",
        r"(?:vat|ust-?id|tax|fiscal|tva|iva|btw|nip|p\.? ?iva)(?: (?:reg(?:istration|\.)?|id(?:entification)?|identity|payer))?", _LOOSE, strict=False,
    ),
    _sort(
        r"^(?!.*\b(?:compan\w+|firm|business|enterprise|legal entity|corporat\w+)\b)(?:.*\b(?:register|official|external|regulat\w+|grid|market|database|site|plant|unit|station) (?:code|id|identifier|reference|ref)\b|.*\bidentification code\b.*\bregist|.*\b(?:code|reference)(?: number)? under which\b|.*\bunder what (?:code|reference)\b|reg id$)",
        rf"(?:[\w-]+ ){{0,4}}(?:{_REGISTER}|code|reference|identifier)(?: ?\([^()]{{1,20}}\))?(?: (?:is|code|id|reference|ref|number|no))?|EIC|MaStR|BMU|LEI",
        _CODE, barred=r"company|companies|commercial|trade register|court|vat|tax|phone|post\w*|zip|model|types?|version|licen[cs]e|permit|regon|nip|krs|charity|iso|nace|naics|neighbou?r\w*|country|currency|isbn|imo",
    ),
    _sort(
        rf"\b(?:{_PERMIT})s?\b(?!.*\b(?:software|source code|drivers?|driving)\b).{{0,40}}\b(?:numbers?|no|nr|ref(?:erence)?|id)\b|\b(?:numbers?|reference|no)\b.{{0,30}}\b(?:{_PERMIT})s?\b",
        rf"(?:{_PERMIT})s?", _LOOSE_ANY, strict=False,
        barred=r"valid|expir\w+|until|types?|class|category|issued|since|dates?|authority|fees?|costs?|holders?|vat|tax|company|commercial|software|driv\w+|phone|former\w*|previous\w*|personnel|of our|parent",
    ),
    _sort(
        r"\b(?:registration|register|registry|company|reg|organi[sz]ation|incorporation)\b.{0,24}\b(?:number|no|nr|num)\b|\b(?:number|identifier)\b.*\b(?:register|registry|registrar|registered)\b",
        r"(?:(?:company|companies|business|corporate|trade|commercial|legal|entity) )?(?:registration|registered|register|registry|reg\.?|identity|house)(?: (?:court|identity|entry))?(?= ?(?:numbers?|no\b|nr\b|id\b|#|:))"
        r"|(?:company|business|corporate|organi[sz]ation|enterprise|entity) (?=(?:number|no|nr|id|code)\b)|org\.? ?nr\.?|HR[AB]|REA|KRS|CVR|SIREN|RCS(?: [^\W\d_]+)?|KvK|CNPJ|CIN|ABN|ACN|NZBN|UEN|I\N{LATIN CAPITAL LETTER C WITH CARON}O|CRN|Y-tunnus",
        _LOOSE, strict=False, barred=r"vat|tax|telephone|phone|fax|charity|employer|imo|bank|iban|siret",
    ),
    _sort(
        r"\b(?:licen[cs]e|licensing|spdx)$|\blicen[cs]es? under which\b|\bunder which (?:\w+ ){0,3}licen[cs]e\b|\blegal terms\b.*\b(?:copying|reuse|source)\b|\blicen[cs]e identifier\b",
        r"(?:outbound |software |source |code |open[- ]source |project )?licen[cs](?:e|ed|ing)(?: \(spdx\))?|(?:is|was|are) (?:distributed|released|published|available|offered|put)(?: \w+){0,4} under|under the(?: terms of the)?",
        rf"{_LICENCE}(?:(?: OR | AND | or (?:the )?|, or |/| and ){_LICENCE})?", barred=_BUNDLED,
    ),
    *(_sort(asked_for(system), system, SHAPE) for system in SYSTEMS),
    _sort(
        r"^(?:\w+ ){0,2}(?:ver|version|build)(?: number| no)?\b(?! (?:of|date|history|control))|^(?:latest|newest|current|stable) (?:stable )?(?:release|version)$|\b(?:version number|which version|number of the \w+ (?:stable )?(?:version|release))\b|\bidentifier of the\b.{0,40}\b(?:edition|version|release)\b",
        r"(?:stable |latest |current |newest |last |present )+(?:stable )?(?:version|release|build)|version", r"[vV]?\d{1,4}(?:\.\d{1,4}){1,3}(?! (?:million|billion|per|%|percent|GB|MB|TB|kB|stars|km|m|seconds))",
        barred=r"previous|before|preview|next|planned|road ?map|rc\d*|betas?|alpha|candidate|upcoming|older|oldest|first|initial|minimum|requires?|needs?|since|will|formerly|end of life|supported until|announced for|expected|due|other|another|tried|sister",
    ),
)  # fmt: skip
_SOFTWARE = re.compile(
    r"\b(?:software|code|source|program|version|copying|reuse|publish\w*|distribut\w*|package|project|library|tool|app|spdx|data ?set)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\b(?:forex|fx|foreign exchange|currenc\w+|legal tender|money|monetary|crypto\w*)\b",
    re.IGNORECASE,
)
_LEAST = re.compile(r"\b(?:min(?:imum)?|lowest|oldest|earliest|least|required)\b", re.IGNORECASE)
_PARTS = re.compile(r"[.;](?=\s)|\n|, (?:and|but|while|which)\b|\s\bbut\b")
_ISBN: Final = _SORTS[0]
_TICKERS: Final = next(sort for sort in _SORTS if sort.asked.search("ticker"))
_ARTICLES: Final = _SORTS[1]
_MAKERS = re.compile(r"\b(?:maker|manufacturer|producer)", re.IGNORECASE)
_HARD = re.compile(r"\b(?:hard ?(?:backs?|covers?|bound)|hbk|hb|cloth)\b", re.IGNORECASE)
_SOFT = re.compile(r"\b(?:paper ?backs?|soft ?(?:back|cover)s?|pbk|pb)\b", re.IGNORECASE)
_NO_PRINT = re.compile(r"\b(?:e-?books?|epub|kindle|pdf|audio\w*|digital)\b", re.IGNORECASE)
_OF_SYSTEMS: Final = dict(zip((s.told.pattern for s in _SORTS[-1 - len(SYSTEMS) : -1]), SYSTEMS, strict=True))  # fmt: skip
_LICENCES: Final = _SORTS[-2 - len(SYSTEMS)]
_VERSIONS: Final = _SORTS[-1]


@lru_cache(maxsize=4_096)
def sort_asked(name: str, description: str) -> Sort | None:
    """Return the sort of name or number that a field asks for; None for no known one.

    Args:
        name: The field's name.
        description: Its description.
    """
    said = (" ".join(words(name)), undenied(statement(description)))
    for sort in _SORTS:
        if any(sort.asked.search(text) for text in said):
            if sort is _LICENCES and not _SOFTWARE.search(" ".join(said)):
                continue
            if sort is _VERSIONS and _LEAST.search(" ".join(said)):
                continue  # what it needs is no version of its own
            if sort is _TICKERS and _MONEY.search(" ".join(said)):
                continue  # a currency's, and no share's
            return sort
    return None


def identifiers(
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the values of the asked sort on a page, each with its passage and how sure it is; of versions the highest.

    Args:
        wanted: The field.
        page: The page.
        names: The subject's names as ``name_key`` gives them.
    """
    sort = sort_asked(wanted.label, wanted.description)
    if sort is None:
        yield from _by_initials(wanted, page)
        return
    found = [
        (place, candidate, sure)
        for place, segment in enumerate(page.document.segments)
        if not page.is_aside(segment, wanted.topic)
        for candidate, sure in _in_segment(sort, page.text(segment), segment.label, names)
    ]
    if sort is _ARTICLES:  # beside a dealer's own stands the maker's
        theirs = [f for f in found if _MAKERS.search(page.document.segments[f[0]].label)]
        found = theirs or found
    if sort is _ISBN:
        found = _of_edition(found, page, f"{wanted.label} {undenied(wanted.description)}")
    if sort is _VERSIONS and found:
        found = [max(found, key=lambda f: (_version(str(f[1].value)), f[2]))]
    yield from found


def _by_initials(wanted: Wanted, page: Page) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the codes that stand beside the initials of their register: ``IATA: ULM · ICAO: EDUL``, ``ULM (IATA)``."""
    for place, segment in enumerate(page.document.segments):
        if not page.is_aside(segment, wanted.topic):
            for value in _beside_initials(wanted, page.text(segment)):
                yield place, _candidate(value), _SAID


def _beside_initials(wanted: Wanted, text: str) -> Iterator[re.Match[str]]:
    names, shape = _registers(wanted), wanted.shape
    if shape is None or not any(name in text for name in names):
        return
    either = "|".join(names)
    told = re.compile(
        rf"(?<!\w)(?:{either})(?!\w)(?: (?:code|number|no\.?|id|identifier|designator))?\s?[:#=]?\s?"
    )
    behind = re.compile(rf"\s?\((?:{either})(?: code)?\)")
    for said in told.finditer(text):
        if (value := shape.match(text, said.end())) and value.group() not in names:
            yield value
    yield from (value for value in shape.finditer(text) if behind.match(text, value.end()))


def _registers(wanted: Wanted) -> list[str]:
    """Return the initials of the registers that a question names."""
    asked = f"{wanted.label.upper()} {wanted.description}"
    return [m for m in dict.fromkeys(_INITIALS.findall(asked)) if m.lower() in REGISTERS]


def _of_edition(
    found: list[tuple[int, Candidate, float]], page: Page, asked: str
) -> list[tuple[int, Candidate, float]]:
    """Return the numbers of the edition that is asked for: a hardback's where that is, never a recording's or a file's unless asked."""
    hard = bool(_HARD.search(asked))
    ranked = []
    for place, candidate, sure in found:
        segment = page.document.segments[place]
        text = page.text(segment)
        near = text[max(0, candidate.start - _REACH[1]) : candidate.end + _BEHIND]
        said = f"{segment.row} {segment.label} {near}"
        if _NO_PRINT.search(said) and not _NO_PRINT.search(asked):
            continue
        bound = 0 if _HARD.search(said) else 2 if _SOFT.search(said) else 1
        ranked.append((bound if hard else 0, (place, candidate, sure)))
    best = min((rank for rank, _ in ranked), default=0)
    return [told for rank, told in ranked if rank == best]


def _version(value: str) -> tuple[int, ...]:
    return tuple(int(part) for part in value.split("."))


def _in_segment(
    sort: Sort, text: str, label: str, names: frozenset[str]
) -> Iterator[tuple[Candidate, float]]:
    if system := _OF_SYSTEMS.get(sort.told.pattern):
        sure = _BESIDE if label else _SAID
        yield from ((c, sure) for c in oldest(system, own_label(label), text))
    else:
        yield from _in_passage(sort, text, label, names)


def _in_passage(
    sort: Sort, text: str, label: str, names: frozenset[str]
) -> Iterator[tuple[Candidate, float]]:
    beside = own_label(label)
    if beside and sort.told.search(f"{beside} "):
        first = sort.shape.search(text) if sort.strict else sort.shape.match(text)
        other = sort.barred and sort.barred.search(beside)
        if first and not other and not _is_barred(sort, text, first.span()):
            yield _candidate(first), _BESIDE
        return
    told = list(sort.told.finditer(text))
    for said in told:
        link = _LINK.match(text, said.end())
        at = said.start() if _PREFIX.match(said.group()) else link.end() if link else said.end()
        value = sort.shape.match(text, at)
        if value is None and sort.strict:
            near = sort.shape.search(text, at)
            value = near if near and near.start() <= at + _REACH[sort is _LICENCES] else None
        others = _is_aside_of_another(text, said.start(), names)
        if value and not others and not _is_barred(sort, text, value.span()):
            yield _candidate(value), _SAID
    if sort is _ISBN and not told:  # its form alone tells it
        yield from ((_candidate(value), _SAID) for value in sort.shape.finditer(text))
    if sort is _VERSIONS:
        for value in sort.shape.finditer(text):
            if _names_before(text, value.start(), names) and not _is_barred(
                sort, text, value.span()
            ):
                yield _candidate(value), _SAID


REGISTERS: Final = word_set("isin lei iban iata icao swift bic isbn issn eic eori duns nace naics")
"""Initials that a code stands beside."""
_INITIALS = re.compile(r"\b[A-Z]{3,6}\b")
_BEHIND: Final = 40  # characters behind a value that say whose it is
_ASIDE_OF = re.compile(r"(?P<name>[A-Z][\w&.-]*(?: [A-Z][\w&.-]*)*) \([^()]*$")
_REACH: Final = (24, 40)  # characters behind a sort's name in which its value may stand


def _is_aside_of_another(text: str, at: int, names: frozenset[str]) -> bool:
    """Tell whether an offset lies in parentheses behind a name that is not the subject's."""
    found = _ASIDE_OF.search(text, 0, at)
    return found is not None and not name_words(names) & set(words(found["name"]))


def _names_before(text: str, at: int, names: frozenset[str]) -> bool:
    """Tell whether the subject's name stands right before a number: ``Acme 7.1 is available``."""
    before = words(text[max(0, at - 60) : at])
    return any(name.split() == before[-len(name.split()) :] for name in names if name)


def standing(wanted: Wanted, text: str, found: list[Candidate], label: str = "") -> list[Candidate]:
    """Return the values of a passage without those that it, or its label, says to be another's, or of another time."""
    sort = sort_asked(wanted.label, wanted.description)
    if sort is None:
        # A sentence that names the register has its code beside it, if at all.
        named = not label and any(name in text for name in _registers(wanted))
        beside = {value.start() for value in _beside_initials(wanted, text)} if named else set()
        return [c for c in found if c.start in beside] if named else found
    if sort.barred and label and sort.barred.search(own_label(label)):
        return []
    if system := _OF_SYSTEMS.get(sort.told.pattern):
        return [c for c in found if is_of_system(system, own_label(label), text[: c.start])]
    return [c for c in found if not _is_barred(sort, text, (c.start, c.end))]


def _is_barred(sort: Sort, text: str, value: tuple[int, int]) -> bool:
    """Tell whether the part of a passage in which a value stands says that it is another's, or of another time."""
    if sort.barred is None:
        return False
    start, end = value
    if not sort.strict:
        beside = re.split(r"[,;|\n(\N{MIDDLE DOT}]", text[:start])[-1]
        return bool(sort.barred.search(beside))
    first = max((m.end() for m in _PARTS.finditer(text, 0, start)), default=0)
    behind = _PARTS.search(text, end)
    last = min(behind.start() if behind else len(text), end + _BEHIND)
    around = f"{text[first:start]} | {text[end:last]}"
    return bool(sort.barred.search(around))


def _candidate(found: re.Match[str]) -> Candidate:
    value = found.group().rstrip(" ,(")
    start = found.start() + (1 if re.match(r"[vV]\d", value) else 0)  # "v1.8.3"
    value = value[start - found.start() :]
    return Candidate(value=value, start=start, end=start + len(value), fit=1.0)
