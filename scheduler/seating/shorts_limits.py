"""The limits on shorts: so many in a local week, so many cut from one video. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from scheduler.recurrence.timezones import load_zone


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that waits for a seat. A short is a video post; `video` names what it was cut from."""

    post_id: str
    is_short: bool = False
    video: str | None = None


@dataclass(slots=True)
class ShortsLimits:
    """The limits of the settings, and what counts against them already; 0 is no limit.

    `in_week` counts shorts by the first day (Sunday) of the organization's local week, `of_video`
    those cut from one video.
    """

    zone: str
    per_week: int = 0
    per_video: int = 0
    in_week: Counter[date] = field(default_factory=Counter)
    of_video: Counter[str] = field(default_factory=Counter)

    def video_is_full(self, candidate: Candidate) -> bool:
        """Whether this short may get no seat at all, because of its video."""
        if not (candidate.is_short and candidate.video and self.per_video):
            return False
        return self.of_video[candidate.video] >= self.per_video

    def allows(self, candidate: Candidate, at: datetime) -> bool:
        """Whether the weekly limit allows this post a slot at this instant."""
        if not (candidate.is_short and self.per_week):
            return True
        return self.in_week[week_start(at, self.zone)] < self.per_week

    def count(self, candidate: Candidate, at: datetime) -> None:
        """Count a post that got a seat at this instant."""
        if candidate.is_short:
            self.in_week[week_start(at, self.zone)] += 1
            if candidate.video:
                self.of_video[candidate.video] += 1


def week_start(at: datetime, zone_name: str) -> date:
    """The Sunday on which the local week of an instant began."""
    day = at.astimezone(load_zone(zone_name)).date()
    return day - timedelta(days=day.isoweekday() % 7)
