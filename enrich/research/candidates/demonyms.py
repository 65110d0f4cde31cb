"""The adjectives of countries: whose company is "German", and what somebody's nationality is.

Words only, as the names of countries in ``countries``; those that name several countries are left out
("Korean", "Congolese", "Guinean"). Source: the usual English adjectives of the countries of ISO 3166-1.
"""

from __future__ import annotations

import re
from typing import Final

_ADJECTIVES: Final = """
Afghan: Afghanistan | Albanian: Albania | Algerian: Algeria | American: United States | Andorran: Andorra
Angolan: Angola | Argentine: Argentina | Argentinian: Argentina | Armenian: Armenia | Australian: Australia
Austrian: Austria | Azerbaijani: Azerbaijan | Bahamian: Bahamas | Bahraini: Bahrain
Bangladeshi: Bangladesh | Barbadian: Barbados | Belarusian: Belarus | Belgian: Belgium | Belizean: Belize
Beninese: Benin | Bhutanese: Bhutan | Bolivian: Bolivia | Bosnian: Bosnia and Herzegovina
Botswanan: Botswana | Brazilian: Brazil | British: United Kingdom | Bruneian: Brunei | Bulgarian: Bulgaria
Burmese: Myanmar | Burundian: Burundi | Cambodian: Cambodia | Cameroonian: Cameroon | Canadian: Canada
Chadian: Chad | Chilean: Chile | Chinese: China | Colombian: Colombia | Comorian: Comoros
Costa Rican: Costa Rica | Croatian: Croatia | Cuban: Cuba | Cypriot: Cyprus | Czech: Czechia
Danish: Denmark | Djiboutian: Djibouti | Dutch: Netherlands | Ecuadorian: Ecuador | Egyptian: Egypt
Emirati: United Arab Emirates | English: England | Eritrean: Eritrea | Estonian: Estonia
Ethiopian: Ethiopia | Fijian: Fiji | Finnish: Finland | French: France | Gabonese: Gabon | Gambian: Gambia
Georgian: Georgia | German: Germany | Ghanaian: Ghana | Greek: Greece | Grenadian: Grenada
Guatemalan: Guatemala | Guyanese: Guyana | Haitian: Haiti | Honduran: Honduras | Hungarian: Hungary
Icelandic: Iceland | Indian: India | Indonesian: Indonesia | Iranian: Iran | Iraqi: Iraq | Irish: Ireland
Israeli: Israel | Italian: Italy | Ivorian: Ivory Coast | Jamaican: Jamaica | Japanese: Japan
Jordanian: Jordan | Kazakh: Kazakhstan | Kenyan: Kenya | Kuwaiti: Kuwait | Kyrgyz: Kyrgyzstan | Lao: Laos
Laotian: Laos | Latvian: Latvia | Lebanese: Lebanon | Liberian: Liberia | Libyan: Libya
Lithuanian: Lithuania | Luxembourgish: Luxembourg | Macedonian: North Macedonia | Malagasy: Madagascar
Malawian: Malawi | Malaysian: Malaysia | Maldivian: Maldives | Malian: Mali | Maltese: Malta
Mauritanian: Mauritania | Mauritian: Mauritius | Mexican: Mexico | Moldovan: Moldova | Monegasque: Monaco
Mongolian: Mongolia | Montenegrin: Montenegro | Moroccan: Morocco | Mozambican: Mozambique
Namibian: Namibia | Nepalese: Nepal | Nepali: Nepal | New Zealand: New Zealand | Nicaraguan: Nicaragua
Nigerian: Nigeria | Nigerien: Niger | North Korean: North Korea | Norwegian: Norway | Omani: Oman
Pakistani: Pakistan | Palestinian: Palestine | Panamanian: Panama | Paraguayan: Paraguay | Peruvian: Peru
Philippine: Philippines | Filipino: Philippines | Polish: Poland | Portuguese: Portugal | Qatari: Qatar
Romanian: Romania | Russian: Russia | Rwandan: Rwanda | Salvadoran: El Salvador | Samoan: Samoa
Saudi: Saudi Arabia | Scottish: Scotland | Senegalese: Senegal | Serbian: Serbia | Singaporean: Singapore
Slovak: Slovakia | Slovenian: Slovenia | Somali: Somalia | South African: South Africa
South Korean: South Korea | South Sudanese: South Sudan | Spanish: Spain | Sri Lankan: Sri Lanka
Sudanese: Sudan | Surinamese: Suriname | Swedish: Sweden | Swiss: Switzerland | Syrian: Syria
Taiwanese: Taiwan | Tajik: Tajikistan | Tanzanian: Tanzania | Thai: Thailand | Togolese: Togo
Tongan: Tonga | Trinidadian: Trinidad and Tobago | Tunisian: Tunisia | Turkish: Turkey
Turkmen: Turkmenistan | Ugandan: Uganda | Ukrainian: Ukraine | Uruguayan: Uruguay | Uzbek: Uzbekistan
Venezuelan: Venezuela | Vietnamese: Vietnam | Welsh: Wales | Yemeni: Yemen | Zambian: Zambia
Zimbabwean: Zimbabwe
"""

COUNTRY_OF: Final = {
    adjective.strip(): country.strip()
    for line in _ADJECTIVES.strip().splitlines()
    for adjective, _, country in (entry.partition(":") for entry in line.split("|"))
}
"""The country of each adjective."""
DEMONYM: Final = rf"(?:{'|'.join(sorted(map(re.escape, COUNTRY_OF), key=len, reverse=True))})"
"""A pattern of the adjectives."""
