"""Answers of hosts that are no file yet, or whose size is not what they say."""

import httpx
import pytest

from provider.errors import GiveUp, Retry
from tests.sample_files import JPEG
from tests.unit.worker.media_fetch.fetch_harness import make_fetcher, read_source

LINK = "https://source.test/a.jpg"


@pytest.mark.parametrize("status", [202, 403, 423, 429, 503])
def test_a_host_that_names_a_rest_is_asked_again(status: int) -> None:
    """Whatever its status is: a file that is being made, a limit on calls, a host that is busy."""
    answer = httpx.Response(status, headers={"Retry-After": "7"})
    with pytest.raises(Retry, match=str(status)) as caught:
        read_source(make_fetcher(lambda _: answer), LINK)
    assert caught.value.min_delay == 7


@pytest.mark.parametrize("status", [408, 420, 425, 429, 500, 503, 529])
def test_a_busy_host_is_asked_again(status: int) -> None:
    """Also if it does not say when."""
    with pytest.raises(Retry, match=str(status)):
        read_source(make_fetcher(lambda _: httpx.Response(status)), LINK)


@pytest.mark.parametrize("status", [202, 204, 206, 300, 304, 400, 403, 404, 410])
def test_another_answer_is_no_file(status: int) -> None:
    """It is refused at once, with what the link must do."""
    with pytest.raises(GiveUp, match=f"{status}; the link must lead to the file"):
        read_source(make_fetcher(lambda _: httpx.Response(status)), LINK)


def test_a_transfer_encoding_makes_the_content_length_void() -> None:
    """As HTTP has it; some proxies keep both."""

    def both(_request: httpx.Request) -> httpx.Response:
        headers = {"Transfer-Encoding": "chunked", "Content-Length": "5"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(JPEG))

    source, body = read_source(make_fetcher(both), LINK)
    assert (source.size, body) == (len(JPEG), JPEG)


def test_a_cookie_of_a_redirect_is_sent_back() -> None:
    """Some hosts give the file only to who comes back with it. No other host gets it."""
    seen: list[str | None] = []

    def guarded(request: httpx.Request) -> httpx.Response:
        cookie = request.headers.get("Cookie")
        if request.headers["Host"] == "other.test":
            seen.append(cookie)
            return httpx.Response(200, stream=httpx.ByteStream(JPEG))
        target = "https://other.test/a.jpg" if cookie == "seen=1" else "/a.jpg"
        return httpx.Response(302, headers={"Set-Cookie": "seen=1", "Location": target})

    assert read_source(make_fetcher(guarded), LINK)[1] == JPEG
    assert seen == [None]


def test_a_cookie_that_cannot_be_sent_back_ends_in_words() -> None:
    """It is the host's mistake, and no defect of ours."""
    headers = {b"Set-Cookie": b"name=\xe9", b"Location": b"/b.jpg"}
    answer = httpx.Response(302, headers=headers)
    with pytest.raises(GiveUp, match="sets a cookie"):
        read_source(make_fetcher(lambda _: answer), LINK)
