"""What delivering webhooks needs, passed in by the entry point."""

from dataclasses import dataclass, field
from datetime import timedelta

from worker.webhooks.backoff import RETRY_DELAYS
from worker.webhooks.endpoint_concurrency import EndpointConcurrency
from worker.webhooks.webhook_client import WebhookClient


@dataclass(frozen=True, slots=True)
class WebhookContext:
    """`delays` between attempts; an endpoint is switched off that gave up on `patience` deliveries
    in a row, and that nothing has got through to for `mercy`."""

    client: WebhookClient
    concurrency: EndpointConcurrency = field(default_factory=EndpointConcurrency)
    delays: tuple[timedelta, ...] = RETRY_DELAYS
    max_failed_deliveries: int = 5
    grace_period: timedelta = timedelta(days=1)
    # Where too many wait for a place: after so long, and up to twice that, again.
    busy_delay: timedelta = timedelta(seconds=15)
