"""A client that records what it asked for and which answers it got.

tests/faults/reconciliation.py compares its records with the database and the provider's ledger.
"""

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
# The file that edits give to posts with a photo.
OTHER_FILE = "sourdough.jpg"


@dataclass(slots=True)
class ExpectedPost:
    """A post as its client knows it; `id` is None while the answer to its publish is missing.

    Every caption is unique, so that publications in the ledger can be assigned to posts without our
    ids. `captions` are those it may be published with: more than one if an edit's answer was lost.
    `instants` has the instant that was asked for with a caption, where one was.
    """

    captions: list[str]
    mode: str
    id: str | None = None
    old_captions: list[str] = field(default_factory=list)
    instants: dict[str, datetime] = field(default_factory=dict)
    removed_at: datetime | None = None
    is_removal_asked: bool = False
    has_photo: bool = False
    # The file that an edit gave it with a caption.
    files: dict[str, str] = field(default_factory=dict)


@dataclass
class RecordingClient:
    """A client of one organization that records all its requests and answers."""

    stack: Stack
    api: ApiClient
    name: str = "post"
    rng: random.Random = field(default_factory=lambda: random.Random(7))
    expected_posts: list[ExpectedPost] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def accepted(self) -> dict[str, ExpectedPost]:
        """The posts that the client knows to be accepted, by id."""
        return {
            expected.id: expected for expected in self.expected_posts if expected.id is not None
        }

    def publish(self, mode: str, *, photo: bool | None = None, **fields: object) -> ExpectedPost:
        """Publish a post. If the answer is lost, the record has no id until `posts` finds it."""
        expected = ExpectedPost([f"{self.name} {next(self._numbers)}"], mode)
        self.expected_posts.append(expected)
        has_photo = self.rng.random() < 0.4 if photo is None else photo
        body = {**self._body(expected, has_photo=has_photo), **fields}
        expected.has_photo = has_photo
        if "scheduledAt" in body:
            expected.instants[expected.captions[0]] = datetime.fromisoformat(body["scheduledAt"])
        answer = self.send("/publish", body)
        if answer is not None and not _is_past_instant_error(answer):
            assert answer.is_success, f"{answer.status_code} {answer.text}"
            expected.id = answer.json()["socialPost"]["id"]
        return expected

    def _body(self, expected: ExpectedPost, *, has_photo: bool) -> dict[str, Any]:
        """The request; the tests' modes `soon` and `ahead` mean a schedule in seconds, in hours."""
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

    def edit(
        self,
        expected: ExpectedPost,
        mode: str = "schedule",
        delay: float = 20,
        *,
        networks: bool = False,
    ) -> Answer:
        """Change caption, file and instant of a post, and with `networks` also where it goes;
        returns None if the answer was lost."""
        caption = f"{self.name} {next(self._numbers)}, edited"
        body: dict[str, Any] = {"postId": expected.id, "mode": mode, "caption": caption}
        if networks:
            body["platforms"] = self.rng.choice([["facebook"], ["facebook", "x"], ["x"]])
        if expected.has_photo:
            body["photoUrls"] = [f"{self.stack.simulator}/media/{OTHER_FILE}"]
            expected.files[caption] = OTHER_FILE
        if mode == "schedule":
            body["scheduledAt"] = instant_in(delay)
            expected.instants[caption] = datetime.fromisoformat(body["scheduledAt"])
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
        """Remove a post; records when the removal was acknowledged."""
        expected.is_removal_asked = True
        answer = self.send("/remove", {"postId": expected.id})
        if answer is not None and answer.is_success:
            if answer.json()["post"]["status"] == "cancelled":
                expected.removed_at = datetime.now(UTC)
        elif answer is not None:
            assert answer.status_code == 409, f"{answer.status_code} {answer.text}"
        return answer

    def send(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        """The answer; None if it was lost or the server failed, and the outcome is unknown."""
        answers: list[Answer] = []
        wait_until(lambda: self._try(path, body, answers), 120, f"a connection for {path}")
        return answers[0]

    def _try(self, path: str, body: dict[str, Any] | None, answers: list[Answer]) -> bool:
        """Whether the request may have arrived. A refused connection is tried again."""
        try:
            answer = self.api.ask("POST", path, body)
        except httpx.ConnectError:
            return False
        except httpx.TransportError:
            answers.append(None)
        else:
            answers.append(answer if answer.status_code < 500 else None)
        return True

    def posts(self) -> list[Any]:
        """The organization's posts, as soon as the API answers. Also finds the ids of posts whose
        publish was not answered."""
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
    """Create an organization with these settings; returns its client."""
    client = RecordingClient(stack, stack.organization(name), name, random.Random(seed))
    if settings:
        client.api.call("PUT", "/settings", settings)
    return client


def instant_in(seconds: float) -> str:
    """The instant so many seconds from now, as the API takes it."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def _is_past_instant_error(answer: httpx.Response) -> bool:
    """Whether the request was refused because its instant was past when it was read: an outage had
    delayed it. Nothing was changed then."""
    return answer.status_code == 400 and "must lie in the future" in answer.text
