"""The back-off of webhook deliveries: when to retry, and when to give up. Pure."""

import email.utils
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

# Together about a day.
RETRY_DELAYS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=6),
    timedelta(hours=10),
)
# A longer Retry-After of a receiver is cut to this.
MAX_RETRY_AFTER = timedelta(hours=10)


def retry_delay(
    attempts: int,
    jitter: float,
    retry_after: timedelta | None = None,
    delays: Sequence[timedelta] = RETRY_DELAYS,
) -> timedelta | None:
    """How long to wait after this many failed attempts; None: give up.

    `jitter`: random, in [0, 1), for up to 10% more or less. `retry_after`: what the receiver asked
    for.
    """
    if attempts > len(delays):
        return None
    delay = delays[attempts - 1] * (0.9 + jitter / 5)
    return max(delay, min(retry_after, MAX_RETRY_AFTER)) if retry_after is not None else delay


def parse_retry_after(header: str | None, now: datetime) -> timedelta | None:
    """The delay in a Retry-After header, which has seconds or a date; None if it is invalid."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), MAX_RETRY_AFTER.total_seconds()))
    try:
        at = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((at if at.tzinfo else at.replace(tzinfo=UTC)) - now, timedelta(0))
