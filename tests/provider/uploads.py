"""Sends a file to a provider, as the worker does."""

import base64
import hashlib
from collections.abc import AsyncIterator

from provider import upload
from provider.protocol import FileSpec, Provider


def spec_of(content: bytes, name: str = "photo.jpg", content_type: str = "image/jpeg") -> FileSpec:
    """The description of a file, with its hashes."""
    sha256 = hashlib.sha256(content).hexdigest()
    md5 = base64.b64encode(hashlib.md5(content).digest()).decode("ascii")  # noqa: S324  (theirs)
    return FileSpec(name, content_type, len(content), md5=md5, sha256=sha256)


async def upload_file(provider: Provider, file: FileSpec, content: bytes) -> str:
    """Send a file without confirming it; returns the media id."""

    async def body() -> AsyncIterator[bytes]:
        yield content

    place = await provider.begin_upload(file)
    answer = await upload.send_file(provider.client, place, body(), len(content))
    return await provider.finish_upload(file, place, answer)
