"""Answers, and the errors that they mean: by the code in the body, where the status lies."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import pytest

from provider.bluesky.answers import Answer, read_answer, to_provider_error
from provider.errors import (
    GiveUp,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    RestartUpload,
    Retry,
    RetryAfter,
)


def answer(status: int, code: str = "", message: str = "Sorry") -> Answer:
    """An answer as the server words it; without a code, the page of a proxy."""
    if not code:
        return read(httpx.Response(status, html="<html>Sorry</html>"))
    return read(httpx.Response(status, json={"error": code, "message": message}))


def read(response: httpx.Response) -> Answer:
    """The answer in a response, whose message needs no cleaning."""
    return read_answer(response, str)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "InvalidRequest", GiveUp),
        (400, "InvalidMimeType", GiveUp),
        (413, "PayloadTooLarge", GiveUp),
        (413, "", GiveUp),
        (400, "BlobNotFound", RestartUpload),
        (400, "InvalidSwap", Retry),
        (400, "ExpiredToken", Reconnect),
        (400, "InvalidToken", Reconnect),
        (401, "AuthMissing", Reconnect),
        (401, "AuthenticationRequired", Reconnect),
        (401, "SomethingNew", Reconnect),
        (401, "AccountTakedown", Reconnect),
        (400, "RepoTakendown", Reconnect),
        (401, "AccountDeactivated", Reconnect),
        (400, "RepoDeactivated", Reconnect),
        (400, "RepoNotFound", Reconnect),
        (429, "RateLimitExceeded", RetryAfter),
        (429, "", RetryAfter),
        (403, "Forbidden", Retry),
        (404, "XRPCNotSupported", Retry),
    ],
)
def test_an_answer_is_sorted(status: int, code: str, kind: type[ProviderError]) -> None:
    """Each refusal is the same error whether the call may be repeated or not: it did nothing."""
    for repeatable in (True, False):
        error = to_provider_error(answer(status, code), repeatable=repeatable)
        assert type(error) is kind
        assert error.http_status == status


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, "InternalServerError"),
        (502, "UpstreamFailure"),
        (503, ""),
        (408, "RequestTimeout"),
        (200, ""),
        (302, ""),
        (400, ""),
        (401, ""),
        (404, ""),
    ],
)
def test_a_call_that_may_have_arrived_is_in_doubt(status: int, code: str) -> None:
    """Failures of the server, and answers of something before it, say nothing of a write."""
    found = answer(status, code)
    assert not found.is_success
    assert type(to_provider_error(found, repeatable=True)) is Retry
    assert type(to_provider_error(found, repeatable=False)) is OutcomeUnknown


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff"])
def test_a_success_is_an_object(body: bytes) -> None:
    """A body that is no JSON object is no answer, whatever the status."""
    assert not read(httpx.Response(200, content=body)).is_success
    assert read(httpx.Response(200, json={"uri": "at://"})).body == {"uri": "at://"}


def test_the_account_is_named_in_words() -> None:
    """A person reads what happened to the account, and what to do."""
    errors = {
        code: str(to_provider_error(answer(401, code), repeatable=False))
        for code in ("AccountTakedown", "AccountDeactivated", "AuthenticationRequired")
    }
    assert "taken the account down" in errors["AccountTakedown"]
    assert "deactivated" in errors["AccountDeactivated"]
    assert errors["AuthenticationRequired"] == "Bluesky refused the credentials: Sorry"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"RateLimit-Reset": "1796006130"}, 30),
        ({"Retry-After": "7", "RateLimit-Reset": "1796006130"}, 7),
        ({"RateLimit-Reset": "1796006000"}, 0),
        ({"RateLimit-Reset": "9" * 30}, 3600),
        ({"RateLimit-Reset": "soon"}, 10),
        ({}, 10),
    ],
)
def test_a_busy_server_names_its_delay(headers: dict[str, str], seconds: float) -> None:
    """The delay is that of Retry-After, or until RateLimit-Reset by the server's own clock."""
    date = format_datetime(datetime.fromtimestamp(1_796_006_100, UTC), usegmt=True)
    content = json.dumps({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"})
    response = httpx.Response(429, headers={"Date": date, **headers}, content=content)
    error = to_provider_error(read(response), repeatable=False)
    assert isinstance(error, RetryAfter)
    assert error.seconds == seconds
