"""A client at the sandbox of an instance, for the tests of this folder."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx

from provider.aiohttp_client import AiohttpClient
from provider.credentials import MemorySession
from provider.mastodon.client import Mastodon
from provider.mastodon.credentials import MastodonCredentials
from provider.protocol import Draft, ThreadPart
from simulator.mastodon import MastodonSandbox
from simulator.mastodon.state import HOST, SandboxAccount, Status
from tests.memory_credentials import MemoryCredentials

T = TypeVar("T")


@dataclass(frozen=True)
class Publisher:
    """An account at the sandbox."""

    sandbox: MastodonSandbox
    account: SandboxAccount

    def use(self, work: Callable[[Mastodon], Awaitable[T]]) -> T:
        """Run some work with a new client, as a worker does."""

        async def run() -> T:
            http = AiohttpClient(httpx.Timeout(5))
            credentials = MemoryCredentials(MastodonCredentials(self.account.token))
            try:
                return await work(Mastodon(http, self.sandbox.url, credentials, MemorySession()))
            finally:
                await http.aclose()

        return asyncio.run(run())

    def draft(self, caption: str = "Hello", *thread: str, **changes: Any) -> Draft:  # noqa: ANN401
        """A post of the account, which was sent a moment ago."""
        found = Draft(
            profile_id=f"{self.account.id}@{HOST}",
            platform="mastodon",
            post_type="text",
            caption=caption,
            media=(),
            publish_at=None,
            fields={},
            marker="slotbeat:test:1",
            thread=tuple(ThreadPart(text) for text in thread),
            sent_since=datetime.now(UTC),
        )
        return replace(found, **changes)

    def publish(self, draft: Draft, remote_id: str = "") -> str:
        """The id of the published post."""
        until = time.monotonic() + 60
        return self.use(lambda one: one.publish_now(remote_id, draft, held_until=until)).id

    @property
    def statuses(self) -> list[Status]:
        """What the account has published, oldest first."""
        return self.sandbox.statuses_of(self.account)

    @property
    def texts(self) -> list[str]:
        """The texts of them."""
        return [each.text for each in self.statuses]

    def age(self, seconds: float) -> None:
        """Let all that is published be older."""
        for each in self.statuses:
            each.at -= timedelta(seconds=seconds)
