"""The circuit breaker and the worker's share, for any sequence of results."""

from hypothesis import given
from hypothesis import strategies as st

from worker.provider_limits.circuit_breaker import (
    FIRST_OPEN_SECONDS,
    MAX_OPEN_SECONDS,
    CircuitBreaker,
    open_seconds,
)
from worker.provider_limits.worker_share import ProviderLimits, divide_limits

# What came of calls one after the other: an answer (None), or a failure of one of three posts.
COURSES = st.lists(st.sampled_from([None, "one", "two", "three"]), max_size=200)
DRAWS = st.floats(0, 1, exclude_max=True)


@given(COURSES, st.integers(1, 40), DRAWS)
def test_the_window_stays_in_its_bounds(course: list[str | None], most: int, draw: float) -> None:
    """At least one call, so that a recovery is noticed; at most the share; one after an opening."""
    health, now = CircuitBreaker(), 0.0
    for subject in course:
        now += 100
        if subject is None:
            health.record_success(health.generation, most)
        elif health.record_failure(health.generation, subject, now, draw):
            assert health.window == 1
            assert 0 < health.seconds_until_closed(now) <= MAX_OPEN_SECONDS
        assert 1 <= health.window <= most


@given(COURSES, DRAWS)
def test_only_failures_in_a_row_of_several_posts_close(
    course: list[str | None], draw: float
) -> None:
    """When it opens, at least the last two results were failures, about different posts."""
    health, streak = CircuitBreaker(), list[str]()
    for number, subject in enumerate(course):
        streak = [] if subject is None else [*streak, subject]
        if subject is None:
            health.record_success(health.generation, 8)
        elif health.record_failure(health.generation, subject, number * 100.0, draw):
            assert len(streak) >= 2
            assert len(set(streak)) >= 2


@given(st.integers(0, 10_000), DRAWS)
def test_pauses_are_never_nothing_and_never_endless(before: int, draw: float) -> None:
    """At least half of the first duration, at most a minute."""
    assert FIRST_OPEN_SECONDS / 2 <= open_seconds(before, draw) <= MAX_OPEN_SECONDS
    assert open_seconds(before, draw) <= open_seconds(before + 1, draw)


@given(st.integers(1, 500), st.floats(0, 1000), st.integers(1, 60))
def test_the_shares_are_the_limit(concurrency: int, rate: float, workers: int) -> None:
    """The shares of all workers are together exactly the limit."""
    limits = ProviderLimits(concurrency, rate)
    shares = [divide_limits(limits, workers, rank) for rank in range(workers)]
    assert sum(each.concurrency for each in shares) == concurrency
    assert max(each.concurrency for each in shares) - min(each.concurrency for each in shares) <= 1
    assert abs(sum(each.rate for each in shares) - rate) < 0.001
