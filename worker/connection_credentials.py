"""The credentials of a connection, as its provider asks for them: read again after a minute, or at
once when the old ones are refused."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from models.database import Database
from models.database_errors import DATABASE_ERRORS, public_reason
from models.encryption import Cipher, WrongSecretKey
from models.store import clock
from models.store.tenants import connections, stored_credentials
from provider.errors import Reconnect, Retry
from provider.registry import CredentialFields, ProviderType

T = TypeVar("T")
# Credentials are read again after this (s).
MAX_AGE = 60.0


@dataclass(frozen=True, slots=True)
class CredentialStore:
    """Reads credentials of one kind of provider. `shared` are the environment's, of the provider
    `shared_provider`. Its methods block: use a thread."""

    database: Database
    cipher: Cipher
    shared_provider: str
    shared: CredentialFields = field(repr=False)
    kind: ProviderType

    def read(self, connection_id: str) -> Any:  # noqa: ANN401  (of the provider's own type)
        """A connection's credentials; Reconnect where it has none that can be decrypted."""
        return self.kind.parse_credentials(self._read_fields(connection_id))

    def _read_fields(self, connection_id: str) -> CredentialFields:
        with self.database.read() as session:
            row = stored_credentials.load_connection(session, connection_id)
        if row.organization_id is None:
            if row.provider != self.shared_provider:
                raise Reconnect(f"SLOTBEAT_PROVIDER no longer names {row.provider}")
            return self.shared
        if row.credentials is None:
            raise Reconnect("the organization's credentials were removed; set them again")
        try:
            fields: CredentialFields = json.loads(self.cipher.decrypt(row.credentials))
        except WrongSecretKey as error:
            raise Reconnect(str(error)) from error
        return fields

    def note_refusal(self, connection_id: str) -> None:
        """Record the refusal for people to see. No decision depends on it, so it needs no fence."""
        with self.database.write() as session:
            connections.record_refusal(session, connection_id, clock.now(session))


class ConnectionCredentials:
    """The credential source of one connection: a cache with a maximum age."""

    def __init__(self, store: CredentialStore, connection_id: str) -> None:
        self._store, self._connection_id = store, connection_id
        self._credentials: Any = None
        self._read_at = 0.0
        self._lock = asyncio.Lock()

    async def current(self) -> Any:  # noqa: ANN401  (of the provider's own type)
        """The credentials, read at most a minute ago."""
        async with self._lock:
            if self._credentials is None or time.monotonic() - self._read_at >= MAX_AGE:
                return await self._read()
            return self._credentials

    async def after_refusal(self, refused: Any) -> Any:  # noqa: ANN401
        """Newer credentials if there are any; else the same ones, and the refusal is recorded."""
        async with self._lock:
            credentials = self._credentials
            if credentials is None or credentials == refused:
                credentials = await self._read()
        if credentials == refused:
            await self._in_thread(self._store.note_refusal)
        return credentials

    async def _read(self) -> Any:  # noqa: ANN401
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
            return await asyncio.to_thread(work, self._connection_id)
        except DATABASE_ERRORS as error:
            raise Retry(f"the credentials cannot be read: {public_reason(error)}") from error
