"""The error that an answer means."""

import httpx
import pytest

from provider.errors import (
    GiveUp,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    RestartUpload,
    Retry,
    RetryAfter,
)
from provider.mastodon.answers import read_answer, to_provider_error

NOW = "Mon, 30 Nov 2026 12:00:00 GMT"


def error_of(
    status: int, body: object, headers: dict[str, str] | None = None, *, repeatable: bool = True
) -> ProviderError:
    """The error of such an answer; a text is HTML, from something before the server."""
    more = {"text": body} if isinstance(body, str) else {"json": body}
    response = httpx.Response(status, headers={"Date": NOW, **(headers or {})}, **more)
    return to_provider_error(read_answer(response, str), repeatable=repeatable)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"error": "The access token is invalid"}, Reconnect),
        (403, {"error": "Your login is currently disabled"}, Reconnect),
        (403, "<h1>Forbidden by a firewall</h1>", Retry),
        (404, "<h1>404 by a proxy</h1>", Retry),
        (422, {"error": "Validation failed: Text character limit of 500 exceeded"}, GiveUp),
        (422, {"error": "Cannot attach files that have not finished processing."}, Retry),
        (422, {"error": "Media 1 not found or already attached to another post"}, RestartUpload),
        (413, "<h1>Too large</h1>", GiveUp),
        (500, {"error": "something went wrong"}, Retry),
        (503, "<h1>Down</h1>", Retry),
        (200, "<h1>no JSON</h1>", Retry),
    ],
)
def test_what_an_answer_means(status: int, body: object, kind: type[ProviderError]) -> None:
    """By the server's own words; what has none of them comes from something before it."""
    assert type(error_of(status, body)) is kind


@pytest.mark.parametrize(("status", "body"), [(500, {"error": "x"}), (200, "<p>"), (502, "<p>")])
def test_a_publication_is_in_doubt(status: int, body: object) -> None:
    """The server may have done it."""
    assert type(error_of(status, body, repeatable=False)) is OutcomeUnknown


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-RateLimit-Reset": "2026-11-30T12:00:40.500Z"}, 40.5),
        ({"X-RateLimit-Reset": "2026-11-30T13:01:00+01:00"}, 60),
        ({"X-RateLimit-Reset": "2026-11-30T11:00:00Z"}, 0),
        ({"X-RateLimit-Reset": "2027-11-30T11:00:00Z"}, 3600),
        ({"Retry-After": "7", "X-RateLimit-Reset": "2026-11-30T12:00:40Z"}, 7),
        ({"X-RateLimit-Reset": "soon"}, 30),
        ({}, 30),
    ],
)
def test_a_busy_server_names_an_instant(headers: dict[str, str], seconds: float) -> None:
    """The wait is counted by the server's own clock, and is an hour at most."""
    error = error_of(429, {"error": "Too many requests"}, headers)
    assert isinstance(error, RetryAfter)
    assert error.seconds == seconds
