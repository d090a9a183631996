"""Webhook endpoints: `has_webhooks`, account events, deletion of endpoints, pruning."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from models import tables
from models.accounts import DisconnectedAccount
from models.database import Database
from models.organizations import SocialSettings
from models.posts import Post
from models.statuses import PostStatus
from models.store import clock
from models.store.posts import posts
from models.store.webhooks import endpoints, outbox, webhook_log
from tests.integration.store.row_factories import add_account, add_organization, add_post
from tests.integration.store.webhook_factories import add_endpoint, list_messages, update_endpoint
from tests.wait import wait_until


def fail(session: Session, post: Post) -> None:
    """Move a post to another status."""
    now = clock.now(session)
    posts.set_status(session, post.id, PostStatus.SCHEDULED, PostStatus.FAILED, now, step="outcome")


def test_the_settings_know_whether_any_webhook_is_enabled(database: Database) -> None:
    """After an endpoint is added, disabled and enabled again."""
    organization_id, _ = add_organization(database)

    def has_any_webhook() -> bool:
        with database.read() as session:
            return bool(session.get_one(SocialSettings, organization_id).has_webhooks)

    assert not has_any_webhook()
    endpoint = add_endpoint(database, organization_id)
    assert has_any_webhook()
    for is_enabled in (False, True):
        update_endpoint(database, organization_id, endpoint, is_enabled=is_enabled)
        assert has_any_webhook() is is_enabled


def test_an_account_event_goes_to_organizations_that_can_use_the_account(
    database: Database,
) -> None:
    """Not to an organization with credentials of its own, nor to one that disconnected it."""
    user, connection_id = add_organization(database, "User")
    leaver, other = (add_organization(database, name)[0] for name in ("Leaver", "Other"))
    for organization_id in (user, leaver, other):
        add_endpoint(database, organization_id)
    account_id = add_account(database, connection_id, "x", "acme", is_default=True)
    with database.write() as session:
        session.add(
            DisconnectedAccount(organization_id=leaver, account_id=account_id, at=datetime.now(UTC))
        )
        own = tables.CONNECTION.insert().values(
            id="w", provider="simulator", organization_id=other, credentials="sealed"
        )
        session.connection().execute(own)
    with database.write() as session:
        outbox.enqueue_account_needs_attention(
            session, account_id, clock.now(session), "it says EXPIRED"
        )
    ((name, data),) = list_messages(database)
    assert name == "account.needs_attention"
    assert data == {
        "organizationId": user,
        "accountId": account_id,
        "platform": "x",
        "name": "acme",
        "username": "acme",
        "statusLevel": "OK",
        "reason": "it says EXPIRED",
    }


def test_the_event_of_an_own_account_goes_to_its_organization_only(database: Database) -> None:
    """Other organizations cannot use its connection."""
    owner, stranger = (add_organization(database, name)[0] for name in ("Owner", "Stranger"))
    for organization_id in (owner, stranger):
        add_endpoint(database, organization_id)
    with database.write() as session:
        own = tables.CONNECTION.insert().values(
            id="w", provider="simulator", organization_id=owner, credentials="sealed"
        )
        session.connection().execute(own)
    account_id = add_account(database, "w", "x", "acme", is_default=True)
    with database.write() as session:
        outbox.enqueue_account_needs_attention(session, account_id, clock.now(session))
    assert [data["organizationId"] for _, data in list_messages(database)] == [owner]


def test_an_event_waits_for_the_deletion_of_its_endpoint(postgres_database: Database) -> None:
    """The transaction with the event waits for the deletion, and then writes no delivery."""
    database = postgres_database
    post = add_post(database)
    endpoint = add_endpoint(database, post.organization_id)
    failed: list[BaseException] = []

    def emit_event() -> None:
        try:
            with database.write() as session:
                fail(session, post)
        except BaseException as error:  # noqa: BLE001  (the test's own thread shows it)
            failed.append(error)

    emitter = threading.Thread(target=emit_event)
    with database.write() as session:
        row = endpoints.get(session, post.organization_id, endpoint)
        assert row is not None
        endpoints.remove(session, row)
        emitter.start()
        wait_until(lambda: waits_for_lock(database), what="the event's transaction to wait")
    emitter.join()
    assert failed == []
    assert list_messages(database) == []


def waits_for_lock(database: Database) -> bool:
    """Whether a transaction waits for a lock in this database."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with database.read() as session:
        return bool(session.connection().execute(query).scalar())


@pytest.mark.parametrize("limit", [1, 100])
def test_old_deliveries_are_pruned(database: Database, limit: int) -> None:
    """Deletes ended old deliveries, `limit` at a time; pending and younger ones stay."""
    post = add_post(database)
    endpoint = add_endpoint(database, post.organization_id)
    now = datetime.now(UTC)
    old, new = now - timedelta(days=31), now - timedelta(days=29)
    with database.write() as session:
        rows = [
            {
                "id": f"{int(at.timestamp() * 1000):012x}" + f"{number:020x}",
                "endpoint_id": endpoint, "event_id": "e", "event": "webhook.test",
                "payload": "{}", "status": status, "attempts": 1, "created_at": at,
            }
            for number, (at, status) in enumerate(
                (at, status) for at in (old, new) for status in ("failed", "delivered", "pending")
            )
        ]  # fmt: skip
        session.connection().execute(tables.WEBHOOK_DELIVERY.insert(), rows)
    gone = 0
    for _ in range(3):
        with database.write() as session:
            pruned = webhook_log.prune(session, now - timedelta(days=30), limit)
        assert pruned <= limit
        gone += pruned
    assert gone == 2
    with database.read() as session:
        left = session.connection().execute(tables.WEBHOOK_DELIVERY.select()).all()
    assert sorted((row.created_at, row.status) for row in left) == [
        (old, "pending"), (new, "delivered"), (new, "failed"), (new, "pending"),
    ]  # fmt: skip
