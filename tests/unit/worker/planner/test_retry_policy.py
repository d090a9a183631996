"""The retry policy: the action for each error, the delay, and the end of the budget."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.errors import (
    GiveUp,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    RestartUpload,
    Retry,
    RetryAfter,
)
from provider.retry_after import parse_retry_after_seconds
from worker.planner.policy import Policy
from worker.planner.retry_policy import RetryAction, RetryDecision, backoff, decide_retry

POLICY = Policy()
JITTERS = st.floats(0, 1, exclude_max=True)
ATTEMPTS = st.integers(0, 10_000)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LAST = POLICY.attempts - 1
MAX_RETRY_AFTER = 3600.0


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (Retry("away"), RetryAction.RETRY),
        (RetryAfter("busy", 30), RetryAction.BLOCKED),
        (RestartUpload("expired"), RetryAction.RESTART),
        (GiveUp("no such profile"), RetryAction.GIVE_UP),
        (Reconnect("revoked"), RetryAction.RETRY),
        (OutcomeUnknown("lost"), RetryAction.RECONCILE),
    ],
)
def test_each_error_has_its_verdict(error: ProviderError, verdict: RetryAction) -> None:
    """The class of the error decides, from the first attempt to the last but one."""
    assert decide_retry(error, 0, POLICY, 0.5).action is verdict
    assert decide_retry(error, LAST - 1, POLICY, 0.5).action is verdict


@pytest.mark.parametrize("kind", [Retry, RestartUpload, GiveUp, Reconnect, OutcomeUnknown])
def test_a_used_up_budget_gives_up(kind: type[ProviderError]) -> None:
    """The last attempt of the budget is the last, with every error."""
    outage = kind in (Retry, Reconnect)
    last = POLICY.max_outage_attempts - 1 if outage else LAST
    assert decide_retry(kind("again"), last, POLICY, 0.5).action is RetryAction.GIVE_UP
    assert decide_retry(kind("again"), last + 50, POLICY, 0.5).action is RetryAction.GIVE_UP


@pytest.mark.parametrize("kind", [Retry, Reconnect])
def test_an_outage_spends_no_budget_while_the_slot_is_ahead(kind: type[ProviderError]) -> None:
    """The slot and its grace period end the retries, however often the provider was down before."""
    decision = decide_retry(
        kind("away"), POLICY.max_outage_attempts * 10, POLICY, 0.5, until_deadline=timedelta(days=1)
    )
    assert decision.action is RetryAction.RETRY
    assert decision.delay <= POLICY.max_delay


@given(ATTEMPTS, st.floats(0, MAX_RETRY_AFTER), JITTERS)
def test_being_blocked_costs_nothing(attempts: int, seconds: float, jitter: float) -> None:
    """A busy provider uses no attempt, and is not called for the time it asked for, or longer."""
    decision = decide_retry(RetryAfter("busy", seconds), attempts, POLICY, jitter)
    assert decision.action is RetryAction.BLOCKED
    assert timedelta(seconds=seconds) <= decision.delay
    assert decision.attempts == attempts
    most = max(timedelta(seconds=seconds) * 1.1, POLICY.first_delay * 2)
    assert decision.delay <= most + timedelta(microseconds=1)


@given(JITTERS)
def test_a_block_always_has_a_minimum_duration(jitter: float) -> None:
    """`Retry-After: 0`, or a date that is past on our clock, must not cause a busy loop."""
    assert decide_retry(RetryAfter("busy", 0.0), 0, POLICY, jitter).delay >= POLICY.first_delay / 2


@given(ATTEMPTS, JITTERS)
def test_backoff_is_exponential_with_full_jitter_and_a_cap(attempts: int, jitter: float) -> None:
    """From zero up to the doubled delay, never above the maximum."""
    most = min(POLICY.max_delay, POLICY.first_delay * 2 ** min(attempts, 30))
    delay = backoff(attempts, POLICY, jitter)
    assert timedelta(0) <= delay <= most
    assert abs(delay - most * jitter) <= timedelta(microseconds=1)


@given(st.integers(0, LAST - 1), JITTERS)
def test_a_retry_and_a_reconcile_wait_for_the_backoff(attempts: int, jitter: float) -> None:
    """Both have the same random delay; an upload restarts at once."""
    delay, more = backoff(attempts, POLICY, jitter), attempts + 1
    assert decide_retry(Retry("away"), attempts, POLICY, jitter) == RetryDecision(
        RetryAction.RETRY, delay, more
    )
    assert decide_retry(OutcomeUnknown("lost"), attempts, POLICY, jitter) == RetryDecision(
        RetryAction.RECONCILE, delay, more
    )
    restart = decide_retry(RestartUpload("late"), attempts, POLICY, jitter)
    assert restart == RetryDecision(RetryAction.RESTART, timedelta(0), more)


@given(
    st.integers(0, POLICY.max_outage_attempts - 2),
    JITTERS,
    st.floats(0, 3600),
    st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3)),
)
def test_a_source_is_left_alone_as_long_as_it_asks(
    attempts: int, jitter: float, seconds: float, deadline: timedelta | None
) -> None:
    """At least so long, at most 10% longer than that or the back-off; and it costs an attempt."""
    error = Retry("busy", 429, min_delay=seconds)
    decision = decide_retry(error, attempts, POLICY, jitter, until_deadline=deadline)
    plain = decide_retry(Retry("away"), attempts, POLICY, jitter, until_deadline=deadline)
    asked = timedelta(seconds=seconds)
    assert decision.action is RetryAction.RETRY
    assert asked <= decision.delay <= max(asked * 1.1, plain.delay)
    assert decision.attempts == plain.attempts


@given(st.integers(0, LAST - 1), JITTERS)
def test_refused_credentials_are_tried_rarely(attempts: int, jitter: float) -> None:
    """Only a person can replace them."""
    assert decide_retry(Reconnect("revoked"), attempts, POLICY, jitter).delay == POLICY.max_delay


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30),
        ("0", 0),
        ("1.5", 1.5),
        ("-5", 0),
        ("Mon, 02 Mar 2026 12:01:30 GMT", 90),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0),
        ("Mon, 02 Mar 2099 12:00:00 GMT", MAX_RETRY_AFTER),
        ("86400000", MAX_RETRY_AFTER),
        ("inf", MAX_RETRY_AFTER),
        ("9" * 400, MAX_RETRY_AFTER),
    ],
)
def test_retry_after_is_read_in_both_its_forms(value: str, seconds: float) -> None:
    """Seconds or a date, never negative and never longer than an hour."""
    assert parse_retry_after_seconds(value, NOW, MAX_RETRY_AFTER) == seconds


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "soon",
        "nan",
        "12:00",
        "Mon, 02 Mar 2026 12:01:30",
        "Mon, 99 Mar 2026 12:01:30 GMT",
        "Mon, 02 Mar 99999999999999999999 12:01:30 GMT",
    ],
)
def test_a_nonsensical_retry_after_is_none(value: str | None) -> None:
    """An invalid header counts as missing, and breaks nothing."""
    assert parse_retry_after_seconds(value, NOW, MAX_RETRY_AFTER) is None
