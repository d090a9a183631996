"""The emulator and the bucket, one of each for all tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.extra import s3_server as buckets
from tests.extra.azurite_server import Azurite, run_azurite
from tests.extra.s3_server import Bucket


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """Fails where it is not installed: what is not tried here is tried nowhere."""
    with run_azurite(tmp_path_factory.mktemp("azurite")) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """A bucket that speaks S3."""
    with buckets.run_s3(tmp_path_factory.mktemp("s3")) as bucket:
        yield bucket
