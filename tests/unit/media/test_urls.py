"""Media URLs: what their text shows, and which addresses are public."""

import ipaddress

import pytest

from media.urls import NOT_A_FILE_URL, is_public, url_problem

PUBLIC = ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "198.20.0.1", "172.32.0.1"]
NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104
    "10.0.0.1",
    "100.64.0.1",  # carrier-grade NAT
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "203.0.113.1",
    "224.0.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",  # Teredo
    "2001:db8::1",
    "2002:7f00:1::",  # 6to4
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff0e::1",
]
GOOD = [
    "https://cdn.example/a.mp4",
    "HTTPS://CDN.example/a.mp4?sig=1#t",
    "https://cdn.example:8443/a.mp4",
    "https://cdn.example./a.mp4",
    "https://bücher.example/a.mp4",
    "https://8.8.8.8/a.mp4",
    "https://[2606:4700:4700::1111]/a.mp4",
    "https://my_bucket.cdn.example/a.mp4",
]
BAD = [
    "",
    "a.jpg",
    "//cdn.example/a.jpg",
    " https://cdn.example/a",
    "https://cdn.example/a\u200b",
    "https://cdn.example/\u202aa",
    "http://cdn.example/a",
    "ftp://cdn.example/a",
    "file:///etc/passwd",
    "https://",
    "https:///a",
    "https://[a/a",
    "https://cdn.example:0/a",
    "https://cdn.example:99999/a",
    "https://cdn.example\x01/a",
    "https://cdn example/a",
    "https://cdn..example/a",
    f"https://{'a' * 64}.example/a",
    "https://localhost/a",
    "https://localhost./a",
    "https://LOCALHOST/a",
    "https://a.localhost/a",
    "https://printer.local/a",
    "https://metadata.google.internal/a",
    "https://intranet/a",
    "https://127.0.0.1./a",
    "https://127.1/a",
    "https://0x7f.1/a",
    "https://0x7f000001/a",
    "https://2130706433/a",
    "https://0177.0.0.1/a",
    "https://127.0.0.%31/a",
    "https://%6cocalhost/a",
    "https://１２７.0.0.1/a",  # digits of another width
    "https://ⓛocalhost/a",
    "https://[fe80::1%25eth0]/a",
    "https://user:password@cdn.example/a",
    "https://cdn.example@127.0.0.1/a",
    "https://cdn.example\\@127.0.0.1/a",
    *[f"https://[{each}]/a" if ":" in each else f"https://{each}/a" for each in NOT_PUBLIC],
]


@pytest.mark.parametrize("text", PUBLIC)
def test_an_address_of_the_internet_is_public(text: str) -> None:
    """Addresses that everybody can reach, also through NAT64."""
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_any_other_address_is_not(text: str) -> None:
    """Private, local, reserved, a cloud's own, or with an IPv4 address inside."""
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("link", GOOD)
def test_a_link_to_a_file_is_accepted(link: str) -> None:
    """A name or a public address, any port, any case."""
    assert url_problem(link) is None


@pytest.mark.parametrize("link", BAD)
def test_a_link_that_leads_elsewhere_is_refused(link: str) -> None:
    """No https, no host, or a private host in any spelling; the text repeats no part of the URL."""
    found = url_problem(link)
    assert found is not None
    assert "/a" not in found


def test_development_takes_private_links_and_http() -> None:
    """With private addresses allowed, only invalid URLs are refused."""
    for link in ("http://127.0.0.1:8990/media/a.jpg", "http://localhost/a", "https://10.0.0.1/a"):
        assert url_problem(link, allow_private=True) is None
    for link in ("ftp://a.example/a", "a.jpg", "http:///a", "http://a\x01b/a", "http://a:0/a"):
        assert url_problem(link, allow_private=True) == NOT_A_FILE_URL
