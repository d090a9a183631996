"""The posts that wait for a person. They are no illness of the system, so this is advice."""

from cli.doctor.finding import Finding, well
from config.settings import Settings
from models.database import Database
from models.statuses import PostStatus
from models.store import clock, metrics

CHECK = "posts"
ATTENTION = (
    PostStatus.FAILED,
    PostStatus.MISSED,
    PostStatus.UNKNOWN,
    PostStatus.PARTIAL,
    PostStatus.PENDING_APPROVAL,
)


def look(_: Settings, database: Database) -> Finding:
    """How many of them there are, over all organizations."""
    with database.read() as session:
        counts = metrics.read_gauges(session, clock.now(session)).posts
    waiting = {status: counts[status] for status in ATTENTION if counts[status]}
    if not waiting:
        return well(CHECK, "none needs a person")
    words = ", ".join(f"{count} {status}" for status, count in waiting.items())
    options = " ".join(f"--status {status}" for status in waiting)
    return well(CHECK, f"need a person: {words}", f"slotbeat posts list {options}")
