"""A server that is away: pauses with jitter, few lines, and the word that it is back."""

import logging
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.server_outage import LONGEST_PAUSE, REMINDER_INTERVAL, ServerOutage, pause_after

JITTER = st.floats(0, 1)
# Seconds to the next try, and whether it succeeds.
TRIES = st.lists(st.tuples(st.floats(0, 100), st.booleans()), max_size=60)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Lines(logging.Handler):
    """The lines that were written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(record.getMessage())


def run(act: Callable[[], None]) -> list[str]:
    """The lines of an act."""
    handler, log = Lines(), logging.getLogger("models.server_outage")
    log.addHandler(handler)
    try:
        act()
    finally:
        log.removeHandler(handler)
    return handler.lines


@given(st.integers(1, 10_000), JITTER)
def test_a_pause_is_full_jitter_of_a_doubling_limit(failures: int, jitter: float) -> None:
    """From nothing up to the limit, which doubles with each failure and stays at the longest."""
    limit = pause_after(failures, 1)
    assert pause_after(failures, jitter) == pytest.approx(jitter * limit)
    assert pause_after(failures + 1, 1) == min(2 * limit, LONGEST_PAUSE)


@given(TRIES, JITTER)
def test_any_outage_is_said_in_few_lines(tries: list[tuple[float, bool]], jitter: float) -> None:
    """However often it is tried, and however often it comes and goes: two lines a minute, the loss
    and the return; a return is said where the loss was, and only there."""
    clock = Clock()
    outage = ServerOutage("it", "is away", clock=clock, jitter=lambda: jitter)

    def act() -> None:
        for seconds, is_success in tries:
            clock.now += seconds
            if is_success:
                outage.note_success()
            else:
                outage.note_failure("no answer")
            assert outage.is_on is not is_success
            assert 0 <= outage.seconds_until_try() <= LONGEST_PAUSE

    lines = run(act)
    minutes = (clock.now - 1000) / REMINDER_INTERVAL
    losses = [line for line in lines if "is away" in line]
    assert len(losses) <= minutes + 1
    assert lines[:1] == losses[:1]
    assert bool(losses) is any(not is_success for _, is_success in tries)
    returns = [number for number, line in enumerate(lines) if "is back" in line]
    assert all("is away" in lines[number - 1] for number in returns)


def test_the_loss_the_reminder_and_the_return_are_said() -> None:
    """What waits is counted for a line alone, and the return says how long it took."""
    clock, counted = Clock(), []
    outage = ServerOutage("the broker", "takes no messages", clock=clock, jitter=lambda: 1.0)

    def waiting() -> str:
        counted.append(clock.now)
        return f"{len(counted)} posts wait"

    def act() -> None:
        for _ in range(70):
            outage.note_failure("refused\n  by it", waiting)
            clock.now += 1
        outage.note_success()
        outage.note_success()

    assert run(act) == [
        "the broker takes no messages: refused by it; 1 posts wait",
        "the broker takes no messages: refused by it; 2 posts wait",
        "the broker is back after 70 s",
    ]
    assert counted == [1000, 1060]


def test_failures_that_were_under_way_make_no_pause_longer() -> None:
    """Of many callers at once only those after the pause count as a try."""
    clock = Clock()
    outage = ServerOutage("it", "is away", clock=clock, jitter=lambda: 1.0)
    for _ in range(50):
        outage.note_failure("no answer")
    assert outage.seconds_until_try() == pause_after(1, 1)
    clock.now += outage.seconds_until_try()
    outage.note_failure("no answer")
    assert outage.seconds_until_try() == pause_after(2, 1)
    outage.note_success()
    assert outage.seconds_until_try() == 0
