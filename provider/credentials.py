"""What a provider needs of its connection: the credentials, and a place for a session."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account's or an application's id, and its secrets in the order in which they are tried.
    Never shown by `repr`."""

    id: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


class CredentialSource(Protocol):
    """Where a client gets its credentials from. Both methods may raise a ProviderError."""

    async def current(self) -> Credentials:
        """The credentials to use now."""
        ...

    async def after_refusal(self, refused: Credentials) -> Credentials:
        """New credentials, after all secrets of `refused` were refused; `refused` if none are
        new."""
        ...


class SessionStore(Protocol):
    """The session of a connection, which all workers share. It is a secret, and kept encrypted."""

    async def load(self) -> str | None:
        """The newest session; None where there is none."""
        ...

    async def save(self, text: str) -> None:
        """Keep this session for everybody."""
        ...

    async def claim(self, seconds: float) -> bool:
        """True: the caller alone may create a session in the next `seconds` (s)."""
        ...
