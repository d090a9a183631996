"""The database: does it answer, and is it at the level that this code expects?"""

from pathlib import Path

from sqlalchemy.exc import DBAPIError

from cli.doctor.finding import Finding, ill, well
from config.settings import Settings
from models.database import Database
from models.upgrade import database_revision, head_revision

CHECK = "database"
UPGRADE = "slotbeat db upgrade"


def look(settings: Settings) -> Finding:
    """Its level. A file that is not there is not made by looking at it."""
    opened = Database(settings.database_url)
    path = Path(opened.url.database or "")
    if settings.is_sqlite and not path.exists():
        return ill(CHECK, f"there is no {path} yet", f"{UPGRADE}, or start slotbeat up")
    try:
        return _compared(database_revision(opened), head_revision(), opened.url.get_backend_name())
    except DBAPIError as error:
        words = " ".join(str(error.orig).split())
        mend = "start its server, or set SLOTBEAT_DATABASE_URL to where it is"
        return ill(CHECK, f"does not answer: {words}", mend)
    finally:
        opened.close()


def _compared(found: str | None, wanted: str, backend: str) -> Finding:
    if found == wanted:
        return well(CHECK, f"{backend}, level {found}")
    words = f"stands at level {found or 'none'}, not {wanted}"
    if found is not None and found > wanted:
        return ill(CHECK, words, "run the newer Slotbeat that brought it there")
    return ill(CHECK, words, UPGRADE)
