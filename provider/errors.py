"""Errors of a provider, sorted by what the caller must do.

ProviderError
├── Retry            ask again later: nothing happened
│   ├── RetryAfter   ask again after `seconds`; nobody else of this workspace may ask before that
│   │   └── Outage   the provider is away for everybody, not for one post
│   └── NotNow       the call was held back by ourselves; ask again after `seconds`
├── RestartUpload    the upload is gone or its link expired: begin a new one
├── GiveUp           the post is wrong: no repetition will help
├── Reconnect        the credentials are refused: a person must give new ones
└── OutcomeUnknown   it may have happened: look before you repeat
"""


class ProviderError(Exception):
    """Root of the tree. The message is fit for people and free of secrets."""

    def __init__(self, message: str, http_status: int | None = None) -> None:
        super().__init__(message)
        self.http_status = http_status


class Retry(ProviderError):
    """Nothing happened, and asking again later may help: an outage, a refused connection."""


class RetryAfter(Retry):
    """The provider is too busy for this workspace; it asks for `seconds` (s) of peace."""

    def __init__(self, message: str, seconds: float, http_status: int | None = None) -> None:
        super().__init__(message, http_status)
        self.seconds = seconds


class Outage(RetryAfter):
    """The provider does not answer anybody; `seconds` (s) is the pause that we give it."""


class NotNow(Retry):
    """The call was not made: it is not its turn before `seconds` (s). This says nothing of others,
    and is no failed attempt."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class RestartUpload(ProviderError):
    """The upload's link expired or its media disappeared: begin a new upload."""


class GiveUp(ProviderError):
    """The provider understood and refused: the post, its media or its account is wrong."""


class Reconnect(ProviderError):
    """The provider refused the credentials."""


class OutcomeUnknown(ProviderError):
    """The answer to a call that must not be repeated blindly was lost, or contradicts us."""
