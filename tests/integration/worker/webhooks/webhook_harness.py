"""A worker harness with a receiver of webhooks, and short delays between attempts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from models.database import Database
from models.organizations import SocialSettings
from models.store import clock
from models.store.webhooks import endpoints, webhook_log
from models.tables import JOB, WEBHOOK_DELIVERY
from models.webhooks import SUBSCRIBABLE_EVENTS, WebhookEndpoint
from simulator import Options, Simulator
from tests.integration.store.webhook_factories import add_endpoint
from tests.integration.worker.webhooks.webhook_receiver import WebhookReceiver, run_receiver
from tests.integration.worker.worker_harness import CIPHER, WorkerHarness
from worker.runner import JobRunner
from worker.webhooks import WebhookContext
from worker.webhooks.webhook_client import WebhookClient

SHORT_DELAYS = (timedelta(seconds=0.05),) * 3
FOREVER = timedelta(days=365)


@contextmanager
def run_webhook_harness(database: Database, folder: Path) -> Iterator["WebhookHarness"]:
    """A harness with a receiver; the job runners stop before it does."""
    with Simulator(Options(media=folder)) as simulator, run_receiver() as receiver:
        harness = WorkerHarness(database, simulator, folder)
        try:
            yield WebhookHarness(harness, receiver)
        finally:
            harness.close()


class WebhookHarness:
    """Helpers for the webhooks of a harness's organization."""

    def __init__(self, harness: WorkerHarness, receiver: WebhookReceiver) -> None:
        self.harness, self.receiver = harness, receiver

    def start_runner(self, client: WebhookClient | None = None, **settings: Any) -> JobRunner:  # noqa: ANN401
        """Start a job runner with these webhook settings; it gets the messages from now on."""
        client = client or WebhookClient(CIPHER, allow_private=True, timeout=5)
        settings = {"delays": SHORT_DELAYS, "grace_period": FOREVER, **settings}
        self.harness.make_webhook_context = lambda: WebhookContext(client, **settings)
        return self.harness.start_runner()

    def add_endpoint(
        self, events: Sequence[str] = SUBSCRIBABLE_EVENTS, url: str | None = None
    ) -> str:
        """An endpoint at the receiver, or elsewhere; returns its id."""
        return add_endpoint(
            self.harness.database, self.harness.organization_id, events, url or self.receiver.url
        )

    def send_test_event(self, endpoint_id: str) -> str:
        """Ask for a test event; returns the id of its delivery. Starts a job runner if there is
        none."""
        if not self.harness.runners:
            self.start_runner()
        with self.harness.database.write() as session:
            row = endpoints.get(session, self.harness.organization_id, endpoint_id)
            assert row is not None
            return webhook_log.enqueue_test(session, row, clock.now(session))

    def read_message(self, delivery_id: str) -> Any:  # noqa: ANN401
        """A delivery's row."""
        with self.harness.database.read() as session:
            query = select(WEBHOOK_DELIVERY).where(WEBHOOK_DELIVERY.c.id == delivery_id)
            return session.connection().execute(query).one()

    def wait_until_ended(self, delivery_id: str) -> Any:  # noqa: ANN401
        """A delivery's row after it has ended, and its job is deleted."""

        def over() -> Any:  # noqa: ANN401
            row = self.read_message(delivery_id)
            return row if row.status != "pending" and not self.has_job(delivery_id) else None

        return self.harness.dispatch_until(over, what="the end of a delivery")

    def has_job(self, delivery_id: str) -> bool:
        """Whether a delivery has a job."""
        with self.harness.database.read() as session:
            query = select(JOB.c.id).where(JOB.c.subject_id == delivery_id)
            return session.connection().execute(query).first() is not None

    def read_endpoint(self, endpoint_id: str) -> WebhookEndpoint:
        """An endpoint's current row."""
        with self.harness.database.read() as session:
            return session.get_one(WebhookEndpoint, endpoint_id)

    def is_enabled(self) -> bool:
        """Whether the settings say that there are webhooks."""
        with self.harness.database.read() as session:
            return session.get_one(SocialSettings, self.harness.organization_id).has_webhooks
