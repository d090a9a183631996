"""The demo's rules: some slots within the next two minutes, the others spread over the day."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from scheduler.zones import zone

MINUTE = timedelta(minutes=1)
# A slot nearer than this would open before the calendar is imported.
HEAD_START = timedelta(seconds=25)
# A second wave only where the whole demo stays short.
SECOND_WAVE_WITHIN = timedelta(seconds=50)
LATER_SLOTS = 14
SPACING = timedelta(minutes=75)
CALM = timedelta(days=9)
CANDIDATES = (
    "America/New_York",
    "Europe/Berlin",
    "Asia/Tokyo",
    "America/Bogota",
    "Asia/Kolkata",
    "Africa/Nairobi",
)


def calm_zones(now: datetime) -> list[str]:
    """Two zones whose clocks do not change near `now`, so that the demo looks alike every day."""
    return [name for name in CANDIDATES if _is_calm(name, now)][:2]


def _is_calm(name: str, now: datetime) -> bool:
    around = [(now + shift).astimezone(zone(name)).utcoffset() for shift in (-CALM, CALM * 0, CALM)]
    return len(set(around)) == 1


def near_instants(now: datetime) -> list[datetime]:
    """The one or two whole minutes in which posts go live while one watches."""
    first = (now.astimezone(UTC) + HEAD_START).replace(second=0, microsecond=0) + MINUTE
    return [first, first + MINUTE] if first - now <= SECOND_WAVE_WITHIN else [first]


def rules(now: datetime, zones: Sequence[str]) -> list[dict[str, Any]]:
    """The `queueSlots` of the demo's settings, in both zones."""
    near = near_instants(now)
    instants = [(at, name) for at in near for name in zones]
    later = [near[-1] + SPACING * (number + 1) for number in range(LATER_SLOTS)]
    instants += [(at, zones[number % len(zones)]) for number, at in enumerate(later)]
    return [_rule(at, name) for at, name in instants]


def _rule(at: datetime, name: str) -> dict[str, Any]:
    """The weekly rule of which `at` is a slot: the day is the zone's own, also around midnight."""
    local = at.astimezone(zone(name))
    return {"dayOfWeek": local.isoweekday() % 7, "time": f"{local:%H:%M}", "timezone": name}
