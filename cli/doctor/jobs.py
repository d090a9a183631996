"""Checks that workers claim due jobs in time."""

from datetime import timedelta

from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.settings import Settings
from models.database import Database
from models.store import clock, gauges

NAME = "jobs"
# A due job is normally claimed within two seconds.
MAX_DUE_AGE = timedelta(minutes=1)
FIX = "check beat, broker and workers above; if they are ok, start more workers"


def check(_: Settings, database: Database) -> CheckResult:
    """Count the jobs by state; find out for how long the oldest has been due."""
    with database.read() as session:
        now = clock.now(session)
        work = gauges.read_gauges(session, now)
    counts = dict.fromkeys(gauges.JOB_STATES, 0)
    for (_kind, state), count in work.jobs.items():
        counts[state] += count
    message = ", ".join(f"{count} {state}" for state, count in counts.items())
    overdue = now - work.oldest_due if work.oldest_due else timedelta()
    if overdue > MAX_DUE_AGE:
        return fail_check(
            NAME, f"{message}; the oldest has been due for {_format_duration(overdue)}", FIX
        )
    return pass_check(NAME, message)


def _format_duration(duration: timedelta) -> str:
    return str(timedelta(seconds=round(duration.total_seconds())))
