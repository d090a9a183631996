"""A running provider without drafts, as the contracts need it.

A new one adds its entry to `sandboxes.py`: the contracts use the protocol and this.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeVar

import httpx

from models.ids import new_id
from provider.aiohttp_client import AiohttpClient, HttpClient
from provider.protocol import Draft, FileSpec, Idempotency, Provider, RemotePost
from tests.bluesky.answer_loss_proxy import AnswerLossProxy
from tests.provider.uploads import spec_of, upload_file

T = TypeVar("T")
TIMEOUT: Final = httpx.Timeout(30)


@dataclass(frozen=True)
class CallNames:
    """The names of a provider's calls, as the proxy and the sandbox's faults know them."""

    publish: str
    read: str
    upload: str
    account: str


class DirectAccount(Protocol):
    """A new account at the provider, and what its server knows of it."""

    platform: str
    profile_id: str
    name: str
    username: str
    secret: str

    def create_provider(self, client: HttpClient, address: str) -> Provider:
        """What a new process has: the credentials, and the session that all processes share."""
        ...

    def published(self) -> list[str]:
        """The texts of all posts that are public now."""
        ...

    def revoke(self) -> None:
        """From now on the credentials are refused, also those of the session."""
        ...


@dataclass(frozen=True)
class DirectSandbox:
    """One account. `proxy` stands before the server, and loses or holds calls.

    `inject` makes the server itself fail (kind, call, …); None: a real server, which does not.
    `file_limit`: more random bytes are refused. `gone_media_id`: of a file that the server has not.
    `count_files`: the number of files of the public post with this text; for networks with threads.
    """

    proxy: AnswerLossProxy
    account: DirectAccount
    calls: CallNames
    file_limit: int
    gone_media_id: str
    inject: Callable[..., None] | None = None
    count_files: Callable[[str], int] | None = None
    tester: "type[DirectTester] | None" = None

    def use(self, work: "Callable[[DirectTester], Awaitable[T]]", address: str = "") -> T:
        """Run some work with a new client, as a worker does."""

        async def run() -> T:
            http = AiohttpClient(TIMEOUT)
            try:
                provider = self.account.create_provider(http, address or self.proxy.url)
                return await work((self.tester or DirectTester)(provider, self.account))
            finally:
                await http.aclose()

        return asyncio.run(run())

    def count_calls(self, name: str = "") -> int:
        """How many calls of this name came in so far, or of all names."""
        calls = self.proxy.calls.items()
        return sum(count for call, count in calls if call.endswith(name))


class DirectTester:
    """A provider without drafts, with helpers for tests."""

    def __init__(self, provider: Provider, account: DirectAccount) -> None:
        self.provider, self._account = provider, account

    def draft(self, caption: str = "Hello", **changes: Any) -> Draft:  # noqa: ANN401  (any field)
        """A new post of the account."""
        known: dict[str, Any] = {
            "profile_id": self._account.profile_id,
            "platform": self._account.platform,
            "post_type": "text",
            "caption": caption,
            "media": (),
            "publish_at": None,
            "fields": {},
            "marker": f"slotbeat:suite:{new_id()}",
        }
        return Draft(**{**known, **changes})

    def own_id(self, draft: Draft) -> str:
        """The remote id of a draft, where we choose it."""
        return self.provider.own_id(draft.marker)

    async def remote_id(self, draft: Draft) -> str | None:
        """The remote id of a draft; None where the provider chooses it and has no such post."""
        if self.provider.capabilities.idempotency is Idempotency.OWN_ID:
            return self.own_id(draft)
        found = await self.provider.find(replace(draft, sent_since=datetime.now(UTC)))
        return found[0].id if found else None

    async def publish(self, draft: Draft, claim: float = 60) -> RemotePost:
        """Publish a draft, where we choose the id under its own, with a claim of so many
        seconds."""
        is_ours = self.provider.capabilities.idempotency is Idempotency.OWN_ID
        remote_id = self.own_id(draft) if is_ours else ""
        held_until = time.monotonic() + claim
        return await self.provider.publish_now(remote_id, draft, held_until=held_until)

    async def get(self, draft: Draft) -> RemotePost | None:
        """The post as the provider shows it."""
        remote_id = await self.remote_id(draft)
        return None if remote_id is None else await self.provider.get(remote_id)

    async def delete(self, draft: Draft, claim: float = 60) -> None:
        """Delete the post, with a claim of so many seconds."""
        held_until = time.monotonic() + claim
        remote_id = await self.remote_id(draft)
        if remote_id is not None:
            await self.provider.delete(remote_id, held_until=held_until)

    async def upload(self, content: bytes, file: FileSpec | None = None) -> str:
        """Upload and confirm a file; returns the media id."""
        media_id = await upload_file(self.provider, file or spec_of(content), content)
        await self.provider.confirm_upload(media_id)
        return media_id
