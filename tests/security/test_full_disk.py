"""A worker whose disk is full: transfers wait, and nothing else does."""

import gzip
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from models.database import Database
from models.tables import UPLOAD
from simulator import Options, Simulator
from tests.integration.worker.worker_harness import WorkerHarness
from tests.media_host import Answer, MediaHost
from tests.sample_files import JPEG
from worker.media_fetch import spool_space

# Its length is known only when it was decoded, so it must be written to disk.
CODED = Answer(gzip.compress(JPEG), headers={"Content-Encoding": "gzip"})


@pytest.fixture
def harness(
    sqlite_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WorkerHarness]:
    """A worker harness."""
    folder = tmp_path_factory.mktemp("media")
    with Simulator(Options(media=folder)) as simulator:
        harness = WorkerHarness(sqlite_database, simulator, folder)
        try:
            yield harness
        finally:
            harness.close()


def test_a_full_disk_stops_transfers_and_not_publishing(
    harness: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a post with a file waits for room, and says so, a text is published; when there is
    room the waiting post goes out too, once, and lost no attempt."""
    room = {"bytes": -1}
    monkeypatch.setattr(spool_space, "room_in", lambda _folder, _reserve: room["bytes"])
    monkeypatch.setattr(spool_space, "RETRY_DELAY", 0.05)

    def upload() -> tuple[str | None, int]:
        with harness.database.read() as session:
            query = select(UPLOAD.c.error, UPLOAD.c.attempts)
            row = session.connection().execute(query).one_or_none()
        return (row.error, row.attempts) if row else (None, 0)

    with MediaHost(lambda _request: CODED).running() as host:
        waiting = harness.accept("", "photo", platforms=["x"], photoUrls=[f"{host.url}/a.jpg"])
        harness.start_runner()
        harness.dispatch_until(lambda: upload()[0] is not None, what="the reason")
        assert upload() == ("the disk for files under way is full", 0)
        text = harness.accept()
        assert harness.run_to_end(text)[0].status == "published"
        room["bytes"] = 1_000_000_000
        assert harness.run_to_end(waiting)[0].status == "published"
    assert upload() == (None, 0)
