"""A backup of one post's rows, and its restore by `slotbeat db restored`."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select, update

from models.posts import Post
from models.store import clock
from models.store.posts import backup_restore
from models.tables import DELIVERY, MEDIA, POST
from tests.integration.worker.worker_harness import WorkerHarness


@dataclass(frozen=True, slots=True)
class RowBackup:
    """The rows of a post, its files and its deliveries, as they were when it was taken."""

    harness: WorkerHarness
    rows: list[tuple[Table, dict[str, Any]]]

    def restore(self) -> None:
        """Bring the rows back, and make them reconcile."""
        with self.harness.database.write() as session:
            for table, row in self.rows:
                same = table.c.id == row["id"]
                session.connection().execute(update(table).where(same).values(row))
        with self.harness.database.write() as session:
            backup_restore.require_reconcile(session, clock.now(session))


def back_up(harness: WorkerHarness, post: Post) -> RowBackup:
    """The rows of a post as they are now."""
    owners = ((POST, POST.c.id), (MEDIA, MEDIA.c.post_id), (DELIVERY, DELIVERY.c.post_id))
    with harness.database.read() as session:
        connection = session.connection()
        rows = [
            (table, dict(row))
            for table, owner in owners
            for row in connection.execute(select(table).where(owner == post.id)).mappings()
        ]
    return RowBackup(harness, rows)
