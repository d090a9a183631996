"""When nothing can be done at a connection: a step is running there, or it is blocked. Pure.

Each connection waits for itself alone: another one's deliveries of the same post go on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from models.snapshot import ConnectionView, DeliveryView, Snapshot, UploadView
from worker.planner.decisions import Wait


@dataclass(frozen=True, slots=True)
class ConnectionPause:
    """`busy`: the ids of the connections at which a step of the post is running."""

    now: datetime
    busy: frozenset[str] = frozenset()

    def of(self, connection: ConnectionView | None) -> Wait | None:
        """The wait for a connection; None if a step may be taken there now. The end of a running
        step wakes the post by itself."""
        if connection is None:
            return None
        if connection.id in self.busy:
            return Wait(None)
        until = connection.blocked_until
        return Wait(until) if until is not None and until > self.now else None

    def before(self, subject: DeliveryView | UploadView) -> Wait | None:
        """The wait before the next step on a delivery or an upload; None if there is none."""
        if (wait := self.of(subject.connection)) is not None:
            return wait
        is_early = subject.not_before is not None and subject.not_before > self.now
        return Wait(subject.not_before) if is_early else None


def blocking_connection(snapshot: Snapshot, until: datetime | None) -> ConnectionView | None:
    """The connection whose block ends at `until`, so that a wait until then is a wait for it."""
    subjects: list[DeliveryView | UploadView] = [*snapshot.deliveries, *snapshot.uploads]
    connections = (each.connection for each in subjects)
    return next((each for each in connections if each and each.blocked_until == until), None)


def earliest(instants: Iterable[datetime | None]) -> datetime | None:
    """The first of these instants; None without any."""
    return min((at for at in instants if at is not None), default=None)
