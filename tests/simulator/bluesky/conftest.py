"""A sandbox of its own for each test that asks for one."""

from collections.abc import Iterator

import pytest

from simulator.bluesky import BlueskySandbox, SandboxOptions
from tests.bluesky.pds_client import PdsClient
from tests.bluesky.wire_outcomes import Writer


@pytest.fixture
def sandbox_options() -> SandboxOptions:
    """The options of `sandbox`; a test file may have others."""
    return SandboxOptions()


@pytest.fixture
def sandbox(sandbox_options: SandboxOptions) -> Iterator[BlueskySandbox]:
    """A running sandbox."""
    with BlueskySandbox(sandbox_options) as running:
        yield running


@pytest.fixture
def own_writer(sandbox: BlueskySandbox) -> Iterator[Writer]:
    """Writes to a new account in `sandbox`."""
    with PdsClient(sandbox.url) as client:
        yield Writer(client, client.create_account())
