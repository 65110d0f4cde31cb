"""``${NAME}`` in the values that may hold it: URLs and headers, and nowhere else.

A secret is never kept: what a job and its task hold is the text as it is written, with
``${NAME}`` in it, and that is what a ledger, a log or a fingerprint sees. The variable is
read in the moment that a body leaves, and a job whose variables are not set does not load.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from enrich.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.records import Json

_VARIABLE: Final = re.compile(r"\$(?:(\$)|\{([A-Za-z_][A-Za-z0-9_]*)\}|(?=\{))")
_SECRET_HEADER: Final = re.compile(r"auth|key|token|secret|cookie|password|session", re.IGNORECASE)

_SECRET_LINE: Final = re.compile(
    r"""(auth|token|secret|cookie|passw|session|[-_]key\b|api-?key)[\w-]*["']?\s*[:=]
      | ://[^/\s]*@""",
    re.IGNORECASE | re.VERBOSE,
)


def may_hold_secret(line: str) -> bool:
    """Say whether a line of a file should not be shown: it may have a secret written out."""
    return _SECRET_LINE.search(line) is not None


def expand(text: str, *, key: str | None = None) -> str:
    """Return a text with each ``${NAME}`` replaced; ``$$`` is one dollar sign.

    Raises:
        ConfigError: A variable that is not set or empty, by its name, or a ``${`` without
            a name and a brace.
    """

    def value(match: re.Match[str]) -> str:
        if match[1]:
            return "$"
        if not match[2]:
            raise ConfigError("write an environment variable as ${NAME}", key=key)
        found = os.environ.get(match[2])
        if not found:
            raise ConfigError(f"the environment variable {match[2]} is not set", key=key)
        return found

    return _VARIABLE.sub(value, text)


def expand_all(value: Json) -> Json:
    """Return a JSON value with every text in it expanded.

    Raises:
        ConfigError: See ``expand``.
    """
    if isinstance(value, str):
        return expand(value)
    if isinstance(value, list):
        return [expand_all(item) for item in value]
    if isinstance(value, dict):
        return {name: expand_all(member) for name, member in value.items()}
    return value


def unset(value: Json, key: str) -> Iterator[ConfigError]:
    """Yield an error for each text in a JSON value that cannot be expanded."""
    if isinstance(value, str):
        try:
            expand(value, key=key)
        except ConfigError as error:
            yield error
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unset(item, f"{key}.{index}")
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from unset(member, f"{key}.{name}")


def bare_secret(header: str, value: str) -> str | None:
    """Say that a header which carries a secret has it written out; None when it has not."""
    if _SECRET_HEADER.search(header) and not re.search(r"\$\{", value):
        return "a secret does not stand in a file; write ${NAME} and set that variable"
    return None
