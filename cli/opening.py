"""Opening what a command works on: settings, database, organization.

The API's surroundings are opened in cli/around.py: what is imported there takes a second.
"""

from typing import Annotated

import typer

from cli.output import fail
from config.secret_key import secret_key
from config.settings import BadSettings, Settings, load
from models.database import Database
from models.store import organizations
from models.upgrade import level, newest_level, upgrade, zone_data

Org = Annotated[str | None, typer.Option("--org", help="Organization id; needed with several.")]


def settings_or_fail(**overrides: object) -> Settings:
    """The settings, or an end with the variables that are wrong."""
    try:
        return load(**overrides)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)


def ready(database: Database) -> Database:
    """The database at the newest level; a file on this machine is brought there by the way."""
    found = level(database)
    # Without zone data, an upgrade was killed before its last line.
    if found == newest_level() and zone_data(database) is not None:
        return database
    if database.is_sqlite:
        upgrade(database)
    elif found != newest_level():
        fail(f"the database stands at level {found or 'none'}; run: slotbeat db upgrade")
    return database


def open_database(settings: Settings) -> Database:
    """The database, ready; without a secret to encrypt with, there is no start."""
    try:
        secret_key(settings)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)
    return ready(Database(settings.database_url))


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
