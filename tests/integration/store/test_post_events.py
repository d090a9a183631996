"""Post events are written in the transaction of the change, or not at all."""

import json
from datetime import datetime

import pytest
from sqlalchemy import event
from sqlmodel import Session

from models import tables
from models.database import Database
from models.posts import Post
from models.statuses import POST_TRANSITIONS, PostStatus
from models.store import clock
from models.store.jobs import job_queue
from models.store.posts import history, posts
from models.store.sql import write_buffer
from models.store.tenants import social_settings
from models.store.webhooks import post_events
from models.task_names import JobKind
from models.webhooks import EVENT_FOR_STATUS, WebhookEvent
from tests.integration.store.row_factories import SLOT, add_organization, add_post
from tests.integration.store.webhook_factories import (
    add_endpoint,
    list_messages,
    list_sent_events,
    read_pending_events,
    update_endpoint,
)

P = PostStatus


class Undone(Exception):
    """An error in a transaction."""


def change_status(
    session: Session, post: Post, new: PostStatus, old: PostStatus = P.SCHEDULED
) -> datetime:
    """Move a post to another status; returns when."""
    now = clock.now(session)
    posts.set_status(session, post.id, old, new, now, step="outcome", reason=f"now {new}")
    return now


def change_and_fail(session: Session, post: Post) -> None:
    """Change a post, and fail."""
    change_status(session, post, P.FAILED)
    raise Undone


def test_every_final_status_emits_one_event(database: Database) -> None:
    """The event has the name of the status."""
    moved: dict[str, str] = {}
    for status in EVENT_FOR_STATUS:
        old = next(each for each in P if status in POST_TRANSITIONS[each])
        post = add_post(database, old)
        add_endpoint(database, post.organization_id)
        with database.write() as session:
            change_status(session, post, status, old)
        moved[post.id] = status
    found = list_messages(database)
    assert {data["postId"]: data["status"] for _, data in found} == moved
    assert [name for name, _ in found] == [EVENT_FOR_STATUS[P(data["status"])] for _, data in found]
    assert len(found) == len(EVENT_FOR_STATUS) == 9


def test_an_event_shows_the_post_at_the_end_of_the_transaction(database: Database) -> None:
    """With its deliveries in the order of its platforms, and without the links of its files."""
    post = add_post(database, platforms=["x", "gmb"], media=["https://secret.example/a"])
    add_endpoint(database, post.organization_id)
    with database.write() as session:
        now = change_status(session, post, P.FAILED)
        session.connection().execute(tables.POST.update().values(late_at=now))
    with database.read() as session:
        (row,) = read_pending_events(session)
    assert "secret" not in row.payload
    payload = json.loads(row.payload)
    nothing = {"accountId": None, "status": "pending", "link": None, "error": None}
    with database.read() as session:
        job_id = job_queue.id_of(session, JobKind.POST, post.id)
    assert payload == {
        "type": "post.failed",
        "timestamp": format_instant(now),
        "data": {
            "organizationId": post.organization_id,
            "postId": post.id,
            "jobId": job_id,
            "postType": "text",
            "status": "failed",
            "reason": "now failed",
            "scheduledFor": "2030-05-01T15:00:00.123Z",
            "lateAt": format_instant(now),
            "publishedAt": None,
            "platforms": ["x", "gmb"],
            "deliveries": [{"platform": name, **nothing} for name in ("x", "gmb")],
        },
    }


def format_instant(instant: datetime) -> str:
    """An instant in the format of the contract."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


def test_other_statuses_emit_no_event(database: Database) -> None:
    """Other statuses, and changes of anything but the status."""
    post = add_post(database)
    add_endpoint(database, post.organization_id)
    with database.write() as session:
        change_status(session, post, P.PUBLISHING)
        post_entry = history.HistoryEntry(
            post.id, post.id, "restore", "look again", clock.now(session)
        )
        part = history.HistoryEntry(post.id, "a delivery", "end", "failed", clock.now(session))
        history.record(session, post_entry, part)
    with database.write() as session:
        change_status(session, post, P.PUBLISHING, P.PUBLISHING)
    assert list_messages(database) == []


def test_without_subscribers_nothing_is_written(database: Database) -> None:
    """No endpoint, or one of another organization, a disabled one, or one with other events."""
    post = add_post(database)
    add_endpoint(database, add_organization(database, "Other")[0])
    update_endpoint(
        database,
        post.organization_id,
        add_endpoint(database, post.organization_id),
        is_enabled=False,
    )
    add_endpoint(database, post.organization_id, [WebhookEvent.POST_PUBLISHED])
    with database.write() as session:
        change_status(session, post, P.FAILED)
    assert list_messages(database) == []


def test_two_endpoints_get_one_event(database: Database) -> None:
    """Two deliveries with the same text, under the same event id."""
    post = add_post(database)
    for _ in range(2):
        add_endpoint(database, post.organization_id)
    with database.write() as session:
        change_status(session, post, P.FAILED)
    with database.read() as session:
        first, second = read_pending_events(session)
    assert first.event_id == second.event_id
    assert first.payload == second.payload
    assert first.endpoint_id != second.endpoint_id


def test_a_rolled_back_change_emits_no_event(database: Database) -> None:
    """Neither after an error nor after an explicit rollback, after which the session goes on."""
    post = add_post(database)
    add_endpoint(database, post.organization_id)
    with pytest.raises(Undone), database.write() as session:
        change_and_fail(session, post)
    with database.write() as session:
        change_status(session, post, P.FAILED)
        session.rollback()
    assert list_messages(database) == []


def test_a_rolled_back_savepoint_emits_no_event(database: Database) -> None:
    """Changes before it and in a savepoint that ended well emit events."""
    kept, inner, undone = (add_post(database) for _ in range(3))
    for post in (kept, inner, undone):
        add_endpoint(database, post.organization_id)
    with database.write() as session:
        change_status(session, kept, P.FAILED)
        with pytest.raises(Undone), session.begin_nested():
            change_and_fail(session, undone)
        with session.begin_nested():
            change_status(session, inner, P.MISSED)
    assert {data["postId"]: name for name, data in list_messages(database)} == {
        kept.id: "post.failed",
        inner.id: "post.missed",
    }


def test_several_steps_in_one_transaction_are_one_event(database: Database) -> None:
    """The last status counts; if it has no event, nothing is written."""
    ended, back = add_post(database), add_post(database, P.DRAFT)
    for post in (ended, back):
        add_endpoint(database, post.organization_id)
    with database.write() as session:
        change_status(session, ended, P.PUBLISHING)
        change_status(session, ended, P.PUBLISHED, P.PUBLISHING)
        change_status(session, back, P.SCHEDULED, P.DRAFT)
        change_status(session, back, P.BACKLOG)
    assert [(name, data["postId"]) for name, data in list_messages(database)] == [
        ("post.published", ended.id)
    ]


def test_buffered_writes_are_in_the_payload(database: Database) -> None:
    """The payload contains writes that a worker's write buffer had not sent yet."""
    post = add_post(database)
    add_endpoint(database, post.organization_id)
    with database.write() as session:
        buffer = write_buffer.buffer_writes(session)
        change_status(session, post, P.PUBLISHED)
        write_buffer.update_row(session, tables.POST, post.id, {"published_at": SLOT})
        buffer.flush()
        post_events.flush(session)
    ((_, data),) = list_messages(database)
    assert (data["status"], data["publishedAt"]) == ("published", "2030-05-01T15:00:00.123Z")


def test_without_webhooks_no_subscriber_is_queried(database: Database) -> None:
    """With the settings locked, or the post loaded by a worker, endpoints are not queried."""
    post = add_post(database)
    endpoint_queries: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "webhook_endpoint" in statement:
            endpoint_queries.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    with database.write() as session:
        social_settings.lock_organization(session, post.organization_id)
        change_status(session, post, P.PUBLISHING)
        change_status(session, post, P.FAILED, P.PUBLISHING)
    with database.write() as session:
        post_events.skip_posts(session, [post.id])
        change_status(session, post, P.SCHEDULED, P.FAILED)
    assert endpoint_queries == []
    add_endpoint(database, post.organization_id)
    with database.write() as session:
        social_settings.lock_organization(session, post.organization_id)
        change_status(session, post, P.FAILED)
    assert len([statement for statement in endpoint_queries if "JOIN post" in statement]) == 1
    assert list_sent_events(database) == ["post.failed"]
