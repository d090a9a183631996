"""Media as hosts serve it, over real connections: their rules, their codings, their rests."""

import asyncio
import gzip
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.metadata import version

import httpx
import pytest

from models.store.tenants import connections
from provider.errors import Retry
from tests.integration.worker.worker_harness import WorkerHarness
from tests.media_host import Answer, MediaHost, Request
from tests.paths import ROOT
from tests.sample_files import JPEG
from tests.service_context import CIPHER
from worker.media_fetch import Fetcher

HEIC = ROOT / "tests/unit/worker/media_fetch/photos/two_colors.heic"
CODED = Answer(gzip.compress(JPEG), headers={"Content-Encoding": "gzip"})


def choosy(request: Request) -> Answer:
    """Refuses what does not say who it is, as Wikimedia does."""
    agent = request.headers.get("User-Agent", "")
    return Answer(JPEG) if re.match(r"(?!python|curl)[\w-]+/\d", agent) else Answer(status=403)


def read(host: MediaHost, path: str = "/a.jpg", contact: str | None = None) -> bytes:
    """The bytes of a file of a host."""

    async def run() -> bytes:
        async with httpx.AsyncClient() as client:
            fetcher = Fetcher(client, CIPHER, allow_private=True, contact=contact)
            async with fetcher.open(
                CIPHER.encrypt(host.url + path), "photo", organization_id="acme"
            ) as source:
                return b"".join([chunk async for chunk in source.chunks()])

    return asyncio.run(run())


@pytest.mark.parametrize("contact", [None, "https://acme.example/bots", "ops@acme.example"])
def test_a_host_learns_who_asks(contact: str | None) -> None:
    """The User-Agent has our name and version, and whom to ask if that is set."""
    with MediaHost(choosy).running() as host:
        assert read(host, contact=contact) == JPEG
    agent = host.requests[0].headers["User-Agent"]
    assert agent.startswith(f"Slotbeat/{version('slotbeat')} (")
    assert contact is None or f"(+{contact})" in agent


def test_a_redirect_is_followed_under_the_same_name() -> None:
    """Each host on the way learns who asks."""

    def moved(request: Request) -> Answer:
        there = Answer(status=302, headers={"Location": "/b.jpg"})
        return there if request.path == "/a.jpg" else choosy(request)

    with MediaHost(moved).running() as host:
        assert read(host) == JPEG
    assert len({request.headers["User-Agent"] for request in host.requests}) == 1


def test_a_file_that_is_stored_in_a_coding_is_published(harness: WorkerHarness) -> None:
    """The provider gets the file itself, with its own size."""
    harness.start_runner()
    with MediaHost(lambda _: CODED).running() as host:
        post = harness.accept("photo", "photo", photoUrls=[f"{host.url}/a.jpg"])
        (ended,) = harness.run_to_end(post)
    assert (ended.status, ended.reason) == ("published", None)
    (media,) = harness.uploads(ended)
    assert (media.content_type, media.size) == ("image/jpeg", len(JPEG))


@pytest.mark.parametrize("status", [429, 503])
def test_a_rest_is_read_in_both_forms(status: int) -> None:
    """Seconds, or a date by the host's clock; at most an hour; without the header, none."""
    rest = timedelta(seconds=90)
    date = format_datetime(datetime.now(UTC) + rest, usegmt=True)
    found = []
    for header in ({"Retry-After": "90"}, {"Retry-After": date}, {"Retry-After": "9" * 9}, {}):
        busy = MediaHost(lambda _, h=header: Answer(status=status, headers=h))  # type: ignore[misc]
        with busy.running() as host, pytest.raises(Retry, match=str(status)) as caught:
            read(host)
        found.append(caught.value.min_delay)
    assert found == [90, pytest.approx(90, abs=2), 3600, 0]


def test_a_busy_host_is_left_alone_and_delays_no_other_post(harness: WorkerHarness) -> None:
    """It is asked again after the time that it named; meanwhile the connection publishes."""
    harness.start_runner()
    rest = 3

    def busy_once(_request: Request) -> Answer:
        is_first = len(host.requests) == 1
        again = Answer(status=429, headers={"Retry-After": str(rest)})
        return again if is_first else Answer(JPEG)

    host = MediaHost(busy_once)
    with host.running():
        photo = harness.accept("photo", "photo", photoUrls=[f"{host.url}/DSC_1.JPG"])
        harness.dispatch_until(lambda: host.requests, what="the first request")
        (text,) = harness.run_to_end(harness.accept("text"))
        assert text.status == "published"
        assert len(host.requests) == 1
        with harness.database.read() as session:
            used = connections.list_used(session, photo.organization_id)
            assert [each.blocked_until for each in used] == [None]
        (ended,) = harness.run_to_end(photo)
    assert (ended.status, ended.reason) == ("published", None)
    first, second = host.requests
    assert second.at - first.at >= rest


def test_a_photo_of_a_phone_is_published_as_jpeg(harness: WorkerHarness) -> None:
    """The provider gets a JPEG file, and its own size."""
    harness.start_runner()
    with MediaHost(lambda _: Answer(HEIC.read_bytes())).running() as host:
        post = harness.accept("photo", "photo", photoUrls=[f"{host.url}/IMG_0001.HEIC"])
        (ended,) = harness.run_to_end(post)
    assert (ended.status, ended.reason) == ("published", None)
    (media,) = harness.uploads(ended)
    assert media.content_type == "image/jpeg"
    assert media.size != HEIC.stat().st_size
