"""The budget of each step, what uses it up, and that no back-off ends after a deadline."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.errors import NotNow, Outage, OutcomeUnknown, ProviderError, Reconnect, Retry
from worker.planner.decisions import Step
from worker.planner.policy import Policy
from worker.planner.retry_policy import RetryAction, decide_retry

POLICY = Policy()
JITTERS = st.floats(0, 1, exclude_max=True)
STEPS = st.sampled_from([None, *Step, "a step of tomorrow"])
ERRORS = st.sampled_from([Retry, Reconnect, OutcomeUnknown])
LEFT = st.timedeltas(timedelta(milliseconds=1), timedelta(days=30))


def spent(kind: type[ProviderError], step: str | None) -> int:
    """The attempt at which such failures of a step are given up."""
    for attempts in range(5_000):
        if decide_retry(kind("no"), attempts, POLICY, 0.5, step=step).action is RetryAction.GIVE_UP:
            return attempts + 1
    raise AssertionError("never given up")


def test_each_step_has_its_budget() -> None:
    """A file transfer has fewer attempts, a read of a post's state has more."""
    max_attempts = POLICY.max_outage_attempts
    assert spent(Retry, Step.UPLOAD) == max_attempts / 3
    assert spent(Retry, Step.CREATE) == spent(Retry, None) == max_attempts
    assert spent(Retry, Step.VERIFY) == spent(Retry, Step.DELETE) == max_attempts * 2
    assert spent(OutcomeUnknown, Step.CREATE) == POLICY.attempts
    assert spent(OutcomeUnknown, Step.RECONCILE) == POLICY.attempts * 2
    assert spent(Retry, "a step of tomorrow") == max_attempts


@pytest.mark.parametrize("error", [NotNow("not your turn", 7), Outage("away", 7, 503)])
@given(st.integers(0, 10_000), JITTERS, STEPS)
def test_what_was_never_sent_costs_nothing(
    error: NotNow | Outage, attempts: int, jitter: float, step: str | None
) -> None:
    """NotNow: one job waits. RetryAfter: all jobs wait. Neither counts as an attempt."""
    decision = decide_retry(error, attempts, POLICY, jitter, step=step)
    assert decision.attempts == attempts
    assert timedelta(seconds=7) <= decision.delay <= timedelta(seconds=7.7)
    expected = RetryAction.SNOOZE if isinstance(error, NotNow) else RetryAction.BLOCKED
    assert decision.action is expected


@given(ERRORS, st.integers(0, 11), JITTERS, STEPS, LEFT)
def test_no_back_off_sleeps_past_the_deadline(
    kind: type[ProviderError], attempts: int, jitter: float, step: str | None, left: timedelta
) -> None:
    """There is always one more attempt before the deadline, however long the delays are."""
    decision = decide_retry(kind("away"), attempts, POLICY, jitter, step=step, until_deadline=left)
    if decision.action is not RetryAction.GIVE_UP:
        assert decision.delay <= left  # the very instant, where a microsecond is rounded up
        assert decision.delay <= POLICY.max_delay


@given(ERRORS, st.integers(0, 10), JITTERS, st.timedeltas(timedelta(days=-30), timedelta(0)))
def test_a_deadline_that_is_over_changes_nothing(
    kind: type[ProviderError], attempts: int, jitter: float, left: timedelta
) -> None:
    """Steps after it (reconcile, verify) have the same delays and budgets as without one."""
    plain = decide_retry(kind("away"), attempts, POLICY, jitter)
    assert decide_retry(kind("away"), attempts, POLICY, jitter, until_deadline=left) == plain


@given(st.integers(0, 10_000), JITTERS, LEFT)
def test_a_deadline_ahead_ends_an_outage_and_not_a_budget(
    attempts: int, jitter: float, left: timedelta
) -> None:
    """While the deadline is ahead, an outage never ends the retries."""
    decision = decide_retry(Retry("away"), attempts, POLICY, jitter, until_deadline=left)
    assert decision.action is RetryAction.RETRY


@given(st.integers(0, 500), st.integers(3, 40))
def test_an_outage_leaves_attempts_for_an_unknown_outcome(failures: int, budget: int) -> None:
    """However long it was: the first lost response after it is reconciled, and not given up."""
    policy, attempts = Policy(attempts=budget), 0
    for _ in range(failures):
        attempts = decide_retry(
            Retry("away"), attempts, policy, 0.5, until_deadline=timedelta(days=1)
        ).attempts
    assert attempts <= failures
    decision = decide_retry(
        OutcomeUnknown("lost"), attempts, policy, 0.5, until_deadline=timedelta(days=1)
    )
    assert decision.action is RetryAction.RECONCILE
    assert decision.attempts == attempts + 1


def test_waits_still_grow_to_the_longest_in_an_outage() -> None:
    """The cap on the count is high enough for the longest delay."""
    attempts = 0
    for _ in range(40):
        decision = decide_retry(
            Retry("away"), attempts, POLICY, 0.999, until_deadline=timedelta(days=1)
        )
        attempts = decision.attempts
    assert decision.delay == POLICY.max_delay * 0.999
