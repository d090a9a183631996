"""The session of a connection. All workers share it, because a server allows few new ones:
30 in five minutes (2026-11)."""

import asyncio
import time
from typing import Final

from provider.bluesky.answers import Answer, to_provider_error
from provider.bluesky.credentials import BlueskyCredentials
from provider.bluesky.http import BlueskyHttp
from provider.bluesky.session import Session, from_answer, from_text
from provider.credentials import CredentialSource, SessionStore
from provider.errors import ProviderError, Reconnect, Retry

CREATE: Final = "com.atproto.server.createSession"
REFRESH: Final = "com.atproto.server.refreshSession"
# So long (s) only one process may create a session.
CLAIM_SECONDS: Final = 30.0
# So long (s) refused credentials are not tried again.
REFUSAL_SECONDS: Final = 55.0
REFUSED: Final = "Bluesky refused the app password; enter a new one"
# How often the others look for its session.
LOOKS: Final = 5


class Sessions:
    """Access tokens. `wait`: the seconds between two looks for another process's session."""

    def __init__(
        self,
        http: BlueskyHttp,
        credentials: CredentialSource[BlueskyCredentials],
        store: SessionStore,
        wait: float = 1.0,
    ) -> None:
        self._http, self._credentials, self._store = http, credentials, store
        self._wait = wait
        self._session: Session | None = None
        # The credentials that were refused last, and when (s, `time.monotonic()`).
        self._refused: tuple[BlueskyCredentials | None, float] = None, 0.0
        self._lock = asyncio.Lock()

    async def current(self, refused: str | None = None) -> Session:
        """A session whose access token is good, as far as we know, and is not `refused`."""
        async with self._lock:
            session = self._session
            if session is None or not session.is_usable(time.time(), refused):
                did = (await self._credentials.current()).did
                session = await self._load_usable(did, refused) or await self._renew(did, refused)
                self._session = session
            return session

    async def known_handle(self) -> str | None:
        """The account's handle, from the newest session; None without one."""
        session = self._session or await self._load((await self._credentials.current()).did)
        return None if session is None else session.handle

    async def _load(self, did: str) -> Session | None:
        session = from_text(await self._store.load())
        return session if session is not None and session.did == did else None

    async def _load_usable(self, did: str, refused: str | None) -> Session | None:
        session = await self._load(did)
        usable = session is not None and session.is_usable(time.time(), refused)
        return session if usable else None

    async def _renew(self, did: str, refused: str | None) -> Session:
        """A session from a refresh token, if one is still good, else a new one."""
        for known in dict.fromkeys((await self._load(did), self._session)):
            refreshed = await self._refresh(known) if known and known.did == did else None
            if refreshed is not None:
                return refreshed
        await self._check_refusal()
        if not await self._store.claim(CLAIM_SECONDS):
            return await self._wait_for_other(did, refused)
        try:
            # Another process may have been the last to hold the claim.
            return await self._load_usable(did, refused) or await self._create()
        except ProviderError:
            await self._store.release()
            raise

    async def _check_refusal(self) -> None:
        """Reconnect, without a call, for credentials that were refused a moment ago: hundreds of
        posts must not use up the few sessions that a server allows."""
        credentials, at = self._refused
        if credentials is None or time.monotonic() - at >= REFUSAL_SECONDS:
            return
        current = await self._credentials.current()
        if current == credentials:
            current = await self._credentials.after_refusal(credentials)
        if current == credentials:
            raise Reconnect(REFUSED)

    async def _refresh(self, known: Session) -> Session | None:
        """None: the refresh token is refused. A repetition is harmless, also by several at once."""
        answer = await self._http.ask("POST", REFRESH, token=known.refresh)
        return None if answer.refuses_token else await self._keep(answer, known.did)

    async def _create(self) -> Session:
        credentials = await self._credentials.current()
        answer = await self._sign_in(credentials)
        if answer.refuses_token:
            renewed = await self._credentials.after_refusal(credentials)
            if renewed == credentials:
                self._refused = credentials, time.monotonic()
                raise Reconnect(REFUSED, answer.status)
            credentials, answer = renewed, await self._sign_in(renewed)
        return await self._keep(answer, credentials.did)

    async def _sign_in(self, credentials: BlueskyCredentials) -> Answer:
        body = {"identifier": credentials.did, "password": credentials.app_password}
        return await self._http.ask("POST", CREATE, json=body)

    async def _keep(self, answer: Answer, did: str) -> Session:
        if not answer.is_success:
            raise to_provider_error(answer, repeatable=True)
        session = from_answer(answer.body, time.time())
        if session is None:
            raise Retry("Bluesky answered without a session", answer.status)
        if session.did != did:
            raise Reconnect("the app password belongs to another Bluesky account")
        await self._store.save(session.to_text())
        return session

    async def _wait_for_other(self, did: str, refused: str | None) -> Session:
        """The session of the process that may create one."""
        for _ in range(LOOKS):
            await asyncio.sleep(self._wait)
            session = await self._load_usable(did, refused)
            if session is not None:
                return session
        message = "another process is signing in to Bluesky"
        raise Retry(message, min_delay=CLAIM_SECONDS)
