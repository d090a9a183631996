"""The migration from workspaces to connections, on a database with posts in every status."""

from typing import Any

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.engine import Connection

from models.database import Database
from models.migrate import alembic_config
from models.statuses import DeliveryStatus, MediaStatus, PostStatus
from tests.integration.store.test_migrations import migrate

AT = "2026-03-02 12:00:00"
# The environment's workspace, an organization's own one, and one whose credentials were removed.
SHARED, OWN, REMOVED = "shared", "own", "removed"
Row = dict[str, Any]
# The statuses of that time.
STATUSES = [each for each in PostStatus if each is not PostStatus.CHANGES_REQUESTED]


def insert(connection: Connection, table: str, **values: object) -> None:
    """One row of a table as it was then."""
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)  # noqa: S608


def rows(connection: Connection, query: str) -> list[Row]:
    """The rows of a query."""
    return [dict(row) for row in connection.execute(text(query)).mappings()]


def fill(connection: Connection) -> None:
    """Workspaces, their accounts, and a post in each status with a file and a delivery in each."""
    for owner in ("acme", "other"):
        insert(connection, "organization", id=owner, name=owner, created_at=AT)
    workspaces: list[tuple[str, str | None, str | None]] = [
        (SHARED, None, None),
        (OWN, "acme", "x"),
        (REMOVED, "other", None),
    ]
    for id_, owned_by, secret in workspaces:
        insert(connection, "workspace", id=id_, provider="swonkie", organization_id=owned_by,
               credentials=secret, credentials_at=AT if secret else None,
               accounts_synced_at=AT)  # fmt: skip
        insert(connection, "account", id=f"{id_}-x", workspace_id=id_, remote_id="x", platform="x",
               name="X", username="x", status_level="OK", is_default=True,
               is_gone=False)  # fmt: skip
    media = [*MediaStatus, *[MediaStatus.READY] * len(STATUSES)]
    states = [*DeliveryStatus, *[DeliveryStatus.PENDING] * len(STATUSES)]
    for number, status in enumerate(STATUSES):
        workspace = (SHARED, OWN)[number % 2]
        insert(connection, "post", id=f"post-{status}", organization_id="acme",
               workspace_id=workspace, post_type="photo", caption="Hi", platforms='["x"]',
               platform_fields="{}", publish_mode="schedule", desired="scheduled",
               content_version=2, status=status, timezone="UTC", accepted_at=AT,
               is_turned_away=False, is_history_pruned=False, scheduled_for=AT)  # fmt: skip
        state = media[number]
        insert(connection, "media", id=f"media-{status}", post_id=f"post-{status}", position=0,
               source_url="sealed", status=state, uploads=0 if state is MediaStatus.NEW else 1,
               attempts=0, remote_id=None if state is MediaStatus.NEW else f"remote-{status}",
               size=7, alt_text="A loaf")  # fmt: skip
        insert(connection, "delivery", id=f"delivery-{status}", post_id=f"post-{status}",
               platform="x", is_named=False, is_held=False, status=states[number],
               account_id=f"{workspace}-x" if number % 3 else None, remote_id=f"r-{status}",
               is_stray=False, attempts=0)  # fmt: skip


KEPT = {
    "post": "SELECT id, organization_id, status, caption, content_version FROM post ORDER BY id",
    "delivery": "SELECT id, post_id, status, account_id, remote_id FROM delivery ORDER BY id",
    "media": "SELECT id, post_id, position, source_url, alt_text FROM media ORDER BY id",
    "account": "SELECT id, remote_id, platform, is_default FROM account ORDER BY id",
}
OLD_STATE = (
    "SELECT id, status, remote_id, uploads, size FROM media WHERE status <> 'new' ORDER BY id"
)
NEW_STATE = "SELECT media_id AS id, status, remote_id, uploads, size FROM upload ORDER BY media_id"
OLD_HOME = "SELECT id, workspace_id AS home FROM post ORDER BY id"
NEW_HOME = "SELECT post_id AS id, connection_id AS home FROM delivery ORDER BY post_id"


def read(database: Database, *queries: str) -> list[list[Row]]:
    """The rows of each query."""
    with database.engine.connect() as connection:
        return [rows(connection, query) for query in queries]


@pytest.fixture
def old(database: Database) -> Database:
    """A database of the version before, with posts in every status."""
    migrate(database, "base")
    migrate(database, "0009")
    with database.engine.begin() as connection:
        fill(connection)
    return database


def test_nothing_is_lost_on_the_way_to_connections(old: Database) -> None:
    """Every post, file, delivery and account is the same; a file's state at the provider is an
    upload at the connection that was its post's workspace; each delivery means that connection."""
    before = read(old, *KEPT.values(), OLD_STATE, OLD_HOME)
    assert len(before[0]) == len(STATUSES)
    migrate(old, "head")
    assert read(old, *KEPT.values(), NEW_STATE, NEW_HOME) == before
    ((own, removed, shared), wrong) = read(
        old,
        "SELECT id, provider, organization_id, credentials, disconnected_at FROM connection "
        "ORDER BY id",
        "SELECT upload.id FROM upload JOIN media ON media.id = upload.media_id "
        "JOIN delivery ON delivery.post_id = media.post_id "
        "WHERE delivery.connection_id <> upload.connection_id",
    )
    assert wrong == []
    assert (own["organization_id"], own["credentials"], own["disconnected_at"]) == (
        "acme", "x", None,
    )  # fmt: skip
    assert (shared["organization_id"], shared["disconnected_at"]) == (None, None)
    assert removed["disconnected_at"] is not None


def test_the_way_back_keeps_the_same(old: Database) -> None:
    """A downgrade brings workspaces, and the state of each file, back as they were."""
    before = read(old, *KEPT.values(), OLD_STATE, OLD_HOME)
    migrate(old, "head")
    _downgrade(old)
    assert read(old, *KEPT.values(), OLD_STATE, OLD_HOME) == before


def _downgrade(database: Database) -> None:
    config = alembic_config()
    with database.migration_transaction() as session:
        config.attributes["connection"] = session.connection()
        command.downgrade(config, "0009")
