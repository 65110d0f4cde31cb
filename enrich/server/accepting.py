"""The one way in for runs: quota, then the store with its credit, then the workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.server.problems import invalid_at, payment_required
from enrich.server.store.intake import InsufficientCredit, UnknownInteraction
from enrich.server.store.rows import Posting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Scope

    from enrich.server.auth import Account
    from enrich.server.service import Service
    from enrich.server.store.rows import Accepted, NewRun


async def accept(
    service: Service,
    account: Account,
    runs: Sequence[NewRun],
    *,
    scope: Scope,
    group_no: int | None = None,
) -> Accepted:
    """Take runs on, all of them or none.

    Raises:
        Problem: 402, 422 for an unknown interaction, or 429; nothing was accepted.
    """
    account.window.take(len(runs))
    try:
        accepted = await service.access.accept(
            Posting(
                runs=runs,
                account_no=account.number,
                group_no=group_no,
                credit=account.credit,
                fates=service.faults.fates(scope, len(runs)),
            )
        )
    except InsufficientCredit:
        account.window.give_back(len(runs))
        raise payment_required() from None
    except UnknownInteraction as error:
        account.window.give_back(len(runs))
        where = ("inputs", error.index) if group_no is not None else ()
        raise invalid_at(
            ("body", *where, "previous_interaction_id"), "Interaction not found"
        ) from None
    service.at_work.wake()
    if group_no is not None:
        service.feed.ring((group_no,))
    return accepted
