"""A search of all interleavings finds what happens without a fence, and nothing with it."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import pytest

from tests.protocol_model.fences import FENCES, Fence
from tests.protocol_model.run_search import run_search
from tests.protocol_model.search import Found
from tests.protocol_model.state import Budget

SearchWhole = Callable[[str, Budget, int, tuple[str, ...]], Found]


@pytest.fixture(scope="module")
def search_whole(sqlite_template: Path) -> SearchWhole:
    """A search with every fence in, each made once."""
    return cache(partial(run_search, sqlite_template))


@pytest.mark.parametrize("fence", FENCES, ids=lambda fence: fence.name)
def test_without_a_fence_a_promise_is_broken(
    sqlite_template: Path, search_whole: SearchWhole, fence: Fence
) -> None:
    """Without the fence there is a shortest way to a broken promise; with it, the same search finds
    none."""
    search = (fence.kind, fence.budget, fence.depth, fence.acts)
    without = run_search(sqlite_template, *search, without=fence)
    assert without.broken is not None, f"nothing happens without it: {without}"
    assert without.broken.startswith(fence.breaks), "\n".join([without.broken, *without.trace])
    whole = search_whole(*search)
    assert whole.broken is None, "\n".join([whole.broken or "", *whole.trace])
    assert whole.depth >= without.depth
    assert whole.is_whole
