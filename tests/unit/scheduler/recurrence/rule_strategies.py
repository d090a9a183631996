"""Hypothesis strategies: any rule in any zone, and instants often close to a DST change."""

from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import strategies as st

from scheduler.recurrence.dst_policy import GapPolicy, OverlapPolicy
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import Pattern, parse_cron, parse_weekly
from scheduler.recurrence.timezones import zone_names
from tests.unit.scheduler.recurrence import wall_clock

# Before 1975 some offsets had odd seconds, which HH:mm cannot express.
EARLIEST, LATEST = datetime(1975, 1, 1), datetime(2037, 1, 1)
ZONES = st.sampled_from(sorted(zone_names()))
AFTER = st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC))
CLOCKS = st.times().map(lambda clock: f"{clock:%H:%M}")
WEEKLY = st.builds(parse_weekly, st.integers(0, 6), CLOCKS)
MINUTES = st.sampled_from(["0", "30", "*/15", "*/30", "5,35", "59"])
HOURS = st.sampled_from(["0", "2", "1-3", "0,23", "22-23", "*/6", "1,2,3,14"])
DAYS = st.sampled_from(["*", "*", "*", "1", "29-31", "L", "*/2"])
MONTHS = st.sampled_from(["*", "*", "*", "2-4", "3,10,11"])
WEEKDAYS = st.sampled_from(["*", "*", "0", "7", "sun", "1-5", "6"])
CRON = st.tuples(MINUTES, HOURS, DAYS, MONTHS, WEEKDAYS).map(
    lambda parts: parse_cron(" ".join(parts))
)
PATTERNS: st.SearchStrategy[Pattern] = WEEKLY | CRON


@cache
def near_dst_changes(zone: str) -> list[tuple[datetime, datetime]]:
    """The offset changes of a zone from 2018 to 2028: (expected local time, actual local time)."""
    start, end = datetime(2018, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    return list(wall_clock.find_offset_changes(zone, start, end))


@st.composite
def rules_and_instants(
    draw: st.DrawFn, patterns: st.SearchStrategy[Pattern] = PATTERNS
) -> tuple[Rule, datetime]:
    """A rule, and an instant to search from."""
    zone = draw(ZONES)
    gap, overlap = draw(st.sampled_from(GapPolicy)), draw(st.sampled_from(OverlapPolicy))
    rule = Rule(draw(patterns), zone, gap=gap, overlap=overlap)
    near = near_dst_changes(zone)
    if not near or draw(st.booleans()):
        return rule, draw(AFTER)
    due, _ = draw(st.sampled_from(near))
    shift = draw(st.integers(-3 * 1440, 1440))
    return rule, due.replace(tzinfo=UTC) + timedelta(minutes=shift)
