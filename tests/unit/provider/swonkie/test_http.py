"""One request to Swonkie: every failure becomes the right provider error."""

import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from provider.errors import (
    GiveUp,
    NotNow,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    RestartUpload,
    Retry,
    RetryAfter,
)
from provider.protocol import FileSpec, MediaState
from provider.swonkie.client import Swonkie
from provider.swonkie.http import DEFAULT_RETRY_AFTER
from tests.unit.provider.swonkie.fake_swonkie import DRAFT, call_swonkie, raise_error, respond_with

Question = Callable[[Swonkie], Awaitable[object]]
FILE = FileSpec("photo.jpg", "image/jpeg", 3)
MAY_REPEAT: dict[str, Question] = {
    "profiles": lambda swonkie: swonkie.profiles(),
    "begin_upload": lambda swonkie: swonkie.begin_upload(FILE),
    "confirm_upload": lambda swonkie: swonkie.confirm_upload("S+/m=="),
    "readiness": lambda swonkie: swonkie.readiness("S+/m=="),
    "get": lambda swonkie: swonkie.get("S+/p=="),
    "find": lambda swonkie: swonkie.find(DRAFT),
    "delete": lambda swonkie: swonkie.delete("S+/p=="),
}
MUST_NOT: dict[str, Question] = {
    "create": lambda swonkie: swonkie.create(DRAFT),
    "schedule": lambda swonkie: swonkie.schedule("S+/p=="),
    "publish_now": lambda swonkie: swonkie.publish_now("S+/p==", DRAFT, held_until=math.inf),
}
ALL = MAY_REPEAT | MUST_NOT
CODES: dict[int, type[ProviderError]] = {
    400: GiveUp,
    401: Reconnect,
    403: Reconnect,
    404: GiveUp,
    409: OutcomeUnknown,
}
CODES |= {413: GiveUp, 415: GiveUp, 422: GiveUp, 429: RetryAfter}
# A 404 is a result, not an error, where the call asks whether something exists.
OWN_READING = {("confirm_upload", 400), *((name, 404) for name in ALL)}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("status", CODES)
def test_a_refusal_has_its_class(name: str, status: int) -> None:
    """Each HTTP status, on each call; the error keeps the status for the history."""
    if (name, status) in OWN_READING:
        return
    with pytest.raises(ProviderError) as caught:
        call_swonkie(respond_with(status, json={"message": "no"}), ALL[name])
    assert type(caught.value) is CODES[status]
    assert caught.value.http_status == status


def test_not_there_is_an_answer() -> None:
    """404 means gone: no post, a deleted post, a file to upload again; elsewhere a refusal."""
    gone = respond_with(404, json={"message": "not found"})
    assert call_swonkie(gone, MAY_REPEAT["get"]) is None
    assert call_swonkie(gone, MAY_REPEAT["delete"]) is None
    assert call_swonkie(gone, lambda swonkie: swonkie.readiness("m")).state is MediaState.GONE
    with pytest.raises(RestartUpload):
        call_swonkie(gone, MAY_REPEAT["confirm_upload"])
    with pytest.raises(RestartUpload):
        call_swonkie(respond_with(400, json={}), MAY_REPEAT["confirm_upload"])
    for question in MUST_NOT.values():
        with pytest.raises(GiveUp):
            call_swonkie(gone, question)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "page",
    [
        {"html": "<!DOCTYPE html><h1>Not Found</h1>"},
        {"text": "404 page not found"},
        {"content": b""},
        {"json": "Not Found"},
    ],
)
def test_the_404_of_a_proxy_proves_nothing(name: str, page: dict[str, Any]) -> None:
    """Only the API's own 404 (JSON) says that something does not exist. Any other is a failure: a
    call that may be repeated is a Retry; for any other, the outcome is unknown."""
    with pytest.raises(Retry if name in MAY_REPEAT else OutcomeUnknown) as caught:
        call_swonkie(respond_with(404, **page), ALL[name])
    assert caught.value.http_status == 404


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 599])
def test_a_broken_server_may_have_acted(name: str, status: int) -> None:
    """A call that may be repeated is a Retry; for any other, the outcome is unknown."""
    with pytest.raises(Retry if name in MAY_REPEAT else OutcomeUnknown) as caught:
        call_swonkie(respond_with(status, text="<html>Bad gateway</html>"), ALL[name])
    assert caught.value.http_status == status


@pytest.mark.parametrize("name", ALL)
def test_no_free_connection_of_ours_is_not_their_fault(name: str) -> None:
    """Our own limit held the call back: no attempt is counted, and it shows no outage."""
    with pytest.raises(NotNow) as caught:
        call_swonkie(raise_error(httpx.PoolTimeout), ALL[name])
    assert caught.value.seconds > 0


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout])
def test_what_was_never_sent_is_simply_repeated(
    name: str, error: type[httpx.TransportError]
) -> None:
    """Before a byte is sent, even a create may be repeated."""
    with pytest.raises(Retry, match="cannot be reached"):
        call_swonkie(raise_error(error), ALL[name])


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "error", [httpx.ReadTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError]
)
def test_a_lost_answer_is_an_unknown_outcome_where_a_repeat_would_harm(
    name: str, error: type[httpx.TransportError]
) -> None:
    """After the first byte the request may have arrived."""
    with pytest.raises(Retry if name in MAY_REPEAT else OutcomeUnknown, match="lost"):
        call_swonkie(raise_error(error), ALL[name])


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "answer",
    [
        {"text": "<html>Welcome to the captive portal</html>"},
        {"content": b"\xff\xfe{}"},
        {"content": b"no gzip", "headers": {"Content-Encoding": "gzip"}},
    ],
    ids=["html", "bytes", "gzip"],
)
def test_a_garbled_answer_is_a_lost_one(name: str, answer: dict[str, object]) -> None:
    """A 200 with an unreadable body proves nothing."""

    def server(_request: httpx.Request) -> httpx.Response:
        stream = httpx.ByteStream(answer.get("content", b""))  # type: ignore[arg-type]
        if "headers" in answer:
            return httpx.Response(200, headers=answer["headers"], stream=stream)  # type: ignore[arg-type]
        return httpx.Response(200, **answer)  # type: ignore[arg-type]

    with pytest.raises(Retry if name in MAY_REPEAT else OutcomeUnknown):
        call_swonkie(server, ALL[name])


@pytest.mark.parametrize("name", ["begin_upload", "readiness", "get", "create", "schedule", "find"])
@pytest.mark.parametrize("body", [None, [], {}, "text", [1], {"id": "S+/m=="}, {"data": ["x"]}])
def test_nonsense_stays_in_the_error_tree(name: str, body: object) -> None:
    """JSON of a wrong form is an unknown outcome, a retry, or understood: never a crash, never
    final."""
    with suppress(Retry, OutcomeUnknown):
        call_swonkie(respond_with(200, json=body), ALL[name])


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), (None, DEFAULT_RETRY_AFTER), ("x", 10.0)]
)
def test_a_429_says_how_long(header: str | None, seconds: float) -> None:
    """The delay of its header, or a default."""
    headers = {"Retry-After": header} if header else {}
    with pytest.raises(RetryAfter) as caught:
        call_swonkie(respond_with(429, headers=headers), ALL["create"])
    assert caught.value.seconds == seconds
