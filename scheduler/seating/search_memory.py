"""What earlier searches for free seats found, so that the next one can start later. Pure.

Each value is valid for one calendar, identified by its fingerprint, and until a seat is released:
seats up to an instant are taken, and only a release changes that.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version

from scheduler.recurrence.occurrences import ZONE_MARGIN
from scheduler.seating.assignment import Assignment, FreeSeat

MIN_INSTANT = datetime.min.replace(tzinfo=UTC) + ZONE_MARGIN
MAX_INSTANT = datetime.max.replace(tzinfo=UTC) - ZONE_MARGIN
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class SearchMemory:
    """Three instants, up to which a search is not necessary.

    Up to `full_until` no seat is free. Up to `shorts_until` no seat is free for a short. Up to
    `tried_until` no seat is free for a backlog post that was turned away.
    """

    full_until: datetime = MIN_INSTANT
    shorts_until: datetime = MIN_INSTANT
    tried_until: datetime = MIN_INSTANT

    def without_released(self, released: Iterable[datetime | None]) -> "SearchMemory":
        """What is still valid after released seats (their slots' instants) or quota (None)."""
        instants = list(released)
        if not instants:
            return self
        # A slot's instant may have moved since the seat was taken.
        freed = [at - ZONE_MARGIN for at in instants if at is not None]
        return SearchMemory(full_until=min([self.full_until, *freed]))

    @property
    def shorts_start(self) -> datetime:
        """The instant after which to search for a seat for a short."""
        return max(self.full_until, self.shorts_until)

    def updated_after(self, search: "SeatSearch", assignment: Assignment) -> "SearchMemory":
        """The memory after a search for the whole backlog, or for its untried posts alone."""
        early, late = search.not_for_shorts, search.seats
        reached, full = late.searched_until, early.searched_until
        if early.is_exhausted:
            full = assignment.skipped[0].slot.at - MICROSECOND if assignment.skipped else reached
        # Posts that a limit turned away before the search do not depend on free seats.
        tried = reached if late.is_exhausted else MAX_INSTANT
        return replace(
            self,
            full_until=max(self.full_until, full),
            shorts_until=max(self.shorts_until, reached),
            tried_until=tried if search.is_for_all else min(self.tried_until, tried),
        )


class SeatCursor:
    """Iterates over free seats, and records how far the search came.

    `is_exhausted`: there are no more seats before the next slot, whose instant `first_beyond`
    returns.
    """

    def __init__(self, seats: Iterable[FreeSeat], first_beyond: Callable[[], datetime]) -> None:
        self._seats = iter(seats)
        self._first_beyond = first_beyond
        self.searched_until = MIN_INSTANT
        self.is_exhausted = False

    def __iter__(self) -> "SeatCursor":
        return self

    def __next__(self) -> FreeSeat:
        """The next free seat; others of the same instant may follow."""
        try:
            seat = next(self._seats)
        except StopIteration:
            if not self.is_exhausted:
                self.is_exhausted = True
                self.searched_until = self._first_beyond() - MICROSECOND
            raise
        self.searched_until = seat.slot.at - MICROSECOND
        return seat


@dataclass(frozen=True, slots=True)
class SeatSearch:
    """A search over two spans, the first before the second: free seats that no short may take,
    because of an earlier search, and all others. `is_for_all`: for the whole backlog."""

    not_for_shorts: SeatCursor
    seats: SeatCursor
    is_for_all: bool


def calendar_fingerprint(*parts: object) -> str:
    """A hash of everything that decides which slots and seats a calendar has."""
    canonical_text = repr((_tzdata_version(), *parts))
    return hashlib.blake2b(canonical_text.encode(), digest_size=16).hexdigest()


@cache
def _tzdata_version() -> str:
    return version("tzdata")
