"""A provider with drafts, for the contracts that know posts by their markers."""

import time

from provider.protocol import Draft, RemotePost
from tests.provider.direct.sandbox import DirectTester


class DraftTester(DirectTester):
    """Like a provider without drafts: a post is created and then published."""

    async def create(self, caption: str = "Hello", **changes: object) -> tuple[Draft, RemotePost]:
        """A new draft, and what the provider made of it."""
        draft = self.draft(caption, **changes)
        return draft, await self.provider.create(draft)

    async def publish_draft(self, post: RemotePost, draft: Draft) -> RemotePost:
        """Publish what was created."""
        held_until = time.monotonic() + 60
        return await self.provider.publish_now(post.id, draft, held_until=held_until)

    async def publish(self, draft: Draft, claim: float = 60) -> RemotePost:  # noqa: ARG002
        """Create a draft, and publish it."""
        return await self.publish_draft(await self.provider.create(draft), draft)

    async def get(self, draft: Draft) -> RemotePost | None:
        """The post with the draft's marker."""
        return next(iter(await self.provider.find(draft)), None)

    async def delete(self, draft: Draft, claim: float = 60) -> None:
        """Delete all posts with the draft's marker."""
        for post in await self.provider.find(draft):
            await self.provider.delete(post.id, held_until=time.monotonic() + claim)
