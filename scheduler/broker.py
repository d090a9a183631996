"""The broker, as beat uses it: while it is away, nothing is marked as handed over."""

from typing import Any, Protocol

from celery import Celery
from kombu.exceptions import OperationalError

from models.away_causes import broker_reason
from models.database import Database
from models.database_errors import DATABASE_ERRORS
from models.server_outage import ServerOutage
from models.store.jobs.due_work import count_due_posts
from scheduler.dispatch import BROKER_ERRORS, WINDOW, dispatch_due_jobs

# How long a frozen RabbitMQ may keep beat waiting for its word that it has a message (s).
CONFIRM_TIMEOUT = 10.0


class Broker(Protocol):
    """What takes messages."""

    def send(self, task: str, job_ids: list[str]) -> None:
        """Send a message; raises one of BROKER_ERRORS."""

    def check(self) -> None:
        """Open a connection; raises one of BROKER_ERRORS."""


class CeleryBroker:
    """The broker of a Celery app."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def send(self, task: str, job_ids: list[str]) -> None:
        """Send a message. A short argsrepr: formatting every id for Flower would cost more than
        sending them."""
        options: dict[str, Any] = {"argsrepr": f"({len(job_ids)} jobs)", "ignore_result": True}
        options["confirm_timeout"] = CONFIRM_TIMEOUT
        try:
            self._app.send_task(task, args=[job_ids], **options)
        except AttributeError as error:
            # kombu declares the queue first, and may connect anew for that; then it publishes on
            # the channel of before, which is closed.
            raise OperationalError("the connection was lost while declaring the queue") from error

    def check(self) -> None:
        """Open a connection of its own: those of the pool may look open."""
        with self._app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=0)


class BrokerDispatch:
    """Hands due jobs to the broker, unless it is away."""

    def __init__(self, database: Database, window: int = WINDOW) -> None:
        self.outage = ServerOutage("the broker", "takes no messages")
        self._database, self._window = database, window

    def run(self, broker: Broker, *, has_due_job: bool) -> bool:
        """Hand over what is due; returns whether it was tried. A broker that is away is asked for a
        connection first, also where nothing is due, and not before its pause is over."""
        if self.outage.is_on and not self._answers(broker):
            return False
        if not has_due_job:
            self.outage.note_success()
            return False
        dispatched = dispatch_due_jobs(self._database, broker.send, self._window)
        if dispatched.error is not None:
            self.note_failure(dispatched.error)
        elif dispatched.jobs:
            self.outage.note_success()
        return True

    def note_failure(self, error: Exception) -> None:
        """The broker did not take a message."""
        self.outage.note_failure(broker_reason(error), self._describe_waiting)

    def _answers(self, broker: Broker) -> bool:
        if self.outage.seconds_until_try():
            return False
        try:
            broker.check()
        except BROKER_ERRORS as error:
            self.note_failure(error)
            return False
        return True

    def _describe_waiting(self) -> str:
        try:
            with self._database.read() as session:
                count = count_due_posts(session)
        except DATABASE_ERRORS:  # the database says so itself
            return "the database does not say how many posts wait"
        return f"{count} {'post waits' if count == 1 else 'posts wait'}"
