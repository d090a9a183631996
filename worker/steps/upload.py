"""Upload: announce the file, then stream it from its source to where the provider says.

Announcing and sending are one step: the link is a secret with a short life and is never stored,
so a crash in between simply announces again, and the provider deletes what was not confirmed.
"""

from models.snapshot import DeliveryView, MediaView
from models.statuses import MediaStatus
from provider import upload as wire
from provider.protocol import FileSpec
from worker.outcome import Done, Outcome
from worker.steps.bench import Bench


async def run(bench: Bench, subject: MediaView | DeliveryView) -> Outcome:
    """The file is at the provider; its id, size and checksum are what we record."""
    media = bench.media(subject)
    async with bench.fetcher.open(media.source_url) as source:
        spec = FileSpec(name=source.name, content_type=source.content_type, size=source.size)
        upload = await bench.provider.begin_upload(spec)
        await wire.send(bench.fetcher.sink, upload, source.chunks(), source.size)
    changes = {
        "status": MediaStatus.UPLOADED,
        "remote_id": upload.media_id,
        "content_type": source.content_type,
        "size": source.size,
        "sha256": source.sha256,
        "uploads": media.uploads + 1,
        "confirmed_at": None,
    }
    return Done(changes)
