"""The outbox: an event becomes one delivery and one job for each endpoint that subscribes to it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, and_, exists, insert, or_, select
from sqlmodel import Session

from models.ids import new_id
from models.statuses import PostStatus
from models.store.jobs import job_queue
from models.store.sql.bulk import chunks
from models.tables import (
    ACCOUNT,
    CONNECTION,
    DELIVERY,
    DISCONNECTED_ACCOUNT,
    JOB,
    POST,
    WEBHOOK_DELIVERY,
    WEBHOOK_ENDPOINT,
)
from models.task_names import JobKind
from models.webhooks import WebhookEvent, WebhookStatus

POST_COLUMNS = (
    "id",
    "organization_id",
    "post_type",
    "status",
    "reason",
    "review_comment",
    "scheduled_for",
    "late_at",
    "published_at",
    "platforms",
)
DELIVERY_COLUMNS = ("platform", "account_id", "status", "link", "error")


@dataclass(frozen=True, slots=True)
class PostEvent:
    """A change of a post's status, and when."""

    post_id: str
    event: WebhookEvent
    at: datetime


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """One event for one endpoint; `event_id` is the same for all endpoints of the event."""

    endpoint_id: str
    organization_id: str
    event_id: str
    event: WebhookEvent
    at: datetime
    payload: str


def enqueue_post_events(session: Session, events: Sequence[PostEvent]) -> None:
    """Enqueue these events for every endpoint that subscribes to them, if there is any."""
    for chunk in chunks(events):
        by_post = {each.post_id: each for each in chunk}
        rows = _post_subscribers(session, by_post)
        if rows:
            enqueue(session, _post_messages(session, by_post, rows))


def _post_subscribers(session: Session, events: dict[str, PostEvent]) -> list[Row[Any]]:
    """A row (endpoint, post) for each post and each endpoint that subscribes to its event."""
    query = (
        select(
            WEBHOOK_ENDPOINT.c.id.label("endpoint_id"),
            WEBHOOK_ENDPOINT.c.events,
            *(POST.c[name] for name in POST_COLUMNS),
        )
        .join(POST, POST.c.organization_id == WEBHOOK_ENDPOINT.c.organization_id)
        .where(POST.c.id.in_(list(events)), WEBHOOK_ENDPOINT.c.is_enabled)
        .order_by(WEBHOOK_ENDPOINT.c.id, POST.c.id)
        # The endpoint must exist until the commit: its deletion waits for us, an update does not.
        .with_for_update(read=True, key_share=True, of=WEBHOOK_ENDPOINT)
    )
    rows = session.connection().execute(query)
    return [row for row in rows if events[row.id].event in row.events]


def _post_messages(
    session: Session, events: dict[str, PostEvent], rows: list[Row[Any]]
) -> list[WebhookMessage]:
    ids = list({row.id for row in rows})
    job_ids = job_queue.ids_of(session, JobKind.POST, ids)
    deliveries = _load_deliveries(session, ids)
    event_ids = {post_id: new_id() for post_id in ids}
    return [
        build_message(
            row.endpoint_id,
            row.organization_id,
            events[row.id].event,
            events[row.id].at,
            _post_payload(row, job_ids.get(row.id), deliveries[row.id]),
            event_ids[row.id],
        )
        for row in rows
    ]


def _load_deliveries(session: Session, post_ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    by_post: dict[str, list[dict[str, Any]]] = defaultdict(list)
    query = (
        select(DELIVERY.c.post_id, *(DELIVERY.c[name] for name in DELIVERY_COLUMNS))
        .where(DELIVERY.c.post_id.in_(post_ids))
        .order_by(DELIVERY.c.id)
    )
    for row in session.connection().execute(query):
        by_post[row.post_id].append(
            {
                "platform": row.platform,
                "accountId": row.account_id,
                "status": row.status,
                "link": row.link,
                "error": row.error,
            }
        )
    return by_post


def _post_payload(
    row: Row[Any], job_id: str | None, deliveries: list[dict[str, Any]]
) -> dict[str, Any]:
    positions = {platform: index for index, platform in enumerate(row.platforms)}
    return {
        "organizationId": row.organization_id,
        "postId": row.id,
        "jobId": job_id,
        "postType": row.post_type,
        "status": row.status,
        "reason": _reason(row),
        "scheduledFor": _format_instant(row.scheduled_for),
        "lateAt": _format_instant(row.late_at),
        "publishedAt": _format_instant(row.published_at),
        "platforms": row.platforms,
        "deliveries": sorted(deliveries, key=lambda each: positions.get(each["platform"], -1)),
    }


def _reason(row: Row[Any]) -> str | None:
    """Why the post has its status; where changes are asked for, the reviewer's words."""
    is_sent_back = row.status == PostStatus.CHANGES_REQUESTED
    comment: str | None = row.review_comment if is_sent_back else row.reason
    return comment


def enqueue_account_needs_attention(
    session: Session, account_id: str, at: datetime, reason: str | None = None
) -> None:
    """Enqueue the event that a person must fix this account, for the organizations that use it.

    Organizations that have disconnected it get no event. Call this once, when the problem is
    detected.
    """
    session.flush()
    event = WebhookEvent.ACCOUNT_NEEDS_ATTENTION
    rows = [row for row in _account_subscribers(session, account_id) if event in row.events]
    ids = {row.organization_id: new_id() for row in rows}
    messages = [
        build_message(
            row.endpoint_id,
            row.organization_id,
            event,
            at,
            _account_payload(row, reason),
            ids[row.organization_id],
        )
        for row in rows
    ]
    enqueue(session, messages)


def _account_subscribers(session: Session, account_id: str) -> Iterable[Row[Any]]:
    """A row (endpoint, account) for each endpoint of an organization that uses the account."""
    own = CONNECTION.alias("own")
    has_own = exists().where(
        own.c.provider == CONNECTION.c.provider,
        own.c.organization_id == WEBHOOK_ENDPOINT.c.organization_id,
        own.c.credentials.is_not(None),
    )
    has_disconnected = exists().where(
        DISCONNECTED_ACCOUNT.c.organization_id == WEBHOOK_ENDPOINT.c.organization_id,
        DISCONNECTED_ACCOUNT.c.account_id == ACCOUNT.c.id,
    )
    query = (
        select(
            WEBHOOK_ENDPOINT.c.id.label("endpoint_id"), WEBHOOK_ENDPOINT.c.events,
            WEBHOOK_ENDPOINT.c.organization_id,
            ACCOUNT.c.id, ACCOUNT.c.platform, ACCOUNT.c.name, ACCOUNT.c.username,
            ACCOUNT.c.status_level,
        )
        .select_from(ACCOUNT)
        .join(CONNECTION, CONNECTION.c.id == ACCOUNT.c.connection_id)
        .join(
            WEBHOOK_ENDPOINT,
            or_(
                CONNECTION.c.organization_id == WEBHOOK_ENDPOINT.c.organization_id,
                and_(CONNECTION.c.organization_id.is_(None), ~has_own),
            ),
        )
        .where(ACCOUNT.c.id == account_id, WEBHOOK_ENDPOINT.c.is_enabled, ~has_disconnected)
        .order_by(WEBHOOK_ENDPOINT.c.id)
        .with_for_update(read=True, key_share=True, of=WEBHOOK_ENDPOINT)
    )  # fmt: skip
    rows: Iterable[Row[Any]] = session.connection().execute(query)
    return rows


def _account_payload(row: Row[Any], reason: str | None) -> dict[str, Any]:
    return {
        "organizationId": row.organization_id,
        "accountId": row.id,
        "platform": row.platform,
        "name": row.name,
        "username": row.username,
        "statusLevel": row.status_level,
        "reason": reason,
    }


def build_message(
    endpoint_id: str,
    organization_id: str,
    event: WebhookEvent,
    at: datetime,
    data: dict[str, Any],
    event_id: str,
) -> WebhookMessage:
    """An event for an endpoint, with the body that will be signed and sent."""
    body = {"type": event, "timestamp": _format_instant(at), "data": data}
    payload = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return WebhookMessage(endpoint_id, organization_id, event_id, event, at, payload)


def enqueue(session: Session, messages: Sequence[WebhookMessage]) -> list[str]:
    """Insert the deliveries of these messages, each with a due job; returns the delivery ids."""
    if not messages:
        return []
    rows = [
        {
            "id": new_id(),
            "endpoint_id": each.endpoint_id,
            "event_id": each.event_id,
            "event": each.event.value,
            "payload": each.payload,
            "status": WebhookStatus.PENDING.value,
            "attempts": 0,
            "created_at": each.at,
        }
        for each in messages
    ]
    ids = [str(row["id"]) for row in rows]
    job_rows = [
        job_queue.new_row(JobKind.WEBHOOK, id_, each.organization_id, each.at)
        for id_, each in zip(ids, messages, strict=True)
    ]
    session.connection().execute(insert(WEBHOOK_DELIVERY), rows)
    session.connection().execute(insert(JOB), job_rows)
    return ids


def _format_instant(value: datetime | None) -> str | None:
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
