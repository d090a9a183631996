"""An API whose registry has the test network too."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy

import pytest

from provider.registry import PROVIDERS
from tests.integration.live_server import ApiServer, run_api
from tests.testnet import NAME, Testnet


@contextmanager
def run_testnet_api(
    template: Path, folder: Path, network: Testnet, **overrides: object
) -> Iterator[ApiServer]:
    """The API on SQLite, with this network beside the providers that there are."""
    path = copy(template, folder / "slotbeat.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PROVIDERS, NAME, network.provider_type())
        with run_api(f"sqlite:///{path}", **overrides) as api:
            yield api
