"""The migration that gives API keys a name, scopes and an end, and the way back."""

from datetime import UTC, datetime, timedelta

from alembic import command

from models.actors import ALL_SCOPES
from models.database import Database
from models.migrate import alembic_config
from models.store.posts import history
from models.store.tenants import api_keys
from models.store.tenants.api_keys import KeyGrant
from models.store.tenants.organizations import find_tenant_by_key
from tests.integration.store.row_factories import add_post
from tests.integration.store.test_migrations import migrate


def _downgrade(database: Database) -> None:
    config = alembic_config()
    with database.migration_transaction() as session:
        config.attributes["connection"] = session.connection()
        command.downgrade(config, "0017")


def _opens(database: Database, key: str) -> bool:
    return database.query(lambda connection: find_tenant_by_key(connection, key)) is not None


def test_a_key_of_before_can_do_everything_and_a_limited_one_ends_on_the_way_back(
    database: Database,
) -> None:
    """A key without scopes keeps opening everything. An older version knows no scopes and no end,
    so it does not get the keys that have them; posts keep their history."""
    post = add_post(database)
    grants = {
        "full": KeyGrant("Full"),
        "limited": KeyGrant("Limited", ["read"]),
        "ending": KeyGrant("Ending", ALL_SCOPES, datetime.now(UTC) + timedelta(days=1)),
    }
    with database.write() as session:
        keys = {
            name: api_keys.create_key(session, post.organization_id, grant)[1]
            for name, grant in grants.items()
        }
        before = history.list_for_post(session, post.id)
    _downgrade(database)
    migrate(database, "head")
    assert {name: _opens(database, key) for name, key in keys.items()} == {
        "full": True,
        "limited": False,
        "ending": False,
    }
    with database.read() as session:
        rows = api_keys.list_keys(session, post.organization_id)
        assert {tuple(row.scopes) for row in rows} == {tuple(ALL_SCOPES)}
        assert {(row.name, row.created_by, row.expires_at) for row in rows} == {("", None, None)}
        after = history.list_for_post(session, post.id)
        assert after == before
        assert {each.actor for each in after} <= {None}
