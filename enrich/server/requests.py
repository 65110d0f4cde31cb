"""What of a request is read by hand: its body, and its query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.server.problems import invalid_at, too_large

if TYPE_CHECKING:
    from starlette.requests import Request

MAX_DIGITS: Final = 15
_TRUE: Final = frozenset({"true", "1", "yes", "on"})
_FALSE: Final = frozenset({"false", "0", "no", "off"})


async def read_body(request: Request, limit_bytes: int) -> bytes:
    """Read the whole body, but no more than the limit.

    A body over the limit is read on and dropped for a while: a caller that is
    still sending would otherwise see a broken connection and not the answer.

    Raises:
        Problem: 413.
    """
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit_bytes:
            chunks.clear()
            if size > 2 * limit_bytes:
                break
        else:
            chunks.append(chunk)
    if size > limit_bytes:
        raise too_large(limit_bytes)
    return b"".join(chunks)


def query_bool(request: Request, name: str, *, default: bool) -> bool:
    """Read a yes or no.

    Raises:
        Problem: 422.
    """
    text = request.query_params.get(name)
    if text is None:
        return default
    text = text.lower()
    if text not in _TRUE | _FALSE:
        raise invalid_at(("query", name), "Input should be a valid boolean", type_="bool_parsing")
    return text in _TRUE


def query_number(request: Request, name: str, *, default: float, most: float) -> float:
    """Read seconds; above ``most`` is ``most``, and below 0 is 0.

    Raises:
        Problem: 422.
    """
    text = request.query_params.get(name)
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if number != number:  # noqa: PLR0124  (not a number, and "nan" is none either)
        raise invalid_at(("query", name), "Input should be a valid number", type_="float_parsing")
    return max(0.0, min(most, number))


def query_position(request: Request, name: str) -> int | None:
    """Read where a page of a list begins.

    Raises:
        Problem: 422.
    """
    text = request.query_params.get(name)
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS:
        return int(text)
    raise invalid_at(("query", name), "Input should be a position")


def query_cursor(request: Request, last: int) -> int:
    """Read ``last_event_id``: a position from 1 to ``last``, or nothing for the beginning.

    Raises:
        Problem: 422 for a cursor that was never given out.
    """
    text = request.query_params.get("last_event_id", "")
    if not text:
        return 0
    if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS and int(text) <= last:
        return int(text)
    raise invalid_at(("query", "last_event_id"), "No such event in this group")
