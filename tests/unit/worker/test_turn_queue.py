"""Tests of the queue that is shared by key."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from worker.turn_queue import TurnQueue

ITEMS = st.lists(st.sampled_from("abcd"), max_size=60)


def _filled(keys: list[str]) -> TurnQueue[int]:
    queue: TurnQueue[int] = TurnQueue()
    for number, key in enumerate(keys):
        queue.push(key, number)
    return queue


def _take_all(queue: TurnQueue[int]) -> list[tuple[str, int]]:
    taken = []
    while (key := queue.next_key()) is not None:
        taken.append((key, queue.pop(key)))
    return taken


@given(ITEMS)
def test_every_item_comes_once_and_in_its_order(keys: list[str]) -> None:
    """Every item is taken once, and the items of one key come in the order in which they came."""
    taken = _take_all(_filled(keys))
    assert sorted(number for _, number in taken) == list(range(len(keys)))
    for key in set(keys):
        own = [number for each, number in taken if each == key]
        assert own == [number for number, each in enumerate(keys) if each == key]


@given(ITEMS)
def test_nobody_is_taken_twice_while_another_waits(keys: list[str]) -> None:
    """Between two turns of a key, every key that waited all the time has one turn."""
    taken = [key for key, _ in _take_all(_filled(keys))]
    for key in set(keys):
        turns = [place for place, each in enumerate(taken) if each == key]
        for first, second in pairwise(turns):
            others = {each for each in set(keys) - {key} if each in taken[second:]}
            assert others <= set(taken[first + 1 : second])


def test_the_key_that_holds_fewest_is_next() -> None:
    """The key that holds fewest is next, even if another waits longer."""
    queue = _filled(["a", "b", "c"])
    assert queue.next_key({"a": 2, "b": 1, "c": 1}) == "b"


@given(ITEMS, st.randoms())
def test_an_item_that_is_discarded_is_not_taken(keys: list[str], random: object) -> None:
    """Discarded items are never taken, and the others are; discarding twice is harmless."""
    queue = _filled(keys)
    gone = {number for number in range(len(keys)) if random.random() < 0.5}  # type: ignore[attr-defined]
    for number in [*gone, *gone]:
        queue.discard(keys[number], number)
    assert len(queue) == len(keys) - len(gone)
    assert {number for _, number in _take_all(queue)} == set(range(len(keys))) - gone
