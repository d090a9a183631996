"""The history of a post is deleted long after its end; its last row, with the reason, stays."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from media.open_storage import in_memory_storage
from models.database import Database
from models.ids import min_id_at
from models.posts import Post
from models.statuses import PostStatus
from models.store import clock
from models.store.jobs.job_queue import new_row
from models.store.posts import history, posts, retention
from models.store.tenants import organizations
from models.tables import ATTEMPT, FIRING, JOB, QUEUE_SLOT
from models.task_names import JobKind
from worker import pruning
from worker.pruning import PruneReport, prune

DAY = timedelta(days=1)
KEPT = 180 * DAY


class HistoryHarness:
    """An organization with posts of any age."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            self.owner = organizations.create(session, "Acme", "simulator")[0].id
        self._births = 0

    def post(self, status: PostStatus, age: timedelta, quiet: timedelta, rows: int = 4) -> str:
        """A post that was accepted so long ago, with so many history rows, the last of them so old;
        returns its id."""
        with self.database.write() as session:
            now = clock.now(session)
            self._births += 1
            id_ = f"{min_id_at(now - age)}{self._births:020x}"
            post = Post(
                id=id_, organization_id=self.owner, post_type="text",
                caption="a", platforms=["x"], publish_mode="draft", status=status, timezone="UTC",
                accepted_at=now - age,
            )  # fmt: skip
            posts.insert_all(session, [post], [], [])
            step = (age - quiet) / max(rows - 1, 1)
            for number in range(rows):
                at, outcome = now - age + number * step, f"row {number}"
                history.record(session, history.HistoryEntry(id_, id_, "step", outcome, at))
        return id_

    def rows(self, post_id: str) -> list[str]:
        """The outcomes in the rest of a post's history."""
        with self.database.read() as session:
            return [event.outcome for event in history.list_for_post(session, post_id)]

    def prune(self) -> PruneReport:
        """One run of the worker's pruning."""
        return prune(self.database, in_memory_storage(), KEPT)


@pytest.fixture
def history_harness(database: Database) -> HistoryHarness:
    """A history harness on each of the two databases."""
    return HistoryHarness(database)


def test_only_the_last_row_is_left_of_what_ended_long_ago(history_harness: HistoryHarness) -> None:
    """Ended, and nothing happened since: the last row stays. Posts that are running, wait for their
    author, or changed lately keep every row; and a second run finds nothing to do."""
    every = ["row 0", "row 1", "row 2", "row 3"]
    old, older = 200 * DAY, 400 * DAY
    gone = [
        history_harness.post(status, older, old)
        for status in (PostStatus.PUBLISHED, PostStatus.FAILED, PostStatus.CANCELLED)
    ]
    kept = [
        history_harness.post(PostStatus.PUBLISHED, 100 * DAY, 100 * DAY),
        history_harness.post(PostStatus.FAILED, older, DAY),
        history_harness.post(PostStatus.DRAFT, older, old),
        history_harness.post(PostStatus.SCHEDULED, older, old),
        history_harness.post(PostStatus.BACKLOG, older, old),
    ]
    assert history_harness.prune() == PruneReport(rows=9)
    assert [history_harness.rows(id_) for id_ in gone] == [["row 3"]] * 3
    assert [history_harness.rows(id_) for id_ in kept] == [every] * 5
    assert history_harness.prune() == PruneReport()


def test_a_post_that_lives_again_is_pruned_again(history_harness: HistoryHarness) -> None:
    """A post that was retried after its history was pruned has a new history, which is pruned in
    its turn."""
    id_ = history_harness.post(PostStatus.FAILED, 400 * DAY, 300 * DAY)
    history_harness.prune()
    with history_harness.database.write() as session:
        now = clock.now(session)
        for old, new in ((PostStatus.FAILED, PostStatus.PUBLISHING),
                         (PostStatus.PUBLISHING, PostStatus.PUBLISHED)):  # fmt: skip
            posts.set_status(session, id_, old, new, now - 200 * DAY, step="again")
    assert history_harness.rows(id_) == ["row 3", "publishing", "published"]
    assert history_harness.prune() == PruneReport(rows=2)
    assert history_harness.rows(id_) == ["published"]


def test_many_posts_go_in_batches(
    history_harness: HistoryHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run goes on while it has time; where it has none, it takes one batch and leaves the rest to
    the next run."""
    monkeypatch.setattr(pruning, "POSTS_PER_BATCH", 2)
    for _ in range(12):
        history_harness.post(PostStatus.PUBLISHED, 300 * DAY, 200 * DAY, rows=2)
    with monkeypatch.context() as patch:
        patch.setattr(pruning, "SECONDS_OF_A_KIND", 0)
        assert [history_harness.prune().rows for _ in range(2)] == [2, 2]
    assert [history_harness.prune().rows for _ in range(2)] == [8, 0]


def test_slots_that_opened_long_ago_are_forgotten(history_harness: HistoryHarness) -> None:
    """Past firings are deleted; not future ones, nor one whose job never ran."""
    with history_harness.database.write() as session:
        now, connection = clock.now(session), session.connection()
        rule = connection.execute(
            QUEUE_SLOT.insert().values(
                organization_id=history_harness.owner, rule="1 10:00", timezone="UTC"
            )
        ).inserted_primary_key[0]  # type: ignore[index]
        ids = []
        for ago in (400 * DAY, 300 * DAY, 200 * DAY, 100 * DAY):
            at = now - ago
            row = {"queue_slot_id": rule, "local_at": at.replace(tzinfo=None)}
            made = connection.execute(FIRING.insert().values(slot_at=at, fired_at=at, **row))
            ids.append(made.inserted_primary_key[0])  # type: ignore[index]
        job = new_row(JobKind.FIRING, str(ids[1]), history_harness.owner, now)
        connection.execute(JOB.insert().values(job))
    assert history_harness.prune() == PruneReport(rows=2)
    with history_harness.database.read() as session:
        left = session.connection().execute(select(FIRING.c.id).order_by(FIRING.c.id)).scalars()
        assert list(left) == [ids[1], ids[3]]


def test_nothing_goes_where_history_is_kept_for_ever(history_harness: HistoryHarness) -> None:
    """With a retention of 0 the worker prunes without an age, and every row stays."""
    history_harness.post(PostStatus.PUBLISHED, 900 * DAY, 900 * DAY)
    assert prune(history_harness.database, in_memory_storage(), None) == PruneReport()
    with history_harness.database.read() as session:
        count = session.connection().execute(select(func.count()).select_from(ATTEMPT)).scalar()
    assert count == 4


def test_what_was_pruned_is_not_looked_at_again(history_harness: HistoryHarness) -> None:
    """Both databases find the remaining posts by an index of those, however many there were."""
    for _ in range(300):
        history_harness.post(PostStatus.PUBLISHED, 300 * DAY, 200 * DAY, rows=1)
    history_harness.prune()
    plan = _plan(history_harness)
    assert "ix_post_unpruned" in plan
    assert not re.search(r"Seq Scan on (post|attempt)|SCAN (post|attempt)\b(?! USING)", plan), plan


def _plan(history_harness: HistoryHarness) -> str:
    """How the database finds the posts to prune."""
    seen: list[tuple[str, Any]] = []
    with history_harness.database.write() as session:
        connection = session.connection()
        if not history_harness.database.is_sqlite:
            connection.execute(text("ANALYZE post"))
            connection.execute(text("ANALYZE attempt"))
        query = retention._prunable_posts(clock.now(session) - KEPT, 100)
        compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
        word = "EXPLAIN QUERY PLAN" if history_harness.database.is_sqlite else "EXPLAIN"
        seen += [
            tuple(row)
            for row in connection.exec_driver_sql(f"{word} {compiled}".replace("%", "%%"))
        ]
    return "\n".join(str(row) for row in seen)
