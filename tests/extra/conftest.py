"""One Azurite, one S3 server, one PDS of Bluesky and one WordPress for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from simulator import Options, Simulator
from tests.bluesky.answer_loss_proxy import AnswerLossProxy
from tests.extra import s3_server as buckets
from tests.extra.azurite_server import Azurite, run_azurite
from tests.extra.bluesky_server import BlueskyPds
from tests.extra.s3_server import Bucket
from tests.extra.snac_server import Snac
from tests.extra.wordpress_server import WordPressServer
from tests.integration.worker.connections.bluesky_harness import BlueskyHarness
from tests.integration.worker.worker_harness import WorkerHarness


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """The emulator; fails if it is not installed, because no other test covers it."""
    with run_azurite(tmp_path_factory.mktemp("azurite")) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """A server with the S3 protocol and one bucket."""
    with buckets.run_s3(tmp_path_factory.mktemp("s3")) as bucket:
        yield bucket


@pytest.fixture(scope="session")
def bluesky_pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlueskyPds]:
    """Bluesky's own server with a PLC directory; without rate limits."""
    with BlueskyPds(tmp_path_factory.mktemp("bluesky")) as pds:
        yield pds


@pytest.fixture(scope="session")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPressServer]:
    """A WordPress site with permalinks."""
    with WordPressServer(tmp_path_factory.mktemp("wordpress")) as site:
        yield site


@pytest.fixture(scope="session")
def snac(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snac]:
    """A real server with a part of Mastodon's API."""
    with Snac(tmp_path_factory.mktemp("snac")) as server:
        yield server


@pytest.fixture
def harness(sqlite_database: Database, tmp_path: Path) -> Iterator[WorkerHarness]:
    """A worker harness in this process, with Swonkie's simulator."""
    folder = tmp_path / "media"
    folder.mkdir()
    with Simulator(Options(media=folder, processing=0.05, publishing=0.05)) as simulator:
        running = WorkerHarness(sqlite_database, simulator, folder)
        try:
            running.start_runner()
            yield running
        finally:
            running.close()


@pytest.fixture
def proxy(bluesky_pds: BlueskyPds) -> Iterator[AnswerLossProxy]:
    """A proxy before Bluesky's server."""
    with AnswerLossProxy(bluesky_pds.url) as running:
        yield running


@pytest.fixture
def bluesky(
    harness: WorkerHarness, bluesky_pds: BlueskyPds, proxy: AnswerLossProxy
) -> BlueskyHarness:
    """The harness, whose workers reach Bluesky's server through the proxy."""
    return BlueskyHarness(harness, bluesky_pds, proxy.url)
