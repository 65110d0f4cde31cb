"""What has a day: what a question calls it, what a page says of it, and what else is told with such words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has a day.

    Attributes:
        asked: What a question calls it.
        told: What a page says of it.
        barred: What else is told with such words.
        again: Whether it happens again and again, so that the latest is meant.
        ahead: Whether it is still to come.
        first: Whether the earliest of several is meant.
        role: Whether it is told of somebody in a part: the thing's author.
        only: Whether a sentence must name it: any year of somebody's life may be near.
        someone: Whether it is somebody's doing, by whose name a sentence may begin.
    """

    asked: re.Pattern[str]
    told: re.Pattern[str]
    barred: re.Pattern[str] | None = None
    again: bool = False
    ahead: bool = False
    someone: bool = False
    first: bool = False
    role: bool = False
    only: bool = False


def _event(
    asked: str,
    told: str,
    barred: str = "",
    *,
    again: bool = False,
    ahead: bool = False,
    someone: bool = False,
    first: bool = False,
    role: bool = False,
    only: bool = False,
) -> Event:
    flags = re.IGNORECASE
    return Event(
        re.compile(asked, flags), re.compile(rf"\b(?:{told})", flags), re.compile(rf"\b(?:{barred})", flags) if barred else None,
        again, ahead, someone, first, role, only,
    )  # fmt: skip


_LEADER = r"rector|chancellor|president|principal|head|leader\w*|leading|leads|boss|ceo|chief|executive|director|manager|chair\w*|incumbent|partner|exec|mayor|governor|premier|minister|heading"
# What is told of the version that is out now, and of others.
_RECENT: Final = r"\b(?:latest|newest|last|current|most recent(?:ly)?|recent|fresh)\b"
_OUT: Final = r"(?:stable|latest|current|newest|last) (?:stable )?(?:release|version)\b|(?:is|came|has come) out\b|out since\b|released?\b(?! by)|published\b|available (?:from|since)\b|version \d[\d.]*\b|version\s*$"
_EARLY: Final = r"initial|first|preview|rc\d*|betas?|alpha|candidate|before that|previous|next|planned|older|upcoming|end of (?:life|support)|supported until|announced for|other|tried"
_EVENTS: Final = (
    _event(
        r"\b(?:next|upcoming|forthcoming|coming)\b.*\b(?:edition|event|fair|show|conference|exhibition|congress|festival|start|begin)\w*|\b(?:edition|event|fair|show|conference|exhibition|congress|festival)\b.*\b(?:next|upcoming|forthcoming)\b",
        r"next (?:edition|event|fair|show|conference|exhibition|congress|festival|dates?|one|year|time|term|round)\b|next\s*:|upcoming\b|forthcoming\b|coming up\b|following (?:edition|event|fair|show|conference|exhibition)\b|save the date\b|will be back\b|(?:returns?|will return)\b|will (?:take place|be held)\b|(?:is|are) (?:scheduled|to be held)\b|(?:takes place|is (?:held|on)|runs) (?:on |from )",
        r"previous|last|most recent|pencil+ed|provisional|tentative|deadline|early[- ]bird|registration|submissions?",
        ahead=True,
    ),
    _event(
        r"\b(?:funding|financing|investment|equity|fund-?raising|capital)\b.*\b(?:round|raise|event|rd|injection|dt)\b|\b(?:round|raise|injection)\b.*\b(?:funding|financing|investment|equity|capital)\b|\braised? (?:money|capital|equity|funds)\b",
        r"series [A-H]\d?\b|(?:funding|financing|investment|seed|growth|angel|equity|pre-seed) (?:round|capital|financing|funding)\b|(?:raised|raises|took|secured|closed|lands?) [^.;]{0,24}(?:million|\d ?m\b|bn\b|billion)|(?:latest |most recent |last )?raise\b|round\b",
        r"debt|loan|venture debt|credit|expects?|hopes?|next round|bridge|elect\w*|votes?|voting|ballots?|run-?off|tournament|playoffs?",
        again=True,
    ),
    _event(
        r"\bmerge[rd]?s?\b|\bmergers?\b|\b(?:combination|combined?|joined) (?:with|effective|of)\b|\blatest combination\b",
        r"merg(?:er?d?|ing)\b|mergers?\b|joined forces\b|combin(?:ed|ation) with\b|amalgamat\w+|absorbed\b|took its present form\b|united with\b|took over the (?:practice|firm)\b",
        r"talks|considered|rumou?r\w*|fell through|called off|abandoned|failed|broke off",
        again=True,
    ),
    _event(
        rf"{_RECENT}.*\b(?:updat\w*|build|refresh\w*)\b|\bupdat\w*\b.*{_RECENT}",
        rf"(?:^(?:last )?(?:updated?|refreshed)(?: on)?\s*$|(?:latest|last|most recent) (?:update|build)\b|{_OUT})",
        _EARLY, again=True,
    ),
    _event(
        r"\b(?:latest|newest|last|current|most recent|stable)\b.*\b(?:release\w*|version|shipped|build|edition of the software)\b|\b(?:release\w*|version)\b.*\b(?:latest|newest|stable|current)\b",
        _OUT, _EARLY, again=True,
    ),
    _event(
        r"\b(?:deliver\w*|handed (?:over )?to|handover|turned .{0,40}over|hand(?:ing)? over|dlvd)\b",
        r"deliver(?:ed|y)\b|handed over\b|hand(?:ing)?-?over\b|turned over\b|turned .{0,30} over to\b|date delivered\b",
        r"sister|sisters|first foreseen|originally|was due|were due|will be|deliver(?:y|ed) (?:of|by) (?!the (?:ship|vessel))|due for",
    ),
    _event(
        rf"(?:\b(?:{_LEADER}|(?:person|one|man|woman) who (?:now |currently )?(?:runs|leads|heads|governs))\b.*\b(?:since|began|start\w*|took (?:office|over)|take over|assumed|tenure|from|in (?:office|the (?:job|post)))\b|\b(?:since|start\w*|began|tenure|first day)\b.*\b(?:{_LEADER}|(?:person|one|man|woman) who (?:now |currently )?(?:runs|leads|heads|governs))\b)",
        r"took (?:up )?(?:his |her |the )?(?:office|post)\b|(?:been |was )?sworn in\b|in office since\b|took over (?:from|as|on|in)\b|since I took over\b|assumed office\b"
        r"|(?:has been|is|was (?:appointed|named|elected|made)|appointed|became|joined the board as) (?:our |the |its |president and |group )*(?:chief executive|ceo|rector|vice-chancellor|president|managing director|director general|principal|mayor)\b"
        r"|has (?:served|headed (?:the|its) \w+|been in (?:office|the post)) since\b|since (?=[^.;]{4,24} (?:has been|is|was|the \w+ has been) (?:led|headed|run|managed|chaired))",
        r"deputy|vice[- ](?!chancellor)|pro-|chief (?!executive)\w+ officer|dean|cfo|coo|cto|predecessor|former|previous|until|she had been|he had been|acting|interim|registrar|secretary|chairman|chairwoman",
        again=True, someone=True,
    ),
    _event(
        r"\b(?:renovat\w+|refurbish\w+|moderni[sz]\w+|overhaul\w*|restor(?:ed|ation))\b",
        r"renovat(?:ed|ion)\b|refurbish(?:ed|ment)\b|moderni[sz](?:ed|ation)\b|overhaul(?:ed)?\b|restor(?:ed|ation)\b|reopened after\b",
        r"planned|partial|next",
        again=True,
    ),
    _event(
        r"\b(?:open(?:s|ed|ing)?|inaugurat\w*|came into use|first day of trading|welcomed|start(?:ed)? trading|(?:premises|building)\b.*\bsince)\b",
        r"(?<!re)(?<!re-)opened(?: to (?:\w+ )?(?:patients|guests|visitors|traffic))?\b(?! (?:a|an|its|their|another|in 1\d\d\d at)\b)|inaugurat(?:ed|ion)\b|was dedicated\b|went into (?:service|operation)\b|came into (?:use|service)\b|received its first\b|(?:served|welcomed|received) (?:the |its |our |their )?first\b|rolled up to\b"
        r"|moved (?:in)?to (?:our|its|the|their) (?:current|present|new)\b|(?:opening|opening date|since|established)\s*$|has been open since\b|(?:cooking|serving|welcoming)\b[^.;]{0,50} since\b",
        r"second|sister|branch|wing|annex\w*|extension|another|unit|pool|school|re-?opened|terrace|bar|shop|closed|clinic|laborator\w+|garden|exhibition",
    ),
    _event(
        r"\b(?:commission(?:ed|ing)|(?:in|into|enter\w*|first) (?:regular |commercial |full )?(?:service|operation)|(?:began?|beg[iu]n|start\w*) (?:to )?(?:operat\w*|produc\w*|run\w*)|commercial operation|went on ?line)\b",
        r"commissioned\b|commissioning(?: date)?\s*$|(?:went|came|put|placed|brought|taken|goes|entered|enters|begins?|began|started?)(?: in)?(?:to)? (?:commercial |regular |full |revenue )*(?:service|operations?|production)\b"
        r"|in (?:service|operation) since\b|(?:production|operations?|service|generation) (?:began|started|begins)\b|went (?:on ?line|live|on stream)\b"
        r"|has been (?:running|operating|producing|in (?:service|operation|use))\b[^.;]{0,40} since\b|(?:opening date|opened|in (?:service|operation)|operational|start of operations?|online)(?: since)?\s*$",
        r"second|third|fourth|(?:unit|block|line|phase) (?:[2-9]|I[IV]+)|re-?commission\w*|refurbish\w*|extension|expan\w*|synchroni[sz]\w*|decommission\w*|rebuilt|rebuild|sister|trial|test|planned|consent|licen[cs]e|permit|operated by|neighbou?ring|larger|smaller",
        first=True,
    ),
    _event(
        r"\b(?:first|initial\w*|original\w*|very first)\b.*\b(?:releas\w*|launch\w*|publish\w*|availab\w*|appear\w*|sold|came out|reached the public|edition of the (?:work|book))\b|\blaunch(?:ed)?\b|\bon the market since\b|\bcome out\b|\bsales\b.*\b(?:begin|began|start\w*)\b|\bmarket (?:introduction|launch|entry)\b",
        r"(?:was|were|been|is|it|first|originally|initially|officially)? ?(?:released|launched|published)\b(?! (?:by|its|a|an|the|their|his|her)\b)|release date\s*$|first release\b|came (?:out|on(?:to)? the market|to market)\b|(?:went|put it|was put|goes) (?:on sale|into the stores|on the market)\b"
        r"|(?:brought|introduced|put) [^.;]{1,40}? (?:to|on|onto) (?:the )?(?:market|sale)\b|first (?:appeared|turned up|sold|issued|available)\b|(?:on the market|on sale|out|in the stores|available) since\b|(?:sales|deliveries)(?: to customers)? (?:began|started?)\b|(?:market )?launch(?: date)?\s*$|came out(?:\s*$|(?= in\b))|debuted\b",
        r"latest|newest|current|stable|versions? (?!1\b|1\.0)[\d.]+|updates?|second|third|fourth|paperback|softcover|translat\w+|audio ?book|e-?book|reissue\w*|pocket|betas?|test|preview|prototypes?|soft launch|pilot|next|new (?:edition|version)"
        r"|re-?launch\w*|re-?release\w*|campaign|another|other|in (?:english|german|french|spanish|italian|dutch|polish|portuguese|swedish|norwegian|danish|japanese|chinese|welsh)|previous|predecessor|earlier|successor|older|report|survey|study|novel|strategy|before|planned|announced",
        first=True,
    ),
    _event(
        r"\bfinal clos(?:e|ing)\b|\b(?:fund-?rais\w+|raising)\b.*\b(?:end|ended|stop\w*|clos\w+)\b|\bclosed (?:for good|to (?:new|further|other) investors)\b",
        r"final clos(?:e|ing)\b|closed to (?:new|further|other) investors\b|last investors were admitted\b|(?:wrapped up|completed|concluded|ended) (?:its )?fund-?raising\b",
        r"first clos(?:e|ing)|initial clos(?:e|ing)|target|aims?|expected|planned",
        again=True,
    ),
    _event(
        r"\b(?:auth|writer|founder|artist|composer|director|chef|architect)\w*\b.*\b(?:birth|born|birthday|came into the world|yob|dob)\b",
        r"born\b|came into the world\b",
        r"mother|father|parents?|sons?|daughters?|brother|sister|wife|husband",
        someone=True, role=True, only=True,
    ),
    _event(
        r"\b(?:birth|born|birthday|came into the world|dob)\b",
        r"born\b|came into the world\b|saw the light of day\b",
        only=True,
    ),
)  # fmt: skip


@lru_cache(maxsize=4_096)
def event_called(said: str) -> Event | None:
    """Return the event that a question calls so; None where none is known."""
    return next((event for event in _EVENTS if event.asked.search(said)), None)
