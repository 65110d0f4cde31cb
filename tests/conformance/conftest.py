"""A server on a socket, and the official client with strict response validation."""

import pytest
from parallel import AsyncParallel, Parallel

from enrich.server import EmbeddedServer, ServerSettings
from tests.fakes.echo_engine import EchoEngine


@pytest.fixture(scope="module")
def server():
    with EmbeddedServer(ServerSettings(keepalive_s=0.2), EchoEngine()) as server:
        yield server


@pytest.fixture(scope="module")
def slow_server():
    with EmbeddedServer(
        ServerSettings(keepalive_s=0.1, workers=4), EchoEngine(delay_s=0.3)
    ) as server:
        yield server


def client_of(server, client=Parallel):
    return client(
        base_url=server.url,
        api_key=server.api_key,
        max_retries=0,
        _strict_response_validation=True,
    )


@pytest.fixture(scope="module")
def client(server):
    with client_of(server) as client:
        yield client


@pytest.fixture(scope="module")
def slow_client(slow_server):
    with client_of(slow_server) as client:
        yield client


@pytest.fixture
def make_async_client(server):
    return lambda: client_of(server, AsyncParallel)
