"""Events of posts for webhooks: collected during a transaction, written just before its commit.

`history` records every change of a post's status here, so that no code path forgets it. Before the
commit the last event of each post goes to the `outbox`: the event then shows what is committed,
even after several changes. The rollback of a savepoint discards the events recorded in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import event
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session

from models.statuses import PostStatus
from models.store.webhooks import outbox
from models.webhooks import EVENT_FOR_STATUS

# Key in `session.info`.
SESSION_KEY = "post_events"


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """A post's new status, and the (nested) transaction in which it was written."""

    post_id: str
    status: str
    at: datetime
    transaction: SessionTransaction


@dataclass(slots=True)
class PendingEvents:
    """Status events of one session's transaction, and posts known to have no webhooks."""

    events: list[PendingEvent] = field(default_factory=list)
    posts_without_webhooks: set[str] = field(default_factory=set)
    # Whether each organization whose settings are locked has webhooks.
    has_webhooks_by_organization: dict[str, bool] = field(default_factory=dict)


def record(session: Session, post_id: str, status: str, at: datetime) -> None:
    """Record a post's new status; its event is enqueued when the transaction commits."""
    transaction = session.get_nested_transaction() or session.get_transaction() or session.begin()
    _pending_events(session).events.append(PendingEvent(post_id, status, at, transaction))


def skip_posts(session: Session, post_ids: Iterable[str]) -> None:
    """Skip these posts in `flush`: their organizations have no webhooks."""
    _pending_events(session).posts_without_webhooks.update(post_ids)


def set_has_webhooks(session: Session, organization_id: str, *, has_webhooks: bool) -> None:
    """Record whether an organization has webhooks, after locking its settings.

    A transaction that locks the settings of one organization changes only posts of that one.
    """
    _pending_events(session).has_webhooks_by_organization[organization_id] = has_webhooks


def flush(session: Session) -> None:
    """Enqueue the events recorded so far: the last status of each post, for all its subscribers."""
    pending = _pending_events(session)
    events, pending.events = pending.events, []
    latest = {each.post_id: each for each in events}
    post_events = [
        outbox.PostEvent(each.post_id, EVENT_FOR_STATUS[PostStatus(each.status)], each.at)
        for each in latest.values()
        if each.status in EVENT_FOR_STATUS and each.post_id not in pending.posts_without_webhooks
    ]
    if post_events and list(pending.has_webhooks_by_organization.values()) != [False]:
        session.flush()
        outbox.enqueue_post_events(session, post_events)


def _pending_events(session: Session) -> PendingEvents:
    pending: PendingEvents | None = session.info.get(SESSION_KEY)
    if pending is None:
        pending = session.info[SESSION_KEY] = PendingEvents()
        # Also called at the end of a savepoint: its events are written inside of it.
        event.listen(session, "before_commit", flush)
        event.listen(session, "after_soft_rollback", _discard_rolled_back)
    return pending


def _discard_rolled_back(session: Session, rolled_back: SessionTransaction) -> None:
    pending = _pending_events(session)
    pending.events = [each for each in pending.events if each.transaction is not rolled_back]
    # These were read in the rolled-back part, so they may be stale.
    pending.posts_without_webhooks.clear()
    pending.has_webhooks_by_organization.clear()
