"""Time ranges: `from` and `to` as people write them, and their defaults."""

from datetime import UTC, datetime, timedelta

import pytest

from services.calendar.time_range import parse_range
from services.errors import ValidationFailed
from services.time_input import parse_date_or_instant

BERLIN = "Europe/Berlin"
# A Wednesday in UTC, still Tuesday in New York.
NOW = datetime(2026, 5, 6, 1, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    """An instant."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("text", "zone", "is_end", "expected"),
    [
        ("2026-05-01", "UTC", False, utc(2026, 5, 1)),
        ("2026-05-01", "UTC", True, utc(2026, 5, 2)),
        ("2026-05-01", BERLIN, False, utc(2026, 4, 30, 22)),
        ("2026-10-25", BERLIN, True, utc(2026, 10, 25, 23)),
        ("2026-05-01T10:00", BERLIN, True, utc(2026, 5, 1, 8)),
        ("2026-05-01T10:00:00+05:30", BERLIN, False, utc(2026, 5, 1, 4, 30)),
        ("2026-05-01T10:00:00.000Z", BERLIN, True, utc(2026, 5, 1, 10)),
        # Midnight does not exist there on that day: the date begins at 01:00.
        ("2026-04-24", "Africa/Cairo", False, utc(2026, 4, 23, 22)),
        # A date that the zone skipped: the next one begins.
        ("2011-12-30", "Pacific/Apia", False, utc(2011, 12, 30, 10)),
    ],
)
def test_a_text_is_an_instant(text: str, zone: str, is_end: bool, expected: datetime) -> None:
    """Dates are local, and included as an end; offsets count; wall-clock times are the zone's."""
    assert parse_date_or_instant("from", text, zone, is_end=is_end) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "2026-13-01", "2026-02-30", "1969-12-31", "2200-01-02", "0001-01-01",
        "9999-12-31", "0001-01-01T00:00:00+14:00", "2026-05-01T25:00", "1777777777",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_by_name(text: str) -> None:
    """Other texts, and years outside the allowed range, are refused with the field's name."""
    for is_end in (False, True):
        with pytest.raises(ValidationFailed) as refusal:
            parse_date_or_instant("to", text, BERLIN, is_end=is_end)
        assert [each["field"] for each in refusal.value.details] == ["to"]


def test_without_a_say_it_is_this_local_week() -> None:
    """From Sunday to Saturday, on the zone's clock; a clock change makes it an hour longer."""
    found = parse_range(None, None, "America/New_York", NOW, 92)
    assert (found.start, found.end) == (utc(2026, 5, 3, 4), utc(2026, 5, 10, 4))
    changing = parse_range(None, None, BERLIN, utc(2026, 10, 25, 12), 92)
    assert changing.end - changing.start == timedelta(days=7, hours=1)
    assert [f"{day:%a %d}" for day in changing.dates] == ["Sun 25", "Sat 31"]


def test_one_end_alone_gives_a_week() -> None:
    """A start without an end is a week; an end without a start is this week, or the week before
    it."""
    after = parse_range("2026-06-01", None, BERLIN, NOW, 92)
    assert [str(day) for day in after.dates] == ["2026-06-01", "2026-06-07"]
    this = parse_range(None, "2026-05-12", "UTC", NOW, 92)
    assert [str(day) for day in this.dates] == ["2026-05-03", "2026-05-12"]
    before = parse_range(None, "2026-04-01", "UTC", NOW, 92)
    assert [str(day) for day in before.dates] == ["2026-03-26", "2026-04-01"]


def test_the_longest_stretch_is_counted_in_local_dates() -> None:
    """92 dates are allowed even if one has 25 hours; 93 dates and an empty range are not."""
    longest = parse_range("2026-10-01", "2026-12-31", BERLIN, NOW, 92)
    assert longest.end - longest.start > timedelta(days=92)
    for start, end in [("2026-10-01", "2027-01-01"), ("2026-05-02", "2026-05-01")]:
        with pytest.raises(ValidationFailed) as refusal:
            parse_range(start, end, BERLIN, NOW, 92)
        assert [each["field"] for each in refusal.value.details] == ["to"]
