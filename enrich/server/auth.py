"""Who calls."""

from __future__ import annotations

import base64
import hmac
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from enrich.egress import is_loopback
from enrich.errors import ConfigError
from enrich.server.problems import Problem, unauthorized
from enrich.server.quota import Window
from enrich.server.settings import digest_of
from enrich.server.store.reader import Reader
from enrich.server.store.times import time_text
from enrich.server.store.writer import Writer
from enrich.server.webhooks import signing_key
from enrich.spec.processors import PROCESSORS

if TYPE_CHECKING:
    from starlette.requests import Request

    from enrich.server.lanes import Access
    from enrich.server.settings import ApiKey, ServerSettings

ANYONE = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A caller with what it may spend.

    Attributes:
        name: Of its key.
        number: In the store; runs and groups belong to it.
        window: Its quota.
        credit: In thousandths of a USD; None is no limit.
    """

    name: str
    number: int
    window: Window
    credit: int | None


class Gate:
    """Tells who a request is from."""

    def __init__(
        self, accounts: dict[str, Account], *, anyone: Account | None, any_key: bool = False
    ) -> None:
        self._accounts = accounts
        self._anyone = anyone
        self._any_key = any_key

    @classmethod
    async def open(cls, settings: ServerSettings, access: Access) -> Gate:
        """Look up, or open, the account of every key."""
        accounts = {
            key.digest: await _account(key.name, key, settings, access) for key in settings.keys
        }
        is_open = settings.no_auth or settings.any_key
        anyone = await _account(ANYONE, None, settings, access) if is_open else None
        return cls(accounts, anyone=anyone, any_key=not settings.no_auth)

    def account(self, request: Request) -> Account:
        """Let a request in.

        Raises:
            Problem: 401, or 403 for a web page that calls a server without keys.
        """
        secret = request.headers.get("x-api-key")
        if secret is not None and (account := self._known(secret)) is not None:
            return account
        if self._anyone is None or (self._any_key and not secret):
            raise unauthorized()
        _refuse_web_pages(request)
        return self._anyone

    def visitor(self, request: Request) -> Account:
        """Let a browser in that shows a page: by the same rules.

        A browser cannot send ``x-api-key``, so the key may also be the password of
        basic authentication; the name beside it says nothing.

        Raises:
            Problem: As ``account``.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            with suppress(ValueError):
                shown = base64.b64decode(token, validate=True).decode().partition(":")[2]
                if (account := self._known(shown)) is not None:
                    return account
                if self._anyone is not None and shown:
                    _refuse_web_pages(request)
                    return self._anyone
        return self.account(request)

    def _known(self, secret: str) -> Account | None:
        # Every digest is compared, so that the time tells nothing.
        shown = digest_of(secret)
        found = None
        for digest, account in self._accounts.items():
            if hmac.compare_digest(shown, digest):
                found = account
        return found


def check_settings(settings: ServerSettings, host: str) -> None:
    """Refuse to serve strangers without keys, and a secret that signs nothing.

    Raises:
        ConfigError: No keys and neither ``no_auth`` nor ``any_key``, one of these on an
            open address, a webhook secret of another form, or a limit for a processor that
            is none.
    """
    if settings.webhook_secret is not None:
        signing_key(settings.webhook_secret)
    for processor, limit in settings.at_once.items():
        if processor not in PROCESSORS or limit < 1:
            raise ConfigError(f"{processor}={limit} is no processor and a number of runs above 0")
    is_open = settings.no_auth or settings.any_key
    if not settings.keys and not is_open:
        raise ConfigError("the server has no keys; add one, or allow calls without a key")
    if is_open and not is_loopback(host):
        raise ConfigError(
            "calls without a key of one's own are allowed on loopback addresses only, and "
            f"{host} is none"
        )


def _refuse_web_pages(request: Request) -> None:
    """Keep a page in the user's browser from calling a server that asks for no key.

    A page names itself in ``Origin``, and one that had its name point here in ``Host``.
    """
    named = [f"//{request.headers.get('host', '')}", *request.headers.getlist("origin")]
    if not all(_is_from_here(url) for url in named):
        raise Problem(403, "Forbidden: calls without a key must come from this machine")


def _is_from_here(url: str) -> bool:
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return False
    return host is not None and is_loopback(host)


async def _account(
    name: str, key: ApiKey | None, settings: ServerSettings, access: Access
) -> Account:
    quota = key.quota if key and key.quota else settings.quota
    credit_usd = key.credit_usd if key and key.credit_usd is not None else settings.credit_usd
    number = await access.write(Writer.account, name)
    window = Window(quota)
    if quota is not None:
        now = datetime.now(UTC)
        since = time_text(now - timedelta(seconds=quota.window_s))
        posts = await access.read(Reader.posts_since, number, since)
        window.remember(
            ((now - datetime.fromisoformat(at)).total_seconds(), runs) for at, runs in posts
        )
    return Account(
        name=name,
        number=number,
        window=window,
        credit=None if credit_usd is None else round(credit_usd * 1_000),
    )
