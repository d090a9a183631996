"""Credentials of any kind that never change, for tests."""

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
