"""Webhook endpoints of an organization, and test events for them."""

from collections.abc import Sequence

from benchmarks.isolation.isolation_stack import IsolationStack
from benchmarks.pipeline.pipeline_stack import SECRET
from models.encryption import Cipher
from models.store import clock
from models.store.webhooks import endpoints, webhook_log
from models.webhooks import WebhookEndpoint


def add_endpoints(stack: IsolationStack, organization: str, urls: Sequence[str]) -> list[str]:
    """One endpoint for each address; returns their ids."""
    cipher = Cipher(SECRET)
    with stack.database.write() as session:
        rows = [
            WebhookEndpoint(
                organization_id=organization,
                url=cipher.encrypt(url),
                secret=cipher.encrypt("whsec_" + "A" * 43 + "="),
                events=[],
                created_at=clock.now(session),
            )
            for url in urls
        ]
        for row in rows:
            endpoints.add(session, row)
        return [row.id for row in rows]


def send_events(
    stack: IsolationStack, organization: str, ids: Sequence[str], times: int
) -> list[str]:
    """So many test events for each endpoint; returns the ids of the deliveries."""
    with stack.database.write() as session:
        now = clock.now(session)
        found = [endpoints.get(session, organization, id_) for id_ in ids]
        rows = [row for row in found if row is not None]
        return [webhook_log.enqueue_test(session, row, now) for row in rows for _ in range(times)]
