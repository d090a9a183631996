"""Opening what a command works on: settings, database, surroundings, organization."""

from api.deps import Surroundings
from api.main import surroundings
from cli.output import fail
from config.settings import BadSettings, Settings, load
from models.database import Database
from models.store import organizations
from models.upgrade import level, newest_level, upgrade


def settings_or_fail(**overrides: object) -> Settings:
    """The settings, or an end with the variables that are wrong."""
    try:
        return load(**overrides)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)


def ready(database: Database) -> Database:
    """The database at the newest level; a file on this machine is brought there by the way."""
    if database.is_sqlite:
        upgrade(database)
    elif (found := level(database)) != newest_level():
        fail(f"the database stands at level {found or 'none'}; run: slotbeat db upgrade")
    return database


def open_surroundings(settings: Settings) -> Surroundings:
    """What the API's functions work with, with the database ready."""
    try:
        around = surroundings(settings)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)
    ready(around.database)
    return around


def organization_id(database: Database, given: str | None) -> str:
    """The organization named by id, or the only one there is."""
    with database.read() as session:
        known = [organization.id for organization in organizations.listed(session)]
    if given is None and len(known) == 1:
        return known[0]
    if given is None:
        if not known:
            fail("there is no organization yet; make one: slotbeat org create NAME")
        fail(f"--org: name one of the {len(known)} organizations (slotbeat org list)")
    if given not in known:
        fail(f"--org: there is no organization {given!r} (slotbeat org list)")
    return given
