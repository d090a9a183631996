"""A connection's credentials and its session, in memory."""

from typing import Final

from provider.bluesky.credentials import BlueskyCredentials

DID: Final = "did:plc:alice"
PASSWORD: Final = "abcd-efgh-ijkl-mnop"


class MemoryStore:
    """Keeps a session in memory; `may_create` is the answer to a claim."""

    def __init__(self, may_create: bool = True) -> None:
        self.text: str | None = None
        self.may_create = may_create
        self.claims = 0

    async def load(self) -> str | None:
        """The kept session."""
        return self.text

    async def save(self, text: str) -> None:
        """Keep it."""
        self.text = text

    async def claim(self, seconds: float) -> bool:
        """Whether a session may be created."""
        assert seconds > 0
        self.claims += 1
        return self.may_create


class AppPassword:
    """Credentials that a person may change at any time."""

    def __init__(self, password: str = PASSWORD) -> None:
        self.credentials = BlueskyCredentials(DID, password)
        self.next: BlueskyCredentials | None = None

    async def current(self) -> BlueskyCredentials:
        """The credentials."""
        return self.credentials

    async def after_refusal(self, refused: BlueskyCredentials) -> BlueskyCredentials:
        """The new ones, if there are new ones."""
        assert refused == self.credentials
        self.credentials = self.next or self.credentials
        return self.credentials
