"""Loads the planner's snapshots, of many posts at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models.snapshot import (
    ConnectionView,
    DeliveryView,
    MediaView,
    PostView,
    Snapshot,
    UploadView,
    files_for,
)
from models.statuses import DeliveryStatus, Desired, Intent, MediaStatus, PostStatus
from models.store.jobs.job_queue import Claim
from models.store.posts import delivery_accounts
from models.store.queue import seat_swaps
from models.store.sql.id_lists import is_among
from models.store.tenants import accounts, connections
from models.store.webhooks import post_events
from models.tables import (
    ACCOUNT,
    CONNECTION,
    DELIVERY,
    INSTALLATION,
    MEDIA,
    POST,
    SETTINGS,
    UPLOAD,
)

# Key in `session.info`.
SESSION_KEY = "snapshots"
POST_FIELDS = tuple(PostView.__slots__)
MEDIA_FIELDS = tuple(MediaView.__slots__)
UPLOAD_FIELDS = tuple(name for name in UploadView.__slots__ if name not in ("media", "connection"))
ACCOUNT_FIELDS = ("account_id", "connection", "profile_id", "account_problem", "is_disconnected")
DELIVERY_FIELDS = tuple(name for name in DeliveryView.__slots__ if name not in ACCOUNT_FIELDS)


def prefetch(session: Session, claims: Sequence[Claim]) -> None:
    """Load the posts of these jobs, for the first `load` of each in this transaction."""
    session.info[SESSION_KEY] = load_many(session, claims)


def load(session: Session, claim: Claim) -> Snapshot:
    """The post of a job: the prefetched snapshot at the first call, else a new one."""
    prefetched: dict[str, Snapshot] = session.info.get(SESSION_KEY, {})
    return prefetched.pop(claim.subject_id, None) or load_many(session, [claim])[claim.subject_id]


def load_many(session: Session, claims: Sequence[Claim]) -> dict[str, Snapshot]:
    """The posts of these jobs, by post id."""
    return _load(session, {claim.subject_id: claim.rescues for claim in claims})


def read_many(session: Session, post_ids: Sequence[str]) -> dict[str, Snapshot]:
    """These posts by id, for somebody who looks on; `rescues` is not read."""
    return _load(session, dict.fromkeys(post_ids, 0)) if post_ids else {}


def _load(session: Session, rescues: Mapping[str, int]) -> dict[str, Snapshot]:
    ids = list(rescues)
    # Before the accounts: if `accounts_known` is true, the accounts themselves must be visible too.
    rows = session.connection().execute(_POSTS, {"ids": ids}).all()
    post_events.skip_posts(session, (row.id for row in rows if not row.has_webhooks))
    media, deliveries = _load_media(session, ids), _load_deliveries(session, ids)
    uploads = _load_uploads(session, ids) if media else {}
    return {
        row.id: Snapshot(
            post=(post := _post_view(row)),
            media=tuple(media[row.id]),
            uploads=_upload_views(post, media[row.id], deliveries[row.id], uploads),
            deliveries=tuple(deliveries[row.id]),
            accounts_known=bool(row.accounts_known),
            is_paused=bool(row.is_paused),
            rescues=rescues[row.id],
            installation_id=row.installation_id,
            minimum_video_seconds=row.minimum_video_duration_seconds or 0,
            is_suspended=row.suspended_at is not None,
            is_seat_shared=bool(row.is_seat_shared),
        )
        for row in rows
    }


# The statements are made once: to make one of this size anew costs more than to run it.
_MEDIA = (
    select(MEDIA.c.post_id, *(MEDIA.c[name] for name in MEDIA_FIELDS))
    .where(is_among(MEDIA.c.post_id, "ids"))
    .order_by(MEDIA.c.post_id, MEDIA.c.position)
)
_UPLOADS = (
    select(UPLOAD.c.media_id, UPLOAD.c.connection_id, *(UPLOAD.c[name] for name in UPLOAD_FIELDS))
    .join(MEDIA, MEDIA.c.id == UPLOAD.c.media_id)
    .where(is_among(MEDIA.c.post_id, "ids"))
)
_POSTS = (
    select(
        *(POST.c[name] for name in POST_FIELDS),
        connections.all_synced(POST.c.organization_id).label("accounts_known"),
        SETTINGS.c.is_paused,
        SETTINGS.c.suspended_at,
        SETTINGS.c.has_webhooks,
        SETTINGS.c.minimum_video_duration_seconds,
        select(INSTALLATION.c.id).scalar_subquery().label("installation_id"),
        seat_swaps.is_seat_shared().label("is_seat_shared"),
    )
    .outerjoin(SETTINGS, SETTINGS.c.organization_id == POST.c.organization_id)
    .where(is_among(POST.c.id, "ids"))
)


def _post_view(row: Any) -> PostView:  # noqa: ANN401
    fields: dict[str, Any] = dict(zip(POST_FIELDS, row, strict=False))
    fields["desired"] = Desired(fields["desired"])
    fields["status"] = PostStatus(fields["status"])
    return PostView(**fields)


def _load_media(session: Session, ids: list[str]) -> dict[str, list[MediaView]]:
    by_post: dict[str, list[MediaView]] = defaultdict(list)
    for post_id, *values in session.connection().execute(_MEDIA, {"ids": ids}).all():
        by_post[post_id].append(MediaView(*values))
    return by_post


def _load_uploads(session: Session, ids: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """The columns of the uploads of posts, by the ids of media and connection."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for media_id, connection_id, *values in (
        session.connection().execute(_UPLOADS, {"ids": ids}).all()
    ):
        fields: dict[str, Any] = dict(zip(UPLOAD_FIELDS, values, strict=True))
        found[media_id, connection_id] = {**fields, "status": MediaStatus(fields["status"])}
    return found


def _upload_views(
    post: PostView,
    media: list[MediaView],
    deliveries: list[DeliveryView],
    found: dict[tuple[str, str], dict[str, Any]],
) -> tuple[UploadView, ...]:
    """One for each connection of the deliveries and each file that one of them has there; new where
    there is no row yet."""
    if not media:
        return ()
    used = {each.connection.id: each.connection for each in deliveries if each.connection}
    needed = {
        (each.connection.id, file.id)
        for each in deliveries
        if each.connection
        for file in files_for(post, media, each)
    }
    return tuple(
        UploadView(file, connection, **found.get((file.id, connection.id), {}))
        for connection in used.values()
        for file in media
        if (connection.id, file.id) in needed
    )


def _load_deliveries(session: Session, ids: list[str]) -> dict[str, list[DeliveryView]]:
    by_post: dict[str, list[DeliveryView]] = defaultdict(list)
    for row in session.connection().execute(_DELIVERIES, {"ids": ids}).all():
        fields: dict[str, Any] = dict(zip(DELIVERY_FIELDS, row, strict=False))
        fields["status"] = DeliveryStatus(fields["status"])
        fields["intent"] = Intent(fields["intent"]) if fields["intent"] else None
        by_post[row.post_id].append(DeliveryView(**fields, **_account_fields(row)))
    return by_post


def _account_fields(row: Any) -> dict[str, Any]:  # noqa: ANN401
    """The fields of a delivery's view that come from its account."""
    has_connection = row.connection_id is None or row.disconnected_at is None
    connection = (
        ConnectionView(row.connection_id, row.provider, row.address, row.blocked_until)
        if row.connection_id is not None
        else None
    )
    if row.account_id is None:
        return {
            "account_id": None,
            "connection": connection,
            "profile_id": None,
            "account_problem": None if has_connection else accounts.CONNECTION_REMOVED,
            "is_disconnected": False,
        }
    is_gone, is_disconnected = bool(row.is_gone), bool(row.is_disconnected)
    name = row.name or row.username or row.platform
    account_problem = accounts.describe_problem(
        name,
        row.status_level,
        is_gone=is_gone,
        is_disconnected=is_disconnected,
        has_connection=has_connection,
    )
    return {
        "account_id": row.account_id,
        "connection": connection,
        "profile_id": row.profile_id,
        "account_problem": account_problem,
        "is_disconnected": is_disconnected,
    }


_DELIVERIES = (
    select(
        *(DELIVERY.c[name] for name in DELIVERY_FIELDS),
        DELIVERY.c.post_id,
        ACCOUNT.c.id.label("account_id"),
        ACCOUNT.c.remote_id.label("profile_id"),
        *(ACCOUNT.c[name] for name in ("name", "username", "status_level", "is_gone")),
        accounts.is_disconnected(POST.c.organization_id).label("is_disconnected"),
        CONNECTION.c.id.label("connection_id"),
        CONNECTION.c.provider,
        CONNECTION.c.address,
        CONNECTION.c.blocked_until,
        CONNECTION.c.disconnected_at,
    )
    .join(POST, POST.c.id == DELIVERY.c.post_id)
    .outerjoin(ACCOUNT, ACCOUNT.c.id == delivery_accounts.account_id_of_delivery())
    .outerjoin(
        CONNECTION,
        CONNECTION.c.id == func.coalesce(ACCOUNT.c.connection_id, DELIVERY.c.connection_id),
    )
    .where(is_among(DELIVERY.c.post_id, "ids"))
    .order_by(DELIVERY.c.post_id, DELIVERY.c.id)
)
