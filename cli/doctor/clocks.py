"""The clocks: the database's, by which all work goes, against this machine's and heartbeats'."""

from datetime import UTC, datetime

from api.scrape import SHOWN
from cli.doctor.finding import Finding, ill, well
from config.settings import Settings
from models.database import Database
from models.store import clock, heartbeats

CHECK = "clocks"
MAX_SKEW = 2.0


def look(_: Settings, database: Database) -> Finding:
    """Their difference (s), and whether a heartbeat lies in the future."""
    before = datetime.now(UTC)
    with database.read() as session:
        there = clock.now(session)
        after = datetime.now(UTC)
        signs = heartbeats.list_alive(session, there - SHOWN)
    skew = (there - (before + (after - before) / 2)).total_seconds()
    ahead = [each.id for each in signs if (each.at - there).total_seconds() > MAX_SKEW]
    if abs(skew) > MAX_SKEW:
        words = f"the database's clock and this machine's differ by {abs(skew):.1f} s"
        return ill(CHECK, words, "run a time service (NTP) on both")
    if ahead:
        words = f"heartbeats of {', '.join(ahead)} lie in the future: the clock was put back"
        return ill(CHECK, words, "run a time service (NTP) on the database's machine")
    return well(CHECK, f"the database's and this machine's differ by {abs(skew):.1f} s")
