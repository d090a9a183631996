"""When again: each error's verdict, the length of the wait, and the end of the budget."""

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
from provider.swonkie.wire import MAX_PEACE, retry_after
from worker.policy import Policy
from worker.retry import Ruling, Verdict, backoff, judge

POLICY = Policy()
DRAWS = st.floats(0, 1, exclude_max=True)
ATTEMPTS = st.integers(0, 10_000)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LAST = POLICY.attempts - 1


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (Retry("away"), Verdict.RETRY),
        (RetryAfter("busy", 30), Verdict.BLOCKED),
        (RestartUpload("expired"), Verdict.RESTART),
        (GiveUp("no such profile"), Verdict.GIVE_UP),
        (Reconnect("revoked"), Verdict.RETRY),
        (OutcomeUnknown("lost"), Verdict.LOOK),
    ],
)
def test_each_error_has_its_verdict(error: ProviderError, verdict: Verdict) -> None:
    """The branch of the error tree decides, from the first attempt to the last but one."""
    assert judge(error, 0, POLICY, 0.5).verdict is verdict
    assert judge(error, LAST - 1, POLICY, 0.5).verdict is verdict


@pytest.mark.parametrize("kind", [Retry, RestartUpload, GiveUp, Reconnect, OutcomeUnknown])
def test_a_used_up_budget_gives_up(kind: type[ProviderError]) -> None:
    """The last attempt of the budget is the last, whatever went wrong."""
    outage = kind in (Retry, Reconnect)
    last = POLICY.patience - 1 if outage else LAST
    assert judge(kind("again"), last, POLICY, 0.5).verdict is Verdict.GIVE_UP
    assert judge(kind("again"), last + 50, POLICY, 0.5).verdict is Verdict.GIVE_UP


@pytest.mark.parametrize("kind", [Retry, Reconnect])
def test_an_outage_spends_no_budget_while_the_slot_is_ahead(kind: type[ProviderError]) -> None:
    """The slot and its grace end the waiting, however often the provider was away before."""
    ruling = judge(kind("away"), POLICY.patience * 10, POLICY, 0.5, has_slot=True)
    assert ruling.verdict is Verdict.RETRY
    assert ruling.delay <= POLICY.longest_delay


@given(ATTEMPTS, st.floats(0, MAX_PEACE), DRAWS)
def test_being_blocked_costs_nothing(attempts: int, seconds: float, draw: float) -> None:
    """A busy provider never uses up a post: it is left in peace as long as it asked, not less."""
    ruling = judge(RetryAfter("busy", seconds), attempts, POLICY, draw)
    assert ruling.verdict is Verdict.BLOCKED
    assert timedelta(seconds=seconds) <= ruling.delay
    assert ruling.attempts == attempts
    most = max(timedelta(seconds=seconds) * 1.1, POLICY.first_delay * 2)
    assert ruling.delay <= most + timedelta(microseconds=1)


@given(DRAWS)
def test_a_block_always_leaves_some_peace(draw: float) -> None:
    """`Retry-After: 0`, or a date that our fast clock has passed, must not become a hot loop."""
    assert judge(RetryAfter("busy", 0.0), 0, POLICY, draw).delay >= POLICY.first_delay / 2


@given(ATTEMPTS, DRAWS)
def test_backoff_is_exponential_with_full_jitter_and_a_cap(attempts: int, draw: float) -> None:
    """Anywhere from zero up to the doubled delay, never beyond the longest."""
    most = min(POLICY.longest_delay, POLICY.first_delay * 2 ** min(attempts, 30))
    delay = backoff(attempts, POLICY, draw)
    assert timedelta(0) <= delay <= most
    assert abs(delay - most * draw) <= timedelta(microseconds=1)


@given(st.integers(0, LAST - 1), DRAWS)
def test_a_retry_and_a_look_wait_for_the_backoff(attempts: int, draw: float) -> None:
    """Both come back after the same spread time; an upload begins again at once."""
    delay, more = backoff(attempts, POLICY, draw), attempts + 1
    assert judge(Retry("away"), attempts, POLICY, draw) == Ruling(Verdict.RETRY, delay, more)
    assert judge(OutcomeUnknown("lost"), attempts, POLICY, draw) == Ruling(
        Verdict.LOOK, delay, more
    )
    restart = judge(RestartUpload("late"), attempts, POLICY, draw)
    assert restart == Ruling(Verdict.RESTART, timedelta(0), more)


@given(st.integers(0, LAST - 1), DRAWS)
def test_refused_credentials_are_tried_rarely(attempts: int, draw: float) -> None:
    """Only a person can mend them."""
    assert judge(Reconnect("revoked"), attempts, POLICY, draw).delay == POLICY.longest_delay


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30),
        ("0", 0),
        ("1.5", 1.5),
        ("-5", 0),
        ("Mon, 02 Mar 2026 12:01:30 GMT", 90),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0),
        ("Mon, 02 Mar 2099 12:00:00 GMT", MAX_PEACE),
        ("86400000", MAX_PEACE),
        ("inf", MAX_PEACE),
        ("9" * 400, MAX_PEACE),
    ],
)
def test_retry_after_is_read_in_both_its_forms(value: str, seconds: float) -> None:
    """Seconds or a date, never negative and never longer than an hour."""
    assert retry_after(value, NOW) == seconds


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
    """What cannot be understood counts as not said, and breaks nothing."""
    assert retry_after(value, NOW) is None
