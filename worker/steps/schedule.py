"""Schedule: hand a created post to the provider's timer, or have it published at once."""

from models.snapshot import DeliveryView, MediaView
from worker.outcome import Done, Outcome
from worker.steps.bench import Bench, seen


async def run(bench: Bench, subject: MediaView | DeliveryView) -> Outcome:
    """The provider will publish at the slot by itself."""
    delivery = bench.delivery(subject)
    return Done(seen(await bench.provider.schedule(delivery.remote_id or ""), bench.now))


async def run_now(bench: Bench, subject: MediaView | DeliveryView) -> Outcome:
    """The provider is publishing."""
    delivery = bench.delivery(subject)
    return Done(seen(await bench.provider.publish_now(delivery.remote_id or ""), bench.now))
