"""Retry-After as a date is compared with the provider's clock, even if our clock is wrong."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from provider.errors import RetryAfter
from provider.swonkie.http import MAX_RETRY_AFTER
from tests.unit.provider.swonkie.fake_swonkie import call_swonkie, respond_with

NO_DATES = ["", "yesterday", "Mon, 99 Mar 2026 12:00:00 GMT", "12:00"]


def http_date(ahead: timedelta) -> str:
    """A time so far from now, as HTTP writes it."""
    return format_datetime(datetime.now(UTC) + ahead, usegmt=True)


def retry_after(after: str, date: str | None) -> float:
    """The seconds that a 429 with these headers asks for."""
    headers = {"Retry-After": after} | ({} if date is None else {"Date": date})
    with pytest.raises(RetryAfter) as caught:
        call_swonkie(respond_with(429, headers=headers), lambda swonkie: swonkie.profiles())
    return caught.value.seconds


@pytest.mark.parametrize("minutes", [-600, -10, 0, 10, 600])
def test_a_wrong_clock_of_ours_changes_nothing(minutes: int) -> None:
    """Their Date header is "now": 30 s later by their clock is 30 s, whatever our clock says."""
    skew = timedelta(minutes=minutes)
    now = datetime.now(UTC) + skew
    after = format_datetime(now + timedelta(seconds=30), usegmt=True)
    assert retry_after(after, format_datetime(now, usegmt=True)) == 30


@pytest.mark.parametrize("date", [None, *NO_DATES])
def test_without_a_usable_date_our_own_clock_counts(date: str | None) -> None:
    """A missing or invalid Date breaks nothing."""
    assert 55 < retry_after(http_date(timedelta(minutes=1)), date) <= 60


def test_a_date_in_the_past_asks_for_nothing() -> None:
    """Never less than 0, and never more than an hour."""
    assert retry_after(http_date(timedelta(minutes=-1)), http_date(timedelta(0))) == 0
    assert retry_after(http_date(timedelta(days=3)), http_date(timedelta(0))) == MAX_RETRY_AFTER


def test_seconds_need_no_clock() -> None:
    """The number form does not depend on Date."""
    assert retry_after("17", http_date(timedelta(days=300))) == 17
