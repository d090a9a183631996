"""Dates with a time of day as ISO 8601 and RFC 3339 write them, and nothing else."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import ValidationFailed
from services.iso_8601 import parse_date_time
from services.posts.schedule_time import parse_schedule_time
from services.time_input import parse_date_or_instant

AT = datetime(2027, 3, 5, 8, tzinfo=UTC)
OFFSETS = st.none() | st.integers(-23 * 60 - 59, 23 * 60 + 59).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
MOMENTS = st.builds(
    lambda local, offset: local.replace(tzinfo=offset),
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)),
    OFFSETS,
)


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-05T08:00:00Z", "2027-03-05t08:00:00z", "2027-03-05 08:00:00Z",
        " 2027-03-05T08:00:00Z ", "2027-03-05T08:00:00.0000000Z", "2027-03-05T08:00:00,000000000Z",
        "2027-03-05T08:00Z", "2027-03-05T08Z", "2027-03-05T09:00:00+01:00",
        "2027-03-05T09:00:00+0100", "2027-03-05T09:00+01", "2027-03-05T03:00\N{MINUS SIGN}05:00",
        "2027-03-05T08:00:00-00:00", "20270305T080000Z", "20270305T0900+01", "2027-W09-5T08:00Z",
        "2027W095T08Z", "2027-064T08:00Z", "2027064T0800Z",
    ],
)  # fmt: skip
def test_every_form_of_an_instant_is_that_instant(text: str) -> None:
    """Of RFC 3339 and of ISO 8601: long and short, dates of months, weeks and years."""
    assert parse_date_time(text) == AT


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-05", "2027-03-05Z", "2027-03-05-05:00", "2027-03-05+05:00", "2027-03-05x09:00",
        "2027-03-05\t09:00", "2027-03-05  09:00", "2027-03-05T", "2027-W10-5", "2027-W54-1T09:00",
        "2027-W10", "2027W10", "2027-W10T09:00", "2027-03", "2027",
        "2027-366T09:00", "2027-000T09:00", "2027-02-29T09:00", "2027-3-5T09:00", "27-03-05T09:00",
        "2027-03-05 9:00", "2027-03-05 09", "20270305T09:00", "2027-03-05T0900", "20270305 0900",
        "2027-03-05T09:00:00.", "2027-03-05T09:00.5", "2027-03-05T09.5", "2027-03-05T09:60",
        "2027-03-05T24:01", "2027-03-05T25:00", "2027-03-05T09:00:61Z", "2027-03-05T22:59:60Z",
        "2027-03-05T23:59:60", "2027-03-05T09:00+24:00", "2027-03-05T09:00+01:60",
        "2027-03-05T09:00+1", "2027-03-05T09:00 Z", "2027/03/05T09:00", "5.3.2027 09:00",
        "\u0662\u0660\u0662\u0667-03-05T09:00", "2027-03-05T09:00\n2", "", "now",
    ],
)  # fmt: skip
def test_what_is_no_date_with_a_time_is_refused_everywhere(text: str) -> None:
    """Not taken for some other time: by publish and edit, whose sentence shows an example, and,
    unless it is a date alone, by the calendar."""
    with pytest.raises(ValueError, match=r"no |month|day|year|week|format"):
        parse_date_time(text)
    with pytest.raises(ValidationFailed, match=r"2026-05-01T15:00"):
        parse_schedule_time(text, "UTC")
    if text not in {"2027-03-05", "2027-W10-5"}:
        with pytest.raises(ValidationFailed, match=r"such as 2026-05-01 or"):
            parse_date_or_instant("from", text, "UTC")


def test_a_date_alone_is_told_to_have_no_time() -> None:
    """The sentence says what is missing, and not that the date is wrong."""
    with pytest.raises(ValidationFailed, match="has no time of day"):
        parse_schedule_time("2027-03-05", "UTC")


def test_the_ends_of_days_and_years_are_moments_too() -> None:
    """24:00 is the next midnight; a leap second, which comes at 23:59:60 UTC, the next minute."""
    assert parse_date_time("2026-12-31T24:00") == datetime(2027, 1, 1)
    for text in ("2026-12-31T23:59:60Z", "2027-01-01T00:59:60+01:00"):
        assert parse_date_time(text) == datetime(2027, 1, 1, tzinfo=UTC)


@given(MOMENTS)
def test_what_python_writes_is_read_back(moment: datetime) -> None:
    """Any moment of any year, with any offset or none, to the microsecond."""
    for text in (moment.isoformat(), moment.isoformat(" "), moment.isoformat().lower()):
        found = parse_date_time(text)
        assert (found, found.utcoffset()) == (moment, moment.utcoffset())


@given(st.text(alphabet="0127-:TtZzW+. ,", max_size=26))
def test_nothing_is_read_that_python_reads_otherwise(text: str) -> None:
    """Where both read a text, both read the same; what is read has a date and a time."""
    try:
        found = parse_date_time(text)
    except (ValueError, OverflowError):
        return
    assert len(text.strip()) >= len("2027001T00")
    with suppress(ValueError):
        assert datetime.fromisoformat(text.strip().upper()) == found
