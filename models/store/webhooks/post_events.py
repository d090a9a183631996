"""Announcing: changes of posts and accounts, to whoever listens, in their own transaction.

`history` marks every change of a post's status here, so that no path forgets it. The marks become
rows when the transaction is about to commit (`outbox`): what is told is then what is committed,
however many steps it took. A part that is rolled back takes its marks with it.
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

SESSION_KEY = "announcements"


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """A post's new status, written at an instant in a (part of a) transaction."""

    post_id: str
    status: str
    at: datetime
    transaction: SessionTransaction


@dataclass(slots=True)
class PendingEvents:
    """What one session's transaction has to tell, and who is known not to listen."""

    events: list[PendingEvent] = field(default_factory=list)
    posts_without_webhooks: set[str] = field(default_factory=set)
    # Organizations whose settings are locked, and whether they listen.
    has_webhooks_by_organization: dict[str, bool] = field(default_factory=dict)


def record(session: Session, post_id: str, status: str, at: datetime) -> None:
    """A post has got a status; whoever listens is told when the transaction commits."""
    transaction = session.get_nested_transaction() or session.get_transaction() or session.begin()
    _pending_events(session).events.append(PendingEvent(post_id, status, at, transaction))


def skip_posts(session: Session, post_ids: Iterable[str]) -> None:
    """These posts' organizations have no webhooks: do not look for any."""
    _pending_events(session).posts_without_webhooks.update(post_ids)


def set_has_webhooks(session: Session, organization_id: str, *, has_webhooks: bool) -> None:
    """The transaction has locked an organization's settings: all its posts are of that one."""
    _pending_events(session).has_webhooks_by_organization[organization_id] = has_webhooks


def flush(session: Session) -> None:
    """Write what was marked so far: of each post its last status, to all that want to hear."""
    pending = _pending_events(session)
    events, pending.events = pending.events, []
    last = {each.post_id: each for each in events}
    post_events = [
        outbox.PostEvent(each.post_id, EVENT_FOR_STATUS[PostStatus(each.status)], each.at)
        for each in last.values()
        if each.status in EVENT_FOR_STATUS and each.post_id not in pending.posts_without_webhooks
    ]
    if post_events and list(pending.has_webhooks_by_organization.values()) != [False]:
        session.flush()
        outbox.enqueue_post_events(session, post_events)


def _pending_events(session: Session) -> PendingEvents:
    pending: PendingEvents | None = session.info.get(SESSION_KEY)
    if pending is None:
        pending = session.info[SESSION_KEY] = PendingEvents()
        # A savepoint's end counts as a commit, too: what it marked is written inside of it.
        event.listen(session, "before_commit", flush)
        event.listen(session, "after_soft_rollback", _discard_rolled_back)
    return pending


def _discard_rolled_back(session: Session, rolled_back: SessionTransaction) -> None:
    pending = _pending_events(session)
    pending.events = [each for each in pending.events if each.transaction is not rolled_back]
    # What was read in the meantime may be stale by now.
    pending.posts_without_webhooks.clear()
    pending.has_webhooks_by_organization.clear()
