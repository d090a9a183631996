"""A server's answer, and the provider error that it means. Pure.

Servers of Mastodon's API say `{"error": "…"}`. An answer without that comes from something before
the server, or from a server that does not know the call.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from provider.errors import (
    GiveUp,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    RestartUpload,
    Retry,
    RetryAfter,
)
from provider.retry_after import read_retry_after, response_time

# The delay (s) after a 429 that names none, and the longest one.
DEFAULT_RETRY_AFTER: Final = 30.0
MAX_RETRY_AFTER: Final = 3600.0
# What servers say of a file that they are still working on, and of one that they no longer have.
NOT_PROCESSED: Final = "not finished processing"
NO_FILE: Final = ("not found or already attached", "media not found")


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, the JSON of the body, and the server's error, which is empty without one.
    `at`: the server's clock. `retry_after`: seconds, where the server names them."""

    status: int
    body: Any
    error: str
    at: datetime
    retry_after: float | None = None

    @property
    def is_success(self) -> bool:
        """Whether the call was done, and answered with JSON."""
        return 200 <= self.status < 300 and isinstance(self.body, dict | list)

    @property
    def is_missing(self) -> bool:
        """Whether the server itself says that there is no such thing."""
        return self.status in (404, 410) and bool(self.error)


def read_answer(response: httpx.Response, clean: Callable[[str], str]) -> Answer:
    """The answer in a response. `clean` makes a message fit to be stored."""
    try:
        body = response.json()
    except ValueError:
        body = None
    error = body.get("error") if isinstance(body, dict) else None
    detail = body.get("error_description") if isinstance(body, dict) else None
    words = detail if isinstance(detail, str) else error
    return Answer(
        response.status_code,
        body,
        clean(words) if isinstance(words, str) else "",
        response_time(response),
        _retry_after(response),
    )


def to_provider_error(answer: Answer, *, repeatable: bool = True) -> ProviderError:
    """The error of a call that did not succeed. `repeatable`: a repetition is harmless."""
    status, sentence = answer.status, answer.error or f"status {answer.status}"
    if status == 429:
        seconds = DEFAULT_RETRY_AFTER if answer.retry_after is None else answer.retry_after
        return RetryAfter(f"the Mastodon server is too busy: {sentence}", seconds, status)
    if status == 401 or (status == 403 and answer.error):
        what = "access token" if status == 401 else "account"
        return Reconnect(f"the Mastodon server refused the {what}: {sentence}", status)
    if status == 413:
        return GiveUp("the file is larger than this Mastodon server takes", status)
    if status in (400, 422) and answer.error:
        return _invalid(answer)
    if status >= 500 or status == 408 or 200 <= status < 300:
        kind = Retry if repeatable else OutcomeUnknown
        return kind(f"the Mastodon server answered {sentence}", status)
    return Retry(f"the Mastodon server answered {sentence}", status)


def _invalid(answer: Answer) -> ProviderError:
    said = answer.error.lower()
    if NOT_PROCESSED in said:
        return Retry("the Mastodon server is still working on a file", answer.status)
    if any(each in said for each in NO_FILE):
        return RestartUpload("the Mastodon server no longer has a file of the post", answer.status)
    return GiveUp(f"the Mastodon server refused: {answer.error}", answer.status)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds, from Retry-After or from X-RateLimit-Reset, which is an ISO time."""
    seconds = read_retry_after(response, MAX_RETRY_AFTER)
    if seconds is not None or response.status_code != 429:
        return seconds
    reset = parse_time(response.headers.get("X-RateLimit-Reset"))
    if reset is None:
        return None
    return min(max((reset - response_time(response)).total_seconds(), 0.0), MAX_RETRY_AFTER)


def parse_time(value: object) -> datetime | None:
    """An ISO time, in UTC if it names no zone; None for anything else."""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time is not None and time.tzinfo is None else time
