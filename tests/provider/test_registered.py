"""Every provider of the registry is tested by the suite, in the part that fits it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest

from provider.credentials import MemorySession
from provider.field_tables import FIELD_TABLES
from provider.protocol import Provider
from provider.registry import PROVIDERS
from tests.memory_credentials import MemoryCredentials
from tests.provider.direct.sandboxes import DIRECT_SANDBOXES, NewSandbox
from tests.provider.drafts.sandboxes import DRAFT_SANDBOXES
from tests.provider.sandboxes import SANDBOXES

Types = set[type[Provider]]


@pytest.fixture(scope="module")
def with_drafts() -> set[type[Provider]]:
    """The classes that the sandboxes of providers with drafts make."""
    found: set[type[Provider]] = set()
    for sandbox in SANDBOXES.values():
        with sandbox() as running:
            found.add(type(running("a key").make(_Nowhere(), "a key")))
    return found | _types_of(DRAFT_SANDBOXES)


@pytest.fixture(scope="module")
def without_drafts() -> set[type[Provider]]:
    """The classes that the sandboxes of providers without drafts make."""
    return _types_of(DIRECT_SANDBOXES)


def _types_of(sandboxes: Mapping[str, Callable[[], AbstractContextManager[NewSandbox]]]) -> Types:
    found: Types = set()
    for sandbox in sandboxes.values():
        with sandbox() as new:
            found.add(type(new().account.create_provider(_Nowhere(), "http://nowhere.test")))
    return found


@pytest.mark.parametrize("name", PROVIDERS)
def test_it_has_a_sandbox(
    name: str, with_drafts: set[type[Provider]], without_drafts: set[type[Provider]]
) -> None:
    """The part for its capabilities runs on its class."""
    kind = PROVIDERS[name]
    tested = with_drafts if kind.capabilities.drafts else without_drafts
    made = kind.create(_Nowhere(), "http://nowhere.test", MemoryCredentials(None), MemorySession())
    assert type(made) in tested
    assert made.capabilities == kind.capabilities


def test_the_lists_agree() -> None:
    """A provider has its own name, and says which fields it carries."""
    assert all(kind.name == name for name, kind in PROVIDERS.items())
    assert FIELD_TABLES.keys() == PROVIDERS.keys()


class _Nowhere:
    """Implements HttpClient: nothing is sent with it."""

    async def request(self, method: str, url: str, **_content: Any) -> httpx.Response:  # noqa: ANN401
        """Never called."""
        raise AssertionError(f"{method} {url}")

    async def aclose(self) -> None:
        """Nothing is open."""
