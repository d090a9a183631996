"""When is a delivery tried again, and when is it given up? Pure."""

import email.utils
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

# About a day in all.
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
# A receiver may ask for a pause, but not for one that outlasts its sense.
MAX_RETRY_AFTER = timedelta(hours=10)


def retry_delay(
    attempts: int,
    jitter: float,
    retry_after: timedelta | None = None,
    delays: Sequence[timedelta] = RETRY_DELAYS,
) -> timedelta | None:
    """How long to wait after so many failed attempts; None: give up.

    `draw` in [0, 1) is the jitter's lot, a tenth either way; `pause` is what the receiver asks for.
    """
    if attempts > len(delays):
        return None
    usual = delays[attempts - 1] * (0.9 + jitter / 5)
    return max(usual, min(retry_after, MAX_RETRY_AFTER)) if retry_after is not None else usual


def parse_retry_after(header: str | None, now: datetime) -> timedelta | None:
    """What a Retry-After says, in seconds or as a date; None where it says nothing of use."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), MAX_RETRY_AFTER.total_seconds()))
    try:
        at = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((at if at.tzinfo else at.replace(tzinfo=UTC)) - now, timedelta(0))
