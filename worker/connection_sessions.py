"""The session of a connection at its provider, encrypted in its row and shared by all workers."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from sqlmodel import Session

from models.database import Database
from models.database_errors import DATABASE_ERRORS, public_reason
from models.encryption import Cipher, WrongSecretKey
from models.store import clock
from models.store.tenants import provider_sessions
from provider.errors import Retry

T = TypeVar("T")


class ConnectionSessions:
    """Implements SessionStore for one connection."""

    def __init__(self, database: Database, cipher: Cipher, connection_id: str) -> None:
        self._database, self._cipher, self._connection_id = database, cipher, connection_id

    async def load(self) -> str | None:
        """The session that was saved last; None if there is none that can be decrypted."""
        encrypted = await self._in_thread(self._read)
        try:
            return self._cipher.decrypt(encrypted) if encrypted else None
        except WrongSecretKey:  # a session can be begun again
            return None

    async def save(self, session: str) -> None:
        """Replace the session."""
        encrypted = self._cipher.encrypt(session)
        await self._in_thread(
            lambda: self._write(
                lambda database: provider_sessions.save(database, self._connection_id, encrypted)
            )
        )

    async def claim(self, seconds: float) -> bool:
        """Whether this process alone may begin a session within so many seconds."""
        ttl = timedelta(seconds=seconds)
        return await self._in_thread(
            lambda: self._write(
                lambda database: provider_sessions.claim(
                    database, self._connection_id, clock.now(database), ttl
                )
            )
        )

    async def release(self) -> None:
        """Give up the claim: no session was begun."""
        await self._in_thread(
            lambda: self._write(
                lambda database: provider_sessions.release(database, self._connection_id)
            )
        )

    def _read(self) -> str | None:
        with self._database.read() as session:
            return provider_sessions.load(session, self._connection_id)

    def _write(self, change: Callable[[Session], T]) -> T:
        with self._database.write() as session:
            return change(session)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except DATABASE_ERRORS as error:
            raise Retry(f"the session cannot be read or stored: {public_reason(error)}") from error
