"""The countries of the world by their usual English names: what "country" asks for is one of these.

Names only, as a form that a value may have, like the units and the currencies; nothing is
said here about any of them. Source: the short names of ISO 3166-1, with the names in
common use beside them, and the four countries of the United Kingdom.
"""

from __future__ import annotations

import re
from typing import Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.strings import SENTENCE_STARTERS

_NAMES: Final = """
Afghanistan | Albania | Algeria | Andorra | Angola | Antigua and Barbuda | Argentina | Armenia | Australia
Austria | Azerbaijan | Bahamas | Bahrain | Bangladesh | Barbados | Belarus | Belgium | Belize | Benin | Bhutan
Bolivia | Bosnia and Herzegovina | Bosnia | Botswana | Brazil | Brunei | Brunei Darussalam | Bulgaria
Burkina Faso | Burma | Burundi | Cabo Verde | Cambodia | Cameroon | Canada | Cape Verde
Central African Republic | Chad | Chile | China | Colombia | Comoros | Congo | Republic of the Congo
Democratic Republic of the Congo | DR Congo | Congo-Brazzaville | Congo-Kinshasa | Costa Rica | Croatia | Cuba
Cyprus | Czech Republic | Czechia | Côte d'Ivoire | Cote d'Ivoire | Ivory Coast | Denmark | Djibouti | Dominica
Dominican Republic | East Timor | Ecuador | Egypt | El Salvador | Equatorial Guinea | Eritrea | Estonia
Eswatini | Swaziland | Ethiopia | Federated States of Micronesia | Fiji | Finland | France | Gabon | Gambia
The Gambia | Georgia | Germany | Ghana | Greece | Grenada | Guatemala | Guinea | Guinea-Bissau | Guyana | Haiti
Honduras | Hong Kong | Hungary | Iceland | India | Indonesia | Iran | Iraq | Ireland | Republic of Ireland
Israel | Italy | Jamaica | Japan | Jordan | Kazakhstan | Kenya | Kiribati | Kosovo | Kuwait | Kyrgyzstan | Laos
Latvia | Lebanon | Lesotho | Liberia | Libya | Liechtenstein | Lithuania | Luxembourg | Macau | Madagascar
Malawi | Malaysia | Maldives | Mali | Malta | Marshall Islands | Mauritania | Mauritius | Mexico | Micronesia
Moldova | Monaco | Mongolia | Montenegro | Morocco | Mozambique | Myanmar | Namibia | Nauru | Nepal
Netherlands | New Zealand | Nicaragua | Niger | Nigeria | North Korea | North Macedonia | Macedonia | Norway
Oman | Pakistan | Palau | Palestine | Panama | Papua New Guinea | Paraguay | Peru | Philippines | Poland
Portugal | Puerto Rico | Qatar | Romania | Russia | Russian Federation | Rwanda | Saint Kitts and Nevis
Saint Lucia | Saint Vincent and the Grenadines | Samoa | San Marino | São Tomé and Príncipe | Saudi Arabia
Senegal | Serbia | Seychelles | Sierra Leone | Singapore | Slovakia | Slovenia | Solomon Islands | Somalia
South Africa | South Korea | South Sudan | Spain | Sri Lanka | Sudan | Suriname | Sweden | Switzerland | Syria
Taiwan | Tajikistan | Tanzania | Thailand | Timor-Leste | Togo | Tonga | Trinidad and Tobago | Tunisia | Turkey
Türkiye | Turkiye | Turkmenistan | Tuvalu | Uganda | Ukraine | United Arab Emirates | UAE | United Kingdom | UK
U.K. | Great Britain | Britain | United States of America | United States | USA | U.S.A. | U.S. | US | Uruguay
Uzbekistan | Vanuatu | Vatican City | Venezuela | Vietnam | Western Sahara | Yemen | Zambia | Zimbabwe
"""
_HOME_NATIONS: Final = "England | Scotland | Wales | Northern Ireland"

_EVERY: Final = tuple(
    name.strip() for line in _NAMES.strip().splitlines() for name in line.split("|")
)
_PARTS: Final = tuple(name.strip() for name in _HOME_NATIONS.split("|"))


def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    # Not within another name: "Guinea" of "New Guinea", "Niger" of "Niger Delta" or "East Jordan".
    return re.compile(
        rf"(?<![\w-])(?<!New )(?<!East )(?<!West )(?<!North )(?<!South )(?:{listed})(?![\w-])(?!'s [A-Z]|\$| dollars?\b)"
    )


_COUNTRY = _pattern(_EVERY)
_PART = _pattern(_PARTS)
_PLACE_TAIL = re.compile(
    r" (?:[A-Z][\w'-]+ )?(?:City|County|Delta|District|Division|Governorate|Island|Islands|Lake|Metropolis|Municipality|"
    r"Province|Region|River|State|Street|University|Valley)\b"
)


_NEXT = re.compile(r" ([A-Z][\w'-]+)")
_OWNING: Final = 0.5  # what a country counts whose name is part of a longer one: the U.S. Army


def _owns(text: str, name: re.Match[str]) -> bool:
    """Tell whether a name goes on behind a country's."""
    following = _NEXT.match(text, name.end())
    return following is not None and following[1] not in SENTENCE_STARTERS


def country_candidates(text: str) -> list[Candidate]:
    """Return the countries that a passage names, in order; those of a kingdom's parts last."""
    found = [
        Candidate(
            value=m.group(), start=m.start(), end=m.end(), fit=_OWNING if _owns(text, m) else 1.0
        )
        for m in _COUNTRY.finditer(text)
        if not _PLACE_TAIL.match(text, m.end())
    ]
    parts = [
        Candidate(value=m.group(), start=m.start(), end=m.end(), fit=0.9 if not found else 0.7)
        for m in _PART.finditer(text)
    ]
    return found + parts


def is_country(name: str) -> bool:
    """Tell whether a name is a country's."""
    return name.removeprefix("the ").removeprefix("The ") in _KNOWN


_KNOWN: Final = frozenset(_EVERY) | frozenset(_PARTS)
