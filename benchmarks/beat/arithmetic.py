"""Speed of computing a rule's next instant: ours, plain zoneinfo (without gaps), and croniter."""

import time
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
ROUNDS = 9


def _rates(steps: dict[str, tuple[Callable[[], object], int]]) -> dict[str, float]:
    """Calls per second of CPU time, the best of several rounds in which the steps take turns."""
    best = dict.fromkeys(steps, 0.0)
    for _ in range(ROUNDS):
        for name, (step, calls) in steps.items():
            seconds = timeit.timeit(step, number=calls, timer=time.process_time)
            best[name] = max(best[name], calls / seconds)
    return best


def next_fire_rates() -> dict[str, float]:
    """Next instants per second, over rules in five zones."""
    rules = template_rules(datetime.now(UTC))[:1000]
    slots = [(rule, slot) for rule in rules if (slot := resolve_local_time(rule.local, rule.zone))]
    ours = cycle(
        (build_rule(f"{rule.day_of_week} {rule.local:%H:%M}", rule.zone), slot)
        for rule, slot in slots
    )
    plain = cycle((rule.local, ZoneInfo(rule.zone)) for rule in rules)
    crons = cycle(
        (
            f"{rule.local.minute} {rule.local.hour} * * {rule.day_of_week}",
            rule.local.replace(tzinfo=ZoneInfo(rule.zone)),
        )
        for rule in rules
    )

    def zoneinfo_step() -> datetime:
        local, zone = next(plain)
        return (local + WEEK).replace(tzinfo=zone).astimezone(UTC)

    def croniter_step() -> datetime:
        expression, after = next(crons)
        following: datetime = croniter(expression, after).get_next(datetime)
        return following

    return _rates(
        {
            "ours": (lambda: slot_after(*next(ours)), 20_000),
            "zoneinfo": (zoneinfo_step, 20_000),
            "croniter": (croniter_step, 500),
        }
    )
