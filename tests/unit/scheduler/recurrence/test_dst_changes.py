"""DST changes: when a zone's offset changes."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.recurrence.dst_changes import find_dst_changes
from scheduler.recurrence.timezones import load_zone

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
YEAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
BERLIN = [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]


def test_the_changes_of_a_year() -> None:
    """Berlin has two, those of Lord Howe are half an hour, and Kolkata has none."""
    found = list(find_dst_changes("Europe/Berlin", *YEAR))
    assert [each.at for each in found] == BERLIN
    assert [(each.before, each.after) for each in found] == [(HOUR, 2 * HOUR), (2 * HOUR, HOUR)]
    assert [abs(c.after - c.before) for c in find_dst_changes("Australia/Lord_Howe", *YEAR)] == (
        [HOUR / 2] * 2
    )
    assert list(find_dst_changes("Asia/Kolkata", *YEAR)) == []


def test_the_start_of_a_range_is_included_and_its_end_is_not() -> None:
    """A change exactly at the start is in the range, one exactly at the end is not."""
    at = BERLIN[0]
    assert [each.at for each in find_dst_changes("Europe/Berlin", at, at + SECOND)] == [at]
    assert list(find_dst_changes("Europe/Berlin", at - HOUR, at)) == []
    assert list(find_dst_changes("Europe/Berlin", at, at)) == []


@given(
    st.sampled_from(["Europe/Berlin", "Africa/Casablanca", "Pacific/Apia", "America/St_Johns"]),
    st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)),
    st.integers(1, 92 * 86_400),
)
def test_the_offset_is_constant_between_changes(name: str, start: datetime, seconds: int) -> None:
    """In any range the first offset and the changes lead to the last offset, and each change is the
    exact second at which the offset becomes another."""
    begin = start.replace(tzinfo=UTC)
    end = begin + timedelta(seconds=seconds)
    before = (begin - SECOND).astimezone(load_zone(name)).utcoffset()
    for change in find_dst_changes(name, begin, end):
        assert begin <= change.at < end
        assert (
            before == change.before == (change.at - SECOND).astimezone(load_zone(name)).utcoffset()
        )
        before = change.at.astimezone(load_zone(name)).utcoffset()
        assert before == change.after != change.before
    assert (end - SECOND).astimezone(load_zone(name)).utcoffset() == before
