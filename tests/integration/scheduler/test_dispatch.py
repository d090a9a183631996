"""Dispatch: several ids in a message, and a broker that accepts nothing."""

from kombu.exceptions import OperationalError
from sqlalchemy import insert

from models.database import Database
from models.jobs import Job
from models.tables import JOB
from models.task_names import TASK_FOR_KIND, JobKind
from scheduler.dispatch import BATCH_SIZE, WINDOW, dispatch_due_jobs
from tests.integration.scheduler.queue_factories import database_now

Message = tuple[str, list[str]]


def add_jobs(database: Database, kind: JobKind, count: int) -> list[str]:
    """Insert due jobs of a kind; returns their ids."""
    at = database_now(database)
    jobs = [Job(kind=kind, subject_id=f"{kind}-{number}", wake_at=at) for number in range(count)]
    with database.write() as session:
        session.connection().execute(insert(JOB), [job.model_dump() for job in jobs])
    return [job.id for job in jobs]


class RecordingBroker:
    """Accepts `takes` messages, then raises `error`."""

    def __init__(self, takes: int = 10_000, error: Exception | None = None) -> None:
        self.takes = takes
        self.error = error or OperationalError("connection refused")
        self.messages: list[Message] = []
        self.checks = 0

    def send(self, task: str, job_ids: list[str]) -> None:
        """Accept a message, or raise as kombu does."""
        if len(self.messages) >= self.takes:
            raise self.error
        self.messages.append((task, job_ids))

    def check(self) -> None:
        """Accept a connection while it accepts messages, or raise as kombu does."""
        self.checks += 1
        if len(self.messages) >= self.takes:
            raise self.error

    def ids(self) -> list[str]:
        """Every id that it accepted, sorted."""
        return sorted(id_ for _, ids in self.messages for id_ in ids)


def test_several_jobs_of_a_kind_share_a_message(database: Database) -> None:
    """One task name for each kind, batches of ids, nothing else; a second tick sends nothing."""
    ids = {kind: add_jobs(database, kind, 2 * BATCH_SIZE + 1) for kind in JobKind}
    broker = RecordingBroker()
    assert dispatch_due_jobs(database, broker.send).jobs == len(JobKind) * (2 * BATCH_SIZE + 1)
    assert {task for task, _ in broker.messages} == set(TASK_FOR_KIND.values())
    kinds = len(JobKind)
    assert (
        sorted(len(block) for _, block in broker.messages) == [1] * kinds + [BATCH_SIZE] * 2 * kinds
    )
    posts = [id_ for task, block in broker.messages if task == "post.carry" for id_ in block]
    assert sorted(posts) == sorted(ids[JobKind.POST])
    assert dispatch_due_jobs(database, broker.send).jobs == 0


def test_one_tick_sends_a_window_at_most(database: Database) -> None:
    """The rest is sent by ticks after jobs were claimed."""
    add_jobs(database, JobKind.POST, WINDOW + 5)
    broker = RecordingBroker()
    assert dispatch_due_jobs(database, broker.send).jobs == WINDOW
    assert dispatch_due_jobs(database, broker.send).jobs == 0


def test_jobs_that_the_broker_refuses_are_sent_at_the_next_tick(database: Database) -> None:
    """Broker down at once, or after one message: every job is sent exactly once, later."""
    ids = add_jobs(database, JobKind.POST, 3 * BATCH_SIZE)
    broker = RecordingBroker(takes=0)
    assert dispatch_due_jobs(database, broker.send).jobs == 0
    broker.takes = 1
    assert dispatch_due_jobs(database, broker.send).jobs == BATCH_SIZE
    broker.takes = 10
    assert dispatch_due_jobs(database, broker.send).jobs == 2 * BATCH_SIZE
    assert broker.ids() == sorted(ids)
    assert dispatch_due_jobs(database, broker.send).jobs == 0


def test_a_broken_connection_counts_as_refused(database: Database) -> None:
    """A socket error has the same effect: the job is sent at the next tick."""
    ids = add_jobs(database, JobKind.POST, 1)
    broker = RecordingBroker(takes=0, error=ConnectionResetError("gone"))
    assert dispatch_due_jobs(database, broker.send).jobs == 0
    broker.takes = 1
    assert dispatch_due_jobs(database, broker.send).jobs == 1
    assert broker.ids() == ids
