"""Makes the wall clock of one process wrong: only as Python reads it, set before other imports."""

import datetime  # noqa: ICN001  (the module itself is changed)
import time


class _Kind(type):
    """Real datetimes count as instances of the shifted class: database drivers create them."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _REAL)

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, _REAL)


_REAL = datetime.datetime


def set_clock_offset(seconds: float) -> None:
    """Make `time.time` and `datetime.now` wrong by so much; call it before other imports."""
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
