"""Posts as the planner sees them, read for many posts at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.snapshot import DeliveryView, MediaView, PostView, Snapshot
from models.statuses import DeliveryStatus, Desired, Intent, MediaStatus, PostStatus
from models.store import accounts, announce
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
OF_ACCOUNT = ("account_id", "profile_id", "trouble", "is_disconnected")
DELIVERY_NAMES = tuple(name for name in DeliveryView.__slots__ if name not in OF_ACCOUNT)


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
    announce.nobody_listens(session, (row.id for row in rows if not row.has_webhooks))
    media, deliveries = _media(session, ids), _deliveries(session, ids)
    return {
        row.id: Snapshot(
            post=_post(row),
            media=tuple(media[row.id]),
            deliveries=tuple(deliveries[row.id]),
            blocked_until=row.blocked_until,
            accounts_known=row.accounts_synced_at is not None,
            is_paused=bool(row.is_paused),
            rescues=rescues[row.id],
            installation_id=row.installation_id,
            minimum_video_seconds=row.minimum_video_duration_seconds or 0,
        )
        for row in rows
    }


_POSTS = (
    select(
        *(POST.c[name] for name in POST_NAMES),
        WORKSPACE.c.blocked_until,
        WORKSPACE.c.accounts_synced_at,
        SETTINGS.c.is_paused,
        SETTINGS.c.has_webhooks,
        SETTINGS.c.minimum_video_duration_seconds,
        select(INSTALLATION.c.id).scalar_subquery().label("installation_id"),
    )
    .join(WORKSPACE, WORKSPACE.c.id == POST.c.workspace_id)
    .outerjoin(SETTINGS, SETTINGS.c.organization_id == POST.c.organization_id)
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
    found: dict[str, list[DeliveryView]] = defaultdict(list)
    query = _DELIVERIES.where(DELIVERY.c.post_id.in_(ids))
    for row in session.connection().execute(query):
        fields: dict[str, Any] = dict(zip(DELIVERY_NAMES, row, strict=False))
        fields["status"] = DeliveryStatus(fields["status"])
        fields["intent"] = Intent(fields["intent"]) if fields["intent"] else None
        found[row.post_id].append(DeliveryView(**fields, **_account(row)))
    return found


def _account(row: Any) -> dict[str, Any]:  # noqa: ANN401
    """What a delivery's view says of its account."""
    if row.account_id is None:
        return {"account_id": None, "profile_id": None, "trouble": None, "is_disconnected": False}
    gone, cut = bool(row.is_gone), bool(row.is_disconnected)
    name = row.name or row.username or row.platform
    trouble = accounts.trouble(name, row.status_level, is_gone=gone, is_disconnected=cut)
    return {
        "account_id": row.account_id,
        "profile_id": row.profile_id,
        "trouble": trouble,
        "is_disconnected": cut,
    }


_DELIVERIES = (
    select(
        *(DELIVERY.c[name] for name in DELIVERY_NAMES),
        DELIVERY.c.post_id,
        ACCOUNT.c.id.label("account_id"),
        ACCOUNT.c.remote_id.label("profile_id"),
        *(ACCOUNT.c[name] for name in ("name", "username", "status_level", "is_gone")),
        accounts.is_disconnected(POST.c.organization_id).label("is_disconnected"),
    )
    .join(POST, POST.c.id == DELIVERY.c.post_id)
    .outerjoin(ACCOUNT, ACCOUNT.c.id == accounts.of_delivery())
    .order_by(DELIVERY.c.post_id, DELIVERY.c.id)
)
