"""Update: bring a created post up to date with what is desired now, such as another slot."""

from models.snapshot import DeliveryView, MediaView
from worker.outcome import Done, Outcome
from worker.steps.bench import Bench


async def run(bench: Bench, subject: MediaView | DeliveryView) -> Outcome:
    """The draft at the provider says what the post says. Repeating it is harmless."""
    delivery = bench.delivery(subject)
    draft = bench.draft(delivery)
    remote = await bench.provider.update(delivery.remote_id or "", draft)
    version = bench.snapshot.post.content_version
    return Done({"sent_version": version, "remote_stage": remote.raw_stage})
