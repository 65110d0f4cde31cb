"""A Task API in memory, under the real client: what it answers can be said call by call."""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, Any, Self

import httpx

from enrich.taskapi.client import TaskApi

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.clock import Clock

URL = "http://api.example"


class WireApi:
    """Runs complete at once and echo their input.

    Attributes:
        runs: All runs that were ever created, in order.
        posts: Bodies of the POSTs that add runs, carried out or not.
        asked: The route of each request, in order.
        refuses: Answers whose inputs are refused by a 422 that names them.
    """

    def __init__(self) -> None:
        self.runs: list[dict[str, Any]] = []
        self.posts: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.refuses: set[str] = set()
        self._groups = 0
        self._scripts: dict[str, deque[Any]] = {}
        self._always: dict[str, Any] = {}

    def client(self, clock: Clock) -> TaskApi:
        """Return a client of this API."""
        api = TaskApi(URL, clock=clock)
        api._http = httpx.AsyncClient(base_url=URL, transport=httpx.MockTransport(self._answer))
        return api

    def on(self, route: str, *answers: Any) -> Self:
        """Say what the next requests of a route meet.

        An answer is a status, an exception to raise, None for what comes naturally, or a
        function from the natural answer, made when the work is done, to another.
        """
        self._scripts.setdefault(route, deque()).extend(answers)
        return self

    def always(self, route: str, answer: Any) -> Self:
        """Say what all other requests of a route meet."""
        self._always[route] = answer
        return self

    def run(self, group: str, value: Any, metadata: dict[str, str] | None) -> dict[str, Any]:
        """Create a run."""
        made = {
            "run_id": f"trun_{len(self.runs)}",
            "status": "completed",
            "is_active": False,
            "processor": "base",
            "metadata": metadata,
            "created_at": "2026-11-21T00:00:00Z",
            "modified_at": "2026-11-21T00:00:00Z",
            "taskgroup_id": group,
        }
        self.runs.append({**made, "input": value})
        return made

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        parts = request.url.path.strip("/").split("/")[1:]
        route, group = self._route(request.method, parts)
        self.asked.append(route)
        script = self._scripts.get(route)
        step = script.popleft() if script else self._always.get(route)
        if route == "add_runs":
            self.posts.append(json.loads(request.content))
        if isinstance(step, Exception):
            raise step
        if isinstance(step, int):
            return httpx.Response(step, json={"error": {"message": "as told"}})
        if isinstance(step, httpx.Response):
            return step
        natural = self._naturally(route, group, request)
        natural.request = request
        answered: httpx.Response = natural
        if step is not None:
            made = step(natural)
            answered = await made if hasattr(made, "__await__") else made
        return answered

    def _route(self, method: str, parts: list[str]) -> tuple[str, str]:
        _, kind, *rest = parts
        if method == "POST":
            return ("add_runs", rest[0]) if rest else ("create_group", "")
        if kind == "groups":
            return {"runs": "list_runs", "events": "events"}.get(parts[-1], "group"), rest[0]
        return ("result" if parts[-1] == "result" else "run"), rest[0]

    def _naturally(self, route: str, of: str, request: httpx.Request) -> httpx.Response:
        listed = [run for run in self.runs if run["taskgroup_id"] == of]
        if route == "create_group":
            self._groups += 1
            return httpx.Response(200, json=self._group(f"tgrp_{self._groups}", 0))
        if route == "add_runs":
            inputs = json.loads(request.content)["inputs"]
            strange = [
                {"loc": ["body", "inputs", number], "msg": "strange"}
                for number, item in enumerate(inputs)
                if item["input"]["answer"] in self.refuses
            ]
            if strange:
                return httpx.Response(422, json={"detail": strange})
            made = [self.run(of, item["input"], item.get("metadata"))["run_id"] for item in inputs]
            return httpx.Response(200, json={"status": self._status(0), "run_ids": made})
        if route == "group":
            return httpx.Response(200, json=self._group(of, len(listed)))
        if route in {"list_runs", "events"}:
            after = int(request.url.params.get("last_event_id") or 0)
            events = [
                {
                    "type": "task_run.state",
                    "event_id": str(number),
                    "run": run,
                    "output": _output(run) if "include_output" in request.url.params else None,
                }
                for number, run in enumerate(listed, start=1)
                if number > after
            ]
            return stream(events)
        run = next(run for run in self.runs if run["run_id"] == of)
        body = {"run": run, "output": _output(run)} if route == "result" else run
        return httpx.Response(200, json=body)

    def _group(self, group: str, count: int) -> dict[str, Any]:
        return {
            "taskgroup_id": group,
            "created_at": "2026-11-21T00:00:00Z",
            "status": self._status(count),
        }

    def _status(self, count: int) -> dict[str, Any]:
        counts = {"completed": count} if count else {}
        return {"num_task_runs": count, "task_run_status_counts": counts, "is_active": False}


def stream(events: list[dict[str, Any]]) -> httpx.Response:
    """Return an event stream of these events, at its end."""
    text = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
    return httpx.Response(200, text=text, headers={"content-type": "text/event-stream"})


def changed(change: Callable[[Any], Any]) -> Callable[[httpx.Response], httpx.Response]:
    """Return an answer that is the natural one with its JSON changed."""
    return lambda natural: httpx.Response(natural.status_code, json=change(natural.json()))


def none_ended(natural: httpx.Response) -> httpx.Response:
    """Return a group whose counts say that all is at work yet."""
    body = natural.json()
    body["status"]["task_run_status_counts"] = {"running": body["status"]["num_task_runs"]}
    return httpx.Response(natural.status_code, json=body)


def lost(natural: httpx.Response) -> httpx.Response:
    """Lose an answer after the work."""
    raise httpx.ReadError(f"lost {natural.status_code}")


def _output(run: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json", "content": run["input"], "basis": []}
