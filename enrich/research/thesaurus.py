"""Common words for the same thing, so that a question and a page may differ in wording.

General English only: no entity, no value and no label of a particular source. Each
line is one group; its first phrase names the concept. A phrase stands in one group.
"""

from __future__ import annotations

from typing import Final

_LINES: Final = """
population | inhabitants | number of people | residents | populace | people living | how many people
area | surface area | land size | territory size | surface | land mass | square footage | floor space
official name | formal name | full name | legal name | long form | long form name
nationality | demonym | citizens called | gentilic
capital | capital city | seat of government
city | town | urban area
country | nation | sovereign state
currency | money | legal tender | monetary unit | unit of currency
language | tongue | spoken language | languages spoken
government type | form of government | type of government | political system | system of government | regime
tld | top level domain | internet country code | internet domain | country code top level domain | cctld
country code | iso code
head of state | chief of state
head of government | prime minister | premier
ceo | chief executive officer | chief executive | managing director
cfo | chief financial officer
cto | chief technology officer
chairman | chairperson | chair | chairwoman
founder | co founder | cofounder
found | founded | established | incorporated | inception | founding | foundation | creation | set up
employee | staff | workforce | headcount | personnel | team size | employees worldwide
headquarter | head office | hq | main office | principal office | corporate office | headquarters location
revenue | turnover | annual sales | net sales | sales revenue | income from sales
profit | net income | earnings | net profit
phone | telephone | tel | phone number | telephone number
fax | facsimile
email | e mail | mail address | email address
website | web site | homepage | home page | url | web address
address | street address | postal address | mailing address
price | cost | fee | list price | retail price
industry | sector | line of business
product | offering
service | services offered
customer | client | clientele
competitor | rival
investor | backer
owner | owned | parent company | parent organization | proprietor
subsidiary | daughter company
stock exchange
ticker | ticker symbol | stock symbol | stock ticker
birth date | date of birth | birthday
birth place | place of birth | birthplace
death date | date of death
spouse | wife | husband | married to
occupation | profession | job
author | writer | written
publisher
licence | license | licensing
genre | style
director | directed
release date | released | publication date | date of release | came out
duration | running time | runtime
birth rate | natality | natality rate
death rate | mortality rate
life expectancy | lifespan | life span | average length of life | expected lifetime
fertility rate | children per woman | children born per woman
median age | average age | typical age
literacy | able to read and write | literate
unemployment | jobless | joblessness | out of work
inflation | consumer price increase | price increase | rise in prices
gdp | gross domestic product | economic output | size of economy
gdp per capita | gross domestic product per capita | gdp per head | output per person
debt | indebtedness
export | goods sold abroad
import | goods bought abroad
religion | faith | denomination | beliefs
ethnic group | ethnicity | ethnic composition
border country | neighbour | neighbor | neighbouring country | neighboring country | adjacent country | bordering country
land boundary | land border | border length | frontier
coastline | coast | shoreline | length of coast | sea coast
highest point | highest mountain | highest peak | highest elevation | tallest mountain | summit
lowest point | lowest elevation
elevation | altitude | height above sea level
climate | weather
terrain | landscape | topography | relief
natural resource | raw material | mineral wealth
independence | independent | sovereignty
national holiday | national day
constitution | basic law
suffrage | voting age | right to vote
legislature | parliament | legislative body
legislative branch | law making
airport | airfield
railway | railroad | rail network
internet user | online population | people online
mobile cellular | mobile phone | cell phone | cellular
coordinate | latitude longitude | lat long | geographic position
time difference | time zone | utc offset | timezone
urbanization | urban share | urbanisation
obesity | overweight
electricity access | electrification | access to electricity
military expenditure | defence spending | defense spending | military spending | defence budget
symbol | emblem
abbreviation | acronym | short for
melting point | melts at
boiling point | boils at
atomic number | proton number
atomic weight | atomic mass
mass | weight
height | tall | stature
length | long
width | wide | breadth
depth | deep
speed | velocity
temperature | degrees
begin | start | commence
end | finish | conclude
open | opening date | opened | inaugurated
close | closing date | closed | shut down
location | situated | located | whereabouts
founding date | date founded
age structure | age distribution
deadline | due date | closing time
salary | pay | wage | compensation
rating | score | stars
warranty | guarantee
dimension | measurements
ingredient
opening hour | opening times | business hours | hours of operation | office hours
version | release number
maintainer | maintained
certification | certified | certificate
store | shop | outlet
colour | color
award | prize
admission price | admission fee | entrance fee | entry fee | ticket price | price of admission
twin town | twin city | sister city | partner town
"""

# What a sentence says where a label would have a noun: "She was born in …" tells a birth place.
SAID: Final = {
    "birth date": ("born",),
    "birth place": ("born",),
    "death date": ("died",),
    "area": ("covers", "spans"),
    "mass": ("weighs",),
    "spouse": ("married",),
    "headquarter": ("headquartered", "based"),
    "location": ("located", "situated"),
    "founding date": ("founded",),
    "author": ("written",),
    "employee": ("employs",),
    "price": ("costs", "sells for"),
    "product": ("makes", "produces", "manufactures"),
    "owner": ("belongs",),
    "investor": ("backed", "invested"),
    "competitor": ("competes",),
    "opening hour": ("open",),
    "dimension": ("measures",),
    "material": ("made",),
    "twin town": ("twinned",),
    "release": ("launched",),
    "language": ("speaks", "spoke", "fluent", "speaking"),
}

GROUPS: Final = tuple(
    tuple(phrase.strip() for phrase in line.split("|")) for line in _LINES.strip().splitlines()
)
