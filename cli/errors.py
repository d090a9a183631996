"""Turns an exception into one sentence with a hint, and an exit code."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from cli.parsing import option_name
from config.settings import BadSettings
from media.object_storage import StorageUnavailable
from models.database import BrokenReferences
from models.database_errors import away_cause, away_reason
from models.encryption import WrongSecretKey
from services.errors import ServiceError, ValidationFailed

EXIT_FAILED, EXIT_USAGE = 1, 2
# Words in an error of SQLite, and the hint for it; models/away_causes.py has those of servers.
HINTS = {
    "readonly database": "its file and its folder must be writable",
    "unable to open database file": "its folder must exist and be writable",
    "is locked": "another process writes; try again",
    "not a database": "SLOTBEAT_DATABASE_URL must name an SQLite file",
    "malformed": "restore it from a backup, then run: slotbeat db restored",
}
PREVIOUS_KEY_HINT = "restore that key, or set it as SLOTBEAT_SECRET_KEY_PREVIOUS"


def explain_error(error: Exception) -> tuple[str, int] | None:
    """The sentence and the exit code; None for an unexpected error, which is a bug."""
    for kind, explain, code in EXPLANATIONS:
        if isinstance(error, kind):
            return explain(error), code
    return None


def _explain_validation_failure(error: Any) -> str:  # noqa: ANN401  (its class is in EXPLANATIONS)
    """The messages about the API's fields, with the names of our options."""
    return "; ".join(f"{option_name(each['field'])}: {each['message']}" for each in error.details)


def explain_database_error(error: DBAPIError) -> str:
    """The driver's message in one line, with a hint if there is one."""
    message = " ".join(str(error.orig).split())
    hint = next((hint for words, hint in HINTS.items() if words in message), None)
    verb = "does not answer" if away_reason(error) and hint is None else "refuses"
    cause = away_cause(error)
    hint = hint or (cause.fix if cause else None)
    return f"the database {verb}: {message}" + (f"; {hint}" if hint else "")


def _explain_os_error(error: Any) -> str:  # noqa: ANN401
    what = error.strerror or type(error).__name__
    return f"{error.filename}: {what}" if error.filename else f"cannot go on: {what}"


def _explain_encoding_error(_: object) -> str:
    return "the command line contains bytes that are not UTF-8 text"


EXPLANATIONS: list[tuple[type[Exception], Callable[[Any], str], int]] = [
    (ValidationFailed, _explain_validation_failure, EXIT_USAGE),
    (ServiceError, lambda error: error.message, EXIT_FAILED),
    (BadSettings, lambda error: f"Slotbeat cannot start:\n{error}", EXIT_USAGE),
    (WrongSecretKey, lambda error: f"{error}: {PREVIOUS_KEY_HINT}", EXIT_USAGE),
    (DBAPIError, explain_database_error, EXIT_FAILED),
    (NoConnectionFree, lambda _: "no connection to the database was free in time", EXIT_FAILED),
    (BrokenReferences, str, EXIT_FAILED),
    (
        StorageUnavailable,
        lambda error: f"the storage of files does not answer: {error}",
        EXIT_FAILED,
    ),
    (OSError, _explain_os_error, EXIT_FAILED),
    # Arguments arrive as the bytes that the shell passes.
    (UnicodeEncodeError, _explain_encoding_error, EXIT_USAGE),
]
