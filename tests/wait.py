"""Waits for a condition by polling, instead of sleeping for a guessed time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# Polling costs the machine time that the awaited process needs: after 0.4 s of waiting the pause
# grows, to 5 % of the time waited so far.
MIN_PAUSE = 0.02
MAX_PAUSE = 0.25
PAUSE_SHARE = 0.05


def wait_until(condition: Callable[[], T], timeout: float = 30, what: str = "") -> T:
    """Return the first true value of `condition`, which is called again and again.

    It is called at least once, and once more after the timeout (in seconds), so that a
    very busy machine does not fail a test whose condition is true by then. Errors raised
    by `condition` are passed on.

    Raises:
        AssertionError: it was never true; names `what` and the last value.
    """
    start = time.monotonic()
    while True:
        elapsed = time.monotonic() - start
        last_time = elapsed >= timeout
        value = condition()
        if value:
            return value
        if last_time:
            name = what or getattr(condition, "__qualname__", repr(condition))
            raise AssertionError(f"waited {timeout:g} s for: {name}; last value: {value!r}")
        time.sleep(min(MAX_PAUSE, max(MIN_PAUSE, PAUSE_SHARE * elapsed)))
