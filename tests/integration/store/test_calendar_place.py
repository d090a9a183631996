"""Where posts are on the calendar, and that finding them reads no more than an index."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from models.database import Database
from models.posts import Post
from models.statuses import UNAPPROVED, PostStatus
from models.store.posts import post_queries
from models.store.posts.calendar_place import calendar_instant, select_between
from models.tables import POST
from tests.integration.store.row_factories import add_post

MONDAY = datetime(2026, 5, 4, tzinfo=UTC)
WEEK = timedelta(days=7)
INSTANTS = (None, MONDAY - WEEK, MONDAY, MONDAY + WEEK)
MODES = ("publish_now", "schedule", "next_slot", "draft")
NOWHERE = {
    PostStatus.DRAFT,
    *UNAPPROVED,
    PostStatus.REJECTED,
    PostStatus.BACKLOG,
    PostStatus.PUBLISHED,
}


def all_posts() -> Iterator[dict[str, Any]]:
    """Every status, publish mode, slot, publication and later start; accepted a week earlier."""
    numbers = itertools.count()
    for status, mode, slot, live, late in itertools.product(
        PostStatus, MODES, INSTANTS, INSTANTS, INSTANTS
    ):
        yield {
            "id": f"{next(numbers):032x}",
            "status": status.value,
            "publish_mode": mode,
            "scheduled_for": slot,
            "published_at": live,
            "late_at": late,
            "accepted_at": MONDAY - WEEK,
        }


def fill(database: Database, rows: list[dict[str, Any]]) -> str:
    """Add posts like these to a new organization; its id."""
    template = add_post(database).model_dump()
    with database.write() as session:
        connection = session.connection()
        for first in range(0, len(rows), 500):
            posts = [{**template, **row} for row in rows[first : first + 500]]
            connection.execute(insert(POST), posts)
    return str(template["organization_id"])


def expected_ids(rows: list[dict[str, Any]], start: datetime, end: datetime) -> set[str]:
    """The posts with a slot, a publication or a start in the range, one by one."""
    found = set()
    for row in rows:
        instants = [row["scheduled_for"], row["published_at"]]
        if instants == [None, None] and row["publish_mode"] == "publish_now":
            if row["status"] == PostStatus.CANCELLED:
                instants.append(row["accepted_at"])
            elif row["status"] not in NOWHERE:
                instants.append(row["late_at"] or row["accepted_at"])
        if any(at is not None and start <= at < end for at in instants):
            found.add(row["id"])
    return found


def test_every_post_is_found_once_where_it_belongs(database: Database) -> None:
    """A range has the posts of which it contains the slot, the publication or the start, each
    once, and in the order of their places."""
    rows = list(all_posts())
    owner = fill(database, rows)
    with database.read() as session:
        for start in (MONDAY - WEEK, MONDAY, MONDAY + WEEK, MONDAY + 2 * WEEK):
            found = post_queries.list_between(session, owner, start, start + WEEK)
            ids = [post.id for post in found]
            assert len(ids) == len(set(ids))
            assert set(ids) == expected_ids(rows, start, start + WEEK)
            places = [calendar_instant(post) for post in found]
            assert places == sorted(at for at in places if at is not None)


@pytest.mark.parametrize("status", list(PostStatus))
def test_a_post_that_goes_out_at_once_is_where_it_was_started(status: PostStatus) -> None:
    """At its acceptance, then at its approval or retry, and at its publication once there is one;
    nowhere before it was asked to go out."""
    values: dict[str, Any] = {"publish_mode": "publish_now", "accepted_at": MONDAY}
    post = Post(status=status, **values)
    assert calendar_instant(post) == (None if status in NOWHERE else MONDAY)
    post.late_at = MONDAY + timedelta(hours=1)
    is_later = status not in {*NOWHERE, PostStatus.CANCELLED}
    assert (calendar_instant(post) == post.late_at) is is_later
    post.published_at = MONDAY + timedelta(hours=2)
    assert calendar_instant(post) == post.published_at


def test_a_week_does_not_read_the_history(database: Database) -> None:
    """Each part of the query reads one index by a range, or the posts that are not settled."""
    rows = [
        {
            "id": f"{number:032x}",
            "status": "published",
            "publish_mode": "publish_now",
            "scheduled_for": None,
            "accepted_at": MONDAY - number * timedelta(minutes=1),
            "published_at": MONDAY - number * timedelta(minutes=1),
        }
        for number in range(3_000)
    ]
    owner = fill(database, rows)
    plan = explain(database, owner)
    for index in ("ix_post_slot", "ix_post_published", "ix_post_recent"):
        assert index in plan
    assert "ix_post_status" in plan or "ix_post_late" in plan
    for reading_all in ("SCAN", "Seq Scan", "scheduled_for=?"):
        assert reading_all not in plan


def explain(database: Database, owner: str) -> str:
    """How the database finds the posts of a week."""
    with database.write() as session:
        connection = session.connection()
        if not database.is_sqlite:
            connection.execute(text("ANALYZE post"))
        query = select_between([POST.c.id], owner, MONDAY, MONDAY + WEEK)
        compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
        word = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        rows = connection.exec_driver_sql(f"{word} {compiled}".replace("%", "%%"))
        return "\n".join(str(tuple(row)) for row in rows)
