"""Converts HEIF and AVIF photos, which most networks do not take, to JPEG or PNG."""

from collections.abc import AsyncIterator
from typing import IO, Final

from provider.errors import GiveUp
from worker.media_fetch import spool
from worker.media_fetch.photo_runner import DAMAGED, REASONS, run_photo_process

CONVERTED_TYPES: Final = frozenset({"image/heic", "image/heif", "image/avif"})


async def convert_photo(
    photo: IO[bytes], content_type: str, organization_id: str, limit: float
) -> AsyncIterator[bytes]:
    """The bytes of the photo as JPEG, or as PNG where it is transparent. GiveUp where it cannot be
    converted in `limit` seconds."""
    async with run_photo_process(photo, organization_id, limit, "convert") as (code, output):
        if code != 0:
            raise GiveUp(f"the photo ({content_type}) {REASONS.get(code, DAMAGED)}")
        async for chunk in spool.read_file(output):
            yield chunk
