"""Slots over all zones of the world: what must hold for any rule at any time."""

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
def test_no_slot_lies_between_two_neighbours(rule: Rule, after: datetime) -> None:
    """The slot after a slot is a week later on the wall, or more weeks where dates never were."""
    first, second = islice(occurrences(rule, after), 2)
    assert slot_after(rule, first) == second
    skipped = first.local + timedelta(weeks=1)
    while skipped < second.local:
        assert wall_clock.local_to_utc(skipped, rule.zone) is None
        skipped += timedelta(weeks=1)


@given(RULES, AFTER)
def test_the_first_slot_is_at_most_a_week_ahead(rule: Rule, after: datetime) -> None:
    """Nothing is left out: a week ahead (and a zone's change) there is a slot, or no such date."""
    slot = first_of(rule, after)
    if slot.at - after > timedelta(weeks=1, days=1):
        assert resolve_local_time(slot.local - timedelta(weeks=1), rule.zone) is None


@given(RULES, AFTER)
def test_the_wall_shows_the_slot(rule: Rule, after: datetime) -> None:
    """At the instant of a slot the wall clock shows its local time, except where a gap moved it."""
    slot = first_of(rule, after)
    shown = wall_clock.read_wall_clock(slot.at, rule.zone)
    assert shown > slot.local if slot.note == "gap" else shown == slot.local


@given(RULES, AFTER)
def test_the_same_question_gets_the_same_answer(rule: Rule, after: datetime) -> None:
    """Two machines, or one machine twice, plan the same slots."""
    again = Rule(parse_pattern(str(rule.pattern)), rule.zone)
    assert first_of(again, after) == first_of(rule, after)


@given(ZONES, st.datetimes(EARLIEST, LATEST))
@settings(deadline=None)
def test_any_reading_means_what_the_wall_clock_says(zone: str, local: datetime) -> None:
    """The arithmetic agrees with walking over the minutes and reading the clock."""
    local = local.replace(second=0, microsecond=0)
    slot = resolve_local_time(local, zone)
    assert (slot and slot.at) == wall_clock.local_to_utc(local, zone)


def test_every_change_of_every_clock_is_read_right() -> None:
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
    """Only rules stampede; an explicit post opens exactly its lead time ahead."""
    assert opens_at(at, lead, None) == at - lead


def test_the_jitter_is_spread() -> None:
    """A thousand rules of one Monday 09:00 open evenly over the whole of the jitter."""
    at, lead = datetime(2026, 3, 2, 9, tzinfo=UTC), timedelta(hours=24)
    early = [(at - lead - opens_at(at, lead, rule)) / MAX_JITTER for rule in range(1, 1001)]
    tenths = [sum(int(share * 10) == tenth for share in early) for tenth in range(10)]
    assert min(tenths) > 60
    assert max(tenths) < 140


def test_time_is_a_plain_clock() -> None:
    """The strategy above covers midnight and the last minute, where day arithmetic breaks."""
    for clock in (time(0), time(23, 59)):
        slot = first_of(
            Rule(WeeklyPattern(0, clock), "Pacific/Kiritimati"), datetime(2026, 1, 1, tzinfo=UTC)
        )
        assert (slot.local.date().isoformat(), slot.local.time()) == ("2026-01-04", clock)
