"""Each test runs once for every provider with drafts and a timer (`sandbox`), with drafts alone
(`untimed`) or without (`direct`), in a connection of its own."""

from collections.abc import Callable, Iterator

import pytest

from tests.provider.direct.sandbox import DirectSandbox
from tests.provider.direct.sandboxes import DIRECT_SANDBOXES, NewSandbox
from tests.provider.drafts.sandboxes import DRAFT_SANDBOXES
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


@pytest.fixture(scope="module", params=DIRECT_SANDBOXES)
def _running_direct(request: pytest.FixtureRequest) -> Iterator[NewSandbox]:
    """The running server of a provider without drafts, shared by the tests of one file."""
    with DIRECT_SANDBOXES[request.param]() as new:
        yield new


@pytest.fixture
def direct(_running_direct: NewSandbox) -> DirectSandbox:
    """A new account."""
    return _running_direct()


@pytest.fixture(scope="module", params=DRAFT_SANDBOXES)
def _running_untimed(request: pytest.FixtureRequest) -> Iterator[NewSandbox]:
    """The server of a provider with drafts and without a timer, shared by the tests of a file."""
    with DRAFT_SANDBOXES[request.param]() as new:
        yield new


@pytest.fixture
def untimed(_running_untimed: NewSandbox) -> DirectSandbox:
    """A new account."""
    return _running_untimed()
