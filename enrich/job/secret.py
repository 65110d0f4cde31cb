"""Where the API's key comes from: the environment, a file that it names, or the keyring."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from enrich.errors import ConfigError

KEYRING_SERVICE: Final = "enrich"


def find_key(name: str) -> tuple[str, str] | None:
    """Return a key and where it is from; None when there is none.

    Looked at are, in this order: the variable; the file that the variable with ``_FILE``
    behind its name names, as container secrets have it; and the system's keyring, if the
    package for it is installed, under the service ``enrich`` and the variable's name.

    Blanks and line ends around a key are none of it.

    Raises:
        ConfigError: The file cannot be read, or what is found cannot be sent as a key.
    """
    found = _found(name)
    if found is not None and not re.fullmatch(r"[!-~]+", found[0]):
        message = f"{found[1]} holds no key: it has blanks or characters that no key has"
        raise ConfigError(message, key="api.key_env")
    return found


def _found(name: str) -> tuple[str, str] | None:
    if found := os.environ.get(name, "").strip():
        return found, f"the environment variable {name}"
    if path := os.environ.get(f"{name}_FILE"):
        try:
            found = Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            message = f"the key's file {path}, which {name}_FILE names, cannot be read: {reason}"
            raise ConfigError(message, key="api.key_env") from None
        return (found, f"the file {path}") if found else None
    found = (_from_keyring(name) or "").strip()
    return (found, "the keyring") if found else None


def _from_keyring(name: str) -> str | None:
    try:
        import keyring  # noqa: PLC0415  (an extra)
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError:
        return None
    try:
        return keyring.get_password(KEYRING_SERVICE, name)
    except KeyringError:
        return None  # a machine without a keyring, such as a server
