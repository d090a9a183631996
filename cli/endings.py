"""What ended a command, as one sentence that says what would be right, and its exit code."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from api.errors import ApiError, Invalid
from cli.arguments import option_of
from config.settings import BadSettings
from models.database import BrokenReferences
from models.vault import WrongSecretKey

FAILED, WRONG = 1, 2
# What SQLite says, and what would help.
MENDS = {
    "readonly database": "its file and its folder must be writable",
    "disk is full": "free some space",
    "unable to open database file": "its folder must exist and be writable",
    "is locked": "another process writes; try again",
    "not a database": "SLOTBEAT_DATABASE_URL must name an SQLite file",
    "malformed": "restore it from a backup, then run: slotbeat db restored",
}
PREVIOUS = "put that one back, or give it as SLOTBEAT_SECRET_KEY_PREVIOUS"


def explained(error: Exception) -> tuple[str, int] | None:
    """The sentence and the exit code; None for what only a defect can be."""
    for kind, words, code in ENDINGS:
        if isinstance(error, kind):
            return words(error), code
    return None


def _invalid(error: Any) -> str:  # noqa: ANN401  (of the class beside it, below)
    """What the API says of fields, said of options."""
    return "; ".join(f"{option_of(each['field'])}: {each['message']}" for each in error.details)


def database_trouble(error: DBAPIError) -> str:
    """What the driver says, in one line."""
    words = " ".join(str(error.orig).split())
    mend = next((mend for sign, mend in MENDS.items() if sign in words), None)
    away = isinstance(error, (OperationalError, InterfaceError))
    verb = "does not answer" if away and mend is None else "refuses"
    return f"the database {verb}: {words}" + (f"; {mend}" if mend else "")


def _of_system(error: Any) -> str:  # noqa: ANN401
    what = error.strerror or type(error).__name__
    return f"{error.filename}: {what}" if error.filename else f"cannot go on: {what}"


def _not_text(_: object) -> str:
    return "the command line holds bytes that are no UTF-8 text"


ENDINGS: list[tuple[type[Exception], Callable[[Any], str], int]] = [
    (Invalid, _invalid, WRONG),
    (ApiError, lambda error: error.message, FAILED),
    (BadSettings, lambda error: f"Slotbeat cannot start:\n{error}", WRONG),
    (WrongSecretKey, lambda error: f"{error}: {PREVIOUS}", WRONG),
    (DBAPIError, database_trouble, FAILED),
    (NoConnectionFree, lambda _: "no connection to the database was free in time", FAILED),
    (BrokenReferences, str, FAILED),
    (OSError, _of_system, FAILED),
    # Names of files and people arrive as the shell hands them on.
    (UnicodeEncodeError, _not_text, WRONG),
]
