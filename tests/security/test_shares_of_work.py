"""One organization's slow files, and its many posts, do not hold up another organization's post.

By order, not by time: what the first organization has under way is held until the other's post is
out.
"""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from models.database import Database
from models.posts import Post
from models.statuses import SETTLED_POSTS
from models.store.tenants import organizations
from models.tables import ATTEMPT
from simulator import Options, Simulator
from tests.integration.worker.worker_harness import WorkerHarness
from tests.media_host import Answer, MediaHost, Request
from tests.sample_files import JPEG
from worker.concurrency import JobConcurrency
from worker.transfer_places import TransferPlaces

# Small numbers of places, so that a few posts fill them.
PLACES, TRANSFERS, RESERVE = 8, 4, 1


class HeldSources:
    """A host whose files come only when `may_end` is set; `open` is how many are waited for."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.open = 0
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let all files come."""
        self.may_end.set()

    def respond(self, _: Request) -> Answer:
        """Hold the request."""
        with self._lock:
            self.open += 1
        self.may_end.wait(60)
        with self._lock:
            self.open -= 1
        return Answer(JPEG, headers={"Content-Type": "image/jpeg"})


@pytest.fixture
def harness(database: Database, tmp_path: Path) -> Iterator[WorkerHarness]:
    """A worker with few places."""
    with Simulator(Options(media=tmp_path, processing=0.05, publishing=0.05)) as simulator:
        running = WorkerHarness(database, simulator, tmp_path)
        running.make_concurrency = lambda: JobConcurrency(PLACES)
        running.make_transfers = lambda: TransferPlaces(TRANSFERS, RESERVE, max_wait=0.1)
        try:
            running.start_runner()
            yield running
        finally:
            running.close()


@pytest.fixture
def late(harness: WorkerHarness) -> str:
    """The id of another organization."""
    with harness.database.write() as session:
        return organizations.create(session, "Late", "simulator")[0].id


def count_ended(harness: WorkerHarness, posts: list[Post]) -> int:
    """How many of these posts have ended."""
    return sum(harness.post(each.id).status in SETTLED_POSTS for each in posts)


def creations(harness: WorkerHarness) -> list[str]:
    """The ids of the posts, in the order in which they were created at the provider."""
    query = select(ATTEMPT.c.post_id).where(ATTEMPT.c.step == "create").order_by(ATTEMPT.c.id)
    with harness.database.read() as session:
        return list(session.connection().execute(query).scalars())


def test_slow_sources_of_one_stop_nobody_else(harness: WorkerHarness, late: str) -> None:
    """While one organization has more slow sources than there are places at work, a text and a file
    of another organization are published, and none of the first's has ended."""
    sources = HeldSources()
    with MediaHost(sources.respond).running() as host, closing(sources):
        link = f"{host.url}/a.jpg"
        slow = [
            harness.accept(str(number), "photo", platforms=["facebook"], photoUrls=[link])
            for number in range(3 * PLACES)
        ]
        harness.dispatch_until(lambda: sources.open == TRANSFERS, what="all its transfers")
        photos = [harness.serve_file("b.jpg")]
        text = harness.accept_for(late)
        photo = harness.accept_for(late, "late", "photo", platforms=["facebook"], photoUrls=photos)
        assert [post.status for post in harness.run_to_end(text, photo)] == ["published"] * 2
        assert (sources.open, count_ended(harness, slow)) == (TRANSFERS, 0)


def test_the_many_posts_of_one_are_not_all_first(harness: WorkerHarness, late: str) -> None:
    """A post that is accepted behind 100 due posts of another organization is created at the
    provider before half of them, and all are published in the end."""
    harness.run_to_end(harness.accept("so that the accounts are known"))
    many = [harness.accept(str(number)) for number in range(100)]
    post = harness.accept_for(late)
    assert {each.status for each in harness.run_to_end(post, *many)} == {"published"}
    assert creations(harness).index(post.id) < len(many) / 2
