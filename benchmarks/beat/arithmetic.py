"""Next-fire arithmetic: ours, plain zoneinfo (which knows no gaps), and croniter."""

import timeit
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

from croniter import croniter

from benchmarks.beat.rules import kinds
from scheduler.occurrences import following, rule
from scheduler.slots import resolve

WEEK = timedelta(weeks=1)
REPEATS = 7


def _per_second(step: Callable[[], object], calls: int) -> float:
    return calls / min(timeit.repeat(step, number=calls, repeat=REPEATS))


def rates() -> dict[str, float]:
    """Next instants a second, the best of several rounds, over rules in five zones."""
    some = kinds(datetime.now(UTC))[:1000]
    slots = [(kind, slot) for kind in some if (slot := resolve(kind.reading, kind.zone))]
    ours = cycle(
        (rule(f"{kind.day_of_week} {kind.reading:%H:%M}", kind.zone), slot) for kind, slot in slots
    )
    plain = cycle((kind.reading, ZoneInfo(kind.zone)) for kind in some)
    crons = cycle(
        (
            f"{kind.reading.minute} {kind.reading.hour} * * {kind.day_of_week}",
            kind.reading.replace(tzinfo=ZoneInfo(kind.zone)),
        )
        for kind in some
    )

    def zoneinfo_step() -> datetime:
        reading, zone = next(plain)
        return (reading + WEEK).replace(tzinfo=zone).astimezone(UTC)

    def croniter_step() -> datetime:
        expression, after = next(crons)
        found: datetime = croniter(expression, after).get_next(datetime)
        return found

    return {
        "ours": _per_second(lambda: following(*next(ours)), 20_000),
        "zoneinfo": _per_second(zoneinfo_step, 20_000),
        "croniter": _per_second(croniter_step, 500),
    }
