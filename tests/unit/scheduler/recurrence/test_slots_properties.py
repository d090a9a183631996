"""Slots in all zones: properties of any rule at any time."""

from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.recurrence.dst_policy import resolve_local_time
from scheduler.recurrence.occurrences import Rule, next_slot, occurrences, slot_after
from scheduler.recurrence.patterns import WeeklyPattern, parse_pattern
from scheduler.recurrence.slots import MAX_JITTER, Slot, opens_at
from scheduler.recurrence.timezones import zone_names
from tests.unit.scheduler.recurrence import wall_clock
from tests.unit.scheduler.recurrence.rule_strategies import AFTER, EARLIEST, LATEST, WEEKLY, ZONES

RULES = st.builds(Rule, WEEKLY, ZONES)
LEADS = st.timedeltas(timedelta(0), timedelta(days=30))


def first_of(rule: Rule, after: datetime) -> Slot:
    """The next slot; a weekly rule always has one."""
    slot = next_slot(rule, after)
    assert slot is not None
    return slot


@given(RULES, AFTER)
def test_slots_come_in_order_each_week_once(rule: Rule, after: datetime) -> None:
    """Strictly after the instant, sorted, on the rule's own day and time, no date twice."""
    slots = list(islice(occurrences(rule, after), 6))
    pattern = rule.pattern
    assert isinstance(pattern, WeeklyPattern)
    assert first_of(rule, after) == slots[0]
    assert slots[0].at > after
    assert all(first.at < second.at for first, second in pairwise(slots))
    assert len({slot.local.date() for slot in slots}) == len(slots)
    for slot in slots:
        assert slot.local.isoweekday() % 7 == pattern.day_of_week
        assert slot.local.time() == pattern.time
        assert slot.at.tzinfo is UTC


@given(RULES, AFTER)
def test_no_slot_is_between_two_neighbours(rule: Rule, after: datetime) -> None:
    """The next slot is a week later in local time, or more weeks where dates were skipped."""
    first, second = islice(occurrences(rule, after), 2)
    assert slot_after(rule, first) == second
    skipped = first.local + timedelta(weeks=1)
    while skipped < second.local:
        assert wall_clock.local_to_utc(skipped, rule.zone) is None
        skipped += timedelta(weeks=1)


@given(RULES, AFTER)
def test_the_first_slot_is_at_most_a_week_ahead(rule: Rule, after: datetime) -> None:
    """Within a week (and an offset change) there is a slot, unless the date does not exist."""
    slot = first_of(rule, after)
    if slot.at - after > timedelta(weeks=1, days=1):
        assert resolve_local_time(slot.local - timedelta(weeks=1), rule.zone) is None


@given(RULES, AFTER)
def test_the_local_time_at_a_slot_is_the_slots(rule: Rule, after: datetime) -> None:
    """At the instant of a slot the actual local time is the slot's, except in a gap."""
    slot = first_of(rule, after)
    shown = wall_clock.read_wall_clock(slot.at, rule.zone)
    assert shown > slot.local if slot.note == "gap" else shown == slot.local


@given(RULES, AFTER)
def test_slots_are_deterministic(rule: Rule, after: datetime) -> None:
    """An equal rule gives the same slots."""
    again = Rule(parse_pattern(str(rule.pattern)), rule.zone)
    assert first_of(again, after) == first_of(rule, after)


@given(ZONES, st.datetimes(EARLIEST, LATEST))
@settings(deadline=None)
def test_any_local_time_has_the_oracles_instant(zone: str, local: datetime) -> None:
    """The arithmetic agrees with the oracle, which goes over all minutes."""
    local = local.replace(second=0, microsecond=0)
    slot = resolve_local_time(local, zone)
    assert (slot and slot.at) == wall_clock.local_to_utc(local, zone)


def test_every_offset_change_of_every_zone_is_right() -> None:
    """All gaps and overlaps of all zones in a year: at their edges and inside them."""
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    seen: dict[tuple[datetime, datetime, datetime], str] = {}
    for zone in sorted(zone_names()):
        for due, came in wall_clock.find_offset_changes(zone, start, end):
            seen.setdefault((due, came, wall_clock.read_wall_clock(start, zone)), zone)
    assert len(seen) > 50
    for (due, came, _), zone in seen.items():
        low, high = sorted((due, came))
        for local in (low - wall_clock.MINUTE, low, low + (high - low) / 2, high):
            slot = resolve_local_time(local, zone)
            assert (slot and slot.at) == wall_clock.local_to_utc(local, zone), (zone, local)


@given(st.integers(1, 2**63 - 1), AFTER, LEADS)
def test_a_slot_opens_its_lead_time_ahead_and_a_little_earlier(
    rule_id: int, at: datetime, lead: timedelta
) -> None:
    """The jitter never makes a slot open late, stays in bounds, and is the same every time."""
    opens = opens_at(at, lead, rule_id)
    assert timedelta(0) <= (at - lead) - opens <= min(MAX_JITTER, lead / 10)
    assert opens == opens_at(at, lead, rule_id)


@given(AFTER, LEADS)
def test_a_post_without_a_rule_has_no_jitter(at: datetime, lead: timedelta) -> None:
    """A post with its own instant opens exactly one lead time before it."""
    assert opens_at(at, lead, None) == at - lead


def test_the_jitter_is_spread() -> None:
    """A thousand rules with one Monday 09:00 open evenly over the whole jitter."""
    at, lead = datetime(2026, 3, 2, 9, tzinfo=UTC), timedelta(hours=24)
    early = [(at - lead - opens_at(at, lead, rule)) / MAX_JITTER for rule in range(1, 1001)]
    tenths = [sum(int(share * 10) == tenth for share in early) for tenth in range(10)]
    assert min(tenths) > 60
    assert max(tenths) < 140


def test_midnight_and_the_last_minute_are_right() -> None:
    """At 00:00 and 23:59, where arithmetic with days can go wrong."""
    for clock in (time(0), time(23, 59)):
        slot = first_of(
            Rule(WeeklyPattern(0, clock), "Pacific/Kiritimati"), datetime(2026, 1, 1, tzinfo=UTC)
        )
        assert (slot.local.date().isoformat(), slot.local.time()) == ("2026-01-04", clock)
