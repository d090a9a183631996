"""Upload: announce the file, then stream it from its source to where the provider says.

Announcing and sending are one step, because the upload URL is a short-lived secret that is never
stored. After a crash the file is announced again, and the provider deletes what was not confirmed.
"""

import asyncio
import logging
from contextlib import aclosing
from dataclasses import replace

from models.snapshot import UploadView
from models.statuses import MediaStatus
from provider import upload as file_upload
from provider.errors import Retry
from provider.protocol import FileSpec
from worker.media_fetch import MediaSource
from worker.media_fetch.fetch_limits import SlowSource
from worker.steps.outcome import Done, Outcome
from worker.steps.step_context import StepContext

log = logging.getLogger(__name__)


async def run(context: StepContext, upload: UploadView) -> Outcome:
    """Uploads the file; stores its id at the provider, its size and its checksum."""
    total, owner = context.fetcher.limits.total, context.snapshot.post.organization_id
    try:
        async with context.transfers.hold(owner), asyncio.timeout(total):
            return await _transfer(context, upload)
    except SlowSource as error:  # it has one of the organization's places for long
        log.warning("a media source of organization %s: %s", owner, error)
        raise
    except TimeoutError as error:
        raise Retry(f"the media file did not pass within {total:g} s") from error


async def _transfer(context: StepContext, upload: UploadView) -> Outcome:
    snapshot, media = context.snapshot, upload.media
    media_source = context.fetcher.open(
        media.source_url,
        media.kind or snapshot.post.post_type,
        # The organization's minimum is one for the videos that posts are made of.
        snapshot.minimum_video_seconds if media.thread_part == 0 else 0,
        media.stored_file_id,
        organization_id=snapshot.post.organization_id,
        max_photo_bytes=context.provider.capabilities.max_photo_bytes,
    )
    async with media_source as source:
        media_id = await _send(context, source)
        note = f"{source.note} for {upload.connection.provider}" if source.note else None
        return Done(_uploaded_columns(upload, source, media_id), note)


async def _send(context: StepContext, source: MediaSource) -> str:
    """Send the file; returns the provider's id of it."""
    spec = FileSpec(
        source.name,
        source.content_type,
        source.size,
        source.md5,
        source.spooled_sha256,
        width=source.width,
        height=source.height,
    )
    provider = context.provider
    request = await provider.begin_upload(spec)
    async with aclosing(source.chunks()) as body:
        response = await file_upload.send_file(provider.client, request, body, source.size)
    sent = replace(spec, sha256=source.sha256)  # known when the last byte has passed
    return await provider.finish_upload(sent, request, response)


def _uploaded_columns(upload: UploadView, source: MediaSource, media_id: str) -> dict[str, object]:
    return {
        "status": MediaStatus.UPLOADED,
        "remote_id": media_id,
        "content_type": source.content_type,
        "size": source.size,
        "sha256": source.sha256,
        "width": source.width,
        "height": source.height,
        "uploads": upload.uploads + 1,
        "confirmed_at": None,
    }
