"""Dependencies and settings for webhook deliveries, passed from the entry point."""

from dataclasses import dataclass, field
from datetime import timedelta

from worker.webhooks.backoff import RETRY_DELAYS
from worker.webhooks.endpoint_concurrency import EndpointConcurrency
from worker.webhooks.webhook_client import WebhookClient


@dataclass(frozen=True, slots=True)
class WebhookContext:
    """`delays`: between attempts. An endpoint is disabled after `max_failed_deliveries` in a row
    with no success for `grace_period`."""

    client: WebhookClient
    concurrency: EndpointConcurrency = field(default_factory=EndpointConcurrency)
    delays: tuple[timedelta, ...] = RETRY_DELAYS
    max_failed_deliveries: int = 5
    grace_period: timedelta = timedelta(days=1)
    # When too many jobs wait, the job is retried after this, and up to twice this.
    busy_delay: timedelta = timedelta(seconds=15)
