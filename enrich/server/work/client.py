"""The server as its workers call it."""

from __future__ import annotations

from typing import Final

import httpx
import msgspec

from enrich.egress import is_loopback
from enrich.errors import ConfigError
from enrich.server.work.messages import CLAIM, MAX_WAIT_S, REPORT, WORKER_KEY_HEADER, Ask, Report

TIMEOUT_S: Final = 30.0

_encode = msgspec.json.Encoder().encode


class WorkClient:
    """The server that has the runs.

    Args:
        url: Where it answers.
        key: The worker key.
    """

    def __init__(self, url: str, key: str) -> None:
        self._http = httpx.Client(
            base_url=url,
            headers={WORKER_KEY_HEADER: key, "content-type": "application/json"},
            timeout=httpx.Timeout(TIMEOUT_S, read=TIMEOUT_S + MAX_WAIT_S),
            # A proxy is for other machines.
            trust_env=not is_loopback(httpx.URL(url).host),
        )

    def claim(self, ask: Ask) -> httpx.Response:
        """Ask for runs."""
        return self._http.post(CLAIM, content=_encode(ask))

    def report(self, report: Report) -> httpx.Response:
        """Tell how it goes."""
        return self._http.post(REPORT, content=_encode(report))

    def check(self) -> None:
        """See whether workers are let in.

        Raises:
            ConfigError: They are not, or nobody answers.
        """
        url = str(self._http.base_url).rstrip("/")
        try:
            status = self.report(Report(worker="-", gone="stopped")).status_code
        except httpx.HTTPError as error:
            raise ConfigError(f"no server answers at {url}: {error}") from error
        if status == httpx.codes.UNAUTHORIZED:
            raise ConfigError(f"the server at {url} knows another worker key")
        if status != httpx.codes.OK:
            message = f"the server at {url} takes no workers: start it with ENRICH_WORKER_KEY set"
            raise ConfigError(message)

    def close(self) -> None:
        """Hang up."""
        self._http.close()
