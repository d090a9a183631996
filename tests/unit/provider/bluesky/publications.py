"""A thread to publish, and what the server has of it."""

import time

from provider.bluesky.client import Bluesky
from provider.bluesky.record_keys import first_key
from provider.bluesky.records import POSTS
from provider.protocol import RemotePost
from tests.unit.provider.bluesky.drafts import MARKER, bluesky_draft
from tests.unit.provider.bluesky.fake_server import FakeServer

KEY = first_key(MARKER)
THREAD = bluesky_draft(fields={"blueskyThreadItems": '["two", "three"]'})


def far() -> float:
    """A claim that lasts longer than the test."""
    return time.monotonic() + 3600


async def publish(bluesky: Bluesky) -> RemotePost:
    """Publish a thread of three posts."""
    return await bluesky.publish_now(KEY, THREAD, held_until=far())


def posts(server: FakeServer) -> list[str]:
    """The keys of the posts, in order."""
    return sorted(key for collection, key in server.records if collection == POSTS)
