import httpx
import pytest

from enrich.errors import (
    AmbiguousApiError,
    ApiError,
    FatalApiError,
    NotFoundApiError,
    RefusedApiError,
    RetryableApiError,
)
from enrich.taskapi.retry import (
    MAX_RETRY_AFTER_S,
    Asked,
    UnreadableAnswerError,
    judge,
    retry_after_s,
    wait_s,
)


def answer(status, *, headers=None, **body):
    return httpx.Response(status, headers=headers, **body)


def exceptions_of_httpx():
    found = []
    queue = [httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, httpx.CookieConflict]
    while queue:
        kind = queue.pop()
        found.append(kind)
        queue += kind.__subclasses__()
    return sorted(set(found), key=lambda kind: kind.__name__)


def made(kind):
    if kind is httpx.HTTPStatusError:
        request = httpx.Request("POST", "http://api.example")
        return kind("said", request=request, response=httpx.Response(500, request=request))
    try:
        return kind("said")
    except TypeError:
        return kind()


SURELY_NOT_CREATED = {httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError}
NEVER = {httpx.UnsupportedProtocol, httpx.InvalidURL}


@pytest.mark.parametrize("kind", exceptions_of_httpx(), ids=lambda kind: kind.__name__)
def test_every_exception_of_a_creating_post_is_judged(kind):
    error = judge(Asked.CREATE, made(kind))

    if kind in SURELY_NOT_CREATED:
        assert type(error) is RetryableApiError
    elif kind in NEVER:
        assert type(error) is FatalApiError
    else:
        assert type(error) is AmbiguousApiError
    assert str(error)


@pytest.mark.parametrize("kind", exceptions_of_httpx(), ids=lambda kind: kind.__name__)
def test_a_reading_request_is_never_ambiguous(kind):
    expected = FatalApiError if kind in NEVER else RetryableApiError
    assert expected is type(judge(Asked.READ, made(kind)))


NOT_CREATED = {401, 402, 403, 404, 422, 429, 400, 413}
PERHAPS = {408, 409, *range(500, 600)}


@pytest.mark.parametrize("status", range(400, 600))
def test_every_status_of_a_creating_post_is_judged(status):
    error = judge(Asked.CREATE, answer(status))

    assert type(error) in {
        RetryableApiError,
        AmbiguousApiError,
        RefusedApiError,
        NotFoundApiError,
        FatalApiError,
    }
    assert status == error.status
    if status in NOT_CREATED:
        assert not isinstance(error, AmbiguousApiError)
    if status in PERHAPS:
        assert isinstance(error, AmbiguousApiError)


@pytest.mark.parametrize("status", range(400, 600))
def test_every_status_of_a_reading_request_is_judged(status):
    error = judge(Asked.READ, answer(status))

    assert not isinstance(error, AmbiguousApiError)
    if status in {408, 429, 500, 502, 503, 504}:
        assert isinstance(error, RetryableApiError)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, FatalApiError),
        (402, RetryableApiError),
        (403, FatalApiError),
        (404, NotFoundApiError),
        (413, RefusedApiError),
        (422, RefusedApiError),
        (429, RetryableApiError),
    ],
)
def test_the_documented_statuses_mean_what_the_api_says(status, expected):
    assert expected is type(judge(Asked.CREATE, answer(status)))


def test_a_redirect_names_the_address_to_set():
    error = judge(Asked.CREATE, answer(308, headers={"location": "https://new.example"}))

    assert isinstance(error, FatalApiError)
    assert "https://new.example" in str(error)


def test_an_answer_that_cannot_be_read_is_ambiguous_for_a_post():
    error = judge(Asked.CREATE, UnreadableAnswerError("status 200, but no JSON"))

    assert isinstance(error, AmbiguousApiError)


@pytest.mark.parametrize(
    ("body", "message", "ref_id"),
    [
        (
            {"type": "error", "error": {"ref_id": "r-1", "message": "no credit", "detail": None}},
            "no credit",
            "r-1",
        ),
        ({"error": {"message": "no credit", "details": {"a": 1}}}, "no credit", None),
        (
            {"detail": [{"loc": ["body"], "msg": "Field required", "type": "missing"}]},
            "Field",
            None,
        ),
        ({"detail": "gone"}, "gone", None),
        ([1, 2], "Payment Required", None),
        ({"error": "text"}, "Payment Required", None),
    ],
)
def test_all_forms_of_an_error_body_are_read(body, message, ref_id):
    error = judge(Asked.CREATE, answer(402, json=body))

    assert message in error.message
    assert ref_id == error.ref_id


def test_a_body_that_is_no_json_does_no_harm():
    error = judge(Asked.READ, answer(502, content=b"<html>\xff bad gateway"))

    assert isinstance(error, ApiError)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e12"}, MAX_RETRY_AFTER_S),
        (
            {
                "date": "Sat, 21 Nov 2026 09:00:00 GMT",
                "retry-after": "Sat, 21 Nov 2026 09:00:30 GMT",
            },
            30.0,
        ),
    ],
)
def test_the_wait_that_an_api_asks_for(headers, expected):
    assert expected == retry_after_s(httpx.Headers(headers))


def test_waits_grow_and_never_undercut_what_was_asked():
    for attempt in range(1, 200):
        assert 0 <= wait_s(attempt) <= min(60, 2 * 2 ** (attempt - 1))
        assert wait_s(attempt, 7.5) >= 7.5
