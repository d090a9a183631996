"""Where a list that is read from its start may end: never before the place of the post."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.swonkie.list_order import ListOrder, Place

START = datetime(2026, 3, 1, tzinfo=UTC)
Row = dict[str, Any]


def text(minutes: float) -> str:
    """A time so many minutes after the start, as Swonkie writes it."""
    moment = START + timedelta(minutes=minutes)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def row(name: str, created: float, timer: float | None, changed: float) -> Row:
    """A row of a list."""
    at = None if timer is None else text(timer)
    return {"id": name, "createdAt": text(created), "publishAt": at, "updatedAt": text(changed)}


def _by(key: Callable[[Row], Any]) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: sorted(rows, key=key, reverse=True)


ORDERS: dict[str, Callable[[list[Row]], list[Row]]] = {
    "newest": _by(lambda it: it["createdAt"]),
    "oldest": lambda rows: sorted(rows, key=lambda it: it["createdAt"]),
    "changed": _by(lambda it: it["updatedAt"]),
    "timer": _by(lambda it: (it["publishAt"] or "", it["createdAt"])),
    "timer first": _by(lambda it: (it["publishAt"] or "9999", it["createdAt"])),
    "timer or creation": _by(lambda it: it["publishAt"] or it["createdAt"]),
    "no timer, oldest timer": lambda rows: sorted(rows, key=lambda it: it["publishAt"] or ""),
    "none": lambda rows: sorted(rows, key=lambda it: hash(it["createdAt"]) % 101),
}
# The leads of a profile's posts: all alike, none at all, or any.
LEADS = st.sampled_from([[60.0], [None], [60.0, None], [5.0, 60.0, 600.0], [5.0, 600.0, None]])


@pytest.mark.parametrize("order", ORDERS)
@given(leads=LEADS, data=st.data())
def test_no_reading_ends_before_the_post(
    order: str, leads: list[float | None], data: st.DataObject
) -> None:
    """In a list of any order, whatever the other posts are: what was read when the place counts as
    passed has the post. Where it counts as passed, a list without the post is read no further."""
    count = data.draw(st.integers(12, 40))
    rows = []
    for number in range(count):
        lead = data.draw(st.sampled_from(leads))
        timer = None if lead is None else number + lead
        changed = number + data.draw(st.sampled_from([0, 0, 1, 90]))
        rows.append(row(str(number), number, timer, changed))
    lead = data.draw(st.sampled_from([5.0, 60.0, 600.0, None]))
    at = data.draw(st.integers(0, count)) - 0.5
    rows.append(row("ours", at, None if lead is None else at + lead, at))
    is_known = data.draw(st.booleans())
    place = Place(START + timedelta(minutes=at), (lead is not None) if is_known else None)
    listed = ORDERS[order](rows)
    found = listed.index(rows[-1])
    read = ListOrder()
    for number, each in enumerate(listed):
        if read.has_passed(place):
            assert found < number
        read.take([each])


def _read(rows: Sequence[Row], place: Place) -> bool:
    read = ListOrder()
    read.take(rows)
    return read.has_passed(place)


@pytest.mark.parametrize("leads", [[60.0], [None], [60.0, None], [5.0, 600.0, 60.0]])
def test_the_newest_first_is_one_page(leads: list[float | None]) -> None:
    """A page of the newest posts is enough for a post that was created a moment ago, if it is known
    whether it has a time to publish at, and posts like it were made before."""
    rows = []
    for number in range(50, 0, -1):
        lead = leads[number % len(leads)]
        rows.append(row(str(number), number, None if lead is None else number + lead, number))
    has_timer = leads[0] is not None
    long_ago = Place(START + timedelta(minutes=700), has_timer)
    assert _read(rows, long_ago)
    assert not _read(rows[:9], long_ago)
    assert not _read(rows, Place(START, has_timer))


def test_a_list_without_creation_times_has_no_order() -> None:
    """Nothing is concluded from rows that do not say when they were made."""
    rows = [{"id": str(number), "publishAt": text(-number)} for number in range(50)]
    assert not _read(rows, Place(START + timedelta(days=1), has_timer=True))


def test_a_page_that_may_be_by_the_time_to_publish_proves_nothing_for_a_post_without() -> None:
    """The posts without one may come at the end of the list."""
    rows = [row(str(number), number, number + 60, number) for number in range(50, 0, -1)]
    later = START + timedelta(minutes=700)
    assert _read(rows, Place(later, has_timer=True))
    assert not _read(rows, Place(later, has_timer=False))
    assert not _read(rows, Place(later, has_timer=None))
