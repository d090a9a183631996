"""The rules that every candidate gets: weekly, spread over minutes and zones, none due for days."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe")
# As many as an organization has; a stampede falls upon many organizations.
RULES_PER_ORGANIZATION = 20
# Five days in steps of five minutes: people write round times.
STEP = 5
TEMPLATE_COUNT = 5 * 24 * 60 // STEP
BLOCKS = TEMPLATE_COUNT // RULES_PER_ORGANIZATION


@dataclass(frozen=True, slots=True)
class WeeklyRule:
    """A time of the week on a zone's wall clock, and its first reading."""

    number: int
    reading: datetime
    zone: str

    @property
    def day_of_week(self) -> int:
        """0 is Sunday, as crontab has it."""
        return self.reading.isoweekday() % 7


def template_rules(now: datetime) -> list[WeeklyRule]:
    """KINDS rules, each of which comes between two and seven days from now."""
    day = now.astimezone(UTC).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    begin = day + timedelta(days=2)
    # 37 and KINDS share no divisor: neighbours lie far apart, and each time comes once.
    readings = (
        begin + timedelta(minutes=STEP * (number * 37 % TEMPLATE_COUNT))
        for number in range(TEMPLATE_COUNT)
    )
    return [
        WeeklyRule(number, reading, ZONES[number % len(ZONES)])
        for number, reading in enumerate(readings)
    ]
