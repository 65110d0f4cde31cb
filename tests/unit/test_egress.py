import asyncio
import ipaddress

import pytest

from enrich.egress import Forbidden, check_url, is_loopback, is_public, resolve


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64.226.1.1"])
def test_these_addresses_are_public(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.2.1",
        "::",
        "::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "2001:db8::1",
    ],
)
def test_these_addresses_are_not(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.example/x", "https"),
        ("ftp://hooks.example/x", "https"),
        ("file:///etc/passwd", "https"),
        ("https://", "no host"),
        ("https:///x", "no host"),
        ("https://user:word@hooks.example/", "no user"),
        ("https://127.0.0.1/", "not a public address"),
        ("https://[::1]/", "not a public address"),
        ("https://[::ffff:10.0.0.1]:8443/", "not a public address"),
        ("https://hooks.example:99999/", "cannot be read"),
        ("https://[::1/", "cannot be read"),
        ("https://a..b/", "is no name"),
        (f"https://{'a' * 64}.example/", "is no name"),
        ("https://hooks.example/" + "x" * 3_000, "longer than"),
    ],
)
def test_these_urls_are_forbidden(url, why):
    with pytest.raises(Forbidden, match=why):
        check_url(url)


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1"])
def test_a_name_or_spelling_of_this_machine_is_forbidden_when_it_is_resolved(host):
    with pytest.raises((Forbidden, OSError)):
        asyncio.run(resolve(f"https://{host}/x"))


def test_a_host_is_replaced_by_its_address_and_kept_as_a_name(monkeypatch):
    async def getaddrinfo(*args, **kwargs):
        return [(None, None, None, "", ("2606:2800:220:1::1", 8443, 0, 0))]

    async def drive():
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
        return await resolve("https://hooks.example:8443/x?y=1#z")

    target = asyncio.run(drive())

    assert target.url == "https://[2606:2800:220:1::1]:8443/x?y=1"
    assert (target.host, target.header) == ("hooks.example", "hooks.example:8443")


def test_one_private_address_among_public_ones_forbids_the_host(monkeypatch):
    async def getaddrinfo(*args, **kwargs):
        return [(None, None, None, "", (a, 443)) for a in ("93.184.216.34", "10.0.0.1")]

    async def drive():
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
        await resolve("https://hooks.example/")

    with pytest.raises(Forbidden, match=r"hooks\.example is at 10\.0\.0\.1"):
        asyncio.run(drive())


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"])
def test_these_hosts_mean_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.com", "", "127.1.evil"])
def test_these_hosts_do_not(host):
    assert not is_loopback(host)
