"""Changes of an accepted post by a person, written under the lock of its job."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_model

from models.posts import Delivery, Media, Post
from models.statuses import (
    DeliveryStatus,
    Intent,
    MediaStatus,
    PostStatus,
    check_delivery_transition,
    check_post_transition,
)
from models.store.jobs import job_queue
from models.store.posts import history
from models.store.posts.posts import NOT_ACKNOWLEDGED
from models.store.queue import released_seats
from models.tables import DELIVERY, JOB, MEDIA, POST, UPLOAD
from models.task_names import JobKind

PUBLISHING_INTENTS = (Intent.SCHEDULE, Intent.PUBLISH_NOW)


@dataclass(frozen=True, slots=True)
class LockedPost:
    """A post with its deliveries; no worker changes it before the transaction ends."""

    post: Post
    deliveries: list[Delivery]

    @property
    def status(self) -> PostStatus:
        """The status of the post."""
        return PostStatus(self.post.status)

    @property
    def is_never_sent(self) -> bool:
        """Whether nothing of it is at the provider, and no call is open."""
        return all(each.remote_id is None and each.intent is None for each in self.deliveries)

    @property
    def has_publishing_intent(self) -> bool:
        """Whether a call that can publish it is running or got no answer."""
        return any(each.intent in PUBLISHING_INTENTS for each in self.deliveries)

    @property
    def may_be_published_later(self) -> bool:
        """Whether it is scheduled at the provider, or an unanswered call may still publish it."""
        on_timer = any(each.status == DeliveryStatus.SCHEDULED for each in self.deliveries)
        return on_timer or any(each.is_stray and each.remote_id for each in self.deliveries)

    def has_delivery_in(self, *statuses: DeliveryStatus) -> bool:
        """Whether a delivery has one of these statuses."""
        return any(each.status in statuses for each in self.deliveries)


def lock_post(session: Session, organization_id: str, post_id: str) -> LockedPost | None:
    """Lock the job of a post, after any worker transaction on it; None if the organization has no
    such post. A caller that needs the lock of the settings takes it before."""
    job = select(JOB.c.id).where(JOB.c.kind == JobKind.POST, JOB.c.subject_id == post_id)
    session.connection().execute(job.with_for_update())
    post = session.exec(
        select_model(Post).where(Post.organization_id == organization_id, Post.id == post_id)
    ).first()
    if post is None:
        return None
    of_post = select_model(Delivery).where(Delivery.post_id == post_id)
    return LockedPost(post, list(session.exec(of_post.order_by(col(Delivery.id)))))


def update_post(
    session: Session,
    locked: LockedPost,
    new: PostStatus,
    now: datetime,
    *,
    step: str,
    note: str | None = None,
    **values: object,
) -> None:
    """Set columns and status of a post, wake its job, and write history. Whoever acknowledged the
    post has to do so again, unless `values` says otherwise."""
    post = locked.post
    values = {**NOT_ACKNOWLEDGED, **values}
    check_post_transition(locked.status, new)
    is_moved = values.get("scheduled_for", post.scheduled_for) != post.scheduled_for
    emits_event = is_moved or new is not locked.status
    session.connection().execute(
        update(POST).where(POST.c.id == post.id).values(status=new, **values)
    )
    released_seats.record_status_change(session, post.id, locked.status, new)
    if is_moved:
        released_seats.record_move(session, post.id)
    job_queue.wake(session, JobKind.POST, [post.id], now)
    entry = history.HistoryEntry(
        post.id, post.id, step, new, now, error=note, emits_event=emits_event
    )
    history.record(session, entry)
    session.expire_all()


def reset_delivery(
    session: Session, delivery: Delivery, status: DeliveryStatus, **values: object
) -> None:
    """Set a delivery's status; clear its attempts, back-off and error."""
    check_delivery_transition(DeliveryStatus(delivery.status), status)
    cleared = {"attempts": 0, "not_before": None, "error": None}
    session.connection().execute(
        update(DELIVERY)
        .where(DELIVERY.c.id == delivery.id)
        .values({**cleared, "status": status, **values})
    )


def load_media(session: Session, post_id: str) -> list[Media]:
    """The files of a post, in their order."""
    query = select_model(Media).where(Media.post_id == post_id)
    return list(session.exec(query.order_by(col(Media.position))))


def replace_media(session: Session, post_id: str, rows: Sequence[Media]) -> None:
    """Replace the files of a post, with those of its thread. A worker that is uploading one of them
    finds no row any more to write its outcome to, and goes on with the new ones."""
    of_post = select(MEDIA.c.id).where(MEDIA.c.post_id == post_id)
    session.connection().execute(delete(UPLOAD).where(UPLOAD.c.media_id.in_(of_post)))
    session.connection().execute(delete(MEDIA).where(MEDIA.c.post_id == post_id))
    session.add_all(rows)
    session.flush()


def set_alt_texts(session: Session, post_id: str, texts: Sequence[str | None]) -> None:
    """Set the alt text of each photo, by position."""
    for position, text in enumerate(texts):
        of_photo = (
            MEDIA.c.post_id == post_id,
            MEDIA.c.thread_part == 0,
            MEDIA.c.position == position,
        )
        session.connection().execute(update(MEDIA).where(*of_photo).values(alt_text=text))


def reset_failed_uploads(session: Session, post_id: str) -> None:
    """Let failed files be uploaded again; files that are at a provider stay."""
    of_post = select(MEDIA.c.id).where(MEDIA.c.post_id == post_id)
    failed = (UPLOAD.c.media_id.in_(of_post), UPLOAD.c.status == MediaStatus.FAILED)
    session.connection().execute(delete(UPLOAD).where(*failed))


def retry_deliveries(session: Session, locked: LockedPost, now: datetime) -> None:
    """Reset the attempts of unpublished deliveries. Failed ones start again; unknown ones must
    reconcile first; successful ones do not change."""
    for each in locked.deliveries:
        if each.status == DeliveryStatus.FAILED:
            keeps_account = each.is_named or each.remote_id is not None
            account_id = each.account_id if keeps_account else None
            reset_delivery(session, each, DeliveryStatus.PENDING, account_id=account_id)
        elif each.status == DeliveryStatus.UNKNOWN and each.remote_id is None:
            reconcile = {
                "intent": each.intent or Intent.CREATE,
                "intent_at": each.intent_at or now,
            }
            reset_delivery(session, each, DeliveryStatus.PENDING, **reconcile)
        elif each.status == DeliveryStatus.UNKNOWN:
            reconcile = {
                "intent": each.intent or Intent.PUBLISH_NOW,
                "intent_at": each.intent_at or now,
            }
            reset_delivery(session, each, DeliveryStatus.CREATED, **reconcile)
        elif each.status in (DeliveryStatus.PENDING, DeliveryStatus.CREATED):
            reset_delivery(session, each, DeliveryStatus(each.status))
