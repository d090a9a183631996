"""Opening what a command works on: settings, database, organization.

The API's surroundings are opened in cli/app_context.py: what is imported there takes a second.
"""

from cli.output import fail
from config.secret_key import secret_key
from config.settings import BadSettings, Settings, load_settings
from models.database import Database
from models.migrate import database_revision, head_revision, recorded_tzdata_version, upgrade
from models.store.tenants import organizations


def load_settings_or_fail(**overrides: object) -> Settings:
    """The settings, or an end with the variables that are wrong."""
    try:
        return load_settings(**overrides)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)


def ensure_migrated(database: Database) -> Database:
    """The database at the newest level; a file on this machine is brought there by the way."""
    current = require_known_revision(database)
    # Without zone data, an upgrade was killed before its last line.
    if current == head_revision() and recorded_tzdata_version(database) is not None:
        return database
    if database.is_sqlite:
        upgrade(database)
    elif current != head_revision():
        fail(f"the database stands at level {current or 'none'}; run: slotbeat db upgrade")
    return database


def require_known_revision(database: Database) -> str | None:
    """The level that the database stands at; an end where only a newer Slotbeat knows it."""
    current, head = database_revision(database), head_revision()
    if current is not None and current > head:
        fail(
            f"the database stands at level {current}, made by a newer Slotbeat; this one knows "
            f"levels up to {head}: run the newer one, or restore the backup from before"
        )
    return current


def open_database(settings: Settings) -> Database:
    """The database, ready; without a secret to encrypt with, there is no start."""
    try:
        secret_key(settings)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)
    return ensure_migrated(Database(settings.database_url))


def resolve_organization_id(database: Database, given: str | None) -> str:
    """The organization named by its id or its name, or the only one there is."""
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
        fail("there is no organization yet; make one: slotbeat org create NAME")
    if len(names_by_id) > 1:
        fail(f"--org: name one of the {len(names_by_id)} organizations (slotbeat org list)", code=2)
    return next(iter(names_by_id))
