"""What opens a workspace at Swonkie: an id and one or two keys, which may change meanwhile."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SwonkieCredentials:
    """The API's id, and its keys in the order in which they are tried. Never shown by `repr`."""

    api_id: str = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)


class CredentialSource(Protocol):
    """Where a client gets its keys from. Either may raise a ProviderError."""

    async def current(self) -> SwonkieCredentials:
        """The keys to use now."""

    async def after_refusal(self, refused: SwonkieCredentials) -> SwonkieCredentials:
        """The keys as they are since all of these were refused; `refused` where nothing changed."""


class FixedCredentials:
    """A key ring whose keys never change."""

    def __init__(self, api_id: str, *keys: str) -> None:
        self._keys = SwonkieCredentials(api_id, keys)

    async def current(self) -> SwonkieCredentials:
        """Always the same."""
        return self._keys

    async def after_refusal(self, refused: SwonkieCredentials) -> SwonkieCredentials:
        """There are no others."""
        return refused
