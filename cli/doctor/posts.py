"""Counts posts that wait for a person. The system is not at fault, so this check never fails, but
`doctor` does not say that all is well."""

from cli.doctor.check_result import CheckResult, pass_check
from config.settings import Settings
from models.database import Database
from models.statuses import NEEDS_ATTENTION, UNAPPROVED
from models.store import clock, gauges
from models.store.posts.overdue_posts import LateQueue, late_queue

NAME = "posts"
WAITING_STATUSES = (*NEEDS_ATTENTION, *UNAPPROVED)


def check(_: Settings, database: Database) -> CheckResult:
    """Count them by status, over all organizations. Acknowledged posts need nobody any more."""
    with database.read() as session:
        counts = gauges.count_unacknowledged(session, WAITING_STATUSES)
        late = late_queue(session, clock.now(session))
    waiting = {status: counts[status] for status in WAITING_STATUSES if counts[status]}
    queue = f"; {_describe(late)}" if late.last_at else ""
    if not waiting:
        return pass_check(NAME, f"none needs a person{queue}")
    message = ", ".join(f"{count} {status}" for status, count in waiting.items())
    options = " ".join(f"--status {status}" for status in waiting)
    return CheckResult(
        NAME, ok=True, message=f"need a person: {message}{queue}",
        fix=f"slotbeat posts list {options}", needs_person=True,
    )  # fmt: skip


def _describe(late: LateQueue) -> str:
    return f"{late.posts} late, one after another until {late.last_at:%Y-%m-%d %H:%M} UTC"
