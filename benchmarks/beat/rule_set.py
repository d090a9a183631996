"""The rules that every candidate gets: weekly, spread over minutes and zones, none due for days."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe")
# A typical number; so a burst of due rules concerns many organizations.
RULES_PER_ORGANIZATION = 20
# Templates fill five days in steps of five minutes: people choose round times.
STEP = 5
TEMPLATE_COUNT = 5 * 24 * 60 // STEP
BLOCKS = TEMPLATE_COUNT // RULES_PER_ORGANIZATION


@dataclass(frozen=True, slots=True)
class WeeklyRule:
    """A weekly local time in a zone; `local` is its first occurrence, naive."""

    number: int
    local: datetime
    zone: str

    @property
    def day_of_week(self) -> int:
        """0 is Sunday, as in crontab."""
        return self.local.isoweekday() % 7


def template_rules(now: datetime) -> list[WeeklyRule]:
    """`TEMPLATE_COUNT` rules, each due between two and seven days from now."""
    day = now.astimezone(UTC).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    begin = day + timedelta(days=2)
    # 37 and TEMPLATE_COUNT share no divisor: each time comes once, and neighbours are far apart.
    local_times = (
        begin + timedelta(minutes=STEP * (number * 37 % TEMPLATE_COUNT))
        for number in range(TEMPLATE_COUNT)
    )
    return [
        WeeklyRule(number, local, ZONES[number % len(ZONES)])
        for number, local in enumerate(local_times)
    ]
