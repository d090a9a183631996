"""Pruning: files are deleted when no post needs them any more, and not before; so is what crashes
left."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from media.object_storage import ObjectStorage
from media.open_storage import open_object_storage
from models.database import Database
from models.ids import new_id
from models.posts import Media, Post, Upload
from models.statuses import MediaStatus, PostStatus
from models.store import clock
from models.store import stored_files as store
from models.store.posts import history, posts
from models.store.tenants import connections, organizations
from models.stored_files import StoredFile
from models.tables import IDEMPOTENCY_KEY, MEDIA, STORED_FILE
from worker.pruning import PruneReport, prune

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class StoredFilesHarness:
    """An organization with files of different ages, and posts that use some of them."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.storage: ObjectStorage = open_object_storage(str(folder))
        with database.write() as session:
            self.owner = organizations.create(session, "Acme", "simulator")[0].id

    def file(self, age: timedelta) -> str:
        """A file that was uploaded so long ago; returns its id."""
        id_ = new_id()
        self.put(id_, age)
        with self.database.write() as session:
            at = clock.now(session) - age
            session.add(
                StoredFile(
                    id=id_, organization_id=self.owner, name="a.jpg", content_type="image/jpeg",
                    size=1, sha256="", created_at=at,
                )
            )  # fmt: skip
        return id_

    def put(self, key: str, age: timedelta) -> None:
        """An object of this age, with or without a row."""

        async def body() -> AsyncIterator[bytes]:
            yield b"x"

        asyncio.run(self.storage.put(key, body(), 1))
        stamp = (self.folder / key).stat().st_mtime - age.total_seconds()
        os.utime(self.folder / key, (stamp, stamp))

    def post(self, file_id: str, status: PostStatus, media: MediaStatus, quiet: timedelta) -> None:
        """A post with this file, without changes for so long."""
        with self.database.write() as session:
            now = clock.now(session)
            post = Post(
                organization_id=self.owner, post_type="photo",
                caption="a", platforms=["x"], publish_mode="draft", status=status, timezone="UTC",
                accepted_at=now,
            )  # fmt: skip
            part = Media(post_id=post.id, position=0, stored_file_id=file_id, source_url="")
            posts.insert_all(session, [post], [part], [])
            if media is not MediaStatus.NEW:
                connection = connections.ensure_connection(session, self.owner, "simulator")
                session.add(Upload(media_id=part.id, connection_id=connection.id, status=media))
            event = history.HistoryEntry(
                post.id, post.id, "accept", status, now - quiet, emits_event=False
            )
            history.record(session, event)

    def left(self) -> set[str]:
        """The ids of the files that exist as rows and as objects."""
        with self.database.read() as session:
            rows = set(session.connection().execute(select(STORED_FILE.c.id)).scalars())
        assert {path.name for path in self.folder.iterdir()} == rows
        return rows


@pytest.fixture
def stored_files(database: Database, tmp_path: Path) -> StoredFilesHarness:
    """A harness on each of the two databases."""
    return StoredFilesHarness(database, tmp_path / "files")


NEEDED = [
    ("just uploaded, and its post published", HOUR, PostStatus.PUBLISHED, MediaStatus.READY, HOUR),
    ("not at the provider yet", 30 * DAY, PostStatus.SCHEDULED, MediaStatus.NEW, 30 * DAY),
    ("being processed there", 30 * DAY, PostStatus.BACKLOG, MediaStatus.CONFIRMED, 30 * DAY),
    ("waits for approval", 30 * DAY, PostStatus.PENDING_APPROVAL, MediaStatus.NEW, 30 * DAY),
    ("failed lately: to be retried", 30 * DAY, PostStatus.FAILED, MediaStatus.FAILED, HOUR),
]
DONE = [
    ("ready at the provider", 2 * DAY, PostStatus.SCHEDULED, MediaStatus.READY, HOUR),
    ("published", 2 * DAY, PostStatus.PUBLISHED, MediaStatus.READY, HOUR),
    ("failed, and left alone", 30 * DAY, PostStatus.FAILED, MediaStatus.FAILED, 2 * DAY),
    ("cancelled before it was sent", 30 * DAY, PostStatus.CANCELLED, MediaStatus.NEW, 2 * DAY),
]


def test_files_go_when_nobody_needs_them(stored_files: StoredFilesHarness) -> None:
    """A day after the last post that uses them has ended; after seven days if no post uses them."""
    kept = {stored_files.file(HOUR), stored_files.file(6 * DAY)}
    gone = {stored_files.file(8 * DAY)}
    for cases, ids in ((NEEDED, kept), (DONE, gone)):
        for _, age, status, media, quiet in cases:
            ids.add(file_id := stored_files.file(age))
            stored_files.post(file_id, status, media, quiet)
    kept.add(shared := stored_files.file(2 * DAY))
    stored_files.post(shared, PostStatus.PUBLISHED, MediaStatus.READY, DAY)
    stored_files.post(shared, PostStatus.SCHEDULED, MediaStatus.UPLOADED, DAY)
    assert prune(stored_files.database, stored_files.storage) == PruneReport(files=len(gone))
    assert stored_files.left() == kept
    assert prune(stored_files.database, stored_files.storage) == PruneReport()
    with stored_files.database.read() as session:
        query = select(MEDIA.c.stored_file_id).where(MEDIA.c.stored_file_id.is_not(None))
        assert set(session.connection().execute(query).scalars()) <= kept


def test_what_a_crash_left_is_swept(stored_files: StoredFilesHarness) -> None:
    """Objects without a row, when they are a day old; objects with other names are not ours."""
    young, old, file_id = new_id(), new_id(), stored_files.file(2 * DAY)
    stored_files.put(young, HOUR)
    stored_files.put(old, 2 * DAY)
    stored_files.put("somebody-elses", 2 * DAY)
    assert prune(stored_files.database, stored_files.storage) == PruneReport(orphans=1)
    assert {path.name for path in stored_files.folder.iterdir()} == {
        young,
        file_id,
        "somebody-elses",
    }


def test_a_file_that_a_post_is_being_made_with_stays(
    postgres_database: Database, tmp_path: Path
) -> None:
    """Its row is locked by a publish that is not committed: pruning skips it, and does not wait."""
    stored_files = StoredFilesHarness(postgres_database, tmp_path / "files")
    held, free = stored_files.file(8 * DAY), stored_files.file(8 * DAY)
    with postgres_database.write() as session:
        assert list(store.lock_files(session, stored_files.owner, [held])) == [held]
        assert prune(postgres_database, stored_files.storage) == PruneReport(files=1)
    assert stored_files.left() == {held}
    assert free not in stored_files.left()


def test_old_idempotency_keys_are_forgotten(stored_files: StoredFilesHarness) -> None:
    """Yesterday's keys are deleted; keys of an hour ago still work."""
    with stored_files.database.write() as session:
        now = clock.now(session)
        for name, age in (("old", 25 * HOUR), ("young", HOUR)):
            row = {"created_at": now - age, "lease_until": now - age, "fingerprint": "f"}
            values = {"organization_id": stored_files.owner, "key": name, **row}
            session.connection().execute(IDEMPOTENCY_KEY.insert().values(values))
    assert prune(stored_files.database, stored_files.storage).rows == 1
    with stored_files.database.read() as session:
        assert list(session.connection().execute(select(IDEMPOTENCY_KEY.c.key)).scalars()) == [
            "young"
        ]


def test_a_storage_that_is_away_costs_its_part_alone(
    stored_files: StoredFilesHarness, caplog: pytest.LogCaptureFixture
) -> None:
    """Rows are pruned all the same, and the failure is logged."""
    stored_files.file(8 * DAY)
    moved = stored_files.folder.rename(stored_files.folder.with_name("elsewhere"))
    stored_files.folder.write_text("no folder")
    prune(stored_files.database, stored_files.storage)
    assert "the storage of files does not answer" in caplog.text
    stored_files.folder.unlink()
    moved.rename(stored_files.folder)
    _age(stored_files.folder)
    prune(stored_files.database, stored_files.storage)
    assert stored_files.left() == set()


def _age(folder: Path) -> None:
    old = datetime(2020, 1, 1).timestamp()
    for path in folder.iterdir():
        os.utime(path, (old, old))
