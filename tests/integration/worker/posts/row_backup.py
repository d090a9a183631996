"""A backup of one post's rows, and its restore by `slotbeat db restored`."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from models.posts import Post
from models.store import clock
from models.store.posts import backup_restore
from models.tables import DELIVERY, MEDIA, POST, UPLOAD
from tests.integration.worker.worker_harness import WorkerHarness


@dataclass(frozen=True, slots=True)
class RowBackup:
    """The rows of a post, its files and its deliveries, as they were when it was taken."""

    harness: WorkerHarness
    rows: list[tuple[Table, dict[str, Any]]]

    def restore(self) -> None:
        """Bring the rows back, and make them reconcile."""
        with self.harness.database.write() as session:
            connection = session.connection()
            media_ids = [row["id"] for table, row in self.rows if table is MEDIA]
            connection.execute(delete(UPLOAD).where(UPLOAD.c.media_id.in_(media_ids)))
            for table, row in self.rows:
                if table is UPLOAD:
                    connection.execute(insert(UPLOAD).values(row))
                else:
                    connection.execute(update(table).where(table.c.id == row["id"]).values(row))
        with self.harness.database.write() as session:
            backup_restore.require_reconcile(session, clock.now(session))


def back_up(harness: WorkerHarness, post: Post) -> RowBackup:
    """The rows of a post as they are now."""
    of_post = select(MEDIA.c.id).where(MEDIA.c.post_id == post.id)
    queries = {
        POST: POST.c.id == post.id,
        MEDIA: MEDIA.c.post_id == post.id,
        DELIVERY: DELIVERY.c.post_id == post.id,
        UPLOAD: UPLOAD.c.media_id.in_(of_post),
    }
    with harness.database.read() as session:
        connection = session.connection()
        rows = [
            (table, dict(row))
            for table, condition in queries.items()
            for row in connection.execute(select(table).where(condition)).mappings()
        ]
    return RowBackup(harness, rows)
