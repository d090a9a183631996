"""Local times as instants, computed independently of the product's code."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice
from zoneinfo import ZoneInfo

NEXT_YEAR = datetime.now(UTC).year + 1


def weekly_instants(day_of_week: int, clock: str, zone: str, number: int) -> list[str]:
    """The next instants of a weekly rule. A time in a DST gap moves forward; in an overlap the
    first one counts."""
    today = datetime.now(UTC).date() - timedelta(days=2)
    days = (today + timedelta(days=ahead) for ahead in count())
    local = (
        datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone))
        for day in days
        if day.isoweekday() % 7 == day_of_week
    )
    instants = (each.astimezone(UTC) for each in local)
    return [
        format_instant(each)
        for each in islice((i for i in instants if i > current_minute()), number)
    ]


def current_minute() -> datetime:
    """This instant."""
    return datetime.now(UTC)


def format_instant(instant: datetime) -> str:
    """An instant as the contract writes it."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03d}Z"


def in_the_future(**ahead: float) -> str:
    """The instant after this time from now, as the contract writes it."""
    return format_instant(current_minute() + timedelta(**ahead))


def nth_sunday(month: int, number: int) -> date:
    """The n-th Sunday of a month of the next year."""
    first = date(NEXT_YEAR, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))
