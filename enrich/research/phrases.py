"""All that the known facts are called: the thesaurus and the definitions in one."""

from __future__ import annotations

from typing import Final

from enrich.research.glosses import GLOSSES
from enrich.research.thesaurus import GROUPS
from enrich.research.words import concepts

PHRASES: Final[dict[str, tuple[str, ...]]] = {}
for _line in (*GROUPS, *GLOSSES):
    _name = "-".join(concepts(_line[0]))
    PHRASES[_name] = (*PHRASES.get(_name, ()), *_line)
