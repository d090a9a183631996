"""Makes the wall clock of a process wrong, by more or less while it runs: only as Python reads it.

CLOCK=file python -m tests.faults.clock_offset celery -A scheduler.app beat
"""

import datetime  # noqa: ICN001  (the module itself is changed)
import os
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path


class _Kind(type):
    """Real datetimes count as instances of the shifted class: database drivers create them."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _REAL)

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, _REAL)


_REAL = datetime.datetime


def follow(path: Path) -> None:
    """Make `time.time` and `datetime.now` wrong by the seconds in a file, which a test may replace
    while this process runs. Call it before other imports. Nothing changes without the file."""
    if not path.exists():
        return
    real, real_ns = time.time, time.time_ns

    def off() -> float:
        return float(path.read_text())

    class Shifted(_REAL, metaclass=_Kind):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
            return _REAL.now(tz) + datetime.timedelta(seconds=off())

    time.time = lambda: real() + off()
    time.time_ns = lambda: real_ns() + round(off() * 1e9)
    datetime.datetime = Shifted  # type: ignore[misc]


def set_clock(path: Path, seconds: float) -> None:
    """Make the clock of the processes that follow this file wrong by so much."""
    draft = path.with_suffix(".new")
    draft.write_text(str(seconds))
    draft.rename(path)


def main() -> None:
    """Set the clock, and run the command in this process."""
    follow(Path(os.environ["CLOCK"]))
    sys.argv = sys.argv[1:]
    (script,) = entry_points(group="console_scripts", name=Path(sys.argv[0]).name)
    sys.exit(script.load()())


if __name__ == "__main__":
    main()
