"""What a server is told before it starts."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEFAULT_MAX_BODY_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How much a key may create in a window of time.

    Attributes:
        limit: Runs, or POSTs that create runs, in any one window.
        window_s: Length of the window in seconds.
        unit: What is counted. The newest pages of the hosted service count runs,
            older ones POSTs.

    Source:
        Protocol reference, section 10 and contradiction C1: 2,000 runs a minute.
    """

    limit: int = 2_000
    window_s: float = 60.0
    unit: Literal["runs", "posts"] = "runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One caller: what it shows, and what it may spend.

    Attributes:
        name: Names the account; runs belong to it, so it outlives a changed secret.
        digest: SHA-256 of the secret, hexadecimal. A secret is long and random, so
            one round of a fast hash is enough.
        quota: Its own quota; None takes the server's.
        credit_usd: Its own credit in USD; None takes the server's.
    """

    name: str
    digest: str
    quota: Quota | None = None
    credit_usd: float | None = None

    @classmethod
    def of(
        cls, secret: str, *, name: str, quota: Quota | None = None, credit_usd: float | None = None
    ) -> ApiKey:
        """Make a key from its secret, which is not kept."""
        return cls(name=name, digest=digest_of(secret), quota=quota, credit_usd=credit_usd)


def digest_of(secret: str) -> str:
    """Hash a secret as ``ApiKey.digest`` and ``worker_keys`` hold it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """All that a server can be told.

    Attributes:
        database: The SQLite file; None keeps runs in a temporary folder that goes
            with the server.
        workers: Runs that are answered side by side by the server's own engine.
        at_once: How many of them may be of a processor, by its name; those that are
            not named have no limit of their own.
        keys: Who may call.
        no_auth: Anyone on this machine may call without a key; only on loopback.
        any_key: Anyone on this machine may call with a key, whatever it is; only on loopback.
        quota: Of each key that has none of its own; None is no limit.
        credit_usd: Of each key that has none of its own; None is no limit.
        faults: Failures to make on purpose, as ``enrich.server.faults`` reads them.
        seed: Decides which occurrences a fault with a probability strikes.
        fault_header: Let a caller ask for faults with ``x-enrich-fault``.
        webhook_secret: Signs webhooks: ``whsec_`` and the key in Base64. Without one
            none are sent, and a run that asks for one is told so in its warnings.
        webhooks_to_private: Also send webhooks to private and loopback addresses, and
            without TLS; for tests and closed networks.
        worker_keys: Digests of the keys that workers in processes of their own show; without
            any, none are let in.
        lease_s: How long such a worker may be silent before its runs are given to others.
        deadline_s: How long a run may be at such a worker; None takes the published upper end
            of its processor, but no less than ten minutes.
        keepalive_s: Seconds of silence after which a stream says that it lives.
        max_body_bytes: Largest request body, in bytes.
        stop_grace_s: Seconds that requests and runs at work get to end when the
            server stops; what does not end is taken up again at the next start.
    """

    database: Path | None = None
    workers: int = field(default_factory=lambda: max(1, os.cpu_count() or 1))
    at_once: Mapping[str, int] = field(default_factory=dict)
    keys: tuple[ApiKey, ...] = ()
    no_auth: bool = False
    any_key: bool = False
    quota: Quota | None = None
    credit_usd: float | None = None
    faults: tuple[str, ...] = ()
    seed: int = 0
    fault_header: bool = False
    webhook_secret: str | None = field(default=None, repr=False)
    webhooks_to_private: bool = False
    worker_keys: tuple[str, ...] = ()
    lease_s: float = 30.0
    deadline_s: float | None = None
    keepalive_s: float = 15.0
    max_body_bytes: int = DEFAULT_MAX_BODY_BYTES
    stop_grace_s: float = 5.0
