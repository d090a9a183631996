"""The calls of one post, by a plain `httpx.Client`: what all candidates but ours are made of."""

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
    """A client for one call, as many write it."""
    return httpx.Client()


def shared_client() -> ClientFactory:
    """The same client again and again."""
    client = httpx.Client()
    return lambda: nullcontext(client)


class ProviderCalls:
    """A post's calls; `open_` gives the client of each."""

    def __init__(self, open_: ClientFactory) -> None:
        self._open = open_

    def _json(self, method: str, url: str, **arguments: object) -> dict[str, str]:
        with self._open() as client:
            answer = client.request(method, url, headers=HEADERS, **arguments)  # type: ignore[arg-type]
            answer.raise_for_status()
            found: dict[str, str] = answer.json()
            return found

    def upload(self) -> str:
        """Fetch the photo, announce it, send it; the media's id."""
        with self._open() as client:
            photo = client.get(ORIGIN + "/photo.jpg").content
        file = {"destinationType": "POST_MEDIA", "name": "photo.jpg"}
        media = self._json("POST", API + "/media", json=file)
        with self._open() as client:
            client.put(media["uploadUrl"], content=photo).raise_for_status()
        return media["id"]

    def confirm(self, media: str) -> None:
        """The bytes are there."""
        self._json("PATCH", f"{API}/media/{media}")

    def is_ready(self, media: str) -> bool:
        """Whether it was processed."""
        return self._json("GET", f"{API}/media/{media}")["status"] == "SUCCESS"

    def create(self, media: str) -> str:
        """Make the post; its id."""
        body = {
            "type": "MEDIA",
            "profileIds": ["profile-1"],
            "captions": [{"plainText": "Hello", "net": None}],
            "medias": [{"mediaFiles": [{"mediaLibId": media}], "net": None}],
        }
        return self._json("POST", API + "/posts", json=body)["id"]

    def publish(self, post: str) -> None:
        """Send it out."""
        self._json("PATCH", f"{API}/posts/{post}/stage/publishNow")

    def is_published(self, post: str) -> bool:
        """Whether it went out."""
        return self._json("GET", f"{API}/posts/{post}")["stage"] == "PUBLISHED"
