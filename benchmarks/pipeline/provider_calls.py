"""The provider calls of one post with a plain `httpx.Client`, for all candidates but ours."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import httpx

ORIGIN = os.environ.get("BENCH_STUB", "")
BROKER = os.environ.get("BENCH_BROKER", "")
POLL = float(os.environ.get("BENCH_POLL", "1"))
API = ORIGIN + "/v2"
HEADERS = {"X-API-ID": "slotbeat", "X-API-KEY": "slotbeat"}
ClientFactory = Callable[[], AbstractContextManager[httpx.Client]]


def new_client() -> AbstractContextManager[httpx.Client]:
    """A new client for each call, as many programs do."""
    return httpx.Client()


def shared_client() -> ClientFactory:
    """One client for all calls."""
    client = httpx.Client()
    return lambda: nullcontext(client)


class ProviderCalls:
    """A post's calls; `open_` returns the client for each."""

    def __init__(self, open_: ClientFactory) -> None:
        self._open = open_

    def _json(self, method: str, url: str, **arguments: object) -> dict[str, str]:
        with self._open() as client:
            answer = client.request(method, url, headers=HEADERS, **arguments)  # type: ignore[arg-type]
            answer.raise_for_status()
            body: dict[str, str] = answer.json()
            return body

    def upload(self) -> str:
        """Fetch the photo, initiate the upload, send it; returns the media id."""
        with self._open() as client:
            photo = client.get(ORIGIN + "/photo.jpg").content
        file = {"destinationType": "POST_MEDIA", "name": "photo.jpg"}
        media = self._json("POST", API + "/media", json=file)
        with self._open() as client:
            client.put(media["uploadUrl"], content=photo).raise_for_status()
        return media["id"]

    def confirm(self, media: str) -> None:
        """Confirm the upload."""
        self._json("PATCH", f"{API}/media/{media}")

    def is_ready(self, media: str) -> bool:
        """Whether it was processed."""
        return self._json("GET", f"{API}/media/{media}")["status"] == "SUCCESS"

    def create(self, media: str | None = None) -> str:
        """Create the post, a text without media; returns its id."""
        files = [{"mediaLibId": media}] if media else []
        body = {
            "type": "MEDIA" if media else "STATUS",
            "profileIds": ["profile-1"],
            "captions": [{"plainText": "Hello", "net": None}],
            "medias": [{"mediaFiles": files, "net": None}],
        }
        return self._json("POST", API + "/posts", json=body)["id"]

    def publish(self, post: str) -> None:
        """Publish the post now."""
        self._json("PATCH", f"{API}/posts/{post}/stage/publishNow")

    def is_published(self, post: str) -> bool:
        """Whether the post is published."""
        return self._json("GET", f"{API}/posts/{post}")["stage"] == "PUBLISHED"
