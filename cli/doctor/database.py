"""Checks that the database answers, and is at the revision that this code expects."""

from cli.bootstrap import has_content, sqlite_file
from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.settings import Settings
from models.database import Database
from models.database_errors import DATABASE_ERRORS, away_cause, away_reason
from models.migrate import database_revision, head_revision

NAME = "database"
DEFAULT_FIX = "start its server, or set SLOTBEAT_DATABASE_URL to where it is"
UPGRADE_COMMAND = "slotbeat db upgrade"


def check(settings: Settings) -> CheckResult:
    """Compare its revision with ours. The check does not create a missing file."""
    path = sqlite_file(settings)
    if path is not None and not has_content(path):
        return fail_check(
            NAME,
            f"there is no {path} in this folder",
            f"run slotbeat in the folder of your installation; for a new one: {UPGRADE_COMMAND}, "
            "or start slotbeat up",
        )
    db = Database(settings.database_url)
    try:
        return _compare_revisions(database_revision(db), head_revision(), db.url.get_backend_name())
    except DATABASE_ERRORS as error:
        cause, reason = away_cause(error), away_reason(error) or " ".join(str(error).split())
        message = f"{cause.sentence} ({reason})" if cause else reason
        return fail_check(NAME, f"does not answer: {message}", cause.fix if cause else DEFAULT_FIX)
    finally:
        db.close()


def _compare_revisions(found: str | None, expected: str, backend: str) -> CheckResult:
    if found == expected:
        return pass_check(NAME, f"{backend}, level {found}")
    message = f"is at level {found or 'none'}, not {expected}"
    if found is not None and found > expected:
        return fail_check(NAME, message, "run the newer Slotbeat that upgraded it")
    return fail_check(NAME, message, UPGRADE_COMMAND)
