"""Our posts in a list, also where its rows leave fields out."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.errors import IncompleteList
from provider.swonkie.marker_search import GONE, MAX_READS, MarkerSearch

MARKER = "slotbeat:here:one"
Row = dict[str, Any]


class Posts:
    """A provider's posts in full, by id; counts the reads."""

    def __init__(self, **markers: str | None) -> None:
        self._markers = markers
        self.reads = 0

    def add(self, **markers: str | None) -> None:
        """Posts that can be read from now on."""
        self._markers |= markers

    async def read(self, remote_id: str) -> Any:  # noqa: ANN401  (JSON)
        """One post in full, or GONE."""
        self.reads += 1
        return self.full(remote_id) if remote_id in self._markers else GONE

    def full(self, remote_id: str) -> Row:
        """A post with every field; None as its marker: it shows no briefing."""
        marker = self._markers[remote_id]
        briefing = {} if marker is None else {"briefing": {"markdown": marker}}
        return {"id": remote_id, "stage": "DRAFT", **briefing}


def find(posts: Posts, rows: list[Row], marker: str = MARKER) -> list[str]:
    """The ids that the search finds."""
    return [row["id"] for row in asyncio.run(MarkerSearch(posts.read).find(rows, marker))]


# Rows without a place for the marker, or with a part of it.
LEFT_OUT: list[Row] = [
    {},
    {"captions": [{"plainText": "Hello"}]},
    {"captions": [{"plainText": "another caption"}]},
    {"briefing": {"id": 7}},
    {"briefing": {"markdown": "slotbeat:here:…"}},
    {"briefing": {"markdown": "slotbeat:here..."}},
]
# Rows that say "none": they are trusted only in a list that shows the briefings of others.
EMPTY: list[Row] = [
    {"briefing": None},
    {"briefing": {}},
    {"briefing": {"markdown": ""}},
    {"briefing": {"markdown": None}},
]


@pytest.mark.parametrize("slim", LEFT_OUT + EMPTY)
def test_a_row_without_the_marker_is_read_in_full(slim: Row) -> None:
    """Whatever a list leaves out or cuts, the post is found."""
    assert find(
        Posts(p=MARKER, q="slotbeat:here:two"), [{"id": "q", **slim}, {"id": "p", **slim}]
    ) == ["p"]


def test_rows_that_show_their_markers_cost_no_reads() -> None:
    """Neither ours nor another's, nor a post of a person without a briefing."""
    posts = Posts(p=MARKER, q="slotbeat:here:two", r="")
    rows = [*map(posts.full, "pq"), {"id": "r", "stage": "DRAFT", "briefing": None}]
    assert find(posts, rows) == ["p"]
    assert posts.reads == 0


def test_some_slim_rows_in_a_list_are_read_too() -> None:
    """A list may show the marker of some posts and not of others."""
    posts = Posts(p=MARKER, q="slotbeat:here:two")
    assert find(posts, [posts.full("q"), {"id": "p", "stage": "DRAFT"}]) == ["p"]


def test_a_post_that_vanishes_does_not_end_the_search() -> None:
    """Another post that is deleted between list and read says nothing about ours."""
    assert find(Posts(p=MARKER), [{"id": "gone"}, {"id": "p"}]) == ["p"]
    assert find(Posts(), [{"id": "gone"}]) == []


def test_no_marker_anywhere_proves_nothing() -> None:
    """Where no post shows its briefing, not even in full, ours may be any of them."""
    with pytest.raises(IncompleteList, match="briefing"):
        find(Posts(p=None, q=None), [{"id": "p"}, {"id": "q"}])
    assert find(Posts(p=None, q="slotbeat:here:two"), [{"id": "p"}, {"id": "q"}]) == []
    assert find(Posts(), []) == []


def test_a_post_is_read_once_for_all_searches() -> None:
    """The marker of a post never changes, so that the second search of a slim list costs only the
    posts that are new, and those that are found."""
    posts = Posts(a="slotbeat:here:a", b="slotbeat:here:b", c="slotbeat:here:c")

    async def search() -> list[int]:
        markers, counts = MarkerSearch(posts.read), []
        for rows in ("ab", "abc"):
            await markers.find([{"id": each} for each in rows], MARKER)
            counts.append(posts.reads)
        return counts

    assert asyncio.run(search()) == [2, 3]


def test_a_post_that_could_not_be_read_yet_is_read_again() -> None:
    """The list may show a post before it can be read. So a search that missed it is no answer to
    the next one, which comes after the settle time."""
    posts = Posts()

    async def search() -> list[list[str]]:
        markers, found = MarkerSearch(posts.read), []
        for _ in range(2):
            found.append([row["id"] for row in await markers.find([{"id": "p"}], MARKER)])
            posts.add(p=MARKER)
        return found

    assert asyncio.run(search()) == [[], ["p"]]


def test_a_search_reads_a_limited_number_of_posts() -> None:
    """Where thousands of rows hide their markers, a search says that it does not know, and the next
    one goes on from there."""
    ids = [f"p{number}" for number in range(MAX_READS + 5)]
    posts = Posts(**{each: f"slotbeat:here:{each}" for each in ids[:-1]}, **{ids[-1]: MARKER})

    async def search() -> list[str]:
        markers, rows = MarkerSearch(posts.read), [{"id": each} for each in ids]
        with pytest.raises(IncompleteList):
            await markers.find(rows, MARKER)
        assert posts.reads == MAX_READS
        return [row["id"] for row in await markers.find(rows, MARKER)]

    assert asyncio.run(search()) == ids[-1:]


@given(
    hidden=st.lists(st.sampled_from(LEFT_OUT), min_size=1, max_size=8),
    place=st.integers(0, 7),
    shows_others=st.booleans(),
)
def test_ours_is_found_among_any_rows(hidden: list[Row], place: int, shows_others: bool) -> None:
    """In any mixture of rows that leave the marker out, with and without rows that show it."""
    ids = [f"p{number}" for number in range(len(hidden))]
    ours = ids[place % len(ids)]
    markers: dict[str, str | None] = {each: f"slotbeat:here:{each}" for each in ids}
    posts = Posts(**{**markers, ours: MARKER, "shown": "slotbeat:here:shown"})
    rows = [{"id": each, **slim} for each, slim in zip(ids, hidden, strict=True)]
    assert find(posts, rows + ([posts.full("shown")] if shows_others else [])) == [ours]
