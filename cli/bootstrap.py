"""Opens what a command needs: settings, database, organization.

The AppContext is opened in cli/app_context.py, because its imports take about a second.
"""

from cli.output import fail
from config.secret_key import secret_key
from config.settings import BadSettings, Settings, load_settings
from models.database import Database
from models.migrate import database_revision, head_revision, recorded_tzdata_version, upgrade
from models.store.tenants import organizations


def load_settings_or_fail(**overrides: object) -> Settings:
    """The settings. Ends the command with code 2, and names the variables that are wrong."""
    try:
        return load_settings(**overrides)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)


def ensure_migrated(database: Database) -> Database:
    """The database, at the newest revision. SQLite is upgraded here; others need `db upgrade`."""
    current = require_known_revision(database)
    # Without a recorded tzdata version, an upgrade was killed before its last statement.
    if current == head_revision() and recorded_tzdata_version(database) is not None:
        return database
    if database.is_sqlite:
        upgrade(database)
    elif current != head_revision():
        fail(f"the database is at level {current or 'none'}; run: slotbeat db upgrade")
    return database


def require_known_revision(database: Database) -> str | None:
    """The database's revision. Ends the command if only a newer Slotbeat knows it."""
    current, head = database_revision(database), head_revision()
    if current is not None and current > head:
        fail(
            f"the database is at level {current}, made by a newer Slotbeat; this version knows "
            f"levels up to {head}: run the newer version, or restore an older backup"
        )
    return current


def open_database(settings: Settings) -> Database:
    """The migrated database. Ends the command with code 2 if the secret key is missing."""
    try:
        secret_key(settings)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)
    return ensure_migrated(Database(settings.database_url))


def resolve_organization_id(database: Database, given: str | None) -> str:
    """The id of the organization that is given by id or name; without it, of the only one."""
    with database.read() as session:
        names_by_id = {each.id: each.name for each in organizations.list_all(session)}
    if given is None:
        return _only_organization(names_by_id)
    if given in names_by_id:
        return given
    matching_ids = [id_ for id_, name in names_by_id.items() if name == given.strip()]
    if not matching_ids:
        fail(f"--org: there is no organization {given!r} (slotbeat org list)")
    if len(matching_ids) > 1:
        fail(
            f"--org: {len(matching_ids)} organizations are called {given!r}; name one by its id",
            code=2,
        )
    return matching_ids[0]


def _only_organization(names_by_id: dict[str, str]) -> str:
    if not names_by_id:
        fail("there is no organization yet; create one: slotbeat org create NAME")
    if len(names_by_id) > 1:
        fail(f"--org: name one of the {len(names_by_id)} organizations (slotbeat org list)", code=2)
    return next(iter(names_by_id))
