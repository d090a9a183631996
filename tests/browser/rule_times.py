"""Rules for tests, and when their slots are."""

from datetime import UTC, datetime, timedelta
from typing import Any


def daily_rule(*times: str) -> list[dict[str, Any]]:
    """A rule for each day of the week at each of these times."""
    return [{"dayOfWeek": day, "time": time} for day in range(7) for time in times]


def far_rule(time: str = "10:00") -> list[dict[str, Any]]:
    """A slot in three days and one in four, then weekly: beyond the lead time, so that no post in
    it is handed over while somebody changes it."""
    days = [datetime.now(UTC) + timedelta(days=days) for days in (3, 4)]
    return [{"dayOfWeek": day.isoweekday() % 7, "time": time} for day in days]


def slot_of(post: dict[str, Any]) -> datetime:
    """The slot of a post as the API shows it, in UTC."""
    return datetime.fromisoformat(post["scheduledFor"])
