"""The ledger: append-only, and the count of doubled publications."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from simulator.domain.ledger import (
    Publication,
    append_publication,
    count_doubled,
    count_publications,
    list_publications,
)
from simulator.domain.posts import insert_post, mark_deleted, set_stage
from simulator.sqlite_store import SqliteStore

ONE = Publication("post", "profile", "x", "marker", "00", None, 1_000)


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    """An empty store in memory."""
    store = SqliteStore(None)
    yield store
    store.close()


def add_post(database: sqlite3.Connection, stage: str, marker: str = "marker") -> str:
    """Insert a post on the one profile in a stage, without the stage checks."""
    content = {"type": "STATUS", "profileIds": ["profile"], "briefing": {"markdown": marker}}
    post_id = insert_post(database, "workspace", content, 0)
    set_stage(database, post_id, stage, 0)
    return post_id


@pytest.mark.parametrize("statement", ["DELETE FROM publication", "UPDATE publication SET id = 9"])
def test_the_ledger_only_grows(store: SqliteStore, statement: str) -> None:
    """The table refuses to change or delete a row."""
    with store.transaction() as database:
        append_publication(database, ONE)
    with (
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
        store.transaction() as database,
    ):
        database.execute(statement)
    assert [row["marker"] for row in list_publications(store.connection)] == ["marker"]


def test_a_failed_transaction_leaves_no_trace(store: SqliteStore) -> None:
    """A transaction is stored completely or not at all."""

    def append_and_fail() -> None:
        with store.transaction() as database:
            append_publication(database, ONE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        append_and_fail()
    assert count_publications(store.connection) == 0


def test_two_publications_of_one_marker_on_one_profile_are_a_double(store: SqliteStore) -> None:
    """Another profile, another marker or no marker is not doubled."""
    with store.transaction() as database:
        append_publication(database, ONE)
        append_publication(database, replace(ONE, profile_id="other"))
        append_publication(database, replace(ONE, marker="other"))
        for _ in range(2):
            append_publication(database, replace(ONE, marker=""))
        assert count_doubled(database) == 0
        append_publication(database, replace(ONE, post_id="second"))
        assert count_doubled(database) == 1


def test_a_live_post_beside_a_publication_is_a_double(store: SqliteStore) -> None:
    """A scheduled post counts, unless it is deleted first; a draft does not."""
    with store.transaction() as database:
        append_publication(database, ONE)
        add_post(database, "DRAFT")
        assert count_doubled(database) == 0
        second = add_post(database, "SCHEDULED")
        assert count_doubled(database) == 1
        mark_deleted(database, second, 0)
        assert count_doubled(database) == 0
