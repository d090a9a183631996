"""The limits of Bluesky's own server: a file that is too large for it, and too many posts."""

from collections.abc import Iterator

import pytest

from models.statuses import PostStatus
from tests.extra.bluesky_server import BlueskyPds, PdsOptions
from tests.integration.worker.connections.bluesky_harness import BlueskyHarness
from tests.integration.worker.worker_harness import WorkerHarness

# Five posts of three points each in ten seconds.
POINTS, SECONDS = 15, 10
ALLOWED = 5


@pytest.fixture(scope="module")
def limited_pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlueskyPds]:
    """A server with its rate limits, and with a small limit for files."""
    options = PdsOptions(write_limit=(POINTS, SECONDS), blob_limit=2_000)
    with BlueskyPds(tmp_path_factory.mktemp("limited"), options) as pds:
        yield pds


@pytest.fixture
def limited(harness: WorkerHarness, limited_pds: BlueskyPds) -> BlueskyHarness:
    """A harness that is connected to that server."""
    return BlueskyHarness(harness, limited_pds)


def test_a_file_that_is_too_large_for_the_server(limited: BlueskyHarness) -> None:
    """413: the post fails at once, and says that the file is too large."""
    harness, account = limited.harness, limited.connect()
    link = harness.serve_file("large.jpg")
    post = harness.accept("large", "photo", platforms=["bluesky"], photoUrls=[link])
    (ended,) = harness.run_to_end(post)
    assert ended.status == PostStatus.FAILED
    assert "larger than this Bluesky server takes" in (ended.reason or "")
    assert harness.step_outcomes(post).count("upload give_up") == 1
    assert limited.texts(account) == []


def test_twice_as_many_posts_as_the_server_allows(limited: BlueskyHarness) -> None:
    """Those over the limit wait until the server takes them, without a failed attempt, and each
    goes out once; another account's posts do not wait."""
    harness, account = limited.harness, limited.connect()
    texts = [f"post {number}" for number in range(2 * ALLOWED)]
    posts = [harness.accept(text, platforms=["bluesky"]) for text in texts]
    ended = harness.run_to_end(*posts)
    assert {each.status for each in ended} == {PostStatus.PUBLISHED}
    assert sorted(limited.texts(account)) == sorted(texts)
    outcomes = [harness.step_outcomes(post) for post in posts]
    assert any("publish_now blocked" in each for each in outcomes)
    assert not any("publish_now retry" in each for each in outcomes)
