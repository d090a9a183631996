"""Patterns of naive local times: weekly times and cron expressions. No time zones here.

croniter is correct for naive times; with zones it fires twice in a DST overlap.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

from croniter import CroniterBadDateError, CroniterError, croniter

WEEK = timedelta(weeks=1)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
# A leap day can be eight years away (2096 to 2104); a pattern without a match by then has none.
MAX_YEARS_AHEAD = 9
MIN_INTERVAL = timedelta(minutes=5)
# No expression that people write is longer; each of its parts costs time in every search.
MAX_CRON_LENGTH = 200


class BadRule(ValueError):
    """An invalid rule; `field` names the wrong field, the text says what is valid."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class WeeklyPattern:
    """Day of week (0 = Sunday … 6 = Saturday) and time."""

    day_of_week: int
    time: time

    def __str__(self) -> str:
        """The canonical text, such as "1 10:00"."""
        return f"{self.day_of_week} {self.time:%H:%M}"

    def local_times(self, since: datetime) -> Iterator[datetime]:
        """The local times at or after a naive one, in order, up to the year 9999."""
        # Python's weeks begin on Monday, the rule's on Sunday.
        ahead = (self.day_of_week - (since.weekday() + 1)) % 7
        try:
            local = datetime.combine(since.date() + timedelta(days=ahead), self.time)
            if local < since:
                local += WEEK
            while True:
                yield local
                local += WEEK
        except OverflowError:  # the year 9999
            return


@dataclass(frozen=True, slots=True)
class CronPattern:
    """A cron expression of five fields: minute, hour, day of month, month, day of week."""

    expression: str

    def __str__(self) -> str:
        """The expression, single-spaced."""
        return self.expression

    def local_times(self, since: datetime) -> Iterator[datetime]:
        """The local times at or after a naive one, in order, while croniter finds any."""
        clock = croniter(
            self.expression,
            since - timedelta(microseconds=1),
            max_years_between_matches=MAX_YEARS_AHEAD,
            # cron(5): a date must match both days where one of them begins with a star, as in
            # "0 9 */2 * 1", and either of them where none does.
            implement_cron_bug=True,
        )
        try:
            while True:
                local: datetime = clock.get_next(datetime)
                yield local
        except (CroniterBadDateError, ValueError):  # no match any more, or not before the year 9999
            return


Pattern = WeeklyPattern | CronPattern


def parse_weekly(day_of_week: object, clock: object) -> WeeklyPattern:
    """A weekly pattern from a user's input; BadRule says what is valid."""
    if isinstance(day_of_week, bool) or not isinstance(day_of_week, int):
        raise BadRule("dayOfWeek", f"must be a whole number, 0 (Sunday) to 6, not {day_of_week!r}")
    if not 0 <= day_of_week <= 6:
        raise BadRule("dayOfWeek", f"must be 0 (Sunday) to 6 (Saturday), not {day_of_week}")
    if not isinstance(clock, str) or not _TIME.fullmatch(clock):
        raise BadRule("time", f"must be HH:mm from 00:00 to 23:59, such as '09:05', not {clock!r}")
    return WeeklyPattern(day_of_week, time.fromisoformat(clock))


def parse_cron(expression: object) -> CronPattern:
    """A cron pattern from a user's input; BadRule says what is valid. It costs one search."""
    wanted = "must be five cron fields (minute hour day month weekday), such as '0 9 1,15 * *'"
    if isinstance(expression, str) and len(expression) > MAX_CRON_LENGTH:
        raise BadRule("cron", f"must have at most {MAX_CRON_LENGTH} characters")
    if not isinstance(expression, str) or len(expression.split()) != 5:
        raise BadRule("cron", f"{wanted}, not {expression!r}")
    if re.search(r"(^|[\s,])[rR](\(|[\s/,]|$)", expression):
        raise BadRule("cron", f"{wanted}, the same every time, not {expression!r}")
    pattern = CronPattern(" ".join(expression.split()))
    try:
        fields, _ = croniter.expand(pattern.expression)
    except CroniterError as error:
        raise BadRule("cron", f"{wanted}: {error}") from None
    if _is_too_frequent(*fields[:2]):
        raise BadRule("cron", f"{expression!r} comes more often than every 5 minutes")
    if next(pattern.local_times(datetime(2024, 1, 1)), None) is None:  # noqa: DTZ001  (a local time)
        raise BadRule("cron", f"{expression!r} never comes")
    return pattern


def _is_too_frequent(minutes: Sequence[int | str], hours: Sequence[int | str]) -> bool:
    """Whether two times of a day, or of one day and the next, are closer than `MIN_INTERVAL`:
    searches go through every slot. It looks at the fields and searches nothing."""
    in_hour = range(60) if "*" in minutes else [int(each) for each in minutes]
    in_day = range(24) if "*" in hours else [int(each) for each in hours]
    times = [timedelta(hours=hour, minutes=minute) for hour in in_day for minute in in_hour]
    next_day = times[0] + timedelta(days=1)
    return any(later - earlier < MIN_INTERVAL for earlier, later in pairwise([*times, next_day]))


def parse_pattern(text: str) -> Pattern:
    """The pattern of a stored text, which `str` of a valid pattern wrote."""
    fields = text.split(" ")
    return parse_weekly(int(fields[0]), fields[1]) if len(fields) == 2 else CronPattern(text)
