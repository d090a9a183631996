"""Events are written with the change that they tell of, in one transaction, or not at all."""

import json
from datetime import datetime

import pytest
from sqlalchemy import event
from sqlmodel import Session

from models import tables
from models.database import Database
from models.posts import Post
from models.statuses import PostStatus
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
    """What goes wrong in a transaction."""


def become(
    session: Session, post: Post, new: PostStatus, old: PostStatus = P.SCHEDULED
) -> datetime:
    """Move a post to another status; returns when."""
    now = clock.now(session)
    posts.set_status(session, post.id, old, new, now, step="outcome", reason=f"now {new}")
    return now


def spoil(session: Session, post: Post) -> None:
    """Change a post, and fail."""
    become(session, post, P.FAILED)
    raise Undone


def test_every_final_status_emits_one_event(database: Database) -> None:
    """Under its own name."""
    moved: dict[str, str] = {}
    for status in EVENT_FOR_STATUS:
        old = P.DRAFT if status is P.SCHEDULED else P.SCHEDULED
        post = add_post(database, old)
        add_endpoint(database, post.organization_id)
        with database.write() as session:
            become(session, post, status, old)
        moved[post.id] = status
    found = list_messages(database)
    assert {data["postId"]: data["status"] for _, data in found} == moved
    assert [name for name, _ in found] == [EVENT_FOR_STATUS[P(data["status"])] for _, data in found]
    assert len(found) == len(EVENT_FOR_STATUS) == 7


def test_an_event_shows_the_post_at_the_end_of_the_transaction(database: Database) -> None:
    """With its deliveries in the order of its platforms, and without the links of its files."""
    post = add_post(database, platforms=["x", "gmb"], media=["https://secret.example/a"])
    add_endpoint(database, post.organization_id)
    with database.write() as session:
        now = become(session, post, P.FAILED)
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
        "timestamp": shown(now),
        "data": {
            "organizationId": post.organization_id,
            "postId": post.id,
            "jobId": job_id,
            "postType": "text",
            "status": "failed",
            "reason": "now failed",
            "scheduledFor": "2030-05-01T15:00:00.123Z",
            "lateAt": shown(now),
            "publishedAt": None,
            "platforms": ["x", "gmb"],
            "deliveries": [{"platform": name, **nothing} for name in ("x", "gmb")],
        },
    }


def shown(instant: datetime) -> str:
    """As the contract writes instants."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


def test_other_statuses_emit_no_event(database: Database) -> None:
    """Nor are changes of anything but the status."""
    post = add_post(database)
    add_endpoint(database, post.organization_id)
    with database.write() as session:
        become(session, post, P.PUBLISHING)
        happened = history.HistoryEntry(
            post.id, post.id, "restore", "look again", clock.now(session)
        )
        part = history.HistoryEntry(post.id, "a delivery", "end", "failed", clock.now(session))
        history.record(session, happened, part)
    with database.write() as session:
        become(session, post, P.PUBLISHING, P.PUBLISHING)
    assert list_messages(database) == []


def test_without_listeners_nothing_is_written(database: Database) -> None:
    """No endpoint, one of another organization, one that is switched off, or wants other events."""
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
        become(session, post, P.FAILED)
    assert list_messages(database) == []


def test_two_endpoints_hear_of_one_event(database: Database) -> None:
    """Two deliveries with the same text, under the same event id."""
    post = add_post(database)
    for _ in range(2):
        add_endpoint(database, post.organization_id)
    with database.write() as session:
        become(session, post, P.FAILED)
    with database.read() as session:
        first, second = read_pending_events(session)
    assert first.event_id == second.event_id
    assert first.payload == second.payload
    assert first.endpoint_id != second.endpoint_id


def test_a_rolled_back_change_emits_no_event(database: Database) -> None:
    """Neither by an error nor by a rollback of its own, after which the session goes on."""
    post = add_post(database)
    add_endpoint(database, post.organization_id)
    with pytest.raises(Undone), database.write() as session:
        spoil(session, post)
    with database.write() as session:
        become(session, post, P.FAILED)
        session.rollback()
    assert list_messages(database) == []


def test_a_rolled_back_savepoint_emits_no_event(database: Database) -> None:
    """What was changed before it, inside of a finished part and after it, is."""
    kept, inner, undone = (add_post(database) for _ in range(3))
    for post in (kept, inner, undone):
        add_endpoint(database, post.organization_id)
    with database.write() as session:
        become(session, kept, P.FAILED)
        with pytest.raises(Undone), session.begin_nested():
            spoil(session, undone)
        with session.begin_nested():
            become(session, inner, P.MISSED)
    assert {data["postId"]: name for name, data in list_messages(database)} == {
        kept.id: "post.failed",
        inner.id: "post.missed",
    }


def test_several_steps_in_one_transaction_are_one_event(database: Database) -> None:
    """The last one counts; where that is not told of, nothing is."""
    ended, back = add_post(database), add_post(database, P.DRAFT)
    for post in (ended, back):
        add_endpoint(database, post.organization_id)
    with database.write() as session:
        become(session, ended, P.PUBLISHING)
        become(session, ended, P.PUBLISHED, P.PUBLISHING)
        become(session, back, P.SCHEDULED, P.DRAFT)
        become(session, back, P.BACKLOG)
    assert [(name, data["postId"]) for name, data in list_messages(database)] == [
        ("post.published", ended.id)
    ]


def test_gathered_writes_are_in_the_payload(database: Database) -> None:
    """A worker's writes wait to be sent; what is told is what they come to."""
    post = add_post(database)
    add_endpoint(database, post.organization_id)
    with database.write() as session:
        gathering = write_buffer.buffer_writes(session)
        become(session, post, P.PUBLISHED)
        write_buffer.update_row(session, tables.POST, post.id, {"published_at": SLOT})
        gathering.flush()
        post_events.flush(session)
    ((_, data),) = list_messages(database)
    assert (data["status"], data["publishedAt"]) == ("published", "2030-05-01T15:00:00.123Z")


def test_who_does_not_listen_pays_nothing(database: Database) -> None:
    """With the settings locked, or the post read by a worker, nobody looks for listeners."""
    post = add_post(database)
    looked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "webhook_endpoint" in statement:
            looked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    with database.write() as session:
        social_settings.lock_organization(session, post.organization_id)
        become(session, post, P.PUBLISHING)
        become(session, post, P.FAILED, P.PUBLISHING)
    with database.write() as session:
        post_events.skip_posts(session, [post.id])
        become(session, post, P.SCHEDULED, P.FAILED)
    assert looked == []
    add_endpoint(database, post.organization_id)
    with database.write() as session:
        social_settings.lock_organization(session, post.organization_id)
        become(session, post, P.FAILED)
    assert len([statement for statement in looked if "JOIN post" in statement]) == 1
    assert list_sent_events(database) == ["post.failed"]
