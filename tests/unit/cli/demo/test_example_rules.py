"""The demo's rules work at any hour of any day."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cli.demo.example_rules import (
    HEAD_START,
    build_rules,
    imminent_slot_times,
    zones_without_dst_change,
)
from scheduler.recurrence.occurrences import Rule, next_slot
from scheduler.recurrence.patterns import parse_weekly

INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def first_slots(now: datetime, zones: Sequence[str]) -> list[datetime]:
    """The instant of each rule's next slot."""
    wanted = [
        Rule(parse_weekly(each["dayOfWeek"], each["time"]), each["timezone"])
        for each in build_rules(now, zones)
    ]
    slots = [next_slot(rule, now) for rule in wanted]
    return [slot.at for slot in slots if slot is not None]


@given(INSTANTS)
def test_the_first_slots_open_within_two_minutes(now: datetime) -> None:
    """Late enough for the import, early enough for the demo, also around midnight."""
    zones = zones_without_dst_change(now)
    assert len(set(zones)) == 2
    slots = first_slots(now, zones)
    near = imminent_slot_times(now)
    assert min(slots) == near[0] >= now + HEAD_START
    assert near[-1] - now <= timedelta(minutes=2)
    assert sorted(set(slots))[: len(near)] == near


@given(INSTANTS)
def test_every_slot_lies_within_a_day(now: datetime) -> None:
    """With the default lead time of a day all of them open during the demo, for 28 posts."""
    zones = zones_without_dst_change(now)
    slots = first_slots(now, zones)
    assert max(slots) - now < timedelta(hours=24)
    assert len(slots) * 2 >= 28
