"""What earlier searches for seats found out, so that the next one need not look again. Pure.

Every claim holds for one calendar, named by its fingerprint, and until a vacancy is noted: the
seats up to an instant are taken, and only somebody who gives one up makes that untrue.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version

from scheduler.occurrences import MARGIN
from scheduler.seating import FreeSeat, Plan

LONG_AGO = datetime.min.replace(tzinfo=UTC) + MARGIN
FOR_EVER = datetime.max.replace(tzinfo=UTC) - MARGIN
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Searched:
    """Three instants.

    Up to `full_until` no seat is free. Up to `shorts_until` none is free that a short may take. Up
    to `tried_until` none is free that a post of the backlog which was turned away may take.
    """

    full_until: datetime = LONG_AGO
    shorts_until: datetime = LONG_AGO
    tried_until: datetime = LONG_AGO

    def but_for(self, vacancies: Iterable[datetime | None]) -> "Searched":
        """What still holds after seats (by their slots' instants) or limits (None) got free."""
        found = list(vacancies)
        if not found:
            return self
        # A slot's instant may have moved since the seat was taken.
        freed = [at - MARGIN for at in found if at is not None]
        return Searched(full_until=min([self.full_until, *freed]))

    def start(self, *, shorts_only: bool) -> datetime:
        """After which instant to look for a seat."""
        return max(self.full_until, self.shorts_until) if shorts_only else self.full_until

    def after(self, search: "Search", plan: Plan, *, shorts_only: bool, whole: bool) -> "Searched":
        """What is known after a search from `start`, for the whole backlog or the untried alone."""
        reached = search.reached
        left = plan.left[0].slot.at - INSTANT if plan.left else reached
        # Who was turned away without a look at the seats waits for a limit, not for a seat.
        tried = reached if search.beyond else FOR_EVER
        return replace(
            self,
            full_until=self.full_until if shorts_only else max(self.full_until, left),
            shorts_until=max(self.shorts_until, reached),
            tried_until=tried if whole else min(self.tried_until, tried),
        )


class Search:
    """Free seats one after the other, and how far one has looked.

    `beyond`, once all were drawn: the first instant at which there may be another.
    """

    def __init__(self, seats: Iterable[FreeSeat], first_beyond: Callable[[], datetime]) -> None:
        self._seats = iter(seats)
        self._first_beyond = first_beyond
        self.reached = LONG_AGO
        self.beyond: datetime | None = None

    def __iter__(self) -> "Search":
        return self

    def __next__(self) -> FreeSeat:
        """The next free seat; others of its instant may follow."""
        try:
            seat = next(self._seats)
        except StopIteration:
            if self.beyond is None:
                self.beyond = self._first_beyond()
                self.reached = self.beyond - INSTANT
            raise
        self.reached = seat.slot.at - INSTANT
        return seat


def fingerprint(*parts: object) -> str:
    """The name of a calendar, by all that decides which slots and seats it has."""
    told = repr((_zone_data(), *parts))
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


@cache
def _zone_data() -> str:
    return version("tzdata")
