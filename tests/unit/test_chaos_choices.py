"""A seed of a chaos run repeats its choices."""

import random
from typing import Any

from tests.faults import chaos_clients
from tests.faults.chaos_clients import publish_all
from tests.faults.recording_client import ExpectedPost, RecordingClient
from tests.faults.unsettled_posts import UnsettledPosts


class SettledPosts(UnsettledPosts):
    """Nothing waits."""

    def __init__(self) -> None:
        pass

    def of(self, organization_id: str) -> int:  # noqa: ARG002
        """None."""
        return 0


class LossyApi:
    """What a client needs of an API that is never called."""

    organization_id = ""


class LossyStack:
    """What a client needs of a stack that does not run."""

    simulator = "http://provider"


class LossyClient(RecordingClient):
    """A client that records its choices by number; every other answer is lost, by `luck`."""

    def __init__(self, luck: random.Random) -> None:
        super().__init__(LossyStack(), LossyApi(), "org")  # type: ignore[arg-type]
        self.luck = luck
        self.choices: list[Any] = []

    def publish(self, mode: str, *, photo: bool | None = None, **fields: object) -> ExpectedPost:
        """Record it; the answer may be lost."""
        body = self._body(ExpectedPost(["caption"], mode), has_photo=bool(photo))
        self.choices.append((mode, photo, fields, body["platforms"]))
        expected = ExpectedPost([str(len(self.choices))], mode)
        expected.id = None if self.luck.random() < 0.5 else expected.captions[0]
        self.expected_posts.append(expected)
        return expected

    def edit(self, expected: ExpectedPost, mode: str = "", delay: float = 0, **_: object) -> None:
        """Nothing."""

    def remove(self, expected: ExpectedPost) -> None:
        """It is removed."""
        expected.is_removal_asked = True


def _choices(seed: int, luck: int) -> list[Any]:
    client = LossyClient(random.Random(luck))
    publish_all([client], 40, seed, SettledPosts())
    return client.choices[:40]


def test_the_post_of_a_number_gets_the_same_choices(monkeypatch: Any) -> None:  # noqa: ANN401
    """Whichever answers were lost before it; another seed chooses otherwise."""
    monkeypatch.setattr(chaos_clients, "PAUSE", 0)
    assert _choices(seed=7, luck=1) == _choices(seed=7, luck=2)
    assert _choices(seed=7, luck=1) != _choices(seed=8, luck=1)
