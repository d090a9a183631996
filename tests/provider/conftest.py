"""Each test of this folder runs once for every provider, in a workspace of its own."""

from collections.abc import Callable, Iterator

import pytest

from tests.provider.sandboxes import SANDBOXES, Sandbox


@pytest.fixture(scope="module", params=SANDBOXES)
def _running(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Sandbox]]:
    """A running sandbox, shared by a file's tests."""
    with SANDBOXES[request.param]() as running:
        yield running


@pytest.fixture
def sandbox(_running: Callable[[str], Sandbox], request: pytest.FixtureRequest) -> Sandbox:
    """A workspace that no other test has seen, and no fault left over from one that failed."""
    found = _running(f"key of {request.node.name}".encode("ascii", "replace").decode())
    found.clear_faults()
    return found
