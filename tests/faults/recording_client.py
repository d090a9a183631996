"""What the client knows: which posts were accepted, edited, removed, and where it is in doubt."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.acceptance.stack import ApiClient, Stack
from tests.wait import wait_until

Answer = httpx.Response | None


@dataclass(slots=True)
class ExpectedPost:
    """A post as its client sees it; `id` None while the answer to its publish is missing.

    Every caption is unique, so that the ledger can be told apart without our own ids. `captions`
    are those that it may go out with: more than one where an edit's answer was lost.
    """

    captions: list[str]
    mode: str
    id: str | None = None
    old_captions: list[str] = field(default_factory=list)
    removed_at: datetime | None = None
    is_removal_asked: bool = False


@dataclass
class RecordingClient:
    """One organization's client, with a record of its own of all that it asked for."""

    stack: Stack
    api: ApiClient
    name: str = "post"
    rng: random.Random = field(default_factory=lambda: random.Random(7))
    expected_posts: list[ExpectedPost] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def accepted(self) -> dict[str, ExpectedPost]:
        """By id, the wishes whose acceptance the client was told of, or found out."""
        return {
            expected.id: expected for expected in self.expected_posts if expected.id is not None
        }

    def publish(self, mode: str, *, photo: bool | None = None, **fields: object) -> ExpectedPost:
        """Ask for a post; where the answer is lost, the wish has no id until `clear_up`."""
        expected = ExpectedPost([f"{self.name} {next(self._numbers)}"], mode)
        self.expected_posts.append(expected)
        has_photo = self.rng.random() < 0.4 if photo is None else photo
        answer = self.send("/publish", {**self._body(expected, has_photo=has_photo), **fields})
        if answer is not None and not _is_past_instant_error(answer):
            assert answer.is_success, f"{answer.status_code} {answer.text}"
            expected.id = answer.json()["socialPost"]["id"]
        return expected

    def _body(self, expected: ExpectedPost, *, has_photo: bool) -> dict[str, Any]:
        """`soon` and `ahead` are modes of this test: a schedule within seconds, or in hours."""
        mode = {"soon": "schedule", "ahead": "schedule"}.get(expected.mode, expected.mode)
        body: dict[str, Any] = {
            "postType": "photo" if has_photo else "text",
            "caption": expected.captions[0],
            "platforms": self.rng.choice([["facebook", "linkedin"], ["facebook"], ["x"]]),
            "publishMode": mode,
        }
        if has_photo:
            body["photoUrls"] = [self.stack.simulator + "/media/coffee.jpg"]
        if mode in ("schedule", "draft"):
            body["scheduledAt"] = instant_in(
                self.rng.uniform(8, 40) if expected.mode == "soon" else 7200
            )
        return body

    def edit(self, expected: ExpectedPost, mode: str = "schedule", delay: float = 20) -> Answer:
        """Give the post other words and another instant; the answer is None if it was lost."""
        caption = f"{self.name} {next(self._numbers)}, edited"
        body = {"postId": expected.id, "mode": mode, "caption": caption}
        if mode == "schedule":
            body["scheduledAt"] = instant_in(delay)
        answer = self.send("/edit", body)
        if answer is None:
            expected.captions.append(caption)
        elif answer.is_success:
            expected.old_captions += expected.captions
            expected.captions, expected.mode = [caption], "draft" if mode == "draft" else "soon"
        elif not _is_past_instant_error(answer):
            assert answer.status_code == 409, f"{answer.status_code} {answer.text}"
        return answer

    def remove(self, expected: ExpectedPost) -> Answer:
        """Ask for the removal; the moment of its acknowledgement is kept."""
        expected.is_removal_asked = True
        answer = self.send("/remove", {"postId": expected.id})
        if answer is not None and answer.is_success:
            if answer.json()["post"]["status"] == "cancelled":
                expected.removed_at = datetime.now(UTC)
        elif answer is not None:
            assert answer.status_code == 409, f"{answer.status_code} {answer.text}"
        return answer

    def send(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        """The answer; None where it was lost, or where the server failed: who knows what it did."""
        heard: list[Answer] = []
        wait_until(lambda: self._try(path, body, heard), 120, f"somebody listens to {path}")
        return heard[0]

    def _try(self, path: str, body: dict[str, Any] | None, heard: list[Answer]) -> bool:
        """Whether the request may have arrived. A refused connection is tried again."""
        try:
            answer = self.api.ask("POST", path, body)
        except httpx.ConnectError:
            return False
        except httpx.TransportError:
            heard.append(None)
        else:
            heard.append(answer if answer.status_code < 500 else None)
        return True

    def posts(self) -> list[Any]:
        """The organization's posts, as soon as somebody answers; clears up what was in doubt."""
        posts: list[Any] = wait_until(self._list, 120, "the list of posts")["posts"]
        ids = {post["caption"]: post["id"] for post in posts}
        for expected in self.expected_posts:
            if expected.id is None:
                expected.id = ids.get(expected.captions[0])
        return posts

    def _list(self) -> Any:  # noqa: ANN401  (JSON)
        try:
            answer = self.api.ask("GET", "/posts")
        except httpx.TransportError:
            return None
        return answer.json() if answer.is_success else None


def create_client(
    stack: Stack, name: str = "post", seed: int = 7, **settings: object
) -> RecordingClient:
    """A new organization with these settings, and its client."""
    client = RecordingClient(stack, stack.organization(name), name, random.Random(seed))
    if settings:
        client.api.call("PUT", "/settings", settings)
    return client


def instant_in(seconds: float) -> str:
    """The instant so many seconds from now, as the API takes it."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def _is_past_instant_error(answer: httpx.Response) -> bool:
    """Whether an instant in some seconds was over when the request, held up by an outage, was read:
    it is refused then, and nothing has come of it."""
    return answer.status_code == 400 and "must lie in the future" in answer.text
