"""Each test with `sandbox` runs once for every provider with drafts, in a connection of its own."""

from collections.abc import Callable, Iterator

import pytest

from tests.provider.sandboxes import SANDBOXES, Sandbox


@pytest.fixture(scope="module", params=SANDBOXES)
def _running(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Sandbox]]:
    """A running sandbox, shared by the tests of one file."""
    with SANDBOXES[request.param]() as running:
        yield running


@pytest.fixture
def sandbox(_running: Callable[[str], Sandbox], request: pytest.FixtureRequest) -> Sandbox:
    """A new connection, and no faults that a failed test has left."""
    found = _running(f"key of {request.node.name}".encode("ascii", "replace").decode())
    found.clear_faults()
    return found
