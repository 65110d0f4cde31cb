import pytest

from enrich.server.auth import is_loopback
from enrich.server.settings import ApiKey


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"])
def test_these_mean_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.com", "", "127.1.evil"])
def test_these_do_not(host):
    assert not is_loopback(host)


def test_a_key_does_not_hold_its_secret():
    key = ApiKey.of("correct horse", name="a")

    assert "correct horse" not in repr(key)
    assert len(key.digest) == 64
