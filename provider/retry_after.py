"""The Retry-After header: how long a server wants to be left alone."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx


def read_retry_after(response: httpx.Response, max_seconds: float) -> float | None:
    """Seconds, at most `max_seconds`; None without a valid header."""
    header = response.headers.get("Retry-After")
    return parse_retry_after_seconds(header, response_time(response), max_seconds)


def parse_retry_after_seconds(value: str | None, now: datetime, max_seconds: float) -> float | None:
    """Seconds in a Retry-After header, which has a number or a date; None without a valid one."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - now).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
    return None if math.isnan(seconds) else min(max(seconds, 0.0), max_seconds)


def response_time(response: httpx.Response) -> datetime:
    """The time of the response by the server's clock, because our clock may be wrong."""
    try:
        date = parsedate_to_datetime(response.headers.get("Date", ""))
    except (ValueError, OverflowError):
        return datetime.now(UTC)
    return date if date.tzinfo else date.replace(tzinfo=UTC)
