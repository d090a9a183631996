"""The worker's search for garbage: rarer, without what is loaded, and still finding cycles."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from worker.garbage_collection import NEW_OBJECTS, collect_less


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Restores the collector of the tests' process."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


class Cycle:
    """Refers to itself."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_loaded_is_not_searched_again() -> None:
    """Modules are left out of all further searches."""
    collect_less()
    assert gc.get_freeze_count() > 10_000
    assert not any(each is gc for each in gc.get_objects())


def test_cycles_are_still_freed() -> None:
    """Cycles that are made later are freed after some thousand more objects, without a call."""
    collect_less()
    freed = weakref.ref(Cycle())
    kept = [[number] for number in range(2 * NEW_OBJECTS)]
    assert freed() is None, len(kept)
