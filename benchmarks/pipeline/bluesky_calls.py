"""The calls of a text post on Bluesky with a plain `httpx.Client`, for the bare loop."""

from datetime import UTC, datetime
from typing import Any

import httpx

from benchmarks.pipeline.provider_calls import ORIGIN

API = ORIGIN + "/xrpc/com.atproto."
# As many accounts as ours has.
ACCOUNTS = tuple(f"did:plc:account{number}" for number in range(10))
POSTS = "app.bsky.feed.post"


class BlueskyCalls:
    """A session and the head of each account, and the calls of a post."""

    def __init__(self) -> None:
        self._client = httpx.Client()
        self._tokens = {did: self._sign_in(did) for did in ACCOUNTS}
        self._heads = {did: self._get_head(did) for did in ACCOUNTS}

    def _sign_in(self, did: str) -> str:
        body = {"identifier": did, "password": "none"}
        answer = self._client.post(API + "server.createSession", json=body)
        return str(answer.raise_for_status().json()["accessJwt"])

    def _get_head(self, did: str) -> str:
        answer = self._client.get(API + "sync.getLatestCommit", params={"did": did})
        return str(answer.raise_for_status().json()["cid"])

    def publish(self, number: int) -> None:
        """Look for the record of the post with this number, and write it."""
        did, key = ACCOUNTS[number % len(ACCOUNTS)], f"{number:013}"
        params = {"repo": did, "collection": POSTS, "rkey": key}
        assert self._client.get(API + "repo.getRecord", params=params).is_error  # noqa: S101
        body = {"repo": did, "swapCommit": self._heads[did], "writes": [_create(key)]}
        headers = {"Authorization": f"Bearer {self._tokens[did]}"}
        answer = self._client.post(API + "repo.applyWrites", json=body, headers=headers)
        self._heads[did] = answer.raise_for_status().json()["commit"]["cid"]


def _create(key: str) -> dict[str, Any]:
    value = {"$type": POSTS, "text": "Hello", "createdAt": datetime.now(UTC).isoformat()}
    action = "com.atproto.repo.applyWrites#create"
    return {"$type": action, "collection": POSTS, "rkey": key, "value": value}
