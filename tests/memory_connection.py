"""What a provider gets of its connection, in memory: credentials of any kind, and a session."""

from typing import Generic, TypeVar

T = TypeVar("T")


class MemoryCredentials(Generic[T]):
    """Implements CredentialSource with credentials that never change."""

    def __init__(self, credentials: T) -> None:
        self._credentials = credentials

    async def current(self) -> T:
        """Always the same credentials."""
        return self._credentials

    async def after_refusal(self, refused: T) -> T:
        """There are no others."""
        return refused


class MemorySessions:
    """Implements SessionStore. `session` is what is kept; nobody else ever begins one."""

    def __init__(self) -> None:
        self.session: str | None = None

    async def load(self) -> str | None:
        """The kept session."""
        return self.session

    async def save(self, session: str) -> None:
        """Keep it."""
        self.session = session

    async def claim(self, seconds: float) -> bool:
        """Whether this process alone may begin one: always."""
        return seconds > 0

    async def release(self) -> None:
        """The claim is given up."""
