"""Queue simulation: which post gets which slot, full slots, and the effect of an outage."""

from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.recurrence.blackouts import Blackouts
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import parse_weekly
from scheduler.recurrence.upcoming import QueueRule
from scheduler.seating.queue_simulation import (
    SimulatedOutage,
    SimulationInput,
    TooManySlots,
    simulate_queue,
)

START = datetime(2026, 3, 1, tzinfo=UTC)  # a Sunday
WEEK = timedelta(weeks=1)
MINUTE = timedelta(minutes=1)
MONDAY = QueueRule(1, Rule(parse_weekly(1, "10:00"), "UTC"))
THURSDAY = QueueRule(2, Rule(parse_weekly(4, "10:00"), "UTC"))


def test_posts_arrive_evenly_and_take_the_first_slot_after() -> None:
    """Two a week, on Sunday and Wednesday at midnight and noon: Monday's slot and Thursday's."""
    found = simulate_queue(
        SimulationInput([THURSDAY, MONDAY], START, START + 2 * WEEK, posts_per_week=2)
    )
    assert [(f"{each.rule_slot.slot.local:%a %d}", each.posts) for each in found.slots] == [
        ("Mon 02", [1]), ("Thu 05", [2]), ("Mon 09", [3]), ("Thu 12", [4]),
    ]  # fmt: skip
    assert all(each.is_full and each.timing == "on time" for each in found.slots)
    assert found.waiting == []


def test_too_many_posts_wait() -> None:
    """With one slot of two seats a week and three posts, the queue grows; the last posts wait."""
    scenario = SimulationInput([MONDAY], START, START + 2 * WEEK, posts_per_week=3, per_slot=2)
    found = simulate_queue(scenario)
    assert [(each.posts, each.is_full) for each in found.slots] == [([1], False), ([2, 3], True)]
    assert found.waiting == [4, 5, 6]


def test_a_slot_may_stay_empty() -> None:
    """Few posts leave slots free; no posts, or no rules, work too."""
    found = simulate_queue(
        SimulationInput([MONDAY, THURSDAY], START, START + WEEK, posts_per_week=1)
    )
    assert [each.posts for each in found.slots] == [[1], []]
    assert [each.is_full for each in found.slots] == [True, False]
    assert (
        simulate_queue(SimulationInput([MONDAY], START, START + WEEK, posts_per_week=0)).waiting
        == []
    )
    assert simulate_queue(SimulationInput([], START, START + WEEK, posts_per_week=2)).waiting == [
        1,
        2,
    ]


def test_a_slot_in_a_dst_gap_has_a_note() -> None:
    """The slot of 8 March in New York is in the gap, and has the note."""
    rule = QueueRule(1, Rule(parse_weekly(0, "02:30"), "America/New_York"))
    found = simulate_queue(SimulationInput([rule], START, START + 2 * WEEK, posts_per_week=1))
    assert [each.rule_slot.slot.note for each in found.slots] == [None, "gap"]


def test_an_outage_makes_slots_late_or_missed() -> None:
    """An outage that ends within the grace makes a slot late, a longer one makes it missed; the end
    of an outage is not part of it."""
    slot = datetime(2026, 3, 2, 10, tzinfo=UTC)
    cases = {
        (0, 15): "late",
        (-600, 15): "late",
        (0, 16): "missed",
        (1, 600): "on time",
        (-600, 0): "on time",
    }
    for (start, end), timing in cases.items():
        outage = SimulatedOutage(slot + start * MINUTE, slot + end * MINUTE)
        found = simulate_queue(SimulationInput([MONDAY], START, START + WEEK, 1, outages=[outage]))
        assert [each.timing for each in found.slots] == [timing], (start, end)


def test_blackout_dates_have_no_slots() -> None:
    """A Monday on a blackout date has no slot; its post takes the next one."""
    blackout_dates = Blackouts(((date(2026, 3, 2), date(2026, 3, 2)),))
    scenario = SimulationInput(
        [MONDAY, THURSDAY], START, START + WEEK, posts_per_week=1, blackout_dates=blackout_dates
    )
    assert [
        (each.rule_slot.queue_slot_id, each.posts) for each in simulate_queue(scenario).slots
    ] == [(2, [1])]


def test_too_many_slots_are_an_error() -> None:
    """`max_slots` slots are allowed; one more is an error."""
    scenario = SimulationInput([MONDAY, THURSDAY], START, START + 2 * WEEK, posts_per_week=1)
    assert len(simulate_queue(scenario, 4).slots) == 4
    with pytest.raises(TooManySlots):
        simulate_queue(scenario, 3)
