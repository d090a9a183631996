"""Loads time zones from the pinned `tzdata` package, the same on every machine.

Python prefers the system's zone files, which differ from machine to machine. This module switches
them off, so two workers can never disagree about an instant.
"""

import zoneinfo
from functools import cache
from zoneinfo import ZoneInfo

zoneinfo.reset_tzpath(to=())
ZoneInfo.clear_cache()


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
        raise UnknownZone(
            f"{name!r} is not an IANA time zone; write one such as 'America/New_York' or 'UTC'"
        )
    return ZoneInfo(name)
