"""The emulator, one for all tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.extra.azurite import Azurite, running


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """Fails where it is not installed: what is not tried here is tried nowhere."""
    with running(tmp_path_factory.mktemp("azurite")) as emulator:
        yield emulator
