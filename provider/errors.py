"""Errors of a provider, sorted by what the caller must do.

ProviderError
├── Retry            nothing happened: try again later
│   ├── RetryAfter   try again after `seconds`; until then no job of this connection may call
│   │   └── Outage   the provider is down for all posts, not for one
│   └── NotNow       our own limits held the call back: try again after `seconds`
│       └── NoSpace      our disk has no room for the file: people are told
├── RestartUpload    the upload is gone or its URL expired: begin a new one
├── GiveUp           the post is wrong: a retry will not help
│   └── InvalidInput     what a person entered to connect is wrong
├── Reconnect        the credentials are refused: a person must enter new ones
└── OutcomeUnknown   it may have happened: reconcile before a retry
    └── IncompleteList   a list could not be read to its end: what is not in it may exist

The class names are values of a metric label, and are logged and stored in the history.
"""

from collections.abc import Sequence
from typing import Any


class ProviderError(Exception):
    """Base class. The message is for people, and contains no secrets."""

    def __init__(self, message: str, http_status: int | None = None) -> None:
        super().__init__(message)
        self.http_status = http_status


class Retry(ProviderError):
    """Nothing happened, and a retry may help: the provider is down, or refused the connection.

    `min_delay`: the retry comes after so long (s) at the earliest. Other jobs do not wait.
    """

    def __init__(
        self, message: str, http_status: int | None = None, *, min_delay: float = 0
    ) -> None:
        super().__init__(message, http_status)
        self.min_delay = min_delay


class RetryAfter(Retry):
    """The provider is too busy: no calls of this connection for `seconds` (s)."""

    def __init__(self, message: str, seconds: float, http_status: int | None = None) -> None:
        super().__init__(message, http_status)
        self.seconds = seconds


class Outage(RetryAfter):
    """The provider is down; the circuit breaker is open for `seconds` (s)."""


class NotNow(Retry):
    """Our own limits held the call back: try again after `seconds` (s). Other jobs may call, and no
    attempt is counted."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class NoSpace(NotNow):
    """Our disk has no room for the file. It lasts until somebody makes room, so people see it."""


class RestartUpload(ProviderError):
    """The upload's URL expired, or the provider lost the file: begin a new upload."""


class GiveUp(ProviderError):
    """The provider refused the call: the post, its media or its account is wrong."""


class Reconnect(ProviderError):
    """The provider refused the credentials."""


class InvalidInput(GiveUp):
    """What a person entered to connect is wrong; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class OutcomeUnknown(ProviderError):
    """The response was lost, or contradicts our data. The call must not be repeated blindly."""


class IncompleteList(OutcomeUnknown):
    """A list could not be read to its end. `items` are those that were read; that something is not
    among them proves nothing."""

    def __init__(self, message: str, items: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.items = items
