"""A quota's window in Redis, for all processes and machines that use one key."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from enrich.errors import ConfigError, FatalApiError, RetryableApiError
from enrich.runs.quota import (
    BACKED_OFF,
    FORGOTTEN_S,
    HELD_S,
    RECOVERED,
    SMALLEST_PART,
    WINDOW_S,
    Taken,
    window_name,
)

if TYPE_CHECKING:
    from types import ModuleType

ANSWER_TIMEOUT_S: Final = 5.0


class RedisWindow:
    """A window that lies in a Redis server and goes by the server's clock.

    There is one for each API and key; who asks with another limit goes by that one.
    """

    def __init__(
        self,
        url: str,
        limit: int,
        *,
        api: str,
        api_key: str | None,
        window_s: float = WINDOW_S,
        held_s: float = HELD_S,
    ) -> None:
        """Make one; nothing is asked of the server yet.

        Args:
            url: ``redis://…`` or ``rediss://…``.
            limit: Units in the window.
            api: The API's address.
            api_key: Its key, of which only a digest is told.
            window_s: The window's length in seconds.
            held_s: How long units count whose request's end is never told.

        Raises:
            ConfigError: The package is not installed, or it is no such address.
        """
        self.limit = limit
        self._redis = _package()
        self._server = shown(url)
        try:
            self._client = self._redis.asyncio.Redis.from_url(
                url,
                decode_responses=True,
                socket_timeout=ANSWER_TIMEOUT_S,
                socket_connect_timeout=ANSWER_TIMEOUT_S,
                # A connection that died meanwhile; all else is for who waits to bear.
                retry=self._redis.asyncio.retry.Retry(self._redis.backoff.NoBackoff(), 1),
            )
        except ValueError as error:
            raise ConfigError(f"{self._server}: {error}", key="api.quota") from None
        self._script = self._client.register_script(
            files("enrich.runs").joinpath("window.lua").read_text("utf-8")
        )
        self._name = f"enrich:quota:{window_name(api, api_key)}"
        self._spans = [_ms(window_s), _ms(held_s), _ms(FORGOTTEN_S)]
        self._born = ""

    async def take(self, ticket: str, wanted: int) -> Taken:
        """Take so many units, or say how long to wait. Asked twice, it answers the same."""
        return await self._do("take", ticket, wanted)

    async def use(self, ticket: str, units: int) -> None:
        """Keep only so many of the units that were taken; the others are free at once."""
        await self._do("use", ticket, units)

    async def end(self, ticket: str, units: int) -> None:
        """Note that the request is over: its units leave when the window has passed."""
        await self._do("end", ticket, units)

    async def refuse(self, wait_s: float) -> Taken:
        """Note that the API refused a request; nothing is taken for ``wait_s``."""
        return await self._do("refuse", wait_s=wait_s)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _do(self, what: str, ticket: str = "", units: int = 0, wait_s: float = 0.0) -> Taken:
        known = (self._born, _ms(wait_s), BACKED_OFF, RECOVERED, SMALLEST_PART)
        errors = self._redis.exceptions
        try:
            taken, wait_ms, largest, self._born = await self._script(
                keys=[self._name], args=[what, ticket, units, self.limit, *self._spans, *known]
            )
        except (errors.AuthenticationError, errors.AuthorizationError) as error:
            message = f"the quota's server {self._server} refuses its name or password"
            raise FatalApiError(message) from error
        except (
            errors.ConnectionError,
            errors.TimeoutError,
            errors.ReadOnlyError,
            errors.OutOfMemoryError,
            errors.ClusterDownError,
            errors.TryAgainError,
            OSError,
        ) as error:
            message = f"the quota's server {self._server} does not answer ({_plain(error)})"
            raise RetryableApiError(message) from error
        except errors.RedisError as error:
            message = f"the quota's server {self._server} cannot be used: {_plain(error)}"
            raise FatalApiError(message) from error
        return Taken(units=taken, wait_s=wait_ms / 1000, largest=largest)


def shown(url: str) -> str:
    """Return a server's address without its name, password and options."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _plain(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _package() -> ModuleType:
    try:
        import redis.asyncio  # noqa: PLC0415  (an extra)
        import redis.asyncio.retry  # noqa: PLC0415
        import redis.backoff  # noqa: PLC0415
    except ImportError:
        message = "a quota in Redis needs another package: pip install 'enrich[redis]'"
        raise ConfigError(message, key="api.quota") from None
    return redis
