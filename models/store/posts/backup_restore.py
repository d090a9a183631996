"""After a restore from a backup: the database is older than the state at the provider."""

from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session

from models.statuses import SETTLED_POSTS, DeliveryStatus, Intent
from models.store.jobs import job_queue
from models.store.posts import history
from models.store.sql.bulk import chunks
from models.tables import DELIVERY, POST
from models.task_names import JobKind

UNFINISHED_STATUSES = (
    DeliveryStatus.PENDING,
    DeliveryStatus.CREATED,
    DeliveryStatus.SCHEDULED,
    DeliveryStatus.PUBLISHING,
)


def require_reconcile(session: Session, now: datetime) -> int:
    """Make every unfinished post reconcile before it does anything else; returns how many.

    Each delivery loses its remote id and gets an open publish intent: reconciling then searches
    for remote posts with its marker and adopts one, preferably a published one.
    """
    query = select(POST.c.id).where(POST.c.status.not_in(SETTLED_POSTS))
    ids = list(session.connection().execute(query).scalars())
    # Jobs before deliveries, as everywhere: if a worker runs by mistake, one of the two waits, and
    # there is no deadlock.
    job_queue.clear_claims(session)
    job_queue.wake(session, JobKind.POST, ids, now)
    for chunk in chunks(ids):
        session.connection().execute(
            update(DELIVERY)
            .where(DELIVERY.c.post_id.in_(chunk), DELIVERY.c.status.in_(UNFINISHED_STATUSES))
            .values(
                status=DeliveryStatus.PENDING,
                remote_id=None,
                remote_stage=None,
                sent_version=None,
                intent=Intent.PUBLISH_NOW,
                intent_at=now,
                is_stray=False,
                attempts=0,
                not_before=None,
            )
        )
        events = (history.HistoryEntry(each, each, "restore", "look again", now) for each in chunk)
        history.record(session, *events)
    return len(ids)
