"""Waits for a condition by polling, instead of sleeping for a guessed time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

INTERVAL = 0.02


def wait_until(condition: Callable[[], T], timeout: float = 30, what: str = "") -> T:
    """Return the first true value of `condition`, which is called every 20 ms.

    It is called at least once, and once more after the timeout (in seconds), so that a
    very busy machine does not fail a test whose condition is true by then. Errors raised
    by `condition` are passed on.

    Raises:
        AssertionError: it was never true; names `what` and the last value.
    """
    end = time.monotonic() + timeout
    while True:
        last_time = time.monotonic() >= end
        value = condition()
        if value:
            return value
        if last_time:
            name = what or getattr(condition, "__qualname__", repr(condition))
            raise AssertionError(f"waited {timeout:g} s for: {name}; last value: {value!r}")
        time.sleep(INTERVAL)
