"""An API whose registry has the test network too."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy
from typing import Protocol

import pytest

from provider.registry import PROVIDERS, ProviderType
from tests.integration.live_server import ApiServer, run_api
from tests.testnet import NAME


class Network(Protocol):
    """A network of tests."""

    def provider_type(self) -> ProviderType:
        """Its entry for the registry."""
        ...


@contextmanager
def run_testnet_api(
    template: Path, folder: Path, network: Network, **overrides: object
) -> Iterator[ApiServer]:
    """The API on SQLite, with this network beside the providers that there are."""
    path = copy(template, folder / "slotbeat.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PROVIDERS, NAME, network.provider_type())
        with run_api(f"sqlite:///{path}", **overrides) as api:
            yield api
