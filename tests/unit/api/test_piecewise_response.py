"""Answers in pieces: the same JSON as in one piece."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.piecewise_response import encode_list

ITEMS = st.dictionaries(st.text(max_size=3), st.none() | st.text() | st.integers(), max_size=2)


@given(st.lists(st.lists(ITEMS, max_size=3), max_size=4))
def test_the_pieces_are_one_list(batches: list[list[Any]]) -> None:
    """However the items are divided, also with empty batches, they are one JSON list."""
    whole = b"".join(encode_list("posts", iter(batches)))
    assert json.loads(whole) == {"posts": [item for batch in batches for item in batch]}


def test_one_batch_is_encoded_at_a_time() -> None:
    """A batch is asked for when the one before has become bytes."""
    asked: list[int] = []

    def batches() -> Any:  # noqa: ANN401
        for number in range(3):
            asked.append(number)
            yield [number]

    pieces = encode_list("n", batches())
    assert next(pieces) == b'{"n":[0'
    assert asked == [0]
    assert b"".join(pieces) == b",1,2]}"
