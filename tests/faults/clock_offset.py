"""A process whose wall clock is off: Python's view of it alone, set before anything else looks."""

import datetime  # noqa: ICN001  (the module itself is changed)
import time


class _Kind(type):
    """Every real datetime counts as one of ours: drivers make them without asking this module."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _REAL)

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, _REAL)


_REAL = datetime.datetime


def set_clock_offset(seconds: float) -> None:
    """Let `time.time` and `datetime.now` be wrong by so much; to be called before other imports."""
    if not seconds:
        return
    off = datetime.timedelta(seconds=seconds)

    class Shifted(_REAL, metaclass=_Kind):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
            return _REAL.now(tz) + off

    real, real_ns = time.time, time.time_ns
    time.time = lambda: real() + seconds
    time.time_ns = lambda: real_ns() + round(seconds * 1e9)
    datetime.datetime = Shifted  # type: ignore[misc]
