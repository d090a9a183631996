"""Posts as the planner sees them, read for many posts at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session

from models.snapshot import DeliveryView, MediaView, PostView, Snapshot
from models.statuses import DeliveryStatus, Desired, Intent, MediaStatus, PostStatus
from models.store.jobs import Claim
from models.store.posts import (
    ACCOUNT,
    DELIVERY,
    INSTALLATION,
    MEDIA,
    POST,
    SETTINGS,
    WORKSPACE,
)

KEY = "snapshots"
POST_NAMES = tuple(PostView.__slots__)
MEDIA_NAMES = tuple(MediaView.__slots__)
DELIVERY_NAMES = tuple(name for name in DeliveryView.__slots__ if name != "profile_id")


def read_ahead(session: Session, held: Sequence[Claim]) -> None:
    """Read the posts of these jobs, for the first `of` of each in this transaction."""
    session.info[KEY] = many(session, held)


def of(session: Session, held: Claim) -> Snapshot:
    """The post of a job: as it was read ahead, and anew when it is asked for again."""
    ahead: dict[str, Snapshot] = session.info.get(KEY, {})
    return ahead.pop(held.subject_id, None) or many(session, [held])[held.subject_id]


def many(session: Session, held: Sequence[Claim]) -> dict[str, Snapshot]:
    """The posts of these jobs, by their ids."""
    ids = [claim.subject_id for claim in held]
    rescues = {claim.subject_id: claim.rescues for claim in held}
    # First, before the accounts: who finds that they are known must find them.
    rows = session.connection().execute(_POSTS.where(POST.c.id.in_(ids))).all()
    media, deliveries = _media(session, ids), _deliveries(session, ids)
    return {
        row.id: Snapshot(
            post=_post(row),
            media=tuple(media[row.id]),
            deliveries=tuple(deliveries[row.id]),
            blocked_until=row.blocked_until,
            accounts_known=row.accounts_synced_at is not None,
            is_paused=row.is_paused,
            rescues=rescues[row.id],
            installation_id=row.installation_id,
            minimum_video_seconds=row.minimum_video_duration_seconds,
        )
        for row in rows
    }


_POSTS = (
    select(
        *(POST.c[name] for name in POST_NAMES),
        WORKSPACE.c.blocked_until,
        WORKSPACE.c.accounts_synced_at,
        SETTINGS.c.is_paused,
        SETTINGS.c.minimum_video_duration_seconds,
        select(INSTALLATION.c.id).scalar_subquery().label("installation_id"),
    )
    .join(WORKSPACE, WORKSPACE.c.id == POST.c.workspace_id)
    .join(SETTINGS, SETTINGS.c.organization_id == POST.c.organization_id)
)


def _post(row: Any) -> PostView:  # noqa: ANN401
    fields: dict[str, Any] = dict(zip(POST_NAMES, row, strict=False))
    fields["desired"] = Desired(fields["desired"])
    fields["status"] = PostStatus(fields["status"])
    return PostView(**fields)


def _media(session: Session, ids: list[str]) -> dict[str, list[MediaView]]:
    query = (
        select(MEDIA.c.post_id, *(MEDIA.c[name] for name in MEDIA_NAMES))
        .where(MEDIA.c.post_id.in_(ids))
        .order_by(MEDIA.c.post_id, MEDIA.c.position)
    )
    found: dict[str, list[MediaView]] = defaultdict(list)
    for post_id, *values in session.connection().execute(query):
        fields: dict[str, Any] = dict(zip(MEDIA_NAMES, values, strict=True))
        found[post_id].append(MediaView(**{**fields, "status": MediaStatus(fields["status"])}))
    return found


def _deliveries(session: Session, ids: list[str]) -> dict[str, list[DeliveryView]]:
    columns = (DELIVERY.c[name] for name in DELIVERY_NAMES)
    query = (
        select(DELIVERY.c.post_id, ACCOUNT.c.remote_id.label("profile_id"), *columns)
        .join(POST, POST.c.id == DELIVERY.c.post_id)
        .outerjoin(ACCOUNT, _account_of_delivery())
        .where(DELIVERY.c.post_id.in_(ids))
        .order_by(DELIVERY.c.post_id, DELIVERY.c.id)
    )
    found: dict[str, list[DeliveryView]] = defaultdict(list)
    for post_id, profile_id, *values in session.connection().execute(query):
        fields: dict[str, Any] = dict(zip(DELIVERY_NAMES, values, strict=True))
        fields["status"] = DeliveryStatus(fields["status"])
        fields["intent"] = Intent(fields["intent"]) if fields["intent"] else None
        found[post_id].append(DeliveryView(profile_id=profile_id, **fields))
    return found


def _account_of_delivery() -> ColumnElement[bool]:
    """A delivery's own account, else the workspace's default account on its platform."""
    default = and_(
        DELIVERY.c.account_id.is_(None),
        ACCOUNT.c.workspace_id == POST.c.workspace_id,
        ACCOUNT.c.platform == DELIVERY.c.platform,
        ACCOUNT.c.is_default,
    )
    return or_(ACCOUNT.c.id == DELIVERY.c.account_id, default)
