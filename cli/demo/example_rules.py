"""The demo's rules: some slots within the next two minutes, the others spread over the day."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from scheduler.recurrence.timezones import load_zone

MINUTE = timedelta(minutes=1)
# A slot nearer than this would open before the calendar is imported.
HEAD_START = timedelta(seconds=25)
# The near slots have a second minute only if the whole demo stays short.
SECOND_WAVE_WITHIN = timedelta(seconds=50)
LATER_SLOTS = 14
SPACING = timedelta(minutes=75)
DST_MARGIN = timedelta(days=9)
CANDIDATE_ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Asia/Tokyo",
    "America/Bogota",
    "Asia/Kolkata",
    "Africa/Nairobi",
)


def zones_without_dst_change(now: datetime) -> list[str]:
    """Two zones whose clocks do not change near `now`, so that the demo looks alike every day."""
    return [name for name in CANDIDATE_ZONES if _has_stable_offset(name, now)][:2]


def _has_stable_offset(name: str, now: datetime) -> bool:
    offsets = [
        (now + shift).astimezone(load_zone(name)).utcoffset()
        for shift in (-DST_MARGIN, DST_MARGIN * 0, DST_MARGIN)
    ]
    return len(set(offsets)) == 1


def imminent_slot_times(now: datetime) -> list[datetime]:
    """The one or two whole minutes at which posts are published during the demo."""
    first = (now.astimezone(UTC) + HEAD_START).replace(second=0, microsecond=0) + MINUTE
    return [first, first + MINUTE] if first - now <= SECOND_WAVE_WITHIN else [first]


def build_rules(now: datetime, zones: Sequence[str]) -> list[dict[str, Any]]:
    """The `queueSlots` of the demo's settings, in both zones."""
    near = imminent_slot_times(now)
    instants = [(at, name) for at in near for name in zones]
    later = [near[-1] + SPACING * (number + 1) for number in range(LATER_SLOTS)]
    instants += [(at, zones[number % len(zones)]) for number, at in enumerate(later)]
    return [_weekly_rule_at(at, name) for at, name in instants]


def _weekly_rule_at(at: datetime, name: str) -> dict[str, Any]:
    """The weekly rule that has a slot at `at`; its day and time are those of the zone."""
    local = at.astimezone(load_zone(name))
    return {"dayOfWeek": local.isoweekday() % 7, "time": f"{local:%H:%M}", "timezone": name}
