"""Checks the database's clock, which times all work, against this machine's and heartbeats."""

from datetime import UTC, datetime

from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.settings import Settings
from models.database import Database
from models.store import clock
from models.store.jobs import heartbeats
from models.store.jobs.heartbeats import HEARTBEAT_WINDOW

NAME = "clocks"
MAX_SKEW = 2.0


def check(_: Settings, database: Database) -> CheckResult:
    """Compare the two clocks (s), and find heartbeats from the future."""
    before = datetime.now(UTC)
    with database.read() as session:
        database_now = clock.now(session)
        after = datetime.now(UTC)
        processes = heartbeats.list_alive(session, database_now - HEARTBEAT_WINDOW)
    skew = (database_now - (before + (after - before) / 2)).total_seconds()
    ahead_ids = [
        each.id for each in processes if (each.at - database_now).total_seconds() > MAX_SKEW
    ]
    if abs(skew) > MAX_SKEW:
        message = f"the database's clock and this machine's differ by {abs(skew):.1f} s"
        return fail_check(NAME, message, "run a time service (NTP) on both")
    if ahead_ids:
        message = (
            f"heartbeats of {', '.join(ahead_ids)} are from the future: the clock was set back"
        )
        return fail_check(NAME, message, "run a time service (NTP) on the database's machine")
    return pass_check(NAME, f"the database's and this machine's differ by {abs(skew):.1f} s")
