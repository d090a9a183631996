"""Patterns: which input is a valid rule, and the errors for other input."""

from datetime import date, datetime, time
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.recurrence.patterns import (
    BadRule,
    WeeklyPattern,
    parse_cron,
    parse_pattern,
    parse_weekly,
)
from tests.unit.scheduler.recurrence.rule_strategies import PATTERNS

SINCE = datetime(2026, 3, 1)  # a Sunday
FIELDS = "minute hour day month weekday"


def local_times(expression: str, count: int = 3, since: datetime = SINCE) -> list[str]:
    """The first local times of a cron expression."""
    found = islice(parse_cron(expression).local_times(since), count)
    return [f"{local:%Y-%m-%d %H:%M}" for local in found]


@pytest.mark.parametrize("day", [7, -1, True, False, "1", 1.0, None])
def test_a_wrong_day_is_refused_by_name(day: object) -> None:
    """Only a whole number from 0 to 6 is a day of the week."""
    with pytest.raises(BadRule, match="0") as caught:
        parse_weekly(day, "09:05")
    assert caught.value.field == "dayOfWeek"


@pytest.mark.parametrize(
    "clock",
    ["25:00", "24:00", "9:5", "09:60", None, "", "09:05:00", "09:05\n", " 09:05", 905, "0٩:05"],
)
def test_a_wrong_time_is_refused_by_name(clock: object) -> None:
    """Only HH:mm in ASCII digits is a time of day."""
    with pytest.raises(BadRule, match="HH:mm") as caught:
        parse_weekly(1, clock)
    assert caught.value.field == "time"


def test_a_valid_weekly_rule_is_unchanged() -> None:
    """Day and time are those of the input."""
    assert parse_weekly(6, "23:59") == WeeklyPattern(6, time(23, 59))


@pytest.mark.parametrize(
    "expression",
    [
        "0 9 * *", "0 9 1,15 * * 30", "0 9 * * * * 2026", "@daily", "@daily a b c d", "",
        "nonsense", "a b c d e", "60 * * * *", "0 24 * * *", "0 0 0 * *", "0 9 32 * *",
        "0 9 * 13 *", "0 9 * * 8", "? 9 * * *", "H 9 * * *", "０ 9 * * *", None, 5, ["0 9 * * *"],
    ],
)  # fmt: skip
def test_what_is_no_cron_is_refused_by_name(expression: object) -> None:
    """The error names the field, the five cron fields, and an example."""
    with pytest.raises(BadRule) as caught:
        parse_cron(expression)
    assert caught.value.field == "cron"
    assert FIELDS in str(caught.value)
    assert "'0 9 1,15 * *'" in str(caught.value)


@pytest.mark.parametrize("expression", ["0 0 30 2 *", "0 0 31 2,4 *", "5 4 31 9 *"])
def test_a_date_that_no_year_has_is_refused(expression: str) -> None:
    """A rule without any slot would never publish its posts."""
    with pytest.raises(BadRule, match="never comes") as caught:
        parse_cron(expression)
    assert caught.value.field == "cron"


@pytest.mark.parametrize("expression", ["R R * * *", "r(0-10) 9 * * *"])
def test_a_random_rule_is_refused(expression: str) -> None:
    """Every process must compute the same slots; croniter's "R" is random."""
    with pytest.raises(BadRule):
        parse_cron(expression)


def test_a_leap_day_comes() -> None:
    """February 29 has slots in leap years only, also across 2100, which is not a leap year."""
    assert local_times("0 9 29 2 *", 2) == ["2028-02-29 09:00", "2032-02-29 09:00"]
    late = local_times("0 9 29 2 *", 2, datetime(2096, 1, 1))
    assert late == ["2096-02-29 09:00", "2104-02-29 09:00"]


def test_sunday_has_two_numbers() -> None:
    """0, 7 and "sun" are Sunday: 2026-03-01 was one."""
    for sunday in ("0", "7", "sun", "SUN"):
        assert local_times(f"0 9 * * {sunday}", 2) == ["2026-03-01 09:00", "2026-03-08 09:00"]


def test_local_times_include_the_start() -> None:
    """A local time equal to the start is included, as for weekly patterns."""
    assert local_times("0 0 * * *", 1) == ["2026-03-01 00:00"]
    assert next(parse_weekly(0, "00:00").local_times(SINCE)) == SINCE
    assert local_times("*/15 9 1,15 * *", 5)[3:] == ["2026-03-01 09:45", "2026-03-15 09:00"]


def test_spaces_do_not_matter() -> None:
    """The canonical text is single-spaced, so that equal rules have one row."""
    assert str(parse_cron("  0   9 1,15\t* * ")) == "0 9 1,15 * *"


@settings(deadline=None)
@given(PATTERNS, st.datetimes(datetime(1975, 1, 1), datetime(2099, 1, 1)))
def test_the_canonical_text_gives_the_same_pattern(pattern: WeeklyPattern, since: datetime) -> None:
    """The stored text is read back as the same pattern, with the same local times in order."""
    again = parse_pattern(str(pattern))
    assert again == pattern
    assert str(again) == str(pattern)
    found = list(islice(again.local_times(since), 4))
    assert found == list(islice(pattern.local_times(since), 4))
    assert found == sorted(set(found))
    assert found[0] >= since


def parse_days(text: str, first: int, last: int) -> set[int]:
    """The numbers of a field of one part: `*`, `*/n`, `n` or `n-m`."""
    span, _, step = text.partition("/")
    begin, _, end = span.partition("-")
    begin, end = (str(first), str(last)) if span == "*" else (begin, end or begin)
    return set(range(int(begin), int(end) + 1, int(step or 1)))


@given(
    st.sampled_from(["*", "*/2", "*/7", "*/31", "1", "13", "5-20", "1-31"]),
    st.sampled_from(["*", "*/2", "*/3", "0", "5", "1-5", "0-6"]),
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
)
def test_both_days_count_as_in_cron(day_of_month: str, weekday: str, day: date) -> None:
    """As cron(5) has it: where the day of the month or the weekday begins with a star, a date must
    match both; where neither does, one of them is enough."""
    in_month = day.day in parse_days(day_of_month, 1, 31)
    in_week = day.isoweekday() % 7 in parse_days(weekday, 0, 6)
    has_star = day_of_month.startswith("*") or weekday.startswith("*")
    expected = (in_month and in_week) if has_star else (in_month or in_week)
    start = datetime.combine(day, time(9))
    found = next(parse_cron(f"0 9 {day_of_month} * {weekday}").local_times(start))
    assert (found == start) is expected
