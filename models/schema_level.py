"""Whether the tables of the database are those that this version needs, when a process starts."""

import logging

from models.database import Database
from models.database_errors import DATABASE_ERRORS, away_reason
from models.migrate import database_revision, head_revision

log = logging.getLogger(__name__)


def check_or_exit(database_url: str) -> None:
    """For entry points: exit where the upgrade was not run. Newer tables are only announced: this
    version works with those of the next one. A database that is away is waited for later."""
    database = Database(database_url)
    try:
        found = database_revision(database)
    except DATABASE_ERRORS as error:
        log.warning("the database does not answer: %s", away_reason(error) or error)
        return
    finally:
        database.close()
    known = head_revision()
    if found is None or found < known:
        raise SystemExit(
            f"Slotbeat cannot start:\nthe database is at level {found or 'none'}, and this version "
            f"needs {known}: run slotbeat db upgrade"
        )
    if found > known:
        sentence = "the database is at level %s, and this version knows %s: upgrade this process"
        log.warning(sentence, found, known)
