"""A lost create is found, or it is proved that it made nothing, in few calls, in any list."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.errors import IncompleteList
from provider.protocol import PastCreates
from tests.unit.provider.swonkie.fake_swonkie import DRAFT, call_swonkie
from tests.unit.provider.swonkie.post_lists import (
    BY_DATE,
    BY_PROFILE,
    BY_TEXT,
    ORDERS,
    PROFILES,
    REFUSED,
    START,
    Filter,
    PostServer,
    Row,
    post,
)

NAMES = {"profileIds": BY_PROFILE, "from": BY_DATE, "search": BY_TEXT}
WORKING = {
    "profileIds": BY_PROFILE["works"],
    "from": BY_DATE["timer or creation"],
    "search": BY_TEXT["captions"],
}
MANY = 5000
# Minutes from a creation to the time to publish at.
LEADS: list[list[int | None]] = [[60], [None], [60, None], [5, 60, 6000], [5, 6000, None]]


def search(server: PostServer, creates: PastCreates | None) -> list[str] | None:
    """The ids that are found; None where the search says that it cannot know."""
    draft = replace(DRAFT, past_creates=creates)
    try:
        found = call_swonkie(server, lambda swonkie: swonkie.find(draft))
    except IncompleteList:
        return None
    return [each.id for each in found]


def lost(server: PostServer, seconds: float = 30, **known: bool) -> PastCreates:
    """A create that was lost so long ago, by a clock that differs from the server's."""
    now = START + timedelta(days=1000, minutes=server.now)
    return PastCreates(now - timedelta(seconds=seconds), now, **known)


def adding(number: int) -> Callable[[list[Row]], None]:
    """Somebody makes another post."""
    return lambda rows: rows.append(post(f"new{number}", 1 + number, None))


def deleting(number: int) -> Callable[[list[Row]], None]:
    """Somebody deletes another post."""

    def delete(rows: list[Row]) -> None:
        if number < len(rows) and rows[number]["id"] != "ours":
            del rows[number]

    return delete


@st.composite
def filters(draw: st.DrawFn) -> dict[str, Filter]:
    """Each filter behaves in some way, or is refused."""
    chosen = {}
    for name, kinds in NAMES.items():
        kind = draw(st.sampled_from([*sorted(kinds), REFUSED]))
        if kind != REFUSED:
            chosen[name] = kinds[kind]
    return chosen


@st.composite
def others(draw: st.DrawFn) -> list[Row]:
    """Posts of two profiles, of hours or of weeks, with and without a time to publish at."""
    leads = draw(st.sampled_from(LEADS))
    pace = draw(st.sampled_from([0.2, 7, 600]))
    rows = []
    for number in range(draw(st.integers(0, 60))):
        lead, created = draw(st.sampled_from(leads)), -number * pace - draw(st.sampled_from([0, 3]))
        profile = draw(st.sampled_from(PROFILES))
        timer = None if lead is None else created + lead
        rows.append(post(f"p{number}", created, timer, profile))
    return rows


@st.composite
def servers(draw: st.DrawFn) -> PostServer:
    """Any list, which changes while it is read: posts are made, or others are deleted. Not both,
    because two opposite moves across the end of a page can hide a row from both readings."""

    shape = draw(st.sampled_from(["page", "offset", "cursor", "bare"]))
    adds, deletes = st.integers(0, 9).map(adding), st.integers(0, 40).map(deleting)
    change = draw(st.sampled_from([adds, deletes]))
    return PostServer(
        rows=draw(others()),
        order=draw(st.sampled_from(sorted(ORDERS))),
        # Nobody cuts lists after four rows without a word of it.
        size=draw(st.sampled_from([10, 20] if shape == "bare" else [4, 10, 20])),
        shape=shape,
        filters=draw(filters()),
        now=0.5,
        shows_time=draw(st.booleans()),
        changes=draw(st.lists(change, max_size=4)),
    )


@given(server=servers(), lead=st.sampled_from([5, 60, 6000, None]), data=st.data())
def test_a_post_that_is_there_is_never_called_missing(
    server: PostServer, lead: float | None, data: st.DataObject
) -> None:
    """For every behaviour of filters, order, way of paging, place of the post and changes
    meanwhile, the post is found, or the search says that it cannot know."""
    age = data.draw(st.sampled_from([0.1, 2, 300, 9000]))
    server.rows.append(post("ours", -age, lead and lead - age, marker=DRAFT.marker))
    known: dict[str, bool] = {"is_one_enough": data.draw(st.booleans())}
    if data.draw(st.booleans()):
        known["had_timer"] = lead is not None
    creates = lost(server, (age + server.now) * 60 + 1, **known)
    if not server.shows_time:  # then the clocks are those of one time
        creates = replace(creates, since=START - timedelta(minutes=age))
    assert search(server, data.draw(st.sampled_from([creates, None]))) in (["ours"], None)


@given(server=servers(), known=st.booleans())
def test_nothing_is_found_that_is_not_there(server: PostServer, known: bool) -> None:
    """Without the post, the answer is an empty list, or that nobody can know."""
    assert search(server, lost(server, is_one_enough=known)) in ([], None)


def crowd(order: str, filters: dict[str, Filter]) -> PostServer:
    """A list of thousands, one a minute, that ends a minute ago."""
    rows = [
        post(str(number), -number, None if number % 7 == 0 else -number + (number % 5) * 50 + 3)
        for number in range(1, MANY)
    ]
    return PostServer(rows, order, 100, "cursor", filters, now=0)


# Order, filters → the most calls for a post that is there, and for one that is not; None: it cannot
# be known. Of a list in no order, each page is read twice.
CALLS = {
    "newest": ("newest", WORKING, 1, 1),
    "newest, no filter": ("newest", {}, 2, 2),
    "newest, other profiles": ("newest", {"profileIds": BY_PROFILE["leaves out"]}, 2, 2),
    "by the time to publish": ("timer or creation", WORKING, 5, 5),
    "by the time to publish, some without": ("timer", WORKING, 96, 96),
    "oldest, by date": ("oldest", WORKING, 40, 40),
    "oldest, by text": ("oldest", {**WORKING, "search": BY_TEXT["briefings"]}, 5, 5),
    "oldest, no filter": ("oldest", {}, 60, 110),
}


@pytest.mark.parametrize("case", CALLS)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_search_among_thousands_is_few_calls(case: str, is_there: bool) -> None:
    """One page in the common case; what the list and its filters offer in the others."""
    order, filters, *most = CALLS[case]
    server = crowd(order, filters)
    if is_there:
        server.rows.append(post("ours", -0.4, 7, marker=DRAFT.marker))
    found = search(server, lost(server, is_one_enough=True, had_timer=True))
    assert found == (["ours"] if is_there else [])
    assert server.calls <= most[0 if is_there else 1], f"{case}: {server.calls} calls"


@pytest.mark.parametrize(
    "filters",
    [
        *({"from": each} for each in BY_DATE.values()),
        *({"search": each} for each in BY_TEXT.values()),
    ],
    ids=[*(f"from: {each}" for each in BY_DATE), *(f"search: {each}" for each in BY_TEXT)],
)
def test_a_filter_that_means_something_else_hides_nothing(filters: dict[str, Filter]) -> None:
    """Where the newest posts come last, a post without a time to publish at is found, whatever the
    filter means."""
    rows = [post(str(number), -number, -number + 5) for number in range(2, 60)]
    rows.append(post("ours", -0.4, None, marker=DRAFT.marker))
    server = PostServer(rows, "oldest", 10, "cursor", filters, now=0)
    assert search(server, lost(server, is_one_enough=True, had_timer=False)) == ["ours"]
