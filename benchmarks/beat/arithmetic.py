"""Next-fire arithmetic: ours, plain zoneinfo (which knows no gaps), and croniter."""

import timeit
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

from croniter import croniter

from benchmarks.beat.rule_set import template_rules
from scheduler.recurrence.dst_policy import resolve_local_time
from scheduler.recurrence.occurrences import build_rule, slot_after

WEEK = timedelta(weeks=1)
REPEATS = 7


def _per_second(step: Callable[[], object], calls: int) -> float:
    return calls / min(timeit.repeat(step, number=calls, repeat=REPEATS))


def next_fire_rates() -> dict[str, float]:
    """Next instants a second, the best of several rounds, over rules in five zones."""
    some = template_rules(datetime.now(UTC))[:1000]
    slots = [(kind, slot) for kind in some if (slot := resolve_local_time(kind.reading, kind.zone))]
    ours = cycle(
        (build_rule(f"{kind.day_of_week} {kind.reading:%H:%M}", kind.zone), slot)
        for kind, slot in slots
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
        "ours": _per_second(lambda: slot_after(*next(ours)), 20_000),
        "zoneinfo": _per_second(zoneinfo_step, 20_000),
        "croniter": _per_second(croniter_step, 500),
    }
