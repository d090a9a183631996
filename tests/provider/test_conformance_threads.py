"""What every provider with threads must do, on its sandbox: see `tests/provider/direct/`."""

from collections.abc import Iterator

import pytest

from provider.field_tables import carries_threads
from tests.provider.direct.sandboxes import DIRECT_SANDBOXES, NewSandbox
from tests.provider.direct.threads_contract import ThreadContract


@pytest.fixture(scope="module", params=[*filter(carries_threads, DIRECT_SANDBOXES)])
def _running_direct(request: pytest.FixtureRequest) -> Iterator[NewSandbox]:
    """The running server of a provider with threads."""
    with DIRECT_SANDBOXES[request.param]() as new:
        yield new


class TestThreads(ThreadContract):
    """Posts that others follow, with files."""
