"""A full disk: the simulator refuses calls, lives on, and goes on when there is room."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from simulator import state
from simulator.sqlite_store import SqliteStore
from tests.simulator.test_publishing import instant, run_simulator
from tests.wait import wait_until

NO_MORE_PAGES, MANY_PAGES = 1, 1_000_000


class FillableStore(SqliteStore):
    """A store whose disk is full while `is_full` is set."""

    is_full = threading.Event()
    failures = 0

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """As the store's own, with as much room as the disk has."""
        pages = NO_MORE_PAGES if self.is_full.is_set() else MANY_PAGES
        self.connection.execute(f"PRAGMA max_page_count = {pages}")
        try:
            with super().transaction() as database:
                if self.is_full.is_set():
                    database.execute("CREATE TABLE more (text)")
                yield database
        except sqlite3.OperationalError:
            FillableStore.failures += 1
            raise


def test_a_full_disk_is_answered_and_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls get a 503 while it is full, and the publisher tries again: afterwards a post that was
    due meanwhile is published, through the same port."""
    monkeypatch.setattr(state, "SqliteStore", FillableStore)
    media = {"destinationType": "POST_MEDIA", "name": "a.jpg"}
    with run_simulator() as client:
        post_id = client.create(publishAt=instant(1))
        assert client.stage(post_id, "schedule").status_code == 200
        FillableStore.is_full.set()
        try:
            assert client.call("POST", "media", json=media).status_code == 503
            FillableStore.failures = 0
            wait_until(lambda: FillableStore.failures >= 2, 30, "the publisher to try again")
        finally:
            FillableStore.is_full.clear()
        assert client.wait_for_stage(post_id, "PUBLISHED")["id"] == post_id
