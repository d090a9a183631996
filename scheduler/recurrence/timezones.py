"""Loads time zones from the pinned `tzdata` package, the same on every machine.

Python prefers the system's zone files, which differ from machine to machine. This module switches
them off, so two workers can never disagree about an instant.
"""

import zoneinfo
from functools import cache
from zoneinfo import ZoneInfo

from scheduler.recurrence.zone_suggestions import suggest_zone

zoneinfo.reset_tzpath(to=())
ZoneInfo.clear_cache()

# The zone database's mark for a machine whose zone nobody has set yet.
NO_ZONE = "Factory"
MAX_QUOTED = 60


class UnknownZone(ValueError):
    """A name that is not an IANA time zone."""


@cache
def zone_names() -> frozenset[str]:
    """Every zone of the zone database."""
    return frozenset(zoneinfo.available_timezones())


@cache
def load_zone(name: str) -> ZoneInfo:
    """The zone of this name; UnknownZone, with a text for people, when there is none."""
    if name not in zone_names():
        raise UnknownZone(_unknown_zone_sentence(name))
    return ZoneInfo(name)


def find_zone(text: str) -> str:
    """The zone that a person wrote, in any case, by the zone database's spelling; else UnknownZone.

    Blanks belong to no name: what has some is refused with the name that is probably meant.
    """
    name = _names_by_lower_case().get(text.lower())
    if name is None:
        raise UnknownZone(_unknown_zone_sentence(text))
    return name


@cache
def _names_by_lower_case() -> dict[str, str]:
    return {name.lower(): name for name in zone_names() if name != NO_ZONE}


def _unknown_zone_sentence(text: str) -> str:
    near = suggest_zone(text, _names_by_lower_case())
    hint = f"did you mean {near!r}?" if near else "write one such as 'America/New_York' or 'UTC'"
    return f"{text[:MAX_QUOTED]!r} is not an IANA time zone; {hint}"
