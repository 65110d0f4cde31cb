"""What was bought: requests and their states, chunks, groups, results and the round's budget.

Each move of a request is one statement that names the state that it expects::

    planned ─► submitting ─► running ─► completed
       ▲           │            └─────► failed ─► planned   (only when asked)
       └─ release ─┤
                   └──────────────────► refused

What stands for money (a group's id, a chunk) is on the disk before its POST leaves; all
else can be learnt again from the API and is not waited for.
"""

from __future__ import annotations

from enrich.ledger.buying import Buying
from enrich.ledger.reading import Reading


class Ledger(Buying, Reading):
    """The ledger of one API in one state folder.

    Calls are short and synchronous, so that a cancelled task never leaves one half done; all but
    ``harden``, which waits for the disk and may do so in another thread.
    """
