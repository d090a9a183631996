"""What the API's functions work with, for the commands that use them."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from api.deps import Surroundings
from api.opening import surroundings
from cli.opening import organization_id, ready, settings_or_fail
from cli.output import fail
from config.settings import BadSettings, Settings
from models.store import seats


def open_surroundings(settings: Settings) -> Surroundings:
    """What the API's functions work with, with the database ready."""
    try:
        around = surroundings(settings)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)
    ready(around.database)
    return around


@contextmanager
def opened(org: str | None) -> Iterator[tuple[Surroundings, str]]:
    """The same for as long as the block lasts, and the id of the organization that is meant."""
    around = open_surroundings(settings_or_fail())
    try:
        yield around, organization_id(around.database, org)
    finally:
        around.database.close()


def zone_of(session: Session, organization_id: str) -> str:
    """The zone in which an organization's people read times."""
    return seats.read_settings(session, organization_id).default_timezone
