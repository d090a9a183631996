"""Dates and times as spreadsheets write them."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calendar_import.rows import BadCell, BadFile
from services.calendar_import.sheet_dates import parse_date_format, read_schedule
from services.iso_8601 import parse_date_time

NINE = datetime(2027, 3, 5, 9)
CET = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-05 9:00", "2027/03/05 09:00", "2027/3/5 9:00", "2027-03-05 09:00:00",
        "2027.3.5 9:00", "2027-3-5T9:00", "2027-03-05 9:00 AM", "2027/3/5, 9:00:00 a.m.",
        "2027年3月5日 9:00", "2027. 3. 5. 9:00", "2027-03-05 9.00",
        "\u200e2027\u201103\u201105 9:00",
        "２０２７/３/５ ９：００", "\ufeff2027-03-05\u00a009:00\u200b", "March 5, 2027 9:00 AM",
        "Fri, 5th Mar 2027 09:00", "5-Mar-2027 9:00",
        "2027-03-05 9 am", " 2027-03-05T09:00 ", "20270305T0900", "2027-03-05 9:00\u202fAM",
    ],
)  # fmt: skip
@pytest.mark.parametrize("order", [None, "dmy", "mdy", "ymd"])
def test_a_year_first_means_one_thing(text: str, order: str | None) -> None:
    """With any sign between the numbers, and whatever order other dates have."""
    assert parse_date_time(read_schedule(text, "", order)) == NINE


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-05 08:00:00 +0000", "2027-03-05 08:00:00 UTC", "2027/3/5 8:00 GMT",
        "2027/3/5 9:00 +01:00", "2027/03/05 03:00:00-05:00", "2027-03-05T08:00 Z",
    ],
)  # fmt: skip
def test_an_offset_may_stand_apart(text: str) -> None:
    """As Ruby, Python's pandas and others write it, and by the name of UTC."""
    assert parse_date_time(read_schedule(text, "", None)) == NINE.replace(tzinfo=CET)


@pytest.mark.parametrize("text", ["2027/3/5 9:00-10:00", "2027/3/5 9:00 - 10:00", "5.3.2027 9-10"])
def test_a_span_of_time_is_no_offset(text: str) -> None:
    """It is refused: the post would go out at another hour."""
    with pytest.raises(BadCell, match="2026-05-01"):
        read_schedule(text, "", "dmy")


def test_a_long_text_is_refused_at_once() -> None:
    """Whatever it consists of: no pattern is tried on it."""
    for text, clock in ((f"2027/3/5{' ' * 100_000}x", ""), ("2027-03-05", f"9{' ' * 100_000}x")):
        with pytest.raises(BadCell, match="2026-05-01"):
            read_schedule(text, clock, "dmy")


def test_the_end_of_a_day_is_a_time_in_every_form() -> None:
    """24:00, as in ISO 8601."""
    for text in ("2027-03-04 24:00", "2027/3/4 24:00", "4.3.2027 24:00:00"):
        at = parse_date_time(read_schedule(text, "", "dmy"))
        assert at == datetime(2027, 3, 5)
    assert parse_date_time(read_schedule("2027-03-04", "24:00", None)) == datetime(2027, 3, 5)


def test_a_date_that_does_not_fit_the_order_says_which_order_it_is() -> None:
    """Instead of the advice to give one."""
    with pytest.raises(BadCell, match="are read as day, month, year"):
        read_schedule("3/13/2027 9:00", "", "dmy")
    with pytest.raises(BadCell, match="to the eye"):
        read_schedule("\u200b", "", None)


@pytest.mark.parametrize(
    "text",
    [
        "5.3.2027 9:00",
        "05/03/2027 09:00:00",
        "5-3-27, 9:00 AM",
        "5. 3. 2027 9:00",
        "05. 03. 2027. 9.00",
    ],
)
def test_day_and_month_need_an_order(text: str) -> None:
    """With one, they are that day; without one they are refused, in words that say what to give."""
    assert parse_date_time(read_schedule(text, "", "dmy")) == NINE
    assert parse_date_time(read_schedule(text, "", "mdy")) == datetime(2027, 5, 3, 9)
    for order in (None, "ymd"):
        with pytest.raises(BadCell, match=r"2026-05-01.*--date-format"):
            read_schedule(text, "", order)


@pytest.mark.parametrize(
    ("written", "order"),
    [
        ("DD.MM.YYYY", "dmy"), ("d/m/yy", "dmy"), ("%d.%m.%Y %H:%M", "dmy"), ("MM/DD/YYYY", "mdy"),
        ("M/D/YY h:mm", "mdy"), ("mdy", "mdy"), ("YYYY-MM-DD", "ymd"),
        ("TT.MM.JJJJ", "dmy"), ("jj/mm/aaaa", "dmy"), ("dd-mm-jjjj hh:mm", "dmy"),
    ],
)  # fmt: skip
def test_a_format_names_the_order(written: str, order: str) -> None:
    """As programs of all kinds write formats."""
    assert parse_date_format(written) == order


@pytest.mark.parametrize("written", ["", "european", "DD.MM.", "MM", "YYYY.DD.MM"])
def test_a_format_that_names_no_order_is_refused(written: str) -> None:
    """With an example of one that does."""
    with pytest.raises(BadFile, match=r"DD\.MM\.YYYY"):
        parse_date_format(written)


@pytest.mark.parametrize("day", ["2027-03-05", "2027/3/5", "2027-W09-5", "20270305"])
@pytest.mark.parametrize("clock", ["9:00", "09:00:00", "9:00 AM", "9am", "9:00 a.m."])
def test_a_date_is_joined_with_a_column_of_times(day: str, clock: str) -> None:
    """Of any form; without that column the date is refused, and never midnight."""
    assert parse_date_time(read_schedule(day, clock, None)) == NINE
    with pytest.raises(BadCell, match=r"no time of day.*scheduledTime"):
        read_schedule(day, "", None)


@pytest.mark.parametrize(
    ("text", "clock", "field", "words"),
    [
        ("2027-03-05 9:00", "10:00", "scheduledAt", "leave one out"),
        ("2027-03-05T09:00Z", "10:00", "scheduledAt", "leave one out"),
        ("", "10:00", "scheduledAt", "is empty"),
        ("2027-03-05", "10", "scheduledTime", "3:00 PM"),
        ("2027-03-05", "13:00 PM", "scheduledTime", "3:00 PM"),
        ("2027-03-05", "25:00", "scheduledTime", "3:00 PM"),
        ("31.2.2027 9:00", "", "scheduledAt", "2026-05-01"),
        ("13/13/2027 9:00", "", "scheduledAt", "2026-05-01"),
        ("2027-03-05x9:00", "", "scheduledAt", "2026-05-01"),
        ("2027-03-05-05:00", "", "scheduledAt", "2026-05-01"),
        ("2027-03/05 9:00", "", "scheduledAt", "2026-05-01"),
        ("5.3.20270 9:00", "", "scheduledAt", "2026-05-01"),
        ("next Monday", "", "scheduledAt", "2026-05-01"),
        ("Monday, March 5, 2027 9:00 AM", "", "scheduledAt", "2026-05-01"),  # it is a Friday
        ("Marc 5, 2027 9:00", "", "scheduledAt", "2026-05-01"),
        ("31 Feb 2027 9:00", "", "scheduledAt", "2026-05-01"),
        ("March 5, 2027", "", "scheduledAt", "no time of day"),
        ("March 5, 2027 9:00 AM (EST)", "", "scheduledAt", "2026-05-01"),
    ],
)
def test_what_is_wrong_is_said(text: str, clock: str, field: str, words: str) -> None:
    """With the field, and what would be right."""
    with pytest.raises(BadCell, match=words) as raised:
        read_schedule(text, clock, "dmy")
    assert raised.value.field == field


@given(
    at=st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)),
    form=st.sampled_from(["%d.%m.%Y %H:%M:%S", "%d/%m/%y %I:%M:%S %p", "%Y/%m/%d %H:%M:%S"]),
)
def test_what_was_written_in_a_known_form_is_read(at: datetime, form: str) -> None:
    """Any second of the century."""
    at = at.replace(microsecond=0)
    assert parse_date_time(read_schedule(at.strftime(form), "", "dmy")) == at
