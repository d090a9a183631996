"""The jobs: is due work taken up?"""

from datetime import timedelta

from cli.doctor.finding import Finding, ill, well
from config.settings import Settings
from models.database import Database
from models.store import clock, metrics

CHECK = "jobs"
# Work that is due is taken within a second or two; this is long after.
PATIENCE = timedelta(minutes=1)
MEND = "look at beat, broker and workers above; start more workers if those are well"


def look(_: Settings, database: Database) -> Finding:
    """How many are due, and for how long the oldest has been."""
    with database.read() as session:
        now = clock.now(session)
        work = metrics.read_gauges(session, now)
    counts = dict.fromkeys(metrics.JOB_STATES, 0)
    for (_kind, state), count in work.jobs.items():
        counts[state] += count
    words = ", ".join(f"{count} {state}" for state, count in counts.items())
    late = now - work.oldest_due if work.oldest_due else timedelta()
    if late > PATIENCE:
        return ill(CHECK, f"{words}; the oldest has been due for {_length(late)}", MEND)
    return well(CHECK, words)


def _length(late: timedelta) -> str:
    return str(timedelta(seconds=round(late.total_seconds())))
