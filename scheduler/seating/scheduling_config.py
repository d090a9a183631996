"""The environment's settings for the calendar: lead time, search horizon, spacing of late posts."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class SchedulingConfig:
    """The same for all organizations; the entry points fill it from `config.settings`.

    A slot opens `lead_time` before its instant; the search for a free seat ends at the `horizon`;
    posts that missed their slot go out `late_spacing` apart.
    """

    lead_time: timedelta = timedelta(hours=24)
    horizon: timedelta = timedelta(weeks=52)
    late_spacing: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class LateRules:
    """How late posts go out: `spacing` between two turns. A post is late `late_after` its instant,
    and gets no turn that is later than `grace` after it; None: it gets one however late."""

    spacing: timedelta
    late_after: timedelta
    grace: timedelta | None
