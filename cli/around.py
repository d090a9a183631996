"""What the API's functions work with, for the commands that use them."""

from api.deps import Surroundings
from api.main import surroundings
from cli.opening import ready
from cli.output import fail
from config.settings import BadSettings, Settings


def open_surroundings(settings: Settings) -> Surroundings:
    """What the API's functions work with, with the database ready."""
    try:
        around = surroundings(settings)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)
    ready(around.database)
    return around
