"""How many connections there may be, and who shares an address with others."""

import resource

import pytest

from api.client_network import client_network
from api.connections.limits import MOST_CONNECTIONS, ConnectionLimits, parse_proxies

MANY = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("descriptors", "wanted", "most"),
    [
        (1_024, 0, 512),
        (1_024, 100, 100),
        (1_024, 900, 512),
        (65_536, 0, MOST_CONNECTIONS),
        (65_536, 20_000, 20_000),
        (MANY, 0, MOST_CONNECTIONS),
    ],
)
def test_half_of_the_descriptors_stay_free(
    monkeypatch: pytest.MonkeyPatch, descriptors: int, wanted: int, most: int
) -> None:
    """For database, files and worker, whatever the setting says."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (descriptors, descriptors))
    limits = ConnectionLimits(connections=wanted)
    assert (limits.most, limits.most_of_address) == (most, most // 4)


def test_proxies_are_those_that_uvicorn_trusts() -> None:
    """Addresses and networks of FORWARDED_ALLOW_IPS, or all; a Unix socket is a proxy's."""
    networks, trusts_all = parse_proxies("127.0.0.1, 10.0.0.0/8,fd00::/8, proxy.example")
    limits = ConnectionLimits(proxies=networks, trusts_all=trusts_all)
    assert [limits.is_proxy(each) for each in ("127.0.0.1", "10.9.9.9", "fd00::1", "")] == [
        True
    ] * 4
    assert [limits.is_proxy(each) for each in ("127.0.0.2", "2001:db8::1")] == [False] * 2
    assert ConnectionLimits(trusts_all=parse_proxies("*")[1]).is_proxy("203.0.113.9")


def test_an_ipv6_network_is_one_address() -> None:
    """A caller with a /64 network has 2**64 addresses."""
    assert client_network("2001:db8::1") == client_network("2001:db8::ffff:1") == "2001:db8::/64"
    assert client_network("203.0.113.9") == "203.0.113.9"
