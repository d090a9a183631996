"""Planned seats: what posts would get if they joined the queue now, in their order."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.seating.assignment import assign
from scheduler.seating.planned_seats import SeatPool, Wish, plan_seats
from scheduler.seating.shorts_limits import Candidate, ShortsLimits
from tests.unit.scheduler.seating.test_assignment import DAY, SATURDAY, photo, seats, short


def plan(*wishes: Wish, days: int = 5, per_week: int = 0, per_video: int = 0) -> dict[str, int]:
    """The day of each post, counted from the first free one."""
    limits = ShortsLimits("UTC", per_week, per_video)
    found = plan_seats(wishes, SeatPool(iter(seats(days))), limits)
    return {post_id: (seat.slot.at - SATURDAY) // DAY for post_id, seat in found.items()}


def test_a_chosen_slot_is_taken_and_the_others_close_the_gap() -> None:
    """The chosen slot goes to the first who wants it; whoever wants it too, or a slot that does not
    exist, gets the first free one, as does everybody who did not choose."""
    third = SATURDAY + 2 * DAY
    wishes = (
        Wish(photo("chose"), third),
        Wish(photo("first")),
        Wish(photo("late"), third),
        Wish(photo("nowhere"), SATURDAY + timedelta(hours=1)),
        Wish(photo("beyond"), SATURDAY + 99 * DAY),
        Wish(photo("without")),
    )
    assert plan(*wishes) == {"chose": 2, "first": 0, "late": 1, "nowhere": 3, "beyond": 4}


def test_limits_on_shorts_are_kept() -> None:
    """A short waits for a week with room, or gets none; a later photo takes what it passed over."""
    wishes = (
        Wish(short("a")),
        Wish(short("b")),
        Wish(short("c"), SATURDAY),
        Wish(photo("photo")),
        Wish(short("same", "v")),
    )
    planned = plan(*wishes, days=9, per_week=1)
    assert planned == {"a": 0, "b": 1, "c": 8, "photo": 2}
    assert plan(Wish(short("x", "v")), Wish(short("y", "v")), per_video=1) == {"x": 0}


@given(st.lists(st.booleans(), max_size=12), st.integers(0, 8), st.integers(0, 2))
def test_without_choices_it_is_what_seating_does(
    kinds: list[bool], count: int, per_week: int
) -> None:
    """The plan of posts that chose no slot is what the seating transaction would give them."""
    candidates = [Candidate(str(n), is_short) for n, is_short in enumerate(kinds)]
    free = seats(count, per_slot=2)
    seated = assign(candidates, iter(free), ShortsLimits("UTC", per_week)).seated
    planned = plan_seats(map(Wish, candidates), SeatPool(iter(free)), ShortsLimits("UTC", per_week))
    assert planned == {each.post_id: seat for each, seat in seated}
