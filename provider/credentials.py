"""What a provider gets of its connection: credentials, which may change, and a session."""

from typing import Protocol, TypeVar

T = TypeVar("T")


class CredentialSource(Protocol[T]):
    """Where a provider gets its credentials from, in its own type. A person may replace them at any
    time. Both methods may raise a ProviderError."""

    async def current(self) -> T:
        """The credentials to use now."""
        ...

    async def after_refusal(self, refused: T) -> T:
        """New credentials, after `refused` were refused; `refused` if none are new."""
        ...


class SessionStore(Protocol):
    """A session that all workers share, where beginning one is dear. Stored encrypted."""

    async def load(self) -> str | None:
        """The session that was saved last; None if there is none."""
        ...

    async def save(self, session: str) -> None:
        """Replace the session."""
        ...

    async def claim(self, seconds: float) -> bool:
        """Whether this process alone may begin a session within so many seconds."""
        ...

    async def release(self) -> None:
        """Give up the claim: no session was begun."""
        ...


class MemorySession:
    """Implements SessionStore for one process: what a person entered is tried before anything is
    stored. `session`: the one that was begun."""

    def __init__(self) -> None:
        self.session: str | None = None

    async def load(self) -> str | None:
        """The session that was begun."""
        return self.session

    async def save(self, session: str) -> None:
        """Keep it."""
        self.session = session

    async def claim(self, seconds: float) -> bool:  # noqa: ARG002
        """Nobody else begins one."""
        return True

    async def release(self) -> None:
        """Nobody else waits for it."""
