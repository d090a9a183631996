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

# The results of calls in order: a success (None), or a failure of one of three posts.
COURSES = st.lists(st.sampled_from([None, "one", "two", "three"]), max_size=200)
JITTERS = st.floats(0, 1, exclude_max=True)


@given(COURSES, st.integers(1, 40), JITTERS)
def test_the_window_stays_in_its_bounds(
    course: list[str | None], max_window: int, jitter: float
) -> None:
    """At least one call, so that a recovery is noticed; at most the share; one after an opening."""
    breaker, now = CircuitBreaker(), 0.0
    for subject in course:
        now += 100
        if subject is None:
            breaker.record_success(breaker.generation, max_window)
        elif breaker.record_failure(breaker.generation, subject, now, jitter):
            assert breaker.window == 1
            assert 0 < breaker.seconds_until_closed(now) <= MAX_OPEN_SECONDS
        assert 1 <= breaker.window <= max_window


@given(COURSES, JITTERS)
def test_only_failures_in_a_row_of_several_posts_open(
    course: list[str | None], jitter: float
) -> None:
    """When it opens, at least the last two results were failures, about different posts."""
    breaker, streak = CircuitBreaker(), list[str]()
    for number, subject in enumerate(course):
        streak = [] if subject is None else [*streak, subject]
        if subject is None:
            breaker.record_success(breaker.generation, 8)
        elif breaker.record_failure(breaker.generation, subject, number * 100.0, jitter):
            assert len(streak) >= 2
            assert len(set(streak)) >= 2


@given(st.integers(0, 10_000), JITTERS)
def test_open_time_has_a_minimum_and_a_maximum(before: int, jitter: float) -> None:
    """At least half of the first duration, at most a minute."""
    assert FIRST_OPEN_SECONDS / 2 <= open_seconds(before, jitter) <= MAX_OPEN_SECONDS
    assert open_seconds(before, jitter) <= open_seconds(before + 1, jitter)


@given(st.integers(1, 500), st.floats(0, 1000), st.integers(1, 60))
def test_the_shares_are_the_limit(concurrency: int, rate: float, workers: int) -> None:
    """The shares of all workers are together exactly the limit."""
    limits = ProviderLimits(concurrency, rate)
    shares = [divide_limits(limits, workers, rank) for rank in range(workers)]
    assert sum(each.concurrency for each in shares) == concurrency
    assert max(each.concurrency for each in shares) - min(each.concurrency for each in shares) <= 1
    assert abs(sum(each.rate for each in shares) - rate) < 0.001
