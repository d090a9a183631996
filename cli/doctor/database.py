"""Checks that the database answers, and is at the revision that this code expects."""

from pathlib import Path

from sqlalchemy.exc import DBAPIError

from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.settings import Settings
from models.database import Database
from models.migrate import database_revision, head_revision

NAME = "database"
UPGRADE_COMMAND = "slotbeat db upgrade"


def check(settings: Settings) -> CheckResult:
    """Compare its revision with ours. The check does not create a missing file."""
    db = Database(settings.database_url)
    path = Path(db.url.database or "")
    if settings.is_sqlite and not path.exists():
        return fail_check(
            NAME, f"there is no {path} yet", f"{UPGRADE_COMMAND}, or start slotbeat up"
        )
    try:
        return _compare_revisions(database_revision(db), head_revision(), db.url.get_backend_name())
    except DBAPIError as error:
        message = " ".join(str(error.orig).split())
        fix = "start its server, or set SLOTBEAT_DATABASE_URL to where it is"
        return fail_check(NAME, f"does not answer: {message}", fix)
    finally:
        db.close()


def _compare_revisions(found: str | None, expected: str, backend: str) -> CheckResult:
    if found == expected:
        return pass_check(NAME, f"{backend}, level {found}")
    message = f"is at level {found or 'none'}, not {expected}"
    if found is not None and found > expected:
        return fail_check(NAME, message, "run the newer Slotbeat that upgraded it")
    return fail_check(NAME, message, UPGRADE_COMMAND)
