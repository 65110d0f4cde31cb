"""A field looked up by all that a run has: documents, the web, a second query, a model's opinion."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from enrich.research.lookup import Lookup
from enrich.research.orders import is_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.research.basis import Found
    from enrich.research.page import Page
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted
    from enrich.research.web.reading import WebRun


class Opinion(Protocol):
    """What has a say on what was found for a field."""

    def __call__(self, found: Found, lookup: Finder) -> Found:
        """Return what is answered."""
        ...


class Finder(Lookup):
    """One run's way to its documents, and what is tried where they do not answer.

    Args:
        web: The run's pages of the web; None where the web is not read.
        again: Makes the way to further pages about the same subject.
        opinion: A model's say; None without one.
        lookup: What ``Lookup`` takes.

    Attributes:
        readings: All that was read for the field that was looked up last.
    """

    def __init__(
        self,
        *,
        web: WebRun | None = None,
        again: Callable[[list[Page]], Lookup] | None = None,
        opinion: Opinion | None = None,
        **lookup: Any,
    ) -> None:
        super().__init__(**lookup)
        self._web = web
        self._again = again
        self._opinion = opinion
        self.readings: list[Reading] = []

    def others(self) -> list[Page]:
        """Return the pages that mention the subject."""
        return self._others()

    def find(self, field: Wanted) -> Found:
        """Look one field up."""
        self.readings = []
        found = _without_orders(super().find(field))
        if found.reading is None and self._web is not None and self._again is not None:
            found = self._searched(field, found)
        if self._opinion is not None:
            found = self._opinion(found, self)
        if found.reading is None and self._web is not None and self._web.reasons:
            found = replace(found, notes=(*found.notes, self._web.reasons))
        return found

    def pages_for(self, field: Wanted) -> Iterator[tuple[Wanted, Page, tuple[Reading, ...]]]:
        """Yield the pages that may hold a list of objects; at last those that a query of its own brings up."""
        yield from super().pages_for(field)
        yield from ((field, page, ()) for page in self._about(field))

    def _about(self, field: Wanted) -> list[Page]:
        """Return pages about the subject that a query for a field brings up."""
        if self._web is None:
            return []
        return self._web.look_for(f"{self.subject.name} {field.label}", self.subject.names)

    def _settled(self, field: Wanted, readings: list[Reading], looked: tuple[str, ...]) -> Found:
        self.readings = readings
        return super()._settled(field, readings, looked)

    def _searched(self, field: Wanted, before: Found) -> Found:
        """Look a field up on pages that a query of its own brings up."""
        web, again = self._web, self._again
        if web is None or again is None:
            return before
        mentions = len(web.mentions)
        about = self._about(field)
        if not about and len(web.mentions) == mentions:
            return before
        found = _without_orders(again(about).find(field))
        looked = tuple(dict.fromkeys((*before.looked, *found.looked)))
        return replace(found, looked=looked)


def _without_orders(found: Found) -> Found:
    """Drop a value whose passage speaks to a model; the next best takes its place."""
    first = found.reading
    if first is None or not is_order(first.page, first.segment):
        return found
    good = [r for r in (*found.agreeing, *found.rivals) if not is_order(r.page, r.segment)]
    title = first.page.document.title
    note = f'A passage of "{title}" speaks to whoever reads it, so what it states was left out.'
    best = good[0] if good else None
    return replace(
        found,
        reading=best,
        agreeing=(),
        rivals=tuple(good[1:]),
        via=(),
        notes=(*found.notes, note),
    )
