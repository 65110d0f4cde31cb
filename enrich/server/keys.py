"""Keys as their owner writes them down: in a file by their hashes, or in the environment.

[ada]
sha256 = "5e88…"          # enrich serve --new-key ada
runs_per_minute = 2000    # optional, like the next
credit_usd = 50
"""

from __future__ import annotations

import re
import secrets
import tomllib
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from enrich.errors import ConfigError
from enrich.server.settings import ApiKey, Quota

if TYPE_CHECKING:
    from pathlib import Path

SECRET_BYTES: Final = 32
_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")


class _Entry(BaseModel):
    """One key of the file."""

    model_config = ConfigDict(extra="forbid")

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    runs_per_minute: int | None = Field(default=None, ge=1)
    credit_usd: float | None = Field(default=None, ge=0)


def read_keys(path: Path) -> tuple[ApiKey, ...]:
    """Read a file of keys.

    Raises:
        ConfigError: It cannot be read; the message names the place.
    """
    try:
        entries = TypeAdapter(dict[str, _Entry]).validate_python(
            tomllib.loads(path.read_text("utf-8"))
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{place}: {first['msg']}", path=path) from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"the keys cannot be read: {error}", path=path) from None
    return tuple(
        ApiKey(
            name=name,
            digest=entry.sha256,
            quota=Quota(limit=entry.runs_per_minute) if entry.runs_per_minute else None,
            credit_usd=entry.credit_usd,
        )
        for name, entry in entries.items()
    )


def parse_keys(text: str, *, where: str) -> tuple[ApiKey, ...]:
    """Read ``name=key`` pairs, separated by commas.

    Raises:
        ConfigError: They are not; ``where`` names them.
    """
    keys = []
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, equals, secret = pair.partition("=")
        if not (name and equals and secret):
            raise ConfigError(f"{where} holds name=key pairs, separated by commas")
        keys.append(ApiKey.of(secret, name=name))
    return tuple(keys)


def new_key(name: str) -> tuple[str, str]:
    """Make a key: its secret, and the lines that a file of keys holds for it.

    Raises:
        ConfigError: The name has other characters than letters, digits, - and _.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError("a key's name is made of letters, digits, - and _")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return secret, f'[{name}]\nsha256 = "{ApiKey.of(secret, name=name).digest}"\n'
