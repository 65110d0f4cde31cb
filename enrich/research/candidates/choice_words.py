"""What common choices are called in running text: vocabulary of business, institutions, works and events."""

from __future__ import annotations

from typing import Final

_STATE = r"(?:the )?(?:state|city|town|county|region|regional|province|provincial|federal|national|municipal|local|central|government|municipality|council)"
_BOOK = r"(?:reserv\w+|book\w*)"

OTHER_WORDS: Final = {
    # who owns or runs it
    "non-?profit": r"\b(?:not[- ]for[- ]profit|non-?profit|charitable|501\(c\)\(3\)|(?:is|as|by) an? (?:\w+ )?charity)\b",
    "for-profit": r"(?<!not )(?<!not-)\bfor[- ]profit\b|\bcommercial (?:company|owner|operator|enterprise)\b|\bprofit-making\b",
    "public": rf"\bpublic(?!ly (?:traded|listed|held))(?!ation|ity|ish)(?:ly funded|ly owned|ly run|-law| [a-z]+)?\b|\bstate(?:-owned|-run| (?:university|institution|college|school|museum))\b|\bgovernment-(?:owned|run)\b|\b(?:owned|run|operated|administered) by {_STATE}\b|\bagency of {_STATE}\b",
    "private": r"\bprivate(?:ly (?:held|owned|run))?\b(?! equity)",
    "listed": r"\bpublicly (?:traded|listed|held)\b|\b(?:listed|quoted|traded) on\b|\b(?:nasdaq|nyse)\b|\bstock exchange\b",
    "family": r"\bfamily[- ](?:owned|held|run|controlled|business|company|firm)\b|\b(?:owned|held|controlled|run) by (?:the )?(?:[\w-]+ ){0,2}family\b|\bfamily (?:owns|holds|controls|still owns|still holds)\b|\bbelongs? to (?:the )?(?:[\w-]+ ){0,3}famil(?:y|ies)\b",
    "employees?": r"\bemployee[- ](?:owned|ownership|trust)\b|\b(?:owned|held) by (?:all )?(?:its|the|their|his) (?:own )?(?:employees|staff|workers|workforce)\b|\besop\b",
    "foundation": r"\b(?:owned|held|controlled|run) by (?:the |an? )?(?:[\w-]+ ){0,4}(?:foundation|stiftung)\b|\bbelongs to (?:the |an? )?(?:[\w-]+ ){0,3}(?:foundation|[\w-]*stiftung)\b",
    "private equity": r"\bprivate[- ]equity\b|\bbuy-?out (?:fund|firm|house)\b",
    "(?:corporate group|subsidiary)": r"\bsubsidiary\b|\bwholly[- ]owned\b|\bpart of the [\w& -]{2,40} group\b",
    "government": rf"\b(?:government|state)-(?:owned|run)\b|\bagency of {_STATE}\b|\bowned by {_STATE}\b",
    "cooperative": r"\bco-?operative\b",
    # legal forms
    "llp": r"\blimited liability partnership\b",
    "llc": r"\blimited liability company\b",
    "general partnership": r"\b(?:general|ordinary|unincorporated) partnership\b",
    "professional corporation": r"\bprofessional (?:service |services )?corporation\b|\bp\.c\.",
    "limited company": r"\b(?:private |public )?limited company\b|\bcompany limited by (?:shares|guarantee)\b",
    "sole proprietor(?:ship)?": r"\bsole (?:trader|proprietor\w*|owner)\b",
    # how often
    "annual(?:ly)?": r"\b(?:annual(?:ly)?|yearly|(?:every|each) (?:year|spring|summer|autumn|fall|winter)|once a year|(?:every|each) (?:january|february|march|april|may|june|july|august|september|october|november|december))\b",
    "biennial(?:ly)?": r"\b(?:biennial(?:ly)?|every (?:two|2|other|second) years?|every (?:other|second) (?:spring|summer|autumn|fall|winter)|two-year(?:ly)? (?:cycle|rhythm|interval)|alternate years|(?:even|odd)(?:[- ]numbered)? years)\b",
    "triennial(?:ly)?": r"\b(?:triennial(?:ly)?|every (?:three|3) years|every third year|three-year(?:ly)? (?:cycle|rhythm|interval))\b",
    "quadrennial(?:ly)?": r"\b(?:quadrennial(?:ly)?|every (?:four|4) years|every fourth year)\b",
    "(?:semi-?annual(?:ly)?|biannual(?:ly)?|half[- ]yearly)": r"\b(?:semi-?annual(?:ly)?|twice (?:a|each|every) year|every six months|half-yearly)\b",
    "quarterly": r"\b(?:quarterly|every three months|each quarter|every quarter|four times a year)\b",
    "monthly": r"\b(?:monthly|every month|each month|once a month)\b",
    "weekly": r"\b(?:weekly|every week|each week|once a week)\b",
    "daily": r"\b(?:daily|every day|each day)\b",
    # what has become of it
    "active": r"\bactive(?:ly)? (?:developed|maintained|development|maintenance)\b|\bunder active development\b",
    "(?:maintenance|maintenance mode|maintenance only)": r"\bmaintenance[- ](?:mode|only|phase)\b|\b(?:only|just) (?:security|bug|critical)[\w -]{0,20}fixes\b|\bfixes only\b",
    "(?:archived|unmaintained|abandoned)": r"\bno longer (?:maintained|developed|supported)\b|\bread-only\b|\bunmaintained\b|\barchived\b|\bend of life\b|\bdevelopment (?:has )?(?:ended|ceased|stopped)\b",
    "(?:discontinued|out of production)": r"\bdiscontinued\b|\bno longer (?:made|sold|produced|manufactured|available)\b|\bout of production\b|\bwithdrawn from sale\b",
    "(?:in service|operational|operating|in operation|in use)": r"\b(?:still |currently |now |remains )?in (?:active |regular |full )?(?:service|operation)\b(?! as)|\b(?:is|are) (?:still |now |currently )?(?:operating|operational)\b",
    "(?:laid up|mothballed)": r"\blaid[- ]up\b|\bmothballed\b|\bin (?:cold |warm )?lay-?up\b",
    "(?:under|in) conversion": r"\bbeing (?:converted|rebuilt)\b|\b(?:under|in) conversion\b|\bundergoing (?:a )?conversion\b",
    "under construction": r"\b(?:under construction|being built|(?:construction|building work) (?:is )?under ?way)\b",
    "museum": r"\bmuseum ship\b|\bpreserved as a museum\b|\b(?:is|as) a (?:floating )?museum\b",
    "scrapped": r"\bscrapped\b|\bbroken up\b|\bsold for (?:scrap|breaking)\b",
    "(?:demolished|destroyed)": r"\bdemolished\b|\btorn down\b|\bpulled down\b|\bdestroyed\b",
    # whether one must
    "(?:required|mandatory|compulsory|obligatory)": rf"\b(?:required|mandatory|compulsory|obligatory|essential)\b|\b(?:must|have to|has to|need to|needs to) (?:be )?(?:\w+ )?{_BOOK}\b|\bby (?:reservation|appointment|prior arrangement) only\b|\bwalk-ins (?:are )?(?:not accepted|not admitted)\b",
    "(?:recommended|advised|suggested)": rf"\b(?:recommend(?:ed|s|able)?|advis(?:ed|able|es?)|suggest(?:ed|s)?)\b|\b(?:best|wise) to {_BOOK}\b",
    "(?:walk[- ]in only|walk[- ]ins only|no reservations?)": rf"\bwalk-?ins? only\b|\bno (?:reservations|bookings|booking)\b|\b(?:does not|do not|don't|doesn't|cannot) (?:take |accept )?{_BOOK}\b|\bfirst[- ]come,? first[- ]served\b",
    "optional": r"\b(?:optional|voluntary|not (?:required|mandatory|compulsory|obligatory))\b",
    # how software is had
    "(?:cloud only|saas only|hosted only)": r"\b(?:only|solely|exclusively)\b[^.;]{0,40}\b(?:cloud|saas|hosted)\b|\b(?:cloud|saas|hosted)(?: \w+)?(?:-| )only\b|\bno (?:on-prem(?:ises?)?|self-hosted|on-site) (?:version|edition|option)\b",
    "(?:self-hosted only|on-premises? only)": r"\b(?:only|solely|exclusively)\b[^.;]{0,40}\b(?:self-hosted|on-premises?|own servers?)\b|\b(?:no|not (?:offer|operate|run) an?) (?:hosted|cloud|saas) (?:version|edition|service)\b",
    "(?:cloud and self-hosted|cloud and on-premises?|hybrid)": r"\b(?:cloud|hosted)\b[^.;]{0,60}\b(?:and|or)\b[^.;]{0,40}\b(?:self-hosted|on-premises?|own (?:servers?|machines?|data cent\w+))\b",
    # what somebody does
    "scientist": r"\b(?:scientist|researcher|physicist|chemist|biologist|geologist|astronomer|mathematician|professor of (?:physics|chemistry|biology|geology|medicine|mathematics))\b",
    "(?:executive|business (?:person|leader)|manager)": r"\b(?:chief executive|chief \w+ officer|ceo|managing director|chairman|chairwoman|businessman|businesswoman|entrepreneur|industrialist)\b",
    "artist": r"\b(?:artist|painter|sculptor|composer|musician|conductor|violinist|pianist|photographer|dancer|choreographer|illustrator)\b",
    # what power is made from
    "(?:hydro|hydropower|water power|water)": r"\bhydro-?(?:electric\w*|power\w*)\b|\bwater power\b",
    "(?:wind|wind power)": r"\bwind(?:-powered|[- ](?:farms?|parks?|power|turbines?|energy))\b",
    "(?:solar|solar power)": r"\b(?:solar|photovoltaics?|pv)\b",
    "nuclear(?: power)?": r"\bnuclear\b",
    # what is sold
    "(?:grocery|groceries|food retail)": r"\b(?:grocer(?:y|ies)|grocers?|supermarkets?|food (?:retail\w*|stores?|chain))\b",
    "(?:drugstores?|pharmacy|pharmacies)": r"\b(?:drug ?stores?|pharmac(?:y|ies)|chemist's)\b",
    "(?:diy|home improvement)": r"\b(?:do-it-yourself|diy|home[- ]improvement|building materials|hardware stores?)\b",
    "(?:fashion|clothing|apparel)": r"\b(?:fashion|clothing|clothes|apparel|garments)\b",
    "(?:consumer )?electronics": r"\b(?:electronics)\b",
    "(?:furniture|furniture home|home furnishings?)": r"\b(?:furniture|home furnishings?|homewares?)\b",
    "(?:sporting goods|sports?)": r"\b(?:sporting goods|sports (?:goods|equipment|retail\w*|shops?|stores?|chain))\b",
    "pets?": r"\bpets?[- ](?:food|care|shops?|stores?|supplies|suppl\w+|retail\w*|products)\b",
}
"""A pattern of choices, written with blanks and hyphens as they are, to what a passage says then (both in lower letters)."""
