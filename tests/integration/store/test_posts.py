"""Posts in the store: complete snapshots, legal changes only, every change in the history."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from models.database import Database
from models.posts import Post
from models.snapshot import Snapshot
from models.statuses import (
    DeliveryStatus,
    Desired,
    IllegalTransition,
    Intent,
    MediaStatus,
    PostStatus,
)
from models.store import clock
from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.store.posts import history, posts, snapshots
from models.store.tenants import connections
from models.tables import POST
from models.task_names import JobKind
from tests.integration.store.row_factories import (
    SLOT,
    add_account,
    add_organization,
    add_post,
    connection_of,
)


def claim_of(session: Session, post: Post) -> Claim:
    """A claim on the post's job, as a worker has it."""
    id_ = job_queue.id_of(session, JobKind.POST, post.id)
    return Claim(id_, JobKind.POST, post.id, "token", 0, 3)


def load_snapshot(database: Database, post: Post) -> Snapshot:
    """The post as the planner sees it."""
    with database.read() as session:
        return snapshots.load(session, claim_of(session, post))


def test_a_snapshot_reads_everything_back(database: Database) -> None:
    """Post, media in their order, deliveries, block, accounts and rescues, statuses as enums."""
    post = add_post(database, media=["b", "a"], platforms=["x", "instagram"])
    add_account(database, connection_of(database, post), "x", "mine", is_default=True)
    blocked = SLOT + timedelta(microseconds=1)
    with database.write() as session:
        connections.block_connection(session, connection_of(database, post), blocked)
    seen = load_snapshot(database, post)
    assert (seen.post.id, seen.post.organization_id) == (post.id, post.organization_id)
    assert (seen.post.caption, seen.post.platform_fields) == (
        "Grüße 🎉",
        {"tiktokAllowDuet": "true"},
    )
    assert (seen.post.scheduled_for, seen.post.due_at) == (SLOT, SLOT)
    assert (seen.post.status, seen.post.desired) == (PostStatus.SCHEDULED, Desired.SCHEDULED)
    assert (type(seen.post.status), type(seen.post.desired)) == (PostStatus, Desired)
    assert [(file.position, file.source_url) for file in seen.media] == [(0, "b"), (1, "a")]
    assert [file.media for file in seen.uploads] == list(seen.media)
    assert {type(file.status) for file in seen.uploads} == {MediaStatus}
    assert {target.platform for target in seen.deliveries} == {"x", "instagram"}
    assert {type(target.status) for target in seen.deliveries} == {DeliveryStatus}
    assert [each.connection and each.connection.blocked_until for each in seen.deliveries] == [
        blocked,
        None,
    ]
    assert (seen.accounts_known, seen.rescues) == (False, 3)
    assert len(seen.installation_id) == 32


def test_a_file_has_an_upload_only_where_a_version_has_it(database: Database) -> None:
    """At a connection of which one delivery has all files, all; where each version leaves some out,
    the others; none where the version has no files."""
    post = add_post(database, media=["a", "b", "c"], platforms=["x", "instagram"])
    connection = connection_of(database, post)
    named = add_account(database, connection, "x", "mine", is_default=True)
    add_account(database, connection, "instagram", "ours", is_default=True)
    for versions, positions in (
        ({"x": {"media": [1]}}, [0, 1, 2]),
        ({"x": {"media": [2]}, "instagram": {"media": [2, 0]}}, [0, 2]),
        ({"x": {"media": []}, "instagram": {"media": [1]}}, [1]),
        ({"x": {"media": []}, "instagram": {"media": []}}, []),
        ({"x": {"media": [0]}, named: {"media": [1]}, "instagram": {"media": []}}, [1]),
    ):
        with database.write() as session:
            values = POST.update().where(POST.c.id == post.id).values(versions=versions)
            session.connection().execute(values)
        seen = load_snapshot(database, post)
        assert [each.media.position for each in seen.uploads] == positions


def test_an_earlier_block_does_not_shorten_a_later_one(database: Database) -> None:
    """Two workers block a connection; the longer block wins."""
    post = add_post(database)
    add_account(database, connection_of(database, post), "x", "mine", is_default=True)
    for until in (SLOT, SLOT - timedelta(hours=1)):
        with database.write() as session:
            connections.block_connection(session, connection_of(database, post), until)
    (target,) = load_snapshot(database, post).deliveries
    assert target.connection is not None
    assert target.connection.blocked_until == SLOT


def test_a_change_of_status_leaves_a_history_row(database: Database) -> None:
    """What, when and why; and the post has the new status, reason and columns."""
    post = add_post(database)
    with database.write() as session:
        now = clock.now(session)
        posts.set_status(
            session, post.id, PostStatus.SCHEDULED, PostStatus.FAILED, now,
            step="outcome", reason="the link is dead", scheduled_for=None,
        )  # fmt: skip
        assert history.list_for_post(session, post.id) == [
            history.HistoryEntry(
                post.id, post.id, "outcome", "failed", now, error="the link is dead"
            )
        ]
    with database.read() as session:
        row = posts.get(session, post.organization_id, post.id)
    assert row is not None
    assert (row.status, row.reason, row.scheduled_for) == ("failed", "the link is dead", None)


def test_an_illegal_change_of_status_writes_nothing(database: Database) -> None:
    """A published post never becomes scheduled again: neither row nor history moves."""
    post = add_post(database, PostStatus.PUBLISHED)
    with pytest.raises(IllegalTransition), database.write() as session:
        posts.set_status(
            session, post.id, PostStatus.PUBLISHED, PostStatus.SCHEDULED, SLOT, step="outcome"
        )
    assert load_snapshot(database, post).post.status is PostStatus.PUBLISHED
    with database.read() as session:
        assert history.list_for_post(session, post.id) == []


def test_a_delivery_changes_legally_or_not_at_all(database: Database) -> None:
    """Legal columns and statuses are written; a published delivery stays published."""
    post = add_post(database)
    for status in (DeliveryStatus.CREATED, DeliveryStatus.PUBLISHED):
        with database.write() as session:
            (target,) = snapshots.load(session, claim_of(session, post)).deliveries
            posts.update_delivery(
                session, target, status=status, intent=Intent.SCHEDULE, intent_at=SLOT
            )
    (target,) = load_snapshot(database, post).deliveries
    assert (target.status, target.intent) == (DeliveryStatus.PUBLISHED, Intent.SCHEDULE)
    assert (type(target.intent), target.intent_at) == (Intent, SLOT)
    with pytest.raises(IllegalTransition), database.write() as session:
        posts.update_delivery(session, target, status=DeliveryStatus.PENDING, remote_id="new")
    assert load_snapshot(database, post).deliveries == (target,)


def test_a_platform_means_its_default_account(database: Database) -> None:
    """The connection's default on the platform, not a second account."""
    post = add_post(database, platforms=["x", "gmb"])
    other = add_organization(database, "Other")[1]
    assert other == connection_of(database, post)  # the environment's connection is shared
    add_account(database, connection_of(database, post), "x", "second", is_default=False)
    add_account(database, connection_of(database, post), "x", "first", is_default=True)
    add_account(
        database,
        connection_of(database, post),
        "instagram",
        "elsewhere",
        is_default=True,
    )
    targets = {each.platform: each for each in load_snapshot(database, post).deliveries}
    assert {name: each.profile_id for name, each in targets.items()} == {"x": "first", "gmb": None}


def test_a_delivery_may_name_its_account(database: Database) -> None:
    """An account of ours that is no default is used where the delivery names it."""
    post = add_post(database)
    add_account(database, connection_of(database, post), "x", "default", is_default=True)
    named = add_account(database, connection_of(database, post), "x", "named", is_default=False)
    (target,) = load_snapshot(database, post).deliveries
    with database.write() as session:
        posts.update_delivery(session, target, account_id=named)
    (target,) = load_snapshot(database, post).deliveries
    assert (target.account_id, target.profile_id) == (named, "named")
