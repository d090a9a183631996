"""Counts posts that wait for a person. The system is not at fault, so this check never fails, but
`doctor` does not say that all is well."""

from cli.doctor.check_result import CheckResult, pass_check
from config.settings import Settings
from models.database import Database
from models.statuses import NEEDS_ATTENTION, PostStatus
from models.store import gauges

NAME = "posts"
WAITING_STATUSES = (*NEEDS_ATTENTION, PostStatus.PENDING_APPROVAL)


def check(_: Settings, database: Database) -> CheckResult:
    """Count them by status, over all organizations. Acknowledged posts need nobody any more."""
    with database.read() as session:
        counts = gauges.count_unacknowledged(session, WAITING_STATUSES)
    waiting = {status: counts[status] for status in WAITING_STATUSES if counts[status]}
    if not waiting:
        return pass_check(NAME, "none needs a person")
    message = ", ".join(f"{count} {status}" for status, count in waiting.items())
    options = " ".join(f"--status {status}" for status in waiting)
    return CheckResult(
        NAME, ok=True, message=f"need a person: {message}",
        fix=f"slotbeat posts list {options}", needs_person=True,
    )  # fmt: skip
