"""Posts with their media and deliveries: insert, read, change."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, insert, or_, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_model

from models.organizations import Account, Installation, SocialSettings, Workspace
from models.posts import Delivery, Media, Post
from models.snapshot import DeliveryView, MediaView, PostView, Snapshot
from models.statuses import (
    DeliveryStatus,
    Desired,
    Intent,
    MediaStatus,
    PostStatus,
    check_delivery,
    check_post,
)
from models.store import history
from models.store.jobs import Claim

POST: Table = Post.__table__  # type: ignore[attr-defined]
MEDIA: Table = Media.__table__  # type: ignore[attr-defined]
DELIVERY: Table = Delivery.__table__  # type: ignore[attr-defined]
ACCOUNT: Table = Account.__table__  # type: ignore[attr-defined]
WORKSPACE: Table = Workspace.__table__  # type: ignore[attr-defined]
SETTINGS: Table = SocialSettings.__table__  # type: ignore[attr-defined]
INSTALLATION: Table = Installation.__table__  # type: ignore[attr-defined]


# A post that goes to the backlog forgets its slot, and is the queue's from then on.
UNSEATED: dict[str, Any] = {
    "scheduled_for": None,
    "local_at": None,
    "opens_at": None,
    "late_at": None,
    "desired": Desired.SCHEDULED,
    "publish_mode": "next_slot",
}


# A delivery that may have gone out, or may still go out by itself.
IN_MOTION = or_(
    DELIVERY.c.status.not_in((DeliveryStatus.PENDING, DeliveryStatus.CREATED)),
    DELIVERY.c.intent.in_((Intent.SCHEDULE, Intent.PUBLISH_NOW)),
    DELIVERY.c.is_stray,
)


def add(session: Session, post: Post, media: list[Media], deliveries: list[Delivery]) -> None:
    """Insert a post with its parts."""
    connection = session.connection()
    connection.execute(insert(POST).values(post.model_dump()))
    for table, rows in ((MEDIA, media), (DELIVERY, deliveries)):
        if rows:
            connection.execute(insert(table), [row.model_dump() for row in rows])


def snapshot(session: Session, post_id: str, held: Claim) -> Snapshot:
    """The post as the planner sees it."""
    connection = session.connection()
    post, surroundings = _post_view(session, post_id)
    installation = connection.execute(select(INSTALLATION.c.id)).scalar_one()
    return Snapshot(
        post=post,
        media=_media_views(session, post_id),
        deliveries=_delivery_views(session, post_id),
        blocked_until=surroundings.blocked_until,
        accounts_known=surroundings.accounts_synced_at is not None,
        is_paused=surroundings.is_paused,
        rescues=held.rescues,
        installation_id=installation,
        minimum_video_seconds=surroundings.minimum_video_duration_seconds,
    )


def _post_view(session: Session, post_id: str) -> tuple[PostView, Any]:
    """The post, and a row of what surrounds it: its workspace's and its organization's state."""
    names = tuple(PostView.__slots__)
    query = (
        select(
            *(POST.c[name] for name in names),
            WORKSPACE.c.blocked_until,
            WORKSPACE.c.accounts_synced_at,
            SETTINGS.c.is_paused,
            SETTINGS.c.minimum_video_duration_seconds,
        )
        .join(WORKSPACE, WORKSPACE.c.id == POST.c.workspace_id)
        .join(SETTINGS, SETTINGS.c.organization_id == POST.c.organization_id)
        .where(POST.c.id == post_id)
    )
    row = session.connection().execute(query).one()
    fields: dict[str, Any] = dict(zip(names, row, strict=False))
    fields["desired"] = Desired(fields["desired"])
    fields["status"] = PostStatus(fields["status"])
    return PostView(**fields), row


def _media_views(session: Session, post_id: str) -> tuple[MediaView, ...]:
    names = tuple(MediaView.__slots__)
    query = (
        select(*(MEDIA.c[name] for name in names))
        .where(MEDIA.c.post_id == post_id)
        .order_by(MEDIA.c.position)
    )
    rows = session.connection().execute(query).mappings()
    return tuple(MediaView(**{**row, "status": MediaStatus(row["status"])}) for row in rows)


def _delivery_views(session: Session, post_id: str) -> tuple[DeliveryView, ...]:
    names = [name for name in DeliveryView.__slots__ if name != "profile_id"]
    query = (
        select(*(DELIVERY.c[name] for name in names), ACCOUNT.c.remote_id.label("profile_id"))
        .join(POST, POST.c.id == DELIVERY.c.post_id)
        .outerjoin(ACCOUNT, _account_of_delivery())
        .where(DELIVERY.c.post_id == post_id)
        .order_by(DELIVERY.c.id)
    )
    return tuple(_delivery_view(row) for row in session.connection().execute(query).mappings())


def _account_of_delivery() -> ColumnElement[bool]:
    """A delivery's own account, else the workspace's default account on its platform."""
    default = and_(
        DELIVERY.c.account_id.is_(None),
        ACCOUNT.c.workspace_id == POST.c.workspace_id,
        ACCOUNT.c.platform == DELIVERY.c.platform,
        ACCOUNT.c.is_default,
    )
    return or_(ACCOUNT.c.id == DELIVERY.c.account_id, default)


def _delivery_view(row: Any) -> DeliveryView:  # noqa: ANN401
    intent = Intent(row["intent"]) if row["intent"] else None
    return DeliveryView(**{**row, "status": DeliveryStatus(row["status"]), "intent": intent})


def change_media(session: Session, media_id: str, **values: object) -> None:
    """Set columns of one media row."""
    session.connection().execute(update(MEDIA).where(MEDIA.c.id == media_id).values(**values))


def change_delivery(session: Session, delivery: DeliveryView, **values: object) -> None:
    """Set columns of one delivery; a change of status must be a legal one."""
    if "status" in values:
        check_delivery(delivery.status, DeliveryStatus(str(values["status"])))
    session.connection().execute(
        update(DELIVERY).where(DELIVERY.c.id == delivery.id).values(**values)
    )


def become(
    session: Session,
    post_id: str,
    old: PostStatus,
    new: PostStatus,
    now: datetime,
    *,
    step: str,
    reason: str | None = None,
    **values: object,
) -> None:
    """Move a post to another status, with a history row; IllegalTransition where it may not."""
    check_post(old, new)
    session.connection().execute(
        update(POST).where(POST.c.id == post_id).values(status=new, reason=reason, **values)
    )
    history.record(session, history.Event(post_id, post_id, step, new, now, error=reason))


def into_backlog(session: Session, post_id: str, old: PostStatus, now: datetime) -> None:
    """Let a post wait for a seat, and forget the slot that it had."""
    become(session, post_id, old, PostStatus.BACKLOG, now, step="backlog", **UNSEATED)


def recent(session: Session, organization_id: str) -> list[Post]:
    """The organization's posts, most recent first."""
    query = (
        select_model(Post)
        .where(Post.organization_id == organization_id)
        .order_by(col(Post.accepted_at).desc(), col(Post.id).desc())
    )
    return list(session.exec(query))


def parts(
    session: Session, post_ids: list[str]
) -> tuple[dict[str, list[Media]], dict[str, list[Delivery]]]:
    """The media and the deliveries of these posts, by post id, in their order."""
    media: dict[str, list[Media]] = {post_id: [] for post_id in post_ids}
    deliveries: dict[str, list[Delivery]] = {post_id: [] for post_id in post_ids}
    for start in range(0, len(post_ids), 500):
        chunk = post_ids[start : start + 500]
        for row in session.exec(
            select_model(Media).where(col(Media.post_id).in_(chunk)).order_by(col(Media.position))
        ):
            media[row.post_id].append(row)
        for delivery in session.exec(
            select_model(Delivery)
            .where(col(Delivery.post_id).in_(chunk))
            .order_by(col(Delivery.id))
        ):
            deliveries[delivery.post_id].append(delivery)
    return media, deliveries


def by_row_key(session: Session, organization_id: str, row_key: str) -> Post | None:
    """The post that an earlier import made of the same row."""
    return session.exec(
        select_model(Post).where(Post.organization_id == organization_id, Post.row_key == row_key)
    ).first()


def get(session: Session, organization_id: str, post_id: str) -> Post | None:
    """A post of the organization; None when it has no such post."""
    return session.exec(
        select_model(Post).where(Post.organization_id == organization_id, Post.id == post_id)
    ).first()
