"""Waiting for what a real server or process will do, without guessing how long it takes."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

INTERVAL = 0.02


def wait_until(condition: Callable[[], T], timeout: float = 30, what: str = "") -> T:
    """Return the first true value of `condition`, which is asked every 20 ms.

    It is asked at least once, and once more after the time is up: a machine so
    busy that it slept through the whole time does not fail a test that would
    have passed. An error raised by `condition` is not swallowed.

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
