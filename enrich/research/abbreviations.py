"""Names of columns as they are shortened in tables, spelled out: ``pop_est`` is an estimate of the population.

Only what stands for one word of the language wherever it is met in a column's name; what could
stand for several is left as it is, or spelled out beside the words that settle it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from enrich.research.embedding.wordpiece import is_word
from enrich.research.glosses import GLOSSES
from enrich.research.thesaurus import GROUPS
from enrich.research.words import words

_LINES: Final = """
pop, popn = population
yr = year
yrs = years
tot = total
ppl = people
num, nb, nr, nbr, qty = number
cnt = count
avg = average
min = minimum
max = maximum
govt, gov = government
natl = national
intl = international
admin = administrative
dept = department
org = organisation
addr = address
curr, ccy = currency
cd = code
clsd = closed
ctry, cntry = country
lang = language
langs = languages
elev = elevation
lat = latitude
lon, lng = longitude
mtn, mtns = mountain
len = length
ht = height
wt = weight
temp = temperature
vol = volume
rev = revenue
emp, emps, empl = employees
loc = location
desc, descr = description
mfr, mfg = manufacturer
unemp = unemployment
infl = inflation
edu = education
mil = military
agri, agric = agricultural
chem = chemical
elem = element
sym = symbol
abbr, abbrev = abbreviation
prev = previous
orig = original
discov = discovery
dens = density
indep = independence
geo = geographic
corp = corporate
bldg = building
univ = university
lic = licence
mkt = market
dob = date of birth
dod = date of death
pob = place of birth
tz = time zone
imr = infant mortality rate
tfr = total fertility rate
cbr = crude birth rate
cdr = crude death rate
ppp = purchasing power parity
cpi = consumer prices
fx = foreign exchange
pm = prime minister
mcap = market capitalisation
life exp = life expectancy
mil exp, military exp = military expenditure
mkt cap, market cap = market capitalisation
gdp pc = gdp per capita
income pc = income per capita
med age = median age
med income = median income
high pt, highest pt, max pt = highest point
low pt, lowest pt, min pt = lowest point
melt pt, mp c, mp k = melting point
boil pt, bp c, bp k = boiling point
atomic no, at no, at num, at nr = atomic number
atomic wt, at wt = atomic weight
no of = number of
iso 4217 = currency code
iso 3166 = country code
phone no, tel no = phone number
lic = licence
lic no = licence number
reg no = registration number
acct = account
amt = amount
cap city = capital city
cur cd, curr cd = currency code
off name, ofc name = official name
ann = annual
approx = approximate
assoc = association
auth = authority
bday = birthday
bev = beverage
calc = calculated
catg = category
co = company
comm = commercial
coord, coords = coordinates
cust = customer
dist = distance
dt = date
elec = electricity
env = environment
estab, estd = established
exch = exchange
expct, expec = expectancy
fam = family
fert = fertility
fin = financial
freq = frequency
grp = group
grwth = growth
hosp = hospital
incorp = incorporated
inhab = inhabitants
inst = institution
lic no = licence number
lbr = labor
lvl = level
manuf, mnf = manufacturer
mgr = manager
mort = mortality
mtg = meeting
nbhd = neighborhood
nm = name
occ = occupation
parl = parliament
pct, perc, prcnt = percent
phys = physical
pres = president
prod = product
prov = province
pub = public
qtr = quarter
relig = religion
rsrc = resource
spd = speed
stn = station
svc = service
terr = territory
tmp = temperature
transp = transport
typ = type
util = utility
veh = vehicle
ver = version
"""
_LONGEST: Final = 2
# What a column is called after that says where it is kept and of what type it is, not what it states.
_KEPT = re.compile(r"^(?:cf|x_studio|custom|hs|str|int|bool|fld|col|attr)_(?=\w{3})|(?<=\w{2})(?:__p?c|__r|_(?:txt|str|fld|attr|val))$", re.IGNORECASE)  # fmt: skip
_ACRONYM = re.compile(r"(?<=[A-Z])(?=[A-Z][a-z]{2})")
_SHORTEST: Final = 6  # letters of a word that is taken to be two written together
_ALONE: Final[dict[str, tuple[str, ...]]] = {
    "est": ("established",),
    "sqkm": ("area", "sqkm"),
    "km2": ("area", "km2"),
}

_SPELLED: Final = {
    tuple(short.split()): tuple(full.split())
    for line in _LINES.strip().splitlines()
    for shorts, _, full in [line.partition(" = ")]
    for short in shorts.split(", ")
}
# Of these a word is made up that no dictionary has: "officialname", "landarea", "areakm2".
_PIECES: Final[frozenset[str]] = frozenset(
    word for line in (*GROUPS, *(g[:1] for g in GLOSSES)) for phrase in line for word in words(phrase) if len(word) > 2
) | frozenset("name code date year full short long total per hq gdp km2 sqkm nm cd no id est pop curr govt".split())  # fmt: skip  # noqa: SIM905


@lru_cache(maxsize=4_096)
def spelled_out(name: str) -> str:
    """Return a column's name with its abbreviations spelled out; as it came where it has none."""
    plain = _KEPT.sub("", name)
    spoken = _parted(words(_ACRONYM.sub(" ", plain)))
    if len(spoken) == 1 and spoken[0] in _ALONE:
        return "_".join(_ALONE[spoken[0]])
    found: list[str] = []
    at = 0
    while at < len(spoken):
        for length in range(_LONGEST, 0, -1):
            full = _SPELLED.get(tuple(spoken[at : at + length]))
            if full is not None:
                break
        else:
            full, length = (spoken[at],), 1
        found += full
        at += length
    if len(spoken) > 1 and spoken[-1] == "est":  # behind a figure it says that it is a guess
        found[-1] = "estimate"
    return name if found == words(name) else "_".join(found)


def _parted(spoken: list[str]) -> list[str]:
    """Return words with those parted that were written together, and those joined that were parted."""
    found: list[str] = []
    for word in spoken:
        joined = found[-1] + word if found else ""
        if len(joined) > _SHORTEST and joined in _PIECES and (found[-1],) not in _SPELLED:
            found[-1] = joined
        elif len(word) < _SHORTEST or word in _PIECES or is_word(word):
            found.append(word)
        else:
            found += _pieces(word) or (word,)
    return found


def _pieces(word: str) -> tuple[str, ...]:
    """Return the known words that a word consists of; none if it does not."""
    for at in range(len(word) - 1, 1, -1):
        head, rest = word[:at], word[at:]
        if head in _PIECES and (rest in _PIECES or _pieces(rest)):
            return (head, rest) if rest in _PIECES else (head, *_pieces(rest))
    return ()
