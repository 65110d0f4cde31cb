"""Names of columns as they are shortened in tables, spelled out: ``pop_est`` is an estimate of the population.

Only what stands for one word of the language wherever it is met in a column's name; what could
stand for several is left as it is, or spelled out beside the words that settle it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

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
reg no = registration number
"""
_LONGEST: Final = 2

_SPELLED: Final = {
    tuple(short.split()): tuple(full.split())
    for line in _LINES.strip().splitlines()
    for shorts, _, full in [line.partition(" = ")]
    for short in shorts.split(", ")
}


@lru_cache(maxsize=4_096)
def spelled_out(name: str) -> str:
    """Return a column's name with its abbreviations spelled out; as it came where it has none."""
    spoken = words(name)
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
    if spoken and spoken[-1] == "est":  # "est" alone says when, behind a figure that it is a guess
        found[-1] = "estimate" if len(spoken) > 1 else "established"
    return name if found == spoken else "_".join(found)
