"""Sends due jobs to the broker: the ids of several jobs in each message."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

from kombu.exceptions import OperationalError

from models.database import Database
from models.store import clock
from models.store.jobs import dispatching, job_queue
from models.task_names import TASK_FOR_KIND, JobKind

# A message costs as much CPU as all HTTP calls of a post, so several jobs share one: few, so that
# all workers get some, and more when very many are due.
BATCH_SIZE = 16
MAX_BATCH_SIZE = 256
TARGET_MESSAGES = 64
# At most this many jobs of one organization may be dispatched and unclaimed, and a quarter more of
# all: messages in the broker can be lost, and those who come late must find room.
WINDOW = 512
RESEND_AFTER = timedelta(seconds=15)
SendTask = Callable[[str, list[str]], None]
# What a broker that is away, or takes no messages, raises.
BROKER_ERRORS = (OperationalError, OSError)


class Dispatched(NamedTuple):
    """How many jobs were sent, and why the others were not."""

    jobs: int
    error: Exception | None = None


def dispatch_due_jobs(database: Database, send: SendTask, window: int = WINDOW) -> Dispatched:
    """Send the jobs that are due by the database's clock.

    At most `window` jobs of one organization are dispatched and unclaimed at once. Jobs that the
    broker does not accept are marked as not dispatched, and a later tick sends them.
    """
    with database.write() as session:
        now = clock.now(session)
        dispatched = dispatching.dispatch_due(session, now, window, RESEND_AFTER)
    batches = list(_batches(dispatched))
    for number, (name, batch) in enumerate(batches):
        try:
            send(name, batch)
        except BROKER_ERRORS as error:
            unsent = [id_ for _, remaining in batches[number:] for id_ in remaining]
            _undo_dispatch(database, unsent)
            return Dispatched(len(dispatched) - len(unsent), error)
    return Dispatched(len(dispatched))


def _batches(dispatched: list[tuple[JobKind, str]]) -> Iterator[tuple[str, list[str]]]:
    """(task name, job ids): `BATCH_SIZE` ids each, more where that would be very many messages."""
    size = min(max(BATCH_SIZE, len(dispatched) // TARGET_MESSAGES), MAX_BATCH_SIZE)
    by_kind: dict[JobKind, list[str]] = defaultdict(list)
    for kind, id_ in dispatched:
        by_kind[kind].append(id_)
    for kind, ids in by_kind.items():
        for start in range(0, len(ids), size):
            yield TASK_FOR_KIND[kind], ids[start : start + size]


def _undo_dispatch(database: Database, job_ids: list[str]) -> None:
    with database.write() as session:
        job_queue.undo_dispatch(session, job_ids)
