"""A provider for each workspace, with the credentials that the database or the environment holds.

A changed key works within a minute, and at once where the old one is refused.
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
# Keys are read again when they are so old (s).
MAX_AGE = 60.0


class ProviderCache:
    """One a process. `make` builds a provider that gets its keys from a ring."""

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
        """The workspace's provider, always the same one; its keys are read at its first call."""
        found = self._providers.get(workspace_id)
        if found is None:  # several threads may ask at once: the first one's answer stays
            created = self._create_provider(WorkspaceCredentials(self._store, workspace_id))
            found = self._providers.setdefault(workspace_id, created)
        return found


@dataclass(frozen=True, slots=True)
class CredentialStore:
    """Where keys are kept: `shared` are the environment's. Its methods belong into a thread."""

    database: Database
    cipher: Cipher
    shared: SwonkieCredentials

    def read(self, workspace_id: str) -> SwonkieCredentials:
        """A workspace's keys; Reconnect where it has none, or none that can be read."""
        with self.database.read() as session:
            organization_id, encrypted = stored_credentials.load_encrypted(session, workspace_id)
        if organization_id is None:
            return self.shared
        if encrypted is None:
            raise Reconnect("the organization's credentials were removed; set them again")
        try:
            found = ProviderCredentials.decrypt(self.cipher, encrypted)
        except WrongSecretKey as error:
            raise Reconnect(str(error)) from error
        keys = (found.primary, found.secondary) if found.secondary else (found.primary,)
        return SwonkieCredentials(found.api_id, keys)

    def note_refusal(self, workspace_id: str) -> None:
        """Leave a sign for people. Nothing is decided by it, so it needs no fence."""
        with self.database.write() as session:
            workspaces.record_refusal(session, workspace_id, clock.now(session))


class WorkspaceCredentials:
    """The key ring of one workspace."""

    def __init__(self, store: CredentialStore, workspace_id: str) -> None:
        self._store, self._workspace_id = store, workspace_id
        self._credentials: SwonkieCredentials | None = None
        self._read_at = 0.0
        self._lock = asyncio.Lock()

    async def current(self) -> SwonkieCredentials:
        """The keys, never older than a minute."""
        async with self._lock:
            if self._credentials is None or time.monotonic() - self._read_at >= MAX_AGE:
                return await self._read()
            return self._credentials

    async def after_refusal(self, refused: SwonkieCredentials) -> SwonkieCredentials:
        """Other keys, if they were changed meanwhile; else the refusal is noted."""
        async with self._lock:
            keys = self._credentials
            if keys is None or keys == refused:
                keys = await self._read()
        if keys == refused:
            await self._in_thread(self._store.note_refusal)
        return keys

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
        """Not in the threads of the transactions, which may all wait for each other's locks."""
        try:
            return await asyncio.to_thread(work, self._workspace_id)
        except DBAPIError as error:
            raise Retry(f"the credentials cannot be read: {error.orig}") from error
