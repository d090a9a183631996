"""The upload step: what is announced, what is stored, and how long it may take."""

import asyncio
from collections.abc import Mapping
from typing import cast

import httpx
import pytest

from models.snapshot import Snapshot
from models.statuses import MediaStatus
from provider.errors import GiveUp, Retry
from provider.protocol import FileSpec, UploadRequest
from tests.sample_files import JPEG, MP4, VIDEO_MP4
from tests.service_context import CIPHER
from tests.unit.worker import snapshot_builders
from tests.unit.worker.lifecycle.model_provider import ModelProvider
from tests.unit.worker.media_fetch.fetch_harness import Handler, make_fetcher, serve_bytes
from worker.media_fetch import Fetcher
from worker.planner.policy import Policy
from worker.steps import upload
from worker.steps.outcome import Done
from worker.steps.step_context import StepContext

LINK = CIPHER.encrypt("https://source.test/a.jpg")


class RecordingProvider(ModelProvider):
    """A provider that records what was announced to it."""

    def __init__(self) -> None:
        super().__init__(snapshot_builders.NOW, iter(()))
        self.files: list[FileSpec] = []

    async def begin_upload(self, file: FileSpec) -> UploadRequest:
        """The bytes go to the blob host."""
        self.files.append(file)
        return UploadRequest("PUT", "https://blob.test/u")


def of_type(post_type: str, least: int = 0) -> Snapshot:
    """A post with one file, of an organization with this minimum duration."""
    file = snapshot_builders.media(source_url=LINK)
    return snapshot_builders.snapshot(
        file, of=snapshot_builders.post(post_type=post_type), minimum_video_seconds=least
    )


def run_upload(
    reader: Fetcher, provider: RecordingProvider, current: Snapshot
) -> Mapping[str, object]:
    """Run the step; returns the columns that it writes."""
    step_context = StepContext(current, provider, reader, Policy(), snapshot_builders.NOW)
    provider.client = reader.client
    return cast("Done", asyncio.run(upload.run(step_context, current.uploads[0]))).changes


def both(source: Handler, blob: Handler) -> Handler:
    """A server that is both the source and the blob host."""
    return lambda request: blob(request) if request.method == "PUT" else source(request)


def test_what_is_announced_is_what_is_sent_and_recorded() -> None:
    """The sniffed type, the size, and the checksum of the bytes."""
    provider = RecordingProvider()
    reader = make_fetcher(
        both(serve_bytes(JPEG, Content_Type="text/plain"), lambda _: httpx.Response(201))
    )
    changes = run_upload(reader, provider, of_type("photo"))
    assert provider.files == [FileSpec("a.jpg", "image/jpeg", len(JPEG))]
    assert (changes["status"], changes["content_type"]) == (MediaStatus.UPLOADED, "image/jpeg")
    assert (changes["size"], changes["uploads"]) == (len(JPEG), 1)


def test_a_file_that_is_wrong_is_never_announced() -> None:
    """Another type than the post's, or a video that is too short: nothing is created."""
    for body, current in ((MP4, of_type("photo")), (VIDEO_MP4.read_bytes(), of_type("video", 60))):
        provider = RecordingProvider()
        with pytest.raises(GiveUp):
            run_upload(make_fetcher(serve_bytes(body)), provider, current)
        assert provider.files == []


def test_fetching_and_sending_have_one_end() -> None:
    """A blob host that is too slow ends the step, too: it is retried."""

    async def never(_request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(600)
        raise AssertionError

    reader = make_fetcher(serve_bytes(JPEG), total=0.2)
    reader.client = httpx.AsyncClient(transport=httpx.MockTransport(never))
    with pytest.raises(Retry, match=r"did not pass within 0\.2 s"):
        run_upload(reader, RecordingProvider(), of_type("photo"))
