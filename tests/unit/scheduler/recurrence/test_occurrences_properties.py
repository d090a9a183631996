"""The slots of any rule in any zone: order, following slots, and ranges."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.recurrence.dst_policy import GapPolicy, OverlapPolicy
from scheduler.recurrence.occurrences import Rule, next_slot, occurrences, slot_after
from scheduler.recurrence.patterns import parse_cron
from scheduler.recurrence.slots import Slot
from tests.hypothesis_profiles import examples
from tests.unit.scheduler.recurrence import wall_clock
from tests.unit.scheduler.recurrence.rule_strategies import near_dst_changes, rules_and_instants
from tests.unit.scheduler.recurrence.slot_ranges import slots_between

MICROSECOND = timedelta(microseconds=1)
NEW_YORK = "America/New_York"
small_profile = settings(deadline=None, max_examples=examples(60))


def key(slot: Slot) -> tuple[datetime, datetime]:
    """The order of slots."""
    return slot.at, slot.local


@small_profile
@given(rules_and_instants())
def test_slots_come_in_order_and_none_twice(question: tuple[Rule, datetime]) -> None:
    """Strictly after the instant, ordered by instant and local time, each local time once."""
    rule, after = question
    slots = list(islice(occurrences(rule, after), 12))
    assert next_slot(rule, after) == slots[0]
    assert slots[0].at > after
    assert all(key(first) < key(second) for first, second in pairwise(slots))
    assert len({slot.local for slot in slots}) == len(slots)
    assert all(slot.at.tzinfo is UTC for slot in slots)


@small_profile
@given(rules_and_instants())
def test_slot_after_gives_the_same_sequence(question: tuple[Rule, datetime]) -> None:
    """From slot to slot, as beat does it, come exactly the slots of the range, also in gaps."""
    rule, after = question
    slots = list(islice(occurrences(rule, after), 8))
    assert [slot_after(rule, slot) for slot in slots[:-1]] == slots[1:]


@small_profile
@given(rules_and_instants(), st.integers(0, 40 * 1440))
def test_a_range_has_its_slots(question: tuple[Rule, datetime], minutes: int) -> None:
    """The slots of a range are those of the sequence up to its end, which is included."""
    rule, after = question
    end = after + timedelta(minutes=minutes)
    found = slots_between(rule, after, end)
    assert found == list(takewhile(lambda slot: slot.at <= end, occurrences(rule, after)))
    if found:
        assert slots_between(rule, after, found[-1].at) == found
        later = [slot for slot in found if slot.at > found[0].at]
        assert slots_between(rule, found[0].at, end) == later


@small_profile
@given(rules_and_instants())
def test_no_slot_is_left_out(question: tuple[Rule, datetime]) -> None:
    """Each local time of the pattern is a slot, unless it is in a gap that gives none."""
    rule, after = question
    slots = list(islice(occurrences(rule, after), 4))
    locals_ = {slot.local for slot in slots}
    since = wall_clock.read_wall_clock(after, rule.zone) + timedelta(days=1)
    until = slots[-1].local - timedelta(days=1, hours=3)
    for local in takewhile(lambda each: each < until, rule.pattern.local_times(since)):
        if local not in locals_:
            assert rule.gap is GapPolicy.SKIP or wall_clock.local_to_utc(local, rule.zone) is None


@small_profile
@given(rules_and_instants())
def test_with_skip_there_is_no_slot_in_a_gap(question: tuple[Rule, datetime]) -> None:
    """With `skip` the slots are those of `forward` without the ones in a gap."""
    rule, after = question
    forward = list(islice(occurrences(replace(rule, gap=GapPolicy.FORWARD), after), 8))
    end = forward[-1].at
    skipping = slots_between(replace(rule, gap=GapPolicy.SKIP), after, end)
    assert all(slot.note != "gap" for slot in skipping)
    plain = slots_between(replace(rule, gap=GapPolicy.FORWARD), after, end)
    assert skipping == [slot for slot in plain if slot.note != "gap"]


def test_the_second_of_two_local_times_is_an_overlap_later() -> None:
    """In every overlap the policies differ by its length, and have the same local time."""
    seen = 0
    for zone in (NEW_YORK, "Australia/Lord_Howe", "Antarctica/Troll", "Africa/Casablanca"):
        for due, came in near_dst_changes(zone):
            if came > due:
                continue
            inside = came + (due - came) / 2
            each = parse_cron(f"{inside.minute} {inside.hour} {inside.day} {inside.month} *")
            since = came.replace(tzinfo=UTC) - timedelta(days=2)
            first = next_slot(Rule(each, zone, overlap=OverlapPolicy.FIRST), since)
            second = next_slot(Rule(each, zone, overlap=OverlapPolicy.SECOND), since)
            assert first is not None
            assert second is not None
            assert second.at - first.at == due - came
            assert {wall_clock.read_wall_clock(s.at, zone) for s in (first, second)} == {inside}
            assert first.note == second.note == "overlap"
            seen += 1
    assert seen >= 40


def test_slots_at_one_instant_in_a_gap_come_once_each() -> None:
    """Half-hourly in New York, March 2026: 02:00 and 03:00 are one instant and two slots."""
    rule = Rule(parse_cron("0,30 2,3 * * *"), NEW_YORK)
    slot = next_slot(rule, datetime(2026, 3, 8, 6, tzinfo=UTC))
    walk = []
    for _ in range(4):
        assert slot is not None
        walk.append(f"{slot.at:%H:%M} {slot.local:%H:%M} {slot.note}")
        slot = slot_after(rule, slot)
    assert walk == ["07:00 02:00 gap", "07:00 03:00 None", "07:30 02:30 gap", "07:30 03:30 None"]
