"""The hand-over of a beat: blocks of ids a message, and a broker that takes nothing."""

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
    """Due jobs of a kind; their ids."""
    at = database_now(database)
    jobs = [Job(kind=kind, subject_id=f"{kind}-{number}", wake_at=at) for number in range(count)]
    with database.write() as session:
        session.connection().execute(insert(JOB), [job.model_dump() for job in jobs])
    return [job.id for job in jobs]


class RecordingBroker:
    """Takes so many messages, then none until it is told to."""

    def __init__(self, takes: int = 10_000, error: Exception | None = None) -> None:
        self.takes = takes
        self.error = error or OperationalError("connection refused")
        self.messages: list[Message] = []

    def send(self, task: str, job_ids: list[str]) -> None:
        """Take a message, or raise as kombu does."""
        if len(self.messages) >= self.takes:
            raise self.error
        self.messages.append((task, job_ids))

    def ids(self) -> list[str]:
        """Every id that it ever took, sorted."""
        return sorted(id_ for _, ids in self.messages for id_ in ids)


def test_several_jobs_of_a_kind_share_a_message(database: Database) -> None:
    """A task for each kind, blocks of ids, nothing else; a second tick sends nothing."""
    ids = {kind: add_jobs(database, kind, 2 * BATCH_SIZE + 1) for kind in JobKind}
    broker = RecordingBroker()
    assert dispatch_due_jobs(database, broker.send) == len(JobKind) * (2 * BATCH_SIZE + 1)
    assert {task for task, _ in broker.messages} == set(TASK_FOR_KIND.values())
    kinds = len(JobKind)
    assert (
        sorted(len(block) for _, block in broker.messages) == [1] * kinds + [BATCH_SIZE] * 2 * kinds
    )
    posts = [id_ for task, block in broker.messages if task == "post.carry" for id_ in block]
    assert sorted(posts) == sorted(ids[JobKind.POST])
    assert dispatch_due_jobs(database, broker.send) == 0


def test_one_tick_sends_a_window_at_most(database: Database) -> None:
    """What is over stays for the ticks that follow claims."""
    add_jobs(database, JobKind.POST, WINDOW + 5)
    broker = RecordingBroker()
    assert dispatch_due_jobs(database, broker.send) == WINDOW
    assert dispatch_due_jobs(database, broker.send) == 0


def test_what_the_broker_refuses_goes_out_next_time(database: Database) -> None:
    """Down from the start, or after one message: every job goes out exactly once, later."""
    ids = add_jobs(database, JobKind.POST, 3 * BATCH_SIZE)
    broker = RecordingBroker(takes=0)
    assert dispatch_due_jobs(database, broker.send) == 0
    broker.takes = 1
    assert dispatch_due_jobs(database, broker.send) == BATCH_SIZE
    broker.takes = 10
    assert dispatch_due_jobs(database, broker.send) == 2 * BATCH_SIZE
    assert broker.ids() == sorted(ids)
    assert dispatch_due_jobs(database, broker.send) == 0


def test_a_broken_connection_counts_as_refused(database: Database) -> None:
    """An error of the socket is the same: taken back, and sent at the next tick."""
    ids = add_jobs(database, JobKind.POST, 1)
    broker = RecordingBroker(takes=0, error=ConnectionResetError("gone"))
    assert dispatch_due_jobs(database, broker.send) == 0
    broker.takes = 1
    assert dispatch_due_jobs(database, broker.send) == 1
    assert broker.ids() == ids
