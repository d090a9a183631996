"""One Azurite, one S3 server and one PDS of Bluesky for all tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.extra import s3_server as buckets
from tests.extra.azurite_server import Azurite, run_azurite
from tests.extra.bluesky_server import BlueskyPds
from tests.extra.s3_server import Bucket


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
