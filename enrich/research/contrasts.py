"""Words of labels of which one excludes the other: who asks for the highest is not answered by the mean, nor by what was once.

What no passage may say, whichever way it was found, is in ``opposites.py``; this only lowers what lies near in meaning.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.siblings import brought, said_by
from enrich.research.words import words

if TYPE_CHECKING:
    from enrich.research.wanted import Wanted

# A side a cell; of a line, each excludes the others.
_SIDES: Final = """
highest top supreme apex | lowest subordinate lower beneath inferior
fixed landline landlines | mobile cellular cell wireless
male | female
urban | rural
birth births | death deaths
revenue revenues receipts | expenditure expenditures spending outlays expenses
youth young | elderly elder seniors pensioners
land | water
asset assets | liability liabilities
minimum | maximum
inbound | outbound
inflow inflows | outflow outflows
immigration immigrants | emigration emigrants
internal | external
gross | net
public | private
largest biggest | smallest
mean average | highest lowest top peak
solar photovoltaic | wind | nuclear | hydroelectric hydro hydropower | fossil coal gas petroleum oil | geothermal | biomass biofuel
nearest | farthest furthest
oldest | youngest
wholesale | retail
agriculture farming | services
"""
_GROUPS: Final = tuple(
    tuple(brought(words(side)) for side in line.split("|")) for line in _SIDES.strip().splitlines()
)

_PAST: Final = brought(["previous", "former", "earlier", "past"])


def opposes(wanted: Wanted, label: str) -> bool:
    """Tell whether a label says the contrary of a question.

    Args:
        wanted: The field.
        label: The label with what stands over it.
    """
    return _opposes(said_by(wanted), label)


@lru_cache(maxsize=16_384)
def _opposes(asked: frozenset[str], label: str) -> bool:
    told = brought(words(label))
    if told & _PAST and not asked & _PAST:
        return True
    for sides in _GROUPS:
        mine = [side for side in sides if side & asked]
        if len(mine) == 1 and not mine[0] & told and any(side & told for side in sides):
            return True
    return False
