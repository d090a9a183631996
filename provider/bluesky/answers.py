"""A server's answer, and the provider error that it means. Pure.

The status alone says little: an expired token is a 400, and so is a missing record. The body has a
code. An answer without a code is no answer of the server itself, but of something before it.
"""

from collections.abc import Callable
from dataclasses import dataclass
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
DEFAULT_RETRY_AFTER: Final = 10.0
MAX_RETRY_AFTER: Final = 3600.0
HEAD_MOVED: Final = "InvalidSwap"
NO_RECORD: Final = "RecordNotFound"
# A token is refused, or a password.
REFUSED: Final = frozenset(
    ("ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired")
)
_TAKEN_DOWN: Final = (Reconnect, "Bluesky has taken the account down; ask its moderators")
_DEACTIVATED: Final = (Reconnect, "the Bluesky account is deactivated; activate it in Bluesky")
# The refusals that say what must be done.
_REFUSALS: Final[dict[str, tuple[type[ProviderError], str]]] = {
    **dict.fromkeys(("AccountTakedown", "RepoTakendown", "RepoSuspended"), _TAKEN_DOWN),
    **dict.fromkeys(("AccountDeactivated", "RepoDeactivated"), _DEACTIVATED),
    "RepoNotFound": (Reconnect, "this Bluesky server does not have the account; connect it again"),
    "BlobNotFound": (RestartUpload, "Bluesky no longer has a file of the post"),
    HEAD_MOVED: (Retry, "the account was written to at the same time"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, the JSON of the body, its error code and message, which are empty without error.
    `retry_after`: seconds, where the server names them."""

    status: int
    body: Any = None
    code: str = ""
    message: str = ""
    retry_after: float | None = None

    @property
    def is_success(self) -> bool:
        """Whether the call was done, and answered with an object."""
        return 200 <= self.status < 300 and isinstance(self.body, dict)

    @property
    def refuses_token(self) -> bool:
        """Whether a new token may help. The call did nothing."""
        return not self.is_success and self.code in REFUSED


def read_answer(response: httpx.Response, clean: Callable[[str], str]) -> Answer:
    """The answer in a response. `clean` makes a message fit to be stored."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if response.is_success and isinstance(body, dict):
        return Answer(response.status_code, body)
    fields = body if isinstance(body, dict) else {}
    code, message = fields.get("error"), fields.get("message")
    return Answer(
        response.status_code,
        body,
        code if isinstance(code, str) else "",
        clean(str(message or code or response.reason_phrase or response.status_code)),
        _retry_after(response),
    )


def to_provider_error(answer: Answer, *, repeatable: bool) -> ProviderError:
    """The error of a call that did not succeed. `repeatable`: a repetition is harmless."""
    status, message = answer.status, answer.message
    if status == 429:
        seconds = DEFAULT_RETRY_AFTER if answer.retry_after is None else answer.retry_after
        return RetryAfter(f"Bluesky is too busy: {message}", seconds, status)
    if status == 413:
        return GiveUp("the file is larger than this Bluesky server takes", status)
    if not answer.code or status >= 500 or status == 408:
        kind = Retry if repeatable else OutcomeUnknown
        return kind(f"Bluesky answered {status}: {message}", status)
    if status in (400, 401):
        return _refusal(answer)
    return Retry(f"Bluesky answered {status}: {message}", status)


def _refusal(answer: Answer) -> ProviderError:
    if answer.code in _REFUSALS:
        kind, sentence = _REFUSALS[answer.code]
        return kind(sentence, answer.status)
    if answer.code in REFUSED or answer.status == 401:
        return Reconnect(f"Bluesky refused the credentials: {answer.message}", answer.status)
    return GiveUp(f"Bluesky refused: {answer.message}", answer.status)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds, from Retry-After or from RateLimit-Reset, which is a time (s since 1970)."""
    seconds = read_retry_after(response, MAX_RETRY_AFTER)
    reset = response.headers.get("RateLimit-Reset", "")
    if seconds is not None or response.status_code != 429 or not reset.isdecimal():
        return seconds
    wait = float(reset[:15]) - response_time(response).timestamp()
    return min(max(wait, 0.0), MAX_RETRY_AFTER)
