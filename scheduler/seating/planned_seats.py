"""Which seats posts would get if they joined the queue now, one after the other. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from scheduler.seating.assignment import FreeSeat
from scheduler.seating.shorts_limits import Candidate, ShortsLimits


@dataclass(frozen=True, slots=True)
class Wish:
    """A post that would join the queue. `slot`: the instant of the slot that its writer chose."""

    candidate: Candidate
    slot: datetime | None = None


class SeatPool:
    """Free seats in their order, read as far as they are needed; those passed over are kept."""

    def __init__(self, free: Iterator[FreeSeat], known: Iterable[FreeSeat] = ()) -> None:
        self._free = free
        self._passed = list(known)

    def take(
        self, fits: Callable[[FreeSeat], bool], until: datetime | None = None
    ) -> FreeSeat | None:
        """The first seat that fits, which nobody gets any more; none after `until` is tried."""
        for index, seat in enumerate(self._passed):
            if fits(seat):
                return self._passed.pop(index)
        for seat in self._free:
            if fits(seat):
                return seat
            self._passed.append(seat)
            if until is not None and seat.slot.at > until:
                break
        return None


def plan_seats(wishes: Iterable[Wish], pool: SeatPool, limits: ShortsLimits) -> dict[str, FreeSeat]:
    """The seat of each post, by its id, as if they were approved in this order: the slot that was
    chosen, else the first free one. Posts that would get none are left out."""
    planned: dict[str, FreeSeat] = {}
    for wish in wishes:
        seat = None if limits.video_is_full(wish.candidate) else _find(wish, pool, limits)
        if seat is not None:
            limits.count(wish.candidate, seat.slot.at)
            planned[wish.candidate.post_id] = seat
    return planned


def _find(wish: Wish, pool: SeatPool, limits: ShortsLimits) -> FreeSeat | None:
    def is_allowed(seat: FreeSeat) -> bool:
        return limits.allows(wish.candidate, seat.slot.at)

    def is_chosen(seat: FreeSeat) -> bool:
        return seat.slot.at == wish.slot and is_allowed(seat)

    chosen = pool.take(is_chosen, wish.slot) if wish.slot is not None else None
    return chosen or pool.take(is_allowed)
