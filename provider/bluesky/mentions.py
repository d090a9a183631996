"""Finds the accounts of the handles that a post mentions."""

import asyncio
from collections.abc import Iterable
from typing import Final

from provider.bluesky.http import BlueskyHttp
from provider.bluesky.rich_text import find_handles
from provider.errors import ProviderError, RetryAfter

# A handle may be any domain name, and its host may not answer: the post does not wait longer (s).
TIME_LIMIT: Final = 5.0


async def resolve_mentions(http: BlueskyHttp, texts: Iterable[str]) -> dict[str, str]:
    """The DIDs of the mentioned handles. One that cannot be resolved is missing: it stays plain
    text, and does not hold the post back. RetryAfter if the server is too busy."""
    handles = list(dict.fromkeys(handle for text in texts for handle in find_handles(text)))
    dids = await asyncio.gather(*(_resolve(http, handle) for handle in handles))
    return {handle: did for handle, did in zip(handles, dids, strict=True) if did is not None}


async def _resolve(http: BlueskyHttp, handle: str) -> str | None:
    params = {"handle": handle}
    try:
        async with asyncio.timeout(TIME_LIMIT):
            found = await http.call("GET", "com.atproto.identity.resolveHandle", params=params)
    except RetryAfter:
        raise
    except (ProviderError, TimeoutError):
        return None
    did = found.get("did")
    return did if isinstance(did, str) else None
