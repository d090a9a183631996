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
from models.store import outbox
from models.webhooks import EVENT_OF

KEY = "announcements"


@dataclass(frozen=True, slots=True)
class Mark:
    """A post's new status, written at an instant in a (part of a) transaction."""

    post_id: str
    status: str
    at: datetime
    part: SessionTransaction


@dataclass(slots=True)
class Marks:
    """What one session's transaction has to tell, and who is known not to listen."""

    made: list[Mark] = field(default_factory=list)
    deaf_posts: set[str] = field(default_factory=set)
    # Organizations whose settings are locked, and whether they listen.
    locked: dict[str, bool] = field(default_factory=dict)


def mark(session: Session, post_id: str, status: str, at: datetime) -> None:
    """A post has got a status; whoever listens is told when the transaction commits."""
    part = session.get_nested_transaction() or session.get_transaction() or session.begin()
    _of(session).made.append(Mark(post_id, status, at, part))


def nobody_listens(session: Session, post_ids: Iterable[str]) -> None:
    """These posts' organizations have no webhooks: do not look for any."""
    _of(session).deaf_posts.update(post_ids)


def has_locked(session: Session, organization_id: str, *, has_webhooks: bool) -> None:
    """The transaction has locked an organization's settings: all its posts are of that one."""
    _of(session).locked[organization_id] = has_webhooks


def write(session: Session) -> None:
    """Write what was marked so far: of each post its last status, to all that want to hear."""
    marks = _of(session)
    made, marks.made = marks.made, []
    last = {each.post_id: each for each in made}
    news = [
        outbox.News(each.post_id, EVENT_OF[PostStatus(each.status)], each.at)
        for each in last.values()
        if each.status in EVENT_OF and each.post_id not in marks.deaf_posts
    ]
    if news and list(marks.locked.values()) != [False]:
        session.flush()
        outbox.tell_of_posts(session, news)


def _of(session: Session) -> Marks:
    marks: Marks | None = session.info.get(KEY)
    if marks is None:
        marks = session.info[KEY] = Marks()
        # A savepoint's end counts as a commit, too: what it marked is written inside of it.
        event.listen(session, "before_commit", write)
        event.listen(session, "after_soft_rollback", _forget)
    return marks


def _forget(session: Session, undone: SessionTransaction) -> None:
    marks = _of(session)
    marks.made = [each for each in marks.made if each.part is not undone]
    # What was read in the meantime may be stale by now.
    marks.deaf_posts.clear()
    marks.locked.clear()
