"""Tells beat after a commit that there is something to do now, where the database can (`NOTIFY`).

It is a hint: without it, beat's next tick finds the same rows.
"""

from typing import Any

from sqlmodel import Session

CHANNEL = "slotbeat_beat"
# The key in a session's `info`.
REQUESTED = "wakes_beat"


def request_wakeup(session: Session) -> None:
    """Wake beat after the commit of this session's transaction, once, however often requested."""
    session.info[REQUESTED] = True


def send_wakeup(session: Session) -> None:
    """Send what was requested. The transaction must be committed.

    Not within the transaction: from NOTIFY to the end of its commit PostgreSQL holds a lock, so
    that all commits with one would wait for the disk one after the other.
    """
    connection: Any = session.get_bind()
    if not session.info.pop(REQUESTED, False) or connection.dialect.name != "postgresql":
        return
    driver = connection.connection.driver_connection
    error_class = connection.dialect.loaded_dbapi.Error
    try:
        driver.autocommit = True
        driver.execute(f"NOTIFY {CHANNEL}")
        driver.autocommit = False
    except error_class:  # the change is committed, and beat will find it
        connection.invalidate()
