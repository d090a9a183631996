"""The parts of the gate that only count: windows, pauses and shares, for any course of events."""

from hypothesis import given
from hypothesis import strategies as st

from worker.gate_health import FIRST_PAUSE, LONGEST_PAUSE, Health, pause
from worker.gate_share import Limits, share

# What came of calls one after the other: an answer (None), or a failure of one of three posts.
COURSES = st.lists(st.sampled_from([None, "one", "two", "three"]), max_size=200)
DRAWS = st.floats(0, 1, exclude_max=True)


@given(COURSES, st.integers(1, 40), DRAWS)
def test_the_window_stays_in_its_bounds(course: list[str | None], most: int, draw: float) -> None:
    """At least one call, so that recovery is found out; at most the share; after a pause, one."""
    health, now = Health(), 0.0
    for subject in course:
        now += 100
        if subject is None:
            health.answered(health.era, most)
        elif health.failed(health.era, subject, now, draw):
            assert health.window == 1
            assert 0 < health.remaining(now) <= LONGEST_PAUSE
        assert 1 <= health.window <= most


@given(COURSES, DRAWS)
def test_only_failures_in_a_row_of_several_posts_close(
    course: list[str | None], draw: float
) -> None:
    """Whenever it closes, the last two failures at least had no answer between or after them."""
    health, streak = Health(), list[str]()
    for number, subject in enumerate(course):
        streak = [] if subject is None else [*streak, subject]
        if subject is None:
            health.answered(health.era, 8)
        elif health.failed(health.era, subject, number * 100.0, draw):
            assert len(streak) >= 2
            assert len(set(streak)) >= 2


@given(st.integers(0, 10_000), DRAWS)
def test_pauses_are_never_nothing_and_never_endless(before: int, draw: float) -> None:
    """Half of the doubled pause at least, a minute at most."""
    assert FIRST_PAUSE / 2 <= pause(before, draw) <= LONGEST_PAUSE
    assert pause(before, draw) <= pause(before + 1, draw)


@given(st.integers(1, 500), st.floats(0, 1000), st.integers(1, 60))
def test_the_shares_are_the_limit(concurrency: int, rate: float, workers: int) -> None:
    """No call more, and none less, however the workers divide them."""
    limits = Limits(concurrency, rate)
    shares = [share(limits, workers, rank) for rank in range(workers)]
    assert sum(each.calls for each in shares) == concurrency
    assert max(each.calls for each in shares) - min(each.calls for each in shares) <= 1
    assert abs(sum(each.rate for each in shares) - rate) < 0.001
