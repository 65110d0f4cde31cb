"""Which of several e-mail addresses is meant: by the words beside each, and by its own name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.strings import EMAIL, matches, phone_candidates
from enrich.research.descriptions import statement
from enrich.research.words import NEUTRAL, concepts, fold

if TYPE_CHECKING:
    from enrich.research.candidates.candidate import Candidate
    from enrich.research.wanted import Wanted

GENERAL: Final = "general"
_PAGE: Final = "page"  # of who publishes the page, for those who read it: nobody else's
# What an address is for: by the words of a question or a page, and by the part before its "@".
_PURPOSES: Final = {
    "security": r"securit\w*|sec|vulnerabilit\w*|vuln|disclosures?|psirt|csirt|bug ?bounty|responsible disclosure",
    "admission": r"admissions?|applicants?|apply|enrol?ments?|prospective students?|getting in(?! touch)|study",
    "press": r"press|presse|prensa|stampa|imprensa|media|newsroom|journalists?|reporters?|pr|publicity",
    "job": r"jobs?|careers?|recruit\w*|vacanc\w+|human resources|hr|trainees?|ausbildung|bewerbung|applications",
    "exhibit": r"exh|exhib|exhibit\w*|exhibitors?|exposants?|expositor\w*|espositor\w*|aussteller\w*|stands?|booths?",
    "sales": r"sales|orders?|quotes?|quotations?|distribut\w+|tenders?|procurement|purchasing",
    "support": r"support|help|helpdesk|helpline|service|servicedesk|(?:user|customer) (?:desk|care)|spare parts|spares|repairs?|assistance|technical questions?",
    "rights": r"rights|licens\w+|licenc\w+|permissions?|reproduction|reprints?|translate|syndication",
    "privacy": r"privacy|data protection|dpo|gdpr|datenschutz",
    "money": r"billing|invoices?|invoicing|accounts?|accounting|payments?|faktury|finance",
    "investor": r"(?<!of the )investors?|investor relations|ir|shareholders?",
    "booking": r"bookings?|reservations?|reserve|tickets?|speakers?|events?|groups?|visitors?",
    "records": r"registrar|examinations?|exams?|coe|legal|compliance|complaints?|vigilance|abuse|webmaster|partners?|schools?|education|archives?|library|shop|store",
    _PAGE: r"editors?|editorial|redaktion|redaction|redazione|news ?desk|unsubscribe|subscriptions?|corrections?|comments? on|write to me"
    r"|(?:this|our) (?:review|profile|article|post|blog|story|newsletter|entry|listing|page|guide|edition|directory|report|site)",
    GENERAL: r"general|info|information|contact|hello|hi|office|mail|enquir\w+|inquir\w+|kontakt|sekretariat|secretariat|reception|post|main|mailbox|company",
}
_ASKED: Final = {purpose: re.compile(rf"\b(?:{said})\b") for purpose, said in _PURPOSES.items()}
# What only the part before the "@" says: "primary care" stands in texts.
_OWN: Final = {
    "support": re.compile(
        r"\b(?:care|kundservice|kundenservice|kundeservice|kundenbetreuung|assistenza|soporte|suporte|hilfe)\b"
    ),
    _PAGE: re.compile(r"^(?:desk|reviews?|letters|feedback)$"),
}
_FORM: Final = frozenset(
    concept
    for words in (
        "email address",
        "email",
        "address",
        "contact",
        "company",
        "organization",
        "official",
        "write",
        "reach",
        "mail",
        "mailbox",
        "own",
    )
    for concept in concepts(words)
)
# What a telephone is for: a line that anyone may ring, one where a table or a room is booked, and those for something else.
_MAIN_LINE = re.compile(
    r"\b(?:tel|telephone|phones?|switchboard|exchange|main|central|general|reception|board line|calls?|ring|operator|enquir\w+|inquir\w+|front desk|telefon|t\N{LATIN SMALL LETTER E WITH ACUTE}l\N{LATIN SMALL LETTER E WITH ACUTE}phone|tel\N{LATIN SMALL LETTER E WITH ACUTE}fono|contact)\b",
    re.IGNORECASE,
)
_BOOKING_LINE = re.compile(r"\b(?:reserv\w+|bookings?|tables?)\b", re.IGNORECASE)
_OTHER_LINE = re.compile(
    r"\b(?:emergenc\w+|fax|telefax|mobile|cell|24[ -]?h\w*|billing|scheduling|appointments?|foundation|press|media|investors?|sales|support|service|spares?|parts"
    r"|admissions?|careers?|jobs?|recruit\w*|helpline|hotline|crisis|ambulance|pharmacy|lab\w*|tickets?|after hours|out of hours|sister|branch\w*|partners?|security|privacy"
    r"|police|fire (?:brigade|service|station)|librar(?:y|ies)|tourist|tourism|complaints?"
    r"|director|manager|officer|communications|spokes\w+|publisher|editor\w*|gift|donations?|poison|department|clinic|ward|agent|brokers?)\b",
    re.IGNORECASE,
)
_SPECIAL_LINE = re.compile(
    r"\b(?:emergenc\w+|fax|mobile|cell|press|media|sales|support|service|billing|admissions?|hotline|helpline|toll[- ]free|whatsapp|person|individual|direct)\b"
)
_DENIED = re.compile(
    r"\b(?:not|no|never|except|other than|rather than)\b[^.;:]*|[^.;:]*\b(?:excluded|excepted|do not count)\b"
)
_OF_SOMEONE = re.compile(
    r"\b(?:ceo|chief|director|person|founder|owner|president|rector|author|individual|whose)\b"
)
_NEAR: Final = 70  # characters before an address that may say what it is for
_OTHER: Final = 0.3  # what an address counts that is for something else
_UNTOLD: Final = 0.7  # likewise one that says nothing, where something is asked for
_PLAIN: Final = 0.85  # likewise where a general one is asked for


def purposes(wanted: Wanted) -> frozenset[str]:
    """Return what the asked address is for; none where something is asked that is not known here."""
    said = f"{wanted.label} {_DENIED.sub('', statement(wanted.description))}"
    asked = _told(said)
    if "admission" in asked:  # whose applications are no job's
        return frozenset({"admission"})
    if "exhibit" in asked:  # whose bookings are no visitor's
        return frozenset({"exhibit"})
    if "rights" in asked and "privacy" not in asked:  # whose press is who prints it
        return frozenset({"rights"})
    if asked - {GENERAL}:
        return asked - {GENERAL}
    plain = GENERAL in asked or not set(wanted.topic) - _FORM or not _own_words(wanted)
    return frozenset({GENERAL}) if plain and not _OF_SOMEONE.search(said) else frozenset()


def _own_words(wanted: Wanted) -> set[str]:
    """Return what a field's name says besides that an address is asked for."""
    return {c for c in concepts(wanted.label) if c not in _FORM and c not in NEUTRAL}


def address_candidates(text: str, wanted: Wanted, label: str) -> list[Candidate]:
    """Return a passage's addresses, each with how well it serves what is asked.

    Args:
        text: The passage.
        wanted: What is asked.
        label: What stands beside the passage.
    """
    asked = purposes(wanted)
    # What is asked for by a purpose that is not known here is not an address for a known one.
    unknown = (
        not asked
        and set(wanted.topic) - _FORM
        and not _OF_SOMEONE.search(f"{wanted.label} {statement(wanted.description)}")
    )
    found: list[Candidate] = []
    end = 0
    for candidate in matches(text, EMAIL):
        if not (asked or unknown):
            found.append(candidate)
            continue
        before = re.split(r"[;|\n]|(?<=\w)[.!?]\s", text[max(end, candidate.start - _NEAR) : candidate.start])[-1]  # fmt: skip
        own = _told_by(str(candidate.value).partition("@")[0])
        beside = _told(before) or (frozenset() if end else _told(label))
        fit = (
            _serves(asked, own, beside) if asked else _OTHER if (own | beside) - {GENERAL} else 1.0
        )
        found.append(replace(candidate, fit=fit))
        end = candidate.end
    return found


def asks_main_line(wanted: Wanted) -> bool:
    """Tell whether the number is asked for under which anyone reaches a thing, and not some line of it."""
    stated = re.sub(r"\([^()]*\)", "", statement(wanted.description))
    return not _SPECIAL_LINE.search(f"{wanted.label} {_DENIED.sub('', stated)}".lower())


def line_candidates(text: str, wanted: Wanted, label: str) -> list[Candidate]:
    """Return a passage's telephone numbers, none of a line for something else where the main one is asked for."""
    other = asks_main_line(wanted) and _OTHER_LINE.search(label) and not _MAIN_LINE.search(label)
    asked = f"{wanted.label} {wanted.description}"
    return [] if other and not _OTHER_LINE.search(asked) else phone_candidates(text)


def main_lines(text: str, label: str) -> list[tuple[Candidate, float]]:
    """Return the telephone numbers of a passage that are no other line's, each with how surely it is the main one.

    Args:
        text: The passage.
        label: What stands over and beside the passage.
    """
    found: list[tuple[Candidate, float]] = []
    end = 0
    for nth, candidate in enumerate(phone_candidates(text)):
        told = re.split(r"[;|\n\N{MIDDLE DOT}]|(?<=\w)[.!?]\s", text[max(end, candidate.start - _NEAR) : candidate.start])[-1]  # fmt: skip
        beside = told if nth and re.search(r"\w", told) else f"{label} {told}"
        end = candidate.end
        if _OTHER_LINE.search(beside):
            continue
        sure = 1.0 if _MAIN_LINE.search(beside) else 0.9 if _BOOKING_LINE.search(beside) else 0.0
        if sure:
            found.append((candidate, sure))
    return found


def _serves(asked: frozenset[str], own: frozenset[str], beside: frozenset[str]) -> float:
    """Return how well an address serves: what it is called says more than what stands beside it."""
    other = (own | beside) - {GENERAL}
    if asked & other:
        return 1.0 if asked & own or not own - {GENERAL} else 0.9
    if _PAGE in other:
        return 0.0
    if GENERAL in asked:
        general = GENERAL in own or GENERAL in beside
        if other == {"support"} and GENERAL in beside:
            return _PLAIN  # "Contact: help@acme.example"
        return _OTHER if other and GENERAL not in own else 1.0 if general else _PLAIN
    return _OTHER if own or beside else _UNTOLD


def _told_by(local: str) -> frozenset[str]:
    """Return what an address is for by the part before its "@"."""
    said = re.sub(r"[._+-]", " ", fold(local))
    return _told(local) | {purpose for purpose, own in _OWN.items() if own.search(said)}


def _told(text: str) -> frozenset[str]:
    said = re.sub(r"[._+-]", " ", fold(text).replace("e-mail", " ").replace("email", " "))
    return frozenset(purpose for purpose, pattern in _ASKED.items() if pattern.search(said))
