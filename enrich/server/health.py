"""How the server stands, for those who watch it. No key is needed: it tells counts only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import Response
from starlette.routing import Route

from enrich.server.problems import Problem
from enrich.server.runs import json_response
from enrich.server.store.reader import Reader

if TYPE_CHECKING:
    from starlette.requests import Request

    from enrich.server.logs import Watch
    from enrich.server.service import Service

_METRICS: Final = """\
# HELP enrich_runs_accepted_total Runs ever accepted.
# TYPE enrich_runs_accepted_total counter
enrich_runs_accepted_total {accepted}
# HELP enrich_runs Runs by status.
# TYPE enrich_runs gauge
"""
_LEASES: Final = """\
# HELP enrich_workers Workers in processes of their own that were heard lately.
# TYPE enrich_workers gauge
enrich_workers {workers}
# HELP enrich_leases Runs that they have.
# TYPE enrich_leases gauge
enrich_leases {leases}
# HELP enrich_leases_lost_total Runs that they died or hung at since the start.
# TYPE enrich_leases_lost_total counter
enrich_leases_lost_total {lost}
"""
_REQUESTS: Final = """\
# HELP enrich_requests_total Requests answered since the start; status 0 is no answer.
# TYPE enrich_requests_total counter
"""
_SECONDS: Final = """\
# HELP enrich_request_seconds_total Seconds until their answers had left.
# TYPE enrich_request_seconds_total counter
"""


async def healthz(request: Request) -> Response:
    """GET /healthz: the store answers, and runs are worked on."""
    service: Service = request.app.state.service
    await service.access.read(Reader.counts)
    if not service.is_working:
        raise Problem(503, "Service unavailable: runs are not worked on; see the log")
    if service.leases is None:
        return json_response(b'{"status":"ok"}')
    return json_response(f'{{"status":"ok","workers":{service.leases.workers}}}')


async def metrics(request: Request) -> Response:
    """GET /metrics: counts in the text format of Prometheus."""
    service: Service = request.app.state.service
    counts = await service.access.read(Reader.counts)
    text = _METRICS.format(accepted=sum(counts.values()))
    text += "".join(f'enrich_runs{{status="{s}"}} {n}\n' for s, n in sorted(counts.items()))
    if service.leases is not None:
        leases = service.leases
        text += _LEASES.format(workers=leases.workers, leases=len(leases), lost=leases.lost)
    text += _REQUESTS
    watch: Watch = request.app.state.watch
    for (route, status), n in sorted(watch.requests.items()):
        text += f'enrich_requests_total{{route="{route}",status="{status}"}} {n}\n'
    text += _SECONDS
    for route, seconds in sorted(watch.seconds.items()):
        text += f'enrich_request_seconds_total{{route="{route}"}} {seconds:.6f}\n'
    return Response(text, media_type="text/plain; version=0.0.4")


ROUTES: Final = [Route("/healthz", healthz), Route("/metrics", metrics)]
