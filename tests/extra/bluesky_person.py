"""A person with an account at Bluesky's own server, and the client with that account."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import httpx

from models.ids import new_id
from provider.aiohttp_client import AiohttpClient, HttpClient
from provider.bluesky.client import Bluesky
from provider.bluesky.content_ids import record_id
from provider.bluesky.credentials import BlueskyCredentials
from provider.protocol import Draft, FileSpec
from tests.unit.provider.bluesky.connections import AppPassword, MemoryStore
from tests.unit.provider.bluesky.drafts import bluesky_draft

T = TypeVar("T")
TIMEOUT: Final = httpx.Timeout(30)
WRITE: Final = "com.atproto.repo.applyWrites"


class BlueskyAccount(Protocol):
    """An account of the server."""

    @property
    def did(self) -> str:
        """Its DID."""
        ...

    @property
    def handle(self) -> str:
        """Its handle."""
        ...

    @property
    def app_password(self) -> str:
        """An app password."""
        ...


class BlueskyServer(Protocol):
    """The running server, as the fixture gives it."""

    url: str
    plc_url: str

    def create_account(self, handle: str = "") -> BlueskyAccount:
        """A new account with one app password."""
        ...

    def list_records(self, did: str, collection: str = ...) -> list[dict[str, Any]]:
        """All records, newest key first."""
        ...

    def get_blob(self, did: str, cid: str) -> bytes:
        """The bytes of a blob."""
        ...

    def revoke_app_password(self, account: Any) -> None:  # noqa: ANN401  (its own type)
        """The app password opens no session any more."""
        ...

    def take_down(self, did: str) -> None:
        """Take an account down."""
        ...


class Person:
    """An account, and what is kept of its connection."""

    def __init__(self, server: BlueskyServer) -> None:
        self.server, self.account = server, server.create_account()
        self.did = self.account.did
        self.store = MemoryStore()

    def run(
        self, question: Callable[[Bluesky], Awaitable[T]], client: HttpClient | None = None
    ) -> T:
        """What a new process gets from the client, with the session that is kept."""

        async def ask() -> T:
            http = client or AiohttpClient(TIMEOUT)
            password = AppPassword()
            password.credentials = BlueskyCredentials(self.did, self.account.app_password)
            try:
                return await question(Bluesky(http, self.server.url, password, self.store))
            finally:
                await http.aclose()

        return asyncio.run(ask())

    def posts(self) -> dict[str, dict[str, Any]]:
        """The records of the posts by their keys."""
        records = self.server.list_records(self.did)
        assert all(record_id(each["value"]) == each["cid"] for each in records)
        return {each["uri"].rpartition("/")[2]: each["value"] for each in records}

    def draft(self, caption: str = "Hello", **changes: Any) -> Draft:  # noqa: ANN401  (any field)
        """A new post."""
        marker = f"slotbeat:here:{new_id()}"
        return bluesky_draft(profile_id=self.did, caption=caption, marker=marker, **changes)


class LossyClient(AiohttpClient):
    """Loses the answers of the first `losses` writes, after the server gave them; before each write
    it waits for `arrival`."""

    def __init__(self, losses: int = 0, arrival: Callable[[], None] | None = None) -> None:
        super().__init__(TIMEOUT)
        self._losses, self._arrival = losses, arrival

    async def request(self, method: str, url: str, **content: Any) -> httpx.Response:  # noqa: ANN401
        """See HttpClient."""
        if url.endswith(WRITE) and self._arrival:
            arrival, self._arrival = self._arrival, None
            await asyncio.to_thread(arrival)
        response = await super().request(method, url, **content)
        if url.endswith(WRITE) and self._losses:
            self._losses -= 1
            raise httpx.ReadError("the answer is lost")
        return response


async def publish(bluesky: Bluesky, draft: Draft, seconds: float = 60) -> str:
    """Publish a post under its own id; the id."""
    key = bluesky.own_id(draft.marker)
    post = await bluesky.publish_now(key, draft, held_until=time.monotonic() + seconds)
    assert post.id == key
    return key


async def upload(bluesky: Bluesky, path: Path, content_type: str) -> str:
    """Upload a file; its media id."""
    content = await asyncio.to_thread(path.read_bytes)
    digest = hashlib.sha256(content).hexdigest()
    file = FileSpec(path.name, content_type, len(content), sha256=digest)
    request = await bluesky.begin_upload(file)
    headers = {**request.headers, "Content-Length": str(len(content))}
    async with httpx.AsyncClient() as client:
        answer = await client.request(request.method, request.url, content=content, headers=headers)
    return await bluesky.finish_upload(file, request, answer)
