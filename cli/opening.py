"""Opening what a command works on: settings, database, organization.

The API's surroundings are opened in cli/around.py: what is imported there takes a second.
"""

from cli.output import fail
from config.secret_key import secret_key
from config.settings import BadSettings, Settings, load
from models.database import Database
from models.store import organizations
from models.upgrade import database_revision, head_revision, recorded_tzdata_version, upgrade


def settings_or_fail(**overrides: object) -> Settings:
    """The settings, or an end with the variables that are wrong."""
    try:
        return load(**overrides)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)


def ready(database: Database) -> Database:
    """The database at the newest level; a file on this machine is brought there by the way."""
    found = known_level(database)
    # Without zone data, an upgrade was killed before its last line.
    if found == head_revision() and recorded_tzdata_version(database) is not None:
        return database
    if database.is_sqlite:
        upgrade(database)
    elif found != head_revision():
        fail(f"the database stands at level {found or 'none'}; run: slotbeat db upgrade")
    return database


def known_level(database: Database) -> str | None:
    """The level that the database stands at; an end where only a newer Slotbeat knows it."""
    found, newest = database_revision(database), head_revision()
    if found is not None and found > newest:
        fail(
            f"the database stands at level {found}, made by a newer Slotbeat; this one knows "
            f"levels up to {newest}: run the newer one, or restore the backup from before"
        )
    return found


def open_database(settings: Settings) -> Database:
    """The database, ready; without a secret to encrypt with, there is no start."""
    try:
        secret_key(settings)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)
    return ready(Database(settings.database_url))


def organization_id(database: Database, given: str | None) -> str:
    """The organization named by its id or its name, or the only one there is."""
    with database.read() as session:
        known = {each.id: each.name for each in organizations.list_all(session)}
    if given is None:
        return _only(known)
    if given in known:
        return given
    named = [id_ for id_, name in known.items() if name == given.strip()]
    if not named:
        fail(f"--org: there is no organization {given!r} (slotbeat org list)")
    if len(named) > 1:
        fail(f"--org: {len(named)} organizations are called {given!r}; name one by its id", code=2)
    return named[0]


def _only(known: dict[str, str]) -> str:
    if not known:
        fail("there is no organization yet; make one: slotbeat org create NAME")
    if len(known) > 1:
        fail(f"--org: name one of the {len(known)} organizations (slotbeat org list)", code=2)
    return next(iter(known))
