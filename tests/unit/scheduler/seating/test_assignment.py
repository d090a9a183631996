"""Assignment: which post gets which seat in one pass, and why the others wait."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import parse_weekly
from scheduler.recurrence.slots import Slot
from scheduler.recurrence.upcoming import QueueRule, RuleSlot, upcoming_slots
from scheduler.seating.assignment import Assignment, FreeSeat, assign, untaken_seats
from scheduler.seating.shorts_limits import Candidate, ShortsLimits, week_start

SATURDAY = datetime(2026, 3, 7, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def seats(count: int, per_slot: int = 1, start: datetime = SATURDAY) -> list[FreeSeat]:
    """The free seats of `count` daily slots."""
    slots = [Slot((start + DAY * n).replace(tzinfo=None), start + DAY * n) for n in range(count)]
    rule_slots = [RuleSlot(1, "UTC", slot) for slot in slots]
    return list(untaken_seats(rule_slots, {}, per_slot))


def photo(name: str) -> Candidate:
    """A post without limits."""
    return Candidate(name)


def short(name: str, video: str | None = None) -> Candidate:
    """A video post."""
    return Candidate(name, is_short=True, video=video)


def seat_numbers(assignment: Assignment, free: list[FreeSeat]) -> dict[str, int]:
    """The index of each post's seat in `free`."""
    return {each.post_id: free.index(seat) for each, seat in assignment.seated}


def test_the_first_comes_first() -> None:
    """Without limits the posts get the earliest seats, in their order."""
    free = seats(3, per_slot=2)
    assignment = assign(
        [photo("a"), short("b", "v"), short("c", "v")], iter(free), ShortsLimits("UTC")
    )
    assert seat_numbers(assignment, free) == {"a": 0, "b": 1, "c": 2}
    assert assignment.waiting == []


def test_taken_seats_are_left_out() -> None:
    """Taken seats of one slot do not affect another rule's slot at the same time."""
    local = SATURDAY.replace(tzinfo=None)
    rule_slots = [RuleSlot(rule, "UTC", Slot(local, SATURDAY)) for rule in (1, 2)]
    free = list(untaken_seats(rule_slots, {(1, local): {0, 2}}, 3))
    assert [(seat.queue_slot_id, seat.number) for seat in free] == [(1, 1), (2, 0), (2, 1), (2, 2)]


def test_a_photo_takes_a_seat_that_a_short_may_not_take() -> None:
    """A full week turns only shorts away; no post skips a free seat that it may take."""
    free = seats(9)  # a Saturday, the week from Sunday on, and the next Sunday
    queue = [short("s1"), short("s2"), short("s3"), photo("p1"), photo("p2"), short("s4")]
    assignment = assign(queue, iter(free), ShortsLimits("UTC", per_week=1))
    assert seat_numbers(assignment, free) == {"s1": 0, "s2": 1, "s3": 8, "p1": 2, "p2": 3}
    assert [each.post_id for each, _ in assignment.waiting] == ["s4"]


def test_a_week_begins_on_the_organizations_sunday() -> None:
    """A week is one in the organization's zone, not in UTC, and starts on Sunday."""
    late = datetime(2026, 3, 8, 3, tzinfo=UTC)  # still Saturday in New York
    assert week_start(late, "UTC") == date(2026, 3, 8)
    assert week_start(late, "America/New_York") == date(2026, 3, 1)
    free = seats(2, start=late - timedelta(hours=4))
    for zone, count in (("UTC", 1), ("Asia/Tokyo", 2)):  # Saturday/Sunday, Sunday/Monday
        full = ShortsLimits(zone, per_week=1, in_week=Counter({date(2026, 3, 8): 1}))
        assignment = assign([short("a"), short("b")], iter(free), full)
        assert len(assignment.waiting) == count


def test_shorts_that_are_seated_already_count() -> None:
    """Earlier shorts of the week and of the video count against the limits."""
    limits = ShortsLimits("UTC", 2, 2, Counter({date(2026, 3, 1): 1}), Counter({"v": 1}))
    free = seats(9)
    assignment = assign([short("a", "v"), short("b", "v"), short("c", "w")], iter(free), limits)
    assert seat_numbers(assignment, free) == {"a": 0, "c": 1}
    assert [(each.post_id, why) for each, why in assignment.waiting] == [
        ("b", "its video has as many shorts as maxShortsOfSameVideo")
    ]


def test_a_video_limit_concerns_shorts_of_that_video_alone() -> None:
    """Photos, other videos and shorts without a known video get seats."""
    queue = [short("a", "v"), short("b", "v"), short("c"), short("d"), Candidate("e", video="v")]
    free = seats(9)
    assignment = assign(queue, iter(free), ShortsLimits("UTC", per_video=1))
    assert seat_numbers(assignment, free) == {"a": 0, "c": 1, "d": 2, "e": 3}


def test_a_post_without_a_seat_gets_a_reason() -> None:
    """Without a free seat, the reason names the horizon of the search."""
    assignment = assign([photo("a"), photo("b")], iter(seats(1)), ShortsLimits("UTC"))
    assert [(each.post_id, why) for each, why in assignment.waiting] == [
        ("b", "no free seat within the horizon of the search")
    ]


def test_the_reason_of_a_full_week_names_the_setting() -> None:
    """The reason names the setting that makes the post wait."""
    assignment = assign(
        [short("a"), short("b")], iter(seats(1) * 2), ShortsLimits("UTC", per_week=1)
    )
    assert "maxShortsPerWeek" in assignment.waiting[0][1]


CANDIDATES = st.lists(st.tuples(st.booleans(), st.sampled_from([None, "v", "w"])), max_size=25).map(
    lambda kinds: [Candidate(str(n), *kind) for n, kind in enumerate(kinds)]
)


@given(CANDIDATES, st.integers(0, 12), st.integers(1, 3), st.integers(0, 3), st.integers(0, 3))
def test_one_pass_gives_the_same_seats_as_a_search_for_each_post(
    queue: list[Candidate], slots: int, per_slot: int, per_week: int, per_video: int
) -> None:
    """No seat twice, limits respected, and no earlier free seat that the limits would allow."""
    rule = QueueRule(1, Rule(parse_weekly(3, "10:00"), "UTC"))
    weekly_slots = list(upcoming_slots([rule], SATURDAY, SATURDAY + DAY * 7 * slots))
    free = [*untaken_seats(weekly_slots, {}, per_slot)]
    assignment = assign(queue, iter(free), ShortsLimits("UTC", per_week, per_video))
    left, weeks, videos = list(free), Counter[date](), Counter[str]()
    expected: dict[str, FreeSeat] = {}
    for each in queue:  # a search of its own for each post
        if each.is_short and each.video and per_video and videos[each.video] >= per_video:
            continue
        for seat in left:
            week = week_start(seat.slot.at, "UTC")
            if not (each.is_short and per_week and weeks[week] >= per_week):
                expected[each.post_id] = seat
                left.remove(seat)
                weeks[week] += each.is_short
                videos[each.video or ""] += each.is_short
                break
    assert {each.post_id: seat for each, seat in assignment.seated} == expected
    assert len(set(expected.values())) == len(expected)
    assert len(assignment.seated) + len(assignment.waiting) == len(queue)
