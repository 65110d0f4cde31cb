"""The one module that speaks HTTP to the Task API.

Reading requests are tried again here, with waits; requests that create runs
never are: what their failure means for money is for ``enrich.runs`` to find out.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote

import httpx
import msgspec
import tenacity

from enrich._version import __version__
from enrich.clock import Clock
from enrich.errors import ApiError, FatalApiError, RetryableApiError
from enrich.taskapi.models import AddedRuns, Event, Heard, TaskGroup, TaskRun, TaskRunResult
from enrich.taskapi.retry import Asked, UnreadableAnswerError, judge, wait_s
from enrich.taskapi.sse import Decoder

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping
    from types import TracebackType
    from typing import Self

    from enrich.records import JsonObject

T = TypeVar("T")

HOSTED_URL: Final = "https://api.parallel.ai"

READ_TRIES: Final = 3
"""Tries of a reading request, some seconds in all: longer trouble is for the caller to bear."""
LONGEST_WAIT_S: Final = 10.0
"""What asks for a longer wait is not tried again here."""

CONNECT_TIMEOUT_S: Final = 10.0
ANSWER_TIMEOUT_S: Final = 60.0
"""Between two bytes of an answer. A POST of 1,000 runs is answered in seconds."""
SILENCE_S: Final = 45.0
"""A stream that says nothing for three keep-alives is dead."""
IDLE_S: Final = 4.0
"""An idle connection is dropped before the server drops it (five seconds is common),
since a request sent into a closing connection has an unknown end."""

_events: Final = msgspec.json.Decoder(Event)
_heard: Final = msgspec.json.Decoder(Heard)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How many requests of each kind went out, for the report and the benchmarks."""

    posts: int
    gets: int


class TaskApi:
    """A client for one API and one key.

    Use as an async context manager. All methods raise a subclass of ``ApiError``.
    """

    def __init__(
        self,
        base_url: str = HOSTED_URL,
        api_key: str | None = None,
        *,
        clock: Clock | None = None,
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
        silence_s: float = SILENCE_S,
    ) -> None:
        """Make a client.

        Args:
            base_url: The API's address without ``/v1``.
            api_key: The key; None where none is needed.
            clock: Time for the waits between two tries.
            answer_timeout_s: Longest wait between two bytes of an answer, in seconds.
            silence_s: The same for a stream.

        Raises:
            FatalApiError: The address or the key cannot be used.
        """
        self.base_url = base_url.rstrip("/")
        self._clock = clock or Clock()
        self._posts = self._gets = 0
        self._stream_timeout = httpx.Timeout(
            answer_timeout_s, connect=CONNECT_TIMEOUT_S, read=silence_s
        )
        headers = {"user-agent": f"enrich/{__version__}"}
        if api_key is not None:
            headers["x-api-key"] = api_key
        try:
            self._http = httpx.AsyncClient(
                base_url=self.base_url,
                headers=headers,
                # Without TLS the certificates need not be read, which takes as long as a thousand rows.
                verify=not self.base_url.startswith("http:"),
                timeout=httpx.Timeout(answer_timeout_s, connect=CONNECT_TIMEOUT_S),
                limits=httpx.Limits(
                    max_connections=100, max_keepalive_connections=20, keepalive_expiry=IDLE_S
                ),
            )
        except (httpx.InvalidURL, UnicodeEncodeError) as error:
            message = f"the API's address or key cannot be used: {error}"
            raise FatalApiError(message) from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    @property
    def sent(self) -> Sent:
        """Return how many requests went out so far."""
        return Sent(posts=self._posts, gets=self._gets)

    async def create_group(self, metadata: Mapping[str, str] | None = None) -> TaskGroup:
        """Create a group. One too many costs nothing, so a failure is that of a read."""
        body = msgspec.json.encode({"metadata": metadata} if metadata else {})
        return await self._once(Asked.READ, "POST", "/v1/tasks/groups", TaskGroup, content=body)

    async def add_runs(self, taskgroup_id: str, body: bytes) -> AddedRuns:
        """Add runs to a group: one try, since a second could pay twice.

        Args:
            taskgroup_id: The group.
            body: ``{"default_task_spec": …, "inputs": […]}``, at most 1,000 inputs.

        Raises:
            RetryableApiError: Nothing was created.
            AmbiguousApiError: The runs were perhaps created.
            RefusedApiError: The body is refused; ``detail`` may name the item.
            NotFoundApiError: The group is unknown.
            FatalApiError: Nothing can succeed.
        """
        path = f"/v1/tasks/groups/{quote(taskgroup_id, safe='')}/runs"
        params = {"refresh_status": "false"}
        return await self._once(Asked.CREATE, "POST", path, AddedRuns, content=body, params=params)

    async def retrieve_group(self, taskgroup_id: str) -> TaskGroup:
        """Return a group with its counts."""
        return await self._again(
            "GET", f"/v1/tasks/groups/{quote(taskgroup_id, safe='')}", TaskGroup
        )

    def list_runs(
        self,
        taskgroup_id: str,
        *,
        last_event_id: str | None = None,
        include_output: bool = False,
    ) -> AsyncGenerator[list[Event]]:
        """Yield a group's runs as they stand, in the order of their creation, some at a time.

        The end is no proof of completeness: count the runs.

        Args:
            taskgroup_id: The group.
            last_event_id: Begin behind the run that had this event id.
            include_output: Bring the outputs of completed runs along.
        """
        params: dict[str, str] = {}
        if last_event_id:
            params["last_event_id"] = last_event_id
        if include_output:
            params["include_output"] = "true"
        path = f"/v1/tasks/groups/{quote(taskgroup_id, safe='')}/runs"
        return self._stream(path, params, _events)

    def group_events(
        self, taskgroup_id: str, *, last_event_id: str | None = None
    ) -> AsyncGenerator[list[Heard]]:
        """Yield what happens in a group, live, some events at a time; an empty list is a sign of life.

        The stream ends when nothing is active, after an hour, or for no reason at all.
        """
        params = {"last_event_id": last_event_id} if last_event_id else {}
        path = f"/v1/tasks/groups/{quote(taskgroup_id, safe='')}/events"
        return self._stream(path, params, _heard)

    async def create_run(self, body: JsonObject) -> TaskRun:
        """Create a single run: one try, since a second could pay twice."""
        content = msgspec.json.encode(body)
        return await self._once(Asked.CREATE, "POST", "/v1/tasks/runs", TaskRun, content=content)

    async def look(self) -> str | None:
        """Ask once for a run that nobody has, which is free, and return the API's own time as it says it.

        Raises:
            FatalApiError: The key is not taken.
            RetryableApiError: The API is not there (no status), or in trouble.
        """
        try:
            answer = await self._http.get("/v1/tasks/runs/trun_nobody")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise judge(Asked.READ, error) from error
        if answer.status_code != HTTPStatus.NOT_FOUND and not answer.is_success:
            raise judge(Asked.READ, answer)
        date: str | None = answer.headers.get("date")
        return date

    async def retrieve_run(self, run_id: str) -> TaskRun:
        """Return a run's status."""
        return await self._again("GET", f"/v1/tasks/runs/{quote(run_id, safe='')}", TaskRun)

    async def result(self, run_id: str, *, timeout_s: int = 25) -> TaskRunResult:
        """Wait for a run's result for some seconds.

        Raises:
            RetryableApiError: Status 408 when the run is still active.
            NotFoundApiError: The run failed or is unknown; its status tells which.
        """
        path = f"/v1/tasks/runs/{quote(run_id, safe='')}/result"
        params = {"timeout": str(timeout_s)}
        return await self._once(Asked.READ, "GET", path, TaskRunResult, params=params)

    def run_events(self, run_id: str) -> AsyncGenerator[list[Event]]:
        """Yield a single run's progress, live, some events at a time."""
        return self._stream(f"/v1/tasks/runs/{quote(run_id, safe='')}/events", {}, _events)

    async def _again(self, method: str, path: str, kind: type[T], **request: Any) -> T:
        """Send a reading request until it is answered, at most ``READ_TRIES`` times."""
        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(_passes_soon),
            stop=tenacity.stop_after_attempt(READ_TRIES),
            wait=_wait_of,
            sleep=self._clock.sleep,
            reraise=True,
        )
        return await retrying(self._once, Asked.READ, method, path, kind, **request)

    async def _once(self, asked: Asked, method: str, path: str, kind: type[T], **request: Any) -> T:
        self._count(method)
        if "content" in request:
            request["headers"] = {"content-type": "application/json"}
        try:
            answer = await self._http.request(method, path, **request)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise judge(asked, error) from error
        if not answer.is_success:
            raise judge(asked, answer)
        try:
            return msgspec.json.decode(answer.content, type=kind)  # made out in models
        except (ValueError, RecursionError) as error:
            unreadable = UnreadableAnswerError(f"status {answer.status_code}, but {error}")
            raise judge(asked, unreadable) from error

    async def _stream(
        self, path: str, params: dict[str, str], events: msgspec.json.Decoder[T]
    ) -> AsyncGenerator[list[T]]:
        self._count("GET")
        decoder = Decoder()
        try:
            async with self._opened(path, params) as answer:
                async for chunk in answer.aiter_bytes():
                    yield [events.decode(data) for data in decoder.feed(chunk)]
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise judge(Asked.READ, error) from error
        except (ValueError, RecursionError) as error:  # what is too large is one, too
            raise judge(Asked.READ, UnreadableAnswerError(str(error))) from error

    @asynccontextmanager
    async def _opened(self, path: str, params: dict[str, str]) -> AsyncIterator[httpx.Response]:
        headers = {"accept": "text/event-stream", "cache-control": "no-store"}
        request = self._http.stream(
            "GET", path, params=params, headers=headers, timeout=self._stream_timeout
        )
        async with request as answer:
            if not answer.is_success:
                await answer.aread()
                raise judge(Asked.READ, answer)
            yield answer

    def _count(self, method: str) -> None:
        if method == "POST":
            self._posts += 1
        else:
            self._gets += 1


def _passes_soon(error: BaseException) -> bool:
    return isinstance(error, RetryableApiError) and (error.retry_after_s or 0.0) <= LONGEST_WAIT_S


def _wait_of(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked_s = error.retry_after_s if isinstance(error, ApiError) else None
    return wait_s(state.attempt_number, asked_s)
