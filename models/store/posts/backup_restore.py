"""After a restore from a backup: the database is older than the state at the provider."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, update
from sqlmodel import Session

from models.statuses import NEEDS_ATTENTION, SETTLED_POSTS, DeliveryStatus, Intent
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
RETRIED_STATUSES = (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)
# What the backup says of the provider's side is old: only the remote ids are kept.
FORGOTTEN: dict[str, Any] = {"sent_version": None, "attempts": 0, "not_before": None}


def require_reconcile(session: Session, now: datetime) -> int:
    """Make every post that is not over reconcile before it does anything else; returns how many of
    them are unfinished.

    Each delivery gets an open publish intent, so that the worker asks for its remote id, or
    searches by its marker where it has none or the remote post is gone. Ended posts get the intent
    as well, without being woken: they reconcile when a person lets them go on.
    """
    query = select(POST.c.id).where(POST.c.status.not_in(SETTLED_POSTS))
    ids = list(session.connection().execute(query).scalars())
    # Jobs before deliveries, as everywhere: if a worker runs by mistake, one of the two waits, and
    # there is no deadlock.
    job_queue.clear_claims(session)
    job_queue.wake(session, JobKind.POST, ids, now)
    for chunk in chunks(ids):
        _open_intents(session, chunk, now)
        events = (history.HistoryEntry(each, each, "restore", "look again", now) for each in chunk)
        history.record(session, *events)
    # Posts that a person may let go on. After the backup somebody may have done so.
    ended = select(POST.c.id).where(POST.c.status.in_(NEEDS_ATTENTION))
    for chunk in chunks(list(session.connection().execute(ended).scalars())):
        _open_intents(session, chunk, now)
    return len(ids)


def _open_intents(session: Session, post_ids: Sequence[str], now: datetime) -> None:
    """Open the publish intent of all deliveries of these posts that are not over for good."""
    of_posts = DELIVERY.c.post_id.in_(post_ids)
    is_unfinished = DELIVERY.c.status.in_(UNFINISHED_STATUSES)
    may_go_on = DELIVERY.c.status.in_((*UNFINISHED_STATUSES, *RETRIED_STATUSES))
    status = case(
        (DELIVERY.c.remote_id.is_(None), DeliveryStatus.PENDING.value),
        else_=DeliveryStatus.CREATED.value,
    )
    intent = {
        "intent": Intent.PUBLISH_NOW,
        "intent_at": now,
        "intent_version": None,
        "intent_remote_id": DELIVERY.c.remote_id,
    }
    connection = session.connection()
    connection.execute(update(DELIVERY).where(of_posts, may_go_on).values(**intent))
    connection.execute(
        update(DELIVERY).where(of_posts, is_unfinished).values(status=status, **FORGOTTEN)
    )
