"""Whether documents may lie at a place, before anything of it is read."""

from __future__ import annotations

import glob
import os
from pathlib import Path


def fault(root: str | Path) -> str | None:
    """Say what is wrong with a place of documents; None where they may lie there.

    A pattern and object storage may hold nothing yet.
    """
    stated = str(root)
    if "://" in stated or (stated.strip() and (exists(root) or glob.has_magic(stated))):
        return None
    try:
        Path(root).stat()
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        return f"The corpus '{stated[:200]}' cannot be looked at: {getattr(error, 'strerror', None) or error}."
    return f"The corpus '{stated[:200]}' is not there."


def exists(path: str | Path) -> bool:
    """Tell whether something is at a path that may be looked at."""
    return os.path.exists(path)  # noqa: PTH110  (Path.exists raises where it may not look)
