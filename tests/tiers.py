"""Which tests need a real PostgreSQL or Redis, or many processes: the marker `servers`.

`make test` runs the tests without this marker, `make test-all` runs the others too. This
module adds the marker by parameters and fixtures; a few tests that start many processes without
a server have it in their source.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest

# A test on both databases has one of these parameters; see `database`, `any_api` and `stack`.
SERVER_PARAMETERS: Final = {"postgres", "distributed"}
SERVER_FIXTURES: Final = {"postgres_server", "redis_server"}


def mark_servers(items: Iterable[pytest.Item]) -> None:
    """Add the marker `servers` to each test that needs servers."""
    for item in items:
        if _needs_servers(item):
            item.add_marker("servers")


@contextmanager
def forbid_unmarked_servers(item: pytest.Item) -> Iterator[None]:
    """While a test without the marker runs, no server can be started (servers/binaries.py)."""
    with pytest.MonkeyPatch.context() as patch:
        if item.get_closest_marker("servers") is None:
            patch.setenv("TEST_SERVERS", "none")
        yield


def _needs_servers(item: pytest.Item) -> bool:
    if "faults" in item.path.parts or not isinstance(item, pytest.Function):
        return "faults" in item.path.parts
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return not SERVER_FIXTURES.isdisjoint(item.fixturenames) or any(
        isinstance(value, str) and value in SERVER_PARAMETERS for value in parameters
    )
