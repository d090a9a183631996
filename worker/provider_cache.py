"""One provider object per workspace, with credentials from the database or the environment.

A changed key is used within a minute, or at once when the old key is refused.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from models.database import Database
from models.encryption import Cipher, WrongSecretKey
from models.store import clock
from models.store.tenants import stored_credentials, workspaces
from models.store.tenants.stored_credentials import ProviderCredentials
from provider.errors import Reconnect, Retry
from provider.protocol import Provider
from provider.swonkie.credentials import CredentialSource, SwonkieCredentials

T = TypeVar("T")
# Credentials are read again after this (s).
MAX_AGE = 60.0


class ProviderCache:
    """One in each process. `create_provider` gets the source of the provider's credentials."""

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        shared: SwonkieCredentials,
        create_provider: Callable[[CredentialSource], Provider],
    ) -> None:
        self._store = CredentialStore(database, cipher, shared)
        self._create_provider = create_provider
        self._providers: dict[str, Provider] = {}

    def get(self, workspace_id: str) -> Provider:
        """The workspace's provider, always the same object. Its first call reads credentials."""
        provider = self._providers.get(workspace_id)
        if provider is None:  # several threads may come here at once: the first object stays
            created = self._create_provider(WorkspaceCredentials(self._store, workspace_id))
            provider = self._providers.setdefault(workspace_id, created)
        return provider


@dataclass(frozen=True, slots=True)
class CredentialStore:
    """Reads credentials; `shared` are the environment's. Its methods block: use a thread."""

    database: Database
    cipher: Cipher
    shared: SwonkieCredentials

    def read(self, workspace_id: str) -> SwonkieCredentials:
        """A workspace's credentials; Reconnect where it has none that can be decrypted."""
        with self.database.read() as session:
            organization_id, encrypted = stored_credentials.load_encrypted(session, workspace_id)
        if organization_id is None:
            return self.shared
        if encrypted is None:
            raise Reconnect("the organization's credentials were removed; set them again")
        try:
            stored = ProviderCredentials.decrypt(self.cipher, encrypted)
        except WrongSecretKey as error:
            raise Reconnect(str(error)) from error
        keys = (stored.primary, stored.secondary) if stored.secondary else (stored.primary,)
        return SwonkieCredentials(stored.api_id, keys)

    def note_refusal(self, workspace_id: str) -> None:
        """Record the refusal for people to see. No decision depends on it, so it needs no fence."""
        with self.database.write() as session:
            workspaces.record_refusal(session, workspace_id, clock.now(session))


class WorkspaceCredentials:
    """The credential source of one workspace: a cache with a maximum age."""

    def __init__(self, store: CredentialStore, workspace_id: str) -> None:
        self._store, self._workspace_id = store, workspace_id
        self._credentials: SwonkieCredentials | None = None
        self._read_at = 0.0
        self._lock = asyncio.Lock()

    async def current(self) -> SwonkieCredentials:
        """The credentials, read at most a minute ago."""
        async with self._lock:
            if self._credentials is None or time.monotonic() - self._read_at >= MAX_AGE:
                return await self._read()
            return self._credentials

    async def after_refusal(self, refused: SwonkieCredentials) -> SwonkieCredentials:
        """Newer credentials if there are any; else the same ones, and the refusal is recorded."""
        async with self._lock:
            credentials = self._credentials
            if credentials is None or credentials == refused:
                credentials = await self._read()
        if credentials == refused:
            await self._in_thread(self._store.note_refusal)
        return credentials

    async def _read(self) -> SwonkieCredentials:
        try:
            self._credentials = await self._in_thread(self._store.read)
        except Reconnect:
            self._credentials = None
            await self._in_thread(self._store.note_refusal)
            raise
        self._read_at = time.monotonic()
        return self._credentials

    async def _in_thread(self, work: Callable[[str], T]) -> T:
        """Run in asyncio's threads: those for transactions may all wait for each other's locks."""
        try:
            return await asyncio.to_thread(work, self._workspace_id)
        except DBAPIError as error:
            raise Retry(f"the credentials cannot be read: {error.orig}") from error
