"""A sandbox of Bluesky's server, and a worker harness that is connected to it."""

from collections.abc import Iterator

import pytest

from simulator.bluesky import BlueskySandbox, SandboxOptions
from tests.bluesky.pds_client import PdsClient
from tests.integration.worker.connections.bluesky_harness import BlueskyHarness
from tests.integration.worker.worker_harness import WorkerHarness


@pytest.fixture
def sandbox() -> Iterator[BlueskySandbox]:
    """A sandbox of its own for each test: some make it fail."""
    with BlueskySandbox(SandboxOptions(hang=2)) as running:
        yield running


@pytest.fixture
def bluesky(harness: WorkerHarness, sandbox: BlueskySandbox) -> Iterator[BlueskyHarness]:
    """The harness, with job runners that know every provider."""
    with PdsClient(sandbox.url) as pds:
        yield BlueskyHarness(harness, pds)
