"""When a webhook is retried, and when it is given up."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.webhooks.backoff import MAX_RETRY_AFTER, RETRY_DELAYS, parse_retry_after, retry_delay

NOW = datetime(2030, 5, 1, 15, tzinfo=UTC)
LOTS = st.floats(0, 1, exclude_max=True)


def test_delays_grow_over_about_a_day() -> None:
    """From seconds to hours, a day in total."""
    assert all(before < after for before, after in pairwise(RETRY_DELAYS))
    assert RETRY_DELAYS[0] <= timedelta(seconds=10)
    assert timedelta(hours=22) < sum(RETRY_DELAYS, timedelta(0)) < timedelta(hours=26)


@given(st.integers(1, len(RETRY_DELAYS)), LOTS)
def test_a_delay_is_near_the_usual_one(attempts: int, jitter: float) -> None:
    """Up to 10% less or more, so that deliveries that failed together do not return together."""
    found = retry_delay(attempts, jitter)
    assert found is not None
    assert abs(found - RETRY_DELAYS[attempts - 1]) <= RETRY_DELAYS[attempts - 1] / 10


def test_the_jitter_spreads() -> None:
    """Another random number gives another delay."""
    assert len({retry_delay(3, jitter / 10) for jitter in range(10)}) == 10


@given(LOTS)
def test_after_the_last_delay_it_is_given_up(jitter: float) -> None:
    """One attempt more than there are delays; a Retry-After does not change this."""
    assert retry_delay(len(RETRY_DELAYS) + 1, jitter) is None
    assert retry_delay(len(RETRY_DELAYS) + 1, jitter, timedelta(seconds=1)) is None


@given(st.integers(1, len(RETRY_DELAYS)), LOTS, st.timedeltas(timedelta(0), timedelta(days=900)))
def test_a_pause_is_honoured_within_bounds(attempts: int, jitter: float, pause: timedelta) -> None:
    """Not earlier than Retry-After, up to a maximum; not earlier than the usual delay."""
    found, usual = retry_delay(attempts, jitter, pause), retry_delay(attempts, jitter)
    assert found is not None
    assert usual is not None
    assert found == max(usual, min(pause, MAX_RETRY_AFTER))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("9" * 400, MAX_RETRY_AFTER.total_seconds()),
        (format_datetime(NOW + timedelta(minutes=3), usegmt=True), 180),
        ("Wed, 01 May 2030 15:01:00 -0000", 60),
        (format_datetime(NOW - timedelta(days=3)), 0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("Wed, 99 May 2030 15:01:00 GMT", None),
    ],
)
def test_a_retry_after_is_read_in_both_forms(header: str | None, seconds: float | None) -> None:
    """Seconds or a date; anything else is ignored."""
    found = parse_retry_after(header, NOW)
    assert found == (None if seconds is None else timedelta(seconds=seconds))
