"""Decides which errors mean that the database is away: nothing is wrong with the statement, and a
later try may succeed. Every process asks here; any other error is a defect.
"""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from models.away_causes import DATABASE_CAUSES, AwayCause, find_cause

# A standby, or a primary that was demoted: it answers every read and refuses every write.
READ_ONLY_STATE = "25006"
# Our own limit on idle transactions ended the connection.
IDLE_TRANSACTION_STATE = "25P03"
# SQLSTATE classes: connection, resources (connections, disk, memory), operator, system.
AWAY_CLASSES = ("08", "53", "57", "58")
# A statement that SQLite cannot run; its other operational errors are those of the file.
SQLITE_STATEMENT_ERROR = "SQLITE_ERROR"
# What the functions below explain; to be named in `except`.
DATABASE_ERRORS = (DBAPIError, NoConnectionFree)


def away_reason(error: Exception) -> str | None:
    """Why the database cannot serve now, in one line; None for every other error."""
    if isinstance(error, NoConnectionFree):
        return "no connection to it was free in time"
    if isinstance(error, DBAPIError) and _is_away(error):
        return " ".join(str(error.orig).split())
    return None


def away_cause(error: Exception) -> AwayCause | None:
    """What a person can do about it; None where it is not clear, and for every other error."""
    reason = away_reason(error)
    if reason is None:
        return None
    state = _sqlstate(error.orig) if isinstance(error, DBAPIError) else ""
    return find_cause(DATABASE_CAUSES, state, reason)


def away_report(error: Exception) -> str | None:
    """Why the database cannot serve and what to do about it, in one line; else None."""
    reason, cause = away_reason(error), away_cause(error)
    return f"{reason}; {cause.fix}" if cause else reason


def public_reason(error: Exception) -> str:
    """What is wrong with the database, without its address, for those who do not operate it."""
    if away_reason(error) is None:
        return "the database refuses a statement"
    cause = away_cause(error)
    return f"the database does not answer{f': {cause.sentence}' if cause else ''}"


def must_reconnect(original: BaseException | None) -> bool:
    """Whether the connection of this driver's error is of no more use, although it may be open:
    another one may lead to a server that writes."""
    return _sqlstate(original) in (READ_ONLY_STATE, IDLE_TRANSACTION_STATE)


def _is_away(error: DBAPIError) -> bool:
    if error.connection_invalidated or must_reconnect(error.orig):
        return True
    if _sqlite_name(error.orig) == SQLITE_STATEMENT_ERROR:
        return False
    is_unreachable = isinstance(error, (OperationalError, InterfaceError))
    return is_unreachable or _sqlstate(error.orig).startswith(AWAY_CLASSES)


def _sqlstate(original: BaseException | None) -> str:
    return getattr(original, "sqlstate", None) or ""


def _sqlite_name(original: BaseException | None) -> str:
    return getattr(original, "sqlite_errorname", None) or ""
