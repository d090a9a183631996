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

from scheduler.recurrence.occurrences import ZONE_MARGIN
from scheduler.seating.assignment import Assignment, FreeSeat

MIN_INSTANT = datetime.min.replace(tzinfo=UTC) + ZONE_MARGIN
MAX_INSTANT = datetime.max.replace(tzinfo=UTC) - ZONE_MARGIN
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class SearchMemory:
    """Three instants.

    Up to `full_until` no seat is free. Up to `shorts_until` none is free that a short may take. Up
    to `tried_until` none is free that a post of the backlog which was turned away may take.
    """

    full_until: datetime = MIN_INSTANT
    shorts_until: datetime = MIN_INSTANT
    tried_until: datetime = MIN_INSTANT

    def without_released(self, released: Iterable[datetime | None]) -> "SearchMemory":
        """What still holds after seats (by their slots' instants) or limits (None) got free."""
        found = list(released)
        if not found:
            return self
        # A slot's instant may have moved since the seat was taken.
        freed = [at - ZONE_MARGIN for at in found if at is not None]
        return SearchMemory(full_until=min([self.full_until, *freed]))

    def search_start(self, *, shorts_only: bool) -> datetime:
        """After which instant to look for a seat."""
        return max(self.full_until, self.shorts_until) if shorts_only else self.full_until

    def updated_after(
        self,
        search: "SeatCursor",
        assignment: Assignment,
        *,
        shorts_only: bool,
        whole_backlog: bool,
    ) -> "SearchMemory":
        """What is known after a search from `start`, for the whole backlog or the untried alone."""
        reached = search.searched_until
        skipped_from = (
            assignment.skipped[0].slot.at - MICROSECOND if assignment.skipped else reached
        )
        # Who was turned away without a look at the seats waits for a limit, not for a seat.
        tried = reached if search.next_candidate_at else MAX_INSTANT
        return replace(
            self,
            full_until=self.full_until if shorts_only else max(self.full_until, skipped_from),
            shorts_until=max(self.shorts_until, reached),
            tried_until=tried if whole_backlog else min(self.tried_until, tried),
        )


class SeatCursor:
    """Free seats one after the other, and how far one has looked.

    `beyond`, once all were drawn: the first instant at which there may be another.
    """

    def __init__(self, seats: Iterable[FreeSeat], first_beyond: Callable[[], datetime]) -> None:
        self._seats = iter(seats)
        self._first_beyond = first_beyond
        self.searched_until = MIN_INSTANT
        self.next_candidate_at: datetime | None = None

    def __iter__(self) -> "SeatCursor":
        return self

    def __next__(self) -> FreeSeat:
        """The next free seat; others of its instant may follow."""
        try:
            seat = next(self._seats)
        except StopIteration:
            if self.next_candidate_at is None:
                self.next_candidate_at = self._first_beyond()
                self.searched_until = self.next_candidate_at - MICROSECOND
            raise
        self.searched_until = seat.slot.at - MICROSECOND
        return seat


def calendar_fingerprint(*parts: object) -> str:
    """The name of a calendar, by all that decides which slots and seats it has."""
    canonical_text = repr((_tzdata_version(), *parts))
    return hashlib.blake2b(canonical_text.encode(), digest_size=16).hexdigest()


@cache
def _tzdata_version() -> str:
    return version("tzdata")
