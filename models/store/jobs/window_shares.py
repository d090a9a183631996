"""Shares the free places of the dispatch window between organizations. Pure."""

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class WaitingJob(NamedTuple):
    """A job that may be dispatched."""

    wake_at: datetime
    id: str
    organization_id: str
    # Slots open early, and thousands may open together: no post waits for them.
    opens_slot: bool = False

    @property
    def order(self) -> tuple[bool, datetime, str]:
        """Who comes first, of an organization and of those with as many in flight."""
        return self.opens_slot, self.wake_at, self.id


def reserve_of(window: int) -> int:
    """How many places are kept for organizations that come while another has the window."""
    return window // 4


def share_window(
    due: Iterable[WaitingJob], in_flight: Counter[str], window: int, free: int
) -> list[WaitingJob]:
    """The jobs to dispatch now: the oldest of the organization with the fewest in flight, again and
    again.

    As in a FairSemaphore, an organization may have one more while it has fewer than
    `window / reserve` times the free places: alone it gets `window`.
    """
    queues: dict[str, deque[WaitingJob]] = defaultdict(deque)
    for job in sorted(due, key=lambda job: job.order):
        queues[job.organization_id].append(job)
    turns = [
        (queue[0].opens_slot, in_flight[id_], queue[0].order, id_) for id_, queue in queues.items()
    ]
    heapq.heapify(turns)
    chosen: list[WaitingJob] = []
    while turns and turns[0][1] * reserve_of(window) < window * free and free > 0:
        _, held, _, id_ = turns[0]
        chosen.append(queues[id_].popleft())
        free -= 1
        if queues[id_]:
            following = queues[id_][0]
            heapq.heapreplace(turns, (following.opens_slot, held + 1, following.order, id_))
        else:
            heapq.heappop(turns)
    return chosen
