"""The slots of all rules in time order, and blackout dates."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.recurrence import blackouts
from scheduler.recurrence.blackouts import Blackouts
from scheduler.recurrence.dst_policy import GapPolicy
from scheduler.recurrence.occurrences import Rule, next_slot, occurrences
from scheduler.recurrence.patterns import Pattern, parse_cron, parse_weekly
from scheduler.recurrence.upcoming import QueueRule, next_open_slot, upcoming_slots
from tests.hypothesis_profiles import examples
from tests.unit.scheduler.recurrence.rule_strategies import PATTERNS, ZONES
from tests.unit.scheduler.recurrence.slot_ranges import slots_between

START = datetime(2026, 3, 1, tzinfo=UTC)  # a Sunday
WEEK = timedelta(weeks=1)
RULES = st.lists(st.builds(Rule, PATTERNS, ZONES), max_size=4)


def test_blackouts_include_both_ends() -> None:
    """A range covers its first day, its last, and all between; one day is a range too."""
    blackout_dates = blackouts.parse_ranges(
        [["2026-12-24", "2026-12-26"], ["2027-01-01", "2027-01-01"]]
    )
    days = [date(2026, 12, 20) + timedelta(days=number) for number in range(20)]
    covered = [
        day.isoformat()[5:]
        for day in days
        if blackout_dates.covers(datetime(day.year, day.month, day.day, 23, 59))
    ]
    assert covered == ["12-24", "12-25", "12-26", "01-01"]


def test_without_blackouts_no_day_is_covered() -> None:
    """None or an empty list covers no date."""
    assert not blackouts.parse_ranges(None).covers(datetime(2026, 12, 24))
    assert not blackouts.parse_ranges([]).covers(datetime(2026, 12, 24))


def test_the_date_of_a_slot_is_that_in_its_own_zone() -> None:
    """A blackout on the 2nd covers the 2nd in each rule's zone, whatever day it is in UTC."""
    blackout_dates = Blackouts(((date(2026, 3, 2), date(2026, 3, 2)),))
    rules = [
        QueueRule(1, Rule(parse_weekly(1, "08:00"), "Asia/Tokyo")),  # Sunday evening in UTC
        QueueRule(2, Rule(parse_weekly(0, "20:00"), "America/New_York")),  # Monday in UTC
    ]
    found = [
        each.queue_slot_id
        for each in upcoming_slots(rules, START, START + 2 * WEEK, blackout_dates)
    ]
    assert found == [2, 1, 2]


def test_slots_at_one_instant_are_ordered_by_rule() -> None:
    """The order is the same every time: by instant, then by the rule's id."""
    rules = [QueueRule(n, Rule(parse_weekly(1, "09:00"), "UTC")) for n in (3, 1, 2)]
    found = list(upcoming_slots(rules, START, START + 2 * WEEK))
    assert [each.queue_slot_id for each in found] == [1, 2, 3, 1, 2, 3]
    assert [each.zone for each in found] == ["UTC"] * 6


def test_the_end_is_included() -> None:
    """A slot at the very end of the horizon counts, one after it does not; the start does not."""
    rule = QueueRule(1, Rule(parse_weekly(0, "00:00"), "UTC"))
    assert [each.slot.at for each in upcoming_slots([rule], START, START + WEEK)] == [START + WEEK]


@settings(deadline=None, max_examples=examples(50))
@given(RULES, st.integers(0, 20), st.integers(0, 10))
def test_the_stream_is_all_rules_slots_sorted(rules: list[Rule], first: int, days: int) -> None:
    """Merging gives the slots of all rules, without those on blackout dates."""
    day = START.date() + timedelta(days=first)
    blackout_dates = Blackouts(((day, day + timedelta(days=days)),))
    wanted = [QueueRule(number, rule) for number, rule in enumerate(rules)]
    found = list(upcoming_slots(wanted, START, START + 3 * WEEK, blackout_dates))
    expected = sorted(
        (slot.at, number, slot.local)
        for number, rule in enumerate(rules)
        for slot in slots_between(rule, START, START + 3 * WEEK)
        if not day <= slot.local.date() <= day + timedelta(days=days)
    )
    assert [(each.slot.at, each.queue_slot_id, each.slot.local) for each in found] == expected


def test_the_next_open_slot_skips_blackouts() -> None:
    """The first slot after a given one that no blackout covers."""
    rule = Rule(parse_cron("0 9 * * *"), "UTC")
    slot = slots_between(rule, START, START + WEEK)[0]
    blackout_dates = Blackouts(((date(2026, 3, 2), date(2026, 3, 5)),))
    after = next_open_slot(rule, slot, blackout_dates)
    assert after is not None
    assert after.local == datetime(2026, 3, 6, 9)


@settings(max_examples=examples(100), deadline=None)
@given(
    PATTERNS,
    ZONES,
    st.lists(st.tuples(st.integers(0, 120), st.integers(0, 20)), max_size=12),
    st.sampled_from(GapPolicy),
)
def test_the_next_open_slot_is_the_first_one_off_the_blackouts(
    pattern: Pattern, zone: str, spans: list[tuple[int, int]], gap: GapPolicy
) -> None:
    """It is what remains of the rule's slots without those on blackout dates."""
    rule = Rule(pattern, zone, gap=gap)
    days = [(START.date() + timedelta(first), length) for first, length in spans]
    blackout_dates = blackouts.parse_ranges(
        [[day.isoformat(), (day + timedelta(length)).isoformat()] for day, length in days]
    )
    first = next_slot(rule, START)
    assert first is not None
    found = next_open_slot(rule, first, blackout_dates)
    later = (each for each in occurrences(rule, first.at) if not blackout_dates.covers(each.local))
    assert found == next(later, None)


def test_thousands_of_rules_look_at_a_blackout_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work for weekly rules grows with the blackouts and not with rules times blackouts."""
    looks = 0
    look = Blackouts.last_day_of_range

    def counted(self: Blackouts, day: date) -> date | None:
        nonlocal looks
        looks += 1
        return look(self, day)

    monkeypatch.setattr(Blackouts, "last_day_of_range", counted)
    mondays = [START.date() + timedelta(days=1, weeks=week) for week in range(500)]
    blackout_dates = Blackouts(tuple((day, day) for day in mondays))
    for minute in range(500):
        rule = Rule(parse_weekly(1, f"{minute // 60:02}:{minute % 60:02}"), "UTC")
        slot = next_slot(rule, START)
        assert slot is not None
        found = next_open_slot(rule, slot, blackout_dates)
        assert found is not None
        assert found.local.date() == mondays[-1] + WEEK
    assert looks < 2_000
