"""Uploads to a real Azure Blob emulator: what it accepts and what it refuses."""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from models.snapshot import Snapshot
from models.statuses import MediaStatus
from provider import upload as bytes_of
from provider.errors import GiveUp, RestartUpload
from provider.protocol import FileSpec, UploadRequest
from provider.swonkie.client import blob_headers
from tests.extra.azurite_server import Azurite
from tests.sample_files import JPEG, VIDEO_MP4
from tests.service_context import CIPHER
from tests.unit.worker import snapshot_builders
from tests.unit.worker.lifecycle.model_provider import ModelProvider
from tests.unit.worker.media_fetch.fetch_harness import Handler, make_fetcher, serve_bytes
from worker.planner.policy import Policy
from worker.steps import upload
from worker.steps.outcome import Done, Outcome
from worker.steps.step_context import StepContext

MEBIBYTE = 1024 * 1024


class AzuriteProvider(ModelProvider):
    """A provider whose files are uploaded to the emulator, with links valid for `lasts`."""

    def __init__(self, azurite: Azurite, lasts: timedelta = timedelta(minutes=15)) -> None:
        super().__init__(snapshot_builders.NOW, iter(()))
        self.azurite, self.lasts = azurite, lasts
        self.sent: list[dict[str, str]] = []

    async def begin_upload(self, file: FileSpec) -> UploadRequest:
        """A new blob for every upload, with Swonkie's headers."""
        blob, headers = uuid4().hex, blob_headers(file)
        self.sent.append(headers)
        link = self.azurite.link(blob, "cw", self.lasts)
        return UploadRequest("PUT", link, headers, media_id=blob)

    async def finish_upload(
        self,
        file: FileSpec,  # noqa: ARG002
        request: UploadRequest,
        response: httpx.Response,
    ) -> str:
        """The blob, after the emulator took the bytes."""
        bytes_of.raise_for_answer(response)
        return request.media_id or ""


def run_upload(
    source: Handler, provider: AzuriteProvider, post_type: str, least: int = 0
) -> Outcome:
    """Run the upload step: a fake source, and a real connection to the emulator."""
    file = snapshot_builders.media(source_url=CIPHER.encrypt("https://source.test/a"))
    shown: Snapshot = snapshot_builders.snapshot(
        file, of=snapshot_builders.post(post_type=post_type), minimum_video_seconds=least
    )

    async def run() -> Outcome:
        reader = make_fetcher(source)
        async with httpx.AsyncClient(timeout=60) as client:
            provider.client = client
            return await upload.run(
                StepContext(
                    shown,
                    provider,
                    reader,
                    Policy(),
                    snapshot_builders.NOW,
                ),
                file,
            )

    return asyncio.run(run())


def put(link: str, body: bytes, **headers: str) -> None:
    """Send bytes as the worker does."""

    async def pieces() -> AsyncIterator[bytes]:
        yield body

    async def run() -> None:
        given = {
            "x-ms-blob-type": "BlockBlob",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        async with httpx.AsyncClient() as client:
            request = UploadRequest("PUT", link, given)
            answer = await bytes_of.send_file(client, request, pieces(), len(body))
        bytes_of.raise_for_answer(answer)

    asyncio.run(run())


def md5(body: bytes) -> str:
    """The MD5 as the header Content-MD5 contains it."""
    return b64encode(hashlib.md5(body).digest()).decode()  # noqa: S324


@pytest.mark.parametrize("size", [len(JPEG), 5 * MEBIBYTE, 40 * MEBIBYTE + 1])
def test_the_bytes_arrive_whole(azurite: Azurite, size: int) -> None:
    """Sent as a stream with a length; the emulator returns exactly the same bytes."""
    body = JPEG + bytes(size - len(JPEG))
    provider = AzuriteProvider(azurite)
    done = run_upload(serve_bytes(body), provider, "photo")
    assert isinstance(done, Done)
    blob = azurite.read(str(done.changes["remote_id"]))
    assert hashlib.sha256(blob.content).hexdigest() == done.changes["sha256"]
    assert blob.content == body
    assert blob.headers["Content-Type"] == "image/jpeg"
    assert blob.headers["x-ms-blob-type"] == "BlockBlob"
    assert "Content-MD5" not in provider.sent[0]


@pytest.mark.parametrize("why", ["measured", "no length"])
def test_a_file_that_was_on_disk_is_sent_with_its_md5(azurite: Azurite, why: str) -> None:
    """A file is stored on disk if its duration is read or its length is unknown; the emulator
    checks the MD5."""
    body = VIDEO_MP4.read_bytes()
    provider, least = AzuriteProvider(azurite), 3 if why == "measured" else 0

    def unstated(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=httpx.ByteStream(body))

    done = run_upload(serve_bytes(body) if least else unstated, provider, "video", least)
    assert isinstance(done, Done)
    blob = azurite.read(str(done.changes["remote_id"]))
    assert blob.content == body
    assert blob.headers["Content-MD5"] == provider.sent[0]["Content-MD5"] == md5(body)


def test_another_md5_is_refused(azurite: Azurite) -> None:
    """The emulator refuses bytes with another MD5 and stores nothing."""
    blob = uuid4().hex
    with pytest.raises(GiveUp, match="400"):
        put(azurite.link(blob, "cw"), JPEG, Content_MD5=md5(b"other"))
    assert azurite.read(blob).status_code == 404


def test_an_expired_link_asks_for_a_new_upload_which_works(azurite: Azurite) -> None:
    """403 is RestartUpload, for a small file and for one still being sent; a new upload works."""
    for size in (0, 20 * MEBIBYTE):
        server = serve_bytes(JPEG + bytes(size))
        provider = AzuriteProvider(azurite, -timedelta(minutes=1))
        with pytest.raises(RestartUpload) as caught:
            run_upload(server, provider, "photo")
        assert caught.value.http_status == 403
        assert "sig" not in str(caught.value)
        provider.lasts = timedelta(minutes=15)
        done = run_upload(server, provider, "photo")
        assert isinstance(done, Done)
        assert done.changes["status"] is MediaStatus.UPLOADED


def _another_blob(azurite: Azurite) -> str:
    return azurite.link("a", "cw").replace("/a?", "/b?")


def _reads_only(azurite: Azurite) -> str:
    return azurite.link("a", "r")


@pytest.mark.parametrize("broken", [_another_blob, _reads_only])
def test_a_signature_for_something_else_is_refused(
    azurite: Azurite, broken: Callable[[Azurite], str]
) -> None:
    """A signature for another blob or other rights is RestartUpload."""
    with pytest.raises(RestartUpload):
        put(broken(azurite), JPEG)


def test_a_chunked_body_is_refused(azurite: Azurite) -> None:
    """Without a length the emulator refuses the upload: the reason why it is always sent."""

    async def run() -> httpx.Response:
        async def pieces() -> AsyncIterator[bytes]:
            yield JPEG

        headers = {"x-ms-blob-type": "BlockBlob"}
        async with httpx.AsyncClient() as client:
            return await client.put(azurite.link("c", "cw"), content=pieces(), headers=headers)

    answer = asyncio.run(run())
    assert answer.request.headers["Transfer-Encoding"] == "chunked"
    assert answer.status_code in (400, 411)
    assert azurite.read("c").status_code == 404


def test_the_blob_type_must_be_named(azurite: Azurite) -> None:
    """Without `x-ms-blob-type` the answer is 400: a mistake that a retry does not fix."""
    with pytest.raises(GiveUp, match="400"):
        put(azurite.link("d", "cw"), JPEG, x_ms_blob_type="")
