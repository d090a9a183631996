"""A new account for each test, at a sandbox that the tests of a file share."""

from collections.abc import Iterator

import pytest

from simulator.mastodon import MastodonSandbox
from tests.unit.provider.mastodon.publisher import Publisher


@pytest.fixture(scope="module")
def sandbox() -> Iterator[MastodonSandbox]:
    """A running sandbox."""
    with MastodonSandbox() as running:
        yield running


@pytest.fixture
def publisher(sandbox: MastodonSandbox) -> Publisher:
    """A new account; no faults are left."""
    sandbox.state.faults.clear()
    return Publisher(sandbox, sandbox.create_account())
