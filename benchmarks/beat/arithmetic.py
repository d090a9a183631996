"""Speed of computing a rule's next instant: ours, plain zoneinfo (without gaps), and croniter."""

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
    """Next instants per second, the best of several rounds, over rules in five zones."""
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

    return {
        "ours": _per_second(lambda: slot_after(*next(ours)), 20_000),
        "zoneinfo": _per_second(zoneinfo_step, 20_000),
        "croniter": _per_second(croniter_step, 500),
    }
