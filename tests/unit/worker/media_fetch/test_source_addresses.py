"""The addresses that a media URL may lead to: public ones only, on every redirect."""

import httpx
import pytest

from provider.errors import GiveUp, ProviderError, Retry
from tests.sample_files import JPEG
from tests.unit.worker.media_fetch.fetch_harness import (
    NAMES,
    Handler,
    make_fetcher,
    read_source,
    serve_bytes,
)

SECRET = "sig=do-not-show"
LINK = f"https://source.test/a.jpg?{SECRET}"


def redirects(*targets: str) -> tuple[list[httpx.Request], Handler]:
    """A server that redirects to each target in turn, then serves a photo; and the requests it
    got."""
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if len(seen) <= len(targets):
            headers = {"Location": targets[len(seen) - 1], "Set-Cookie": "a=b"}
            return httpx.Response(302, headers=headers)
        return serve_bytes(JPEG)(request)

    return seen, handler


def test_the_connection_goes_to_the_address_that_was_judged() -> None:
    """The request goes to the checked address; Host header and TLS name stay those of the name."""
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return serve_bytes(JPEG)(request)

    read_source(make_fetcher(handler), LINK)
    assert seen[0].url.host == "8.8.8.8"
    assert seen[0].headers["Host"] == "source.test"
    assert seen[0].extensions["sni_hostname"] == "source.test"


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["fd00:ec2::254"],
        ["::ffff:10.0.0.1"],
        ["fe80::1%eth0"],
        ["8.8.8.8", "10.0.0.1"],
    ],
)
def test_a_name_with_a_private_address_is_refused(answers: list[str]) -> None:
    """Whatever the name is, and even if another of its addresses is public."""
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return serve_bytes(JPEG)(request)

    with pytest.raises(GiveUp, match="public address"):
        read_source(make_fetcher(handler, {"source.test": answers}), LINK)
    assert asked == []


@pytest.mark.parametrize(
    "target",
    [
        "http://other.test/a.jpg",
        "https://10.0.0.1/a.jpg",
        "https://inside.test/a.jpg",
        "https://0x7f.1/a.jpg",
        "https://[::1]/a.jpg",
        "//localhost/a.jpg",
        "file:///etc/passwd",
        "https://[a/",
        "https://u:p@other.test/a.jpg",
    ],
)
def test_a_redirect_to_anywhere_else_is_refused(target: str) -> None:
    """To plain http, a private address or name, another spelling, or an invalid URL: on any hop."""
    for hops in ([target], ["https://other.test/b", target]):
        seen, handler = redirects(*hops)
        with pytest.raises(GiveUp) as caught:
            read_source(make_fetcher(handler, {**NAMES, "inside.test": ["192.168.0.1"]}), LINK)
        assert len(seen) == len(hops)
        assert target not in str(caught.value)


def test_a_redirect_to_another_public_name_is_followed() -> None:
    """Relative or not; each hop is pinned again."""
    seen, handler = redirects("/b.jpg", "https://other.test/c.jpg")
    source, body = read_source(make_fetcher(handler), LINK)
    assert body == JPEG
    assert source.name == "c.jpg"
    assert [request.url.host for request in seen] == ["8.8.8.8", "8.8.8.8", "8.8.4.4"]
    assert [request.headers["Host"] for request in seen][-1] == "other.test"


def test_redirects_have_an_end() -> None:
    """A redirect loop ends after a few hops; a file behind as many is read."""
    seen, handler = redirects(*[LINK] * 50)
    with pytest.raises(GiveUp, match="redirects more than 10 times"):
        read_source(make_fetcher(handler), LINK)
    assert len(seen) == 11
    _, handler = redirects(*[LINK] * 10)
    assert read_source(make_fetcher(handler), LINK)[1] == JPEG


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    """A host with two addresses is reached through the one that works; with none, Retry."""

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.host != "8.8.8.8":
            raise httpx.ConnectError("no route", request=request)
        return serve_bytes(JPEG)(request)

    both = {"source.test": ["2606:4700::1", "8.8.8.8"]}
    assert read_source(make_fetcher(handler, both), LINK)[1] == JPEG
    with pytest.raises(Retry, match="cannot be reached"):
        read_source(make_fetcher(handler, {"source.test": ["2606:4700::1", "2606:4700::2"]}), LINK)


def test_development_reads_from_this_machine() -> None:
    """With private addresses allowed: plain http and loopback, by name and by number."""
    for link in ("http://127.0.0.1:8990/a.jpg", "http://source.test/a.jpg"):
        reader = make_fetcher(serve_bytes(JPEG), {"source.test": ["127.0.0.1"]}, allow_private=True)
        assert read_source(reader, link)[1] == JPEG


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a proxy nor a .netrc file is used: the request is sent as it was built."""
    for name in ("HTTPS_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("NETRC", "/nonexistent/netrc")
    seen, handler = redirects()
    read_source(make_fetcher(handler), LINK)
    assert "Authorization" not in seen[0].headers


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_no_error_shows_the_link(status: int) -> None:
    """URLs are secrets: an error says what happened, and never shows the URL."""
    with pytest.raises(ProviderError) as caught:
        read_source(make_fetcher(lambda _request: httpx.Response(status)), LINK)
    shown = f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
    assert SECRET not in shown
    assert "source.test" not in shown
