"""Opens what a command needs: settings, database, organization.

The AppContext is opened in cli/app_context.py, because its imports take about a second.
"""

from pathlib import Path

from sqlalchemy.engine import make_url

from cli.output import fail
from config.provider_keys import check_provider_keys
from config.secret_key import secret_key
from config.settings import BadSettings, Settings, load_settings
from models.database import Database
from models.migrate import database_revision, head_revision, recorded_tzdata_version, upgrade
from models.store.tenants import organizations


def load_settings_or_fail(**overrides: object) -> Settings:
    """The settings. Ends the command with code 2, and names the variables that are wrong."""
    try:
        settings = load_settings(**overrides)
        check_provider_keys(settings)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)
    return settings


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


def require_installation(settings: Settings) -> None:
    """End the command with code 2 where no SQLite file is. A command that was started in the wrong
    folder must not make another, empty installation there."""
    path = sqlite_file(settings)
    if path is not None and not has_content(path):
        fail(
            f"there is no installation of Slotbeat here: no database {path}. Run the command in "
            "the folder of your installation, or set SLOTBEAT_DATABASE_URL to its database; "
            "slotbeat up or slotbeat org create makes a new installation",
            code=2,
        )


def has_content(path: Path) -> bool:
    """Whether there is a database: an empty file is what an interrupted start leaves."""
    return path.exists() and (not path.is_file() or path.stat().st_size > 0)


def sqlite_file(settings: Settings) -> Path | None:
    """The file of the database; None for a database on a server."""
    name = make_url(settings.database_url).database if settings.is_sqlite else None
    return Path(name) if name else None


def require_known_revision(database: Database) -> str | None:
    """The database's revision. Ends the command if only a newer Slotbeat knows it."""
    current, head = database_revision(database), head_revision()
    if current is not None and current > head:
        fail(
            f"the database is at level {current}, made by a newer Slotbeat; this version knows "
            f"levels up to {head}: run the newer version, or restore an older backup"
        )
    return current


def open_database(settings: Settings, *, create: bool = False) -> Database:
    """The migrated database. Ends the command with code 2 if the secret key is missing, or if there
    is no installation; with `create` one is made."""
    if not create:
        require_installation(settings)
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
