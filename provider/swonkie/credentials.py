"""Credentials for Swonkie: an id and one or two keys. A person may replace them at any time."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SwonkieCredentials:
    """The API id, and its keys in the order in which they are tried. Never shown by `repr`."""

    api_id: str = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)


class CredentialSource(Protocol):
    """Where a client gets its credentials from. Both methods may raise a ProviderError."""

    async def current(self) -> SwonkieCredentials:
        """The credentials to use now."""

    async def after_refusal(self, refused: SwonkieCredentials) -> SwonkieCredentials:
        """New credentials, after all keys of `refused` were refused; `refused` if none are new."""
