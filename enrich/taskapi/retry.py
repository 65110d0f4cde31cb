"""What a failure means, and how long to wait before the next try.

One total function, ``judge``, goes from what was asked and what happened to an
error whose class says what may be done:

====================  =========================  ==============================
class                 after a creating POST      after a reading GET
====================  =========================  ==============================
RetryableApiError     surely not created         send again
AmbiguousApiError     perhaps created            (never)
RefusedApiError       this body is refused       this request is refused
NotFoundApiError      the group is unknown       the id is unknown
FatalApiError         nothing can succeed        nothing can succeed
====================  =========================  ==============================

The wait before try k (from 1) is ``random() * min(60, 2 * 2**(k-1))`` seconds
(full jitter), and never shorter than what the API asked for.
"""

from __future__ import annotations

import email.utils
import random
from enum import StrEnum
from typing import Final

import httpx
import msgspec

from enrich.errors import (
    AmbiguousApiError,
    ApiError,
    FatalApiError,
    NotFoundApiError,
    RefusedApiError,
    RetryableApiError,
)

FIRST_WAIT_S: Final = 2.0
MAX_WAIT_S: Final = 60.0
MAX_RETRY_AFTER_S: Final = 3600.0
"""An hour: what a server asks beyond this is taken for a mistake."""

_FATAL: Final = frozenset({401, 403, 405, 406, 407, 415, 426, 451})
_NOT_FOUND: Final = frozenset({404, 410})
_REFUSED: Final = frozenset({400, 411, 412, 413, 414, 416, 417, 422, 424, 428, 431})
_NOT_CARRIED_OUT: Final = frozenset({402, 425, 429})

_SURELY_NOT_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
)
_NO_SUCH_ADDRESS: Final = (httpx.UnsupportedProtocol, httpx.InvalidURL)


class Asked(StrEnum):
    """What a request would do if it were carried out twice."""

    CREATE = "create"
    """Runs, which cost money each time."""
    READ = "read"
    """Nothing. A group without runs counts as nothing too."""


class UnreadableAnswerError(Exception):
    """A 2xx answer whose body is not what the API promises."""


def judge(asked: Asked, happened: httpx.Response | Exception) -> ApiError:
    """Return the error that a failed request amounts to.

    Args:
        asked: What the request would do if carried out.
        happened: An answer that is not 2xx, its body read; or what was raised
            instead of an answer.

    Source:
        Protocol reference, sections 3.9 and 7.5, and its list of undocumented points.
    """
    if isinstance(happened, httpx.Response):
        return _judge_answer(asked, happened)
    if isinstance(happened, _NO_SUCH_ADDRESS):
        return FatalApiError(f"the API's address cannot be used: {happened}")
    said = str(happened) or type(happened).__name__
    if asked is Asked.READ or isinstance(happened, _SURELY_NOT_SENT):
        return RetryableApiError(f"no answer from the API: {said}")
    return AmbiguousApiError(f"the answer was lost: {said}")


def _judge_answer(asked: Asked, answer: httpx.Response) -> ApiError:
    status = answer.status_code
    kind: type[ApiError]
    if answer.is_redirect:
        target = answer.headers.get("location", "another address")
        message = f"the API answers {status} and sends to {target}; set api.base_url to that"
        return FatalApiError(message, status=status)
    if status in _FATAL:
        kind = FatalApiError
    elif status in _NOT_FOUND:
        kind = NotFoundApiError
    elif status in _REFUSED:
        kind = RefusedApiError
    elif status in _NOT_CARRIED_OUT or asked is Asked.READ:
        kind = RetryableApiError
    else:
        kind = AmbiguousApiError
    message, ref_id, detail = _said(answer)
    return kind(
        f"the API answers {status}: {message}",
        status=status,
        ref_id=ref_id,
        detail=detail,
        retry_after_s=retry_after_s(answer.headers),
    )


def _said(answer: httpx.Response) -> tuple[str, str | None, object]:
    """Return message, reference and detail of an error's body, in any of its three forms."""
    try:
        body = msgspec.json.decode(answer.content)
    except (ValueError, httpx.ResponseNotRead, RecursionError):
        body = None
    if isinstance(body, dict):
        error = body.get("error")
        if isinstance(error, dict):
            detail = error.get("detail", error.get("details"))
            ref_id = error.get("ref_id")
            return str(error.get("message") or answer.reason_phrase), _text(ref_id), detail
        if "detail" in body:  # the form of the server's framework
            return _first_message(body["detail"]), None, body["detail"]
    return answer.reason_phrase or "no reason given", None, None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _first_message(detail: object) -> str:
    if isinstance(detail, list) and detail and isinstance(detail[0], dict):
        return str(detail[0].get("msg", detail[0]))
    return str(detail)


def retry_after_s(headers: httpx.Headers) -> float | None:
    """Return the seconds that an answer asks to wait, or None.

    Reads ``retry-after-ms``, then ``Retry-After`` in seconds or as a date.
    """
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = headers.get(name)
        if text is None:
            continue
        try:
            return _bounded(float(text) * unit_s)
        except ValueError:
            pass
        try:
            until = email.utils.parsedate_to_datetime(text).timestamp()
            sent = email.utils.parsedate_to_datetime(headers["date"]).timestamp()
        except (ValueError, TypeError, KeyError):
            continue
        return _bounded(until - sent)
    return None


def _bounded(seconds: float) -> float | None:
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_S) if seconds == seconds else None  # noqa: PLR0124  (NaN)


def wait_s(attempt: int, asked_s: float | None = None) -> float:
    """Return how long to wait before the next try, in seconds.

    Args:
        attempt: Tries made so far, from 1.
        asked_s: What the API asked for; never undercut.
    """
    jitter = random.random()  # noqa: S311  (spreads load, guards nothing)
    backoff = jitter * min(MAX_WAIT_S, FIRST_WAIT_S * 2.0 ** min(attempt - 1, 10))
    return max(backoff, asked_s or 0.0)
