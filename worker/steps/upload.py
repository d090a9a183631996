"""Upload: announce the file, then stream it from its source to where the provider says.

Announcing and sending are one step: the link is a secret with a short life and is never stored,
so a crash in between simply announces again, and the provider deletes what was not confirmed.
"""

import asyncio
from contextlib import aclosing

from models.snapshot import DeliveryView, MediaView
from models.statuses import MediaStatus
from provider import upload as wire
from provider.errors import Retry
from provider.protocol import FileSpec
from worker.fetch import Source
from worker.outcome import Done, Outcome
from worker.steps.bench import Bench


async def run(bench: Bench, subject: MediaView | DeliveryView) -> Outcome:
    """The file is at the provider; its id, size and checksum are what we record."""
    media = bench.media(subject)
    total = bench.fetcher.limits.total
    try:
        async with asyncio.timeout(total):
            return await _carry(bench, media)
    except TimeoutError as error:
        raise Retry(f"the media file did not pass within {total:g} s") from error


async def _carry(bench: Bench, media: MediaView) -> Outcome:
    shown = bench.snapshot
    opened = bench.fetcher.open(
        media.source_url,
        shown.post.post_type,
        shown.minimum_video_seconds,
        media.stored_file_id,
    )
    async with opened as source:
        return Done(_recorded(media, source, await _send(bench, source)))


async def _send(bench: Bench, source: Source) -> str:
    """The provider's id of the file."""
    spec = FileSpec(source.name, source.content_type, source.size, source.md5)
    upload = await bench.provider.begin_upload(spec)
    async with aclosing(source.chunks()) as body:
        await wire.send(bench.fetcher.client, upload, body, source.size)
    return upload.media_id


def _recorded(media: MediaView, source: Source, media_id: str) -> dict[str, object]:
    return {
        "status": MediaStatus.UPLOADED,
        "remote_id": media_id,
        "content_type": source.content_type,
        "size": source.size,
        "sha256": source.sha256,
        "uploads": media.uploads + 1,
        "confirmed_at": None,
    }
