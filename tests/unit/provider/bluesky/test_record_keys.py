"""Record keys: derived from markers, in the form and the time that Bluesky wants."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ids import created_at, new_id
from provider.bluesky.record_keys import (
    FREE_START,
    MOST_MICROSECONDS,
    MOST_POSTS,
    decode,
    encode,
    first_key,
    thread_keys,
)

# The pattern of the specification.
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
HOURS_19 = 1 << 36
TIMES = st.integers(0, MOST_MICROSECONDS)
CLOCK_IDS = st.integers(0, 1023)
DELIVERIES = st.text("0123456789abcdef", min_size=32, max_size=32)


def microseconds(key: str) -> int:
    """The time of a key."""
    return decode(key)[0]


@given(TIMES, CLOCK_IDS)
def test_a_key_is_its_number(time: int, clock_id: int) -> None:
    """Every time and clock id has a key of the form of the specification, and is read from it."""
    key = encode(time, clock_id)
    assert TID.fullmatch(key)
    assert decode(key) == (time, clock_id)


@given(st.tuples(TIMES, CLOCK_IDS), st.tuples(TIMES, CLOCK_IDS))
def test_keys_sort_by_time(one: tuple[int, int], other: tuple[int, int]) -> None:
    """Keys as texts have the order of their times."""
    assert (encode(*one) < encode(*other)) == (one < other)


def test_keys_are_those_of_the_reference() -> None:
    """The keys of three instants are those that Bluesky's own library makes."""
    assert encode(0, 0) == "2222222222222"
    assert encode(1_704_067_200_000_000, 0) == "3khuwc44c2222"
    assert encode(1_796_006_100_123_456, 37) == "3n3ip2ttju237"


@given(st.text())
def test_any_marker_has_one_key(marker: str) -> None:
    """The key of a marker can be computed again, and has a time that can be true."""
    key = first_key(marker)
    assert key == first_key(marker)
    assert TID.fullmatch(key)
    assert FREE_START <= microseconds(key) < FREE_START + (1 << 46)


def test_the_time_is_shortly_before_the_delivery() -> None:
    """The key of a new delivery is older than the delivery, by 19 hours at most."""
    for _ in range(200):
        id_ = new_id()
        made = round(created_at(id_).timestamp() * 1_000_000)
        assert 0 < made - microseconds(first_key(f"slotbeat:here:{id_}")) <= HOURS_19


@given(DELIVERIES)
def test_any_delivery_has_a_whole_thread(delivery: str) -> None:
    """The keys of the longest thread are all valid, and follow each other by a microsecond."""
    first = first_key(f"slotbeat:here:{delivery}")
    keys = thread_keys(first, MOST_POSTS)
    assert keys[0] == first
    assert all(TID.fullmatch(key) for key in keys)
    assert [microseconds(key) - microseconds(first) for key in keys] == [*range(MOST_POSTS)]
    assert len({decode(key)[1] for key in keys}) == 1


def test_deliveries_of_one_instant_have_their_own_keys() -> None:
    """The keys of many deliveries of the same millisecond differ, and use all clock ids."""
    milliseconds = new_id()[:12]
    keys = {first_key(f"slotbeat:here:{milliseconds}{number:020x}") for number in range(20_000)}
    assert len(keys) == 20_000
    assert len({decode(key)[1] for key in keys}) == 1024


def test_installations_have_their_own_keys() -> None:
    """The same delivery id of two installations has two keys."""
    id_ = new_id()
    assert first_key(f"slotbeat:one:{id_}") != first_key(f"slotbeat:two:{id_}")


@pytest.mark.parametrize("text", ["", "self", "k" * 13, "3khuwc44c222", "3KHUWC44C2222", "1" * 13])
def test_another_text_is_no_key(text: str) -> None:
    """Only a TID is read."""
    with pytest.raises(ValueError, match="is no key"):
        decode(text)
