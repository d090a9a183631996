"""Dispatch: which jobs go to the broker, how many, and when one is sent again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from models.database import Database, PollingConnection
from models.store import clock
from models.store.jobs import dispatching, job_queue
from models.store.jobs.due_work import DueWork, read_due_work
from models.task_names import JobKind
from tests.integration.store.row_factories import (
    LONG_TTL,
    add_job,
    add_jobs,
    claim_job,
    now,
    read_job,
)

RESEND = timedelta(seconds=15)
MOMENT = timedelta(milliseconds=1)


def dispatch(database: Database, at: datetime, window: int = 100) -> list[str]:
    """The ids that one beat dispatches at an instant."""
    with database.write() as session:
        return [id_ for _, id_ in dispatching.dispatch_due(session, at, window, RESEND)]


def find_due(database: Database, resend_after: timedelta = RESEND) -> DueWork:
    """What beat finds due."""
    with closing(PollingConnection(database)) as polling:
        return read_due_work(polling, resend_after)


def test_the_oldest_go_first_and_only_when_due(database: Database) -> None:
    """In the order of their wake-ups, and no future jobs."""
    at = now(database)
    ids = add_jobs(database, [at - MOMENT, at - 3 * MOMENT, at + MOMENT, at - 2 * MOMENT])
    seen = find_due(database)
    assert (seen.next_wake, seen.has_due_job) == (at - 3 * MOMENT, True)
    assert dispatch(database, at) == [ids[1], ids[3], ids[0]]
    assert dispatch(database, at + MOMENT) == [ids[2]]


def test_no_more_than_a_window_is_under_way(database: Database) -> None:
    """A full window sends nothing; each claim makes room for one more."""
    at = now(database) - LONG_TTL
    ids = add_jobs(database, [at + number * MOMENT for number in range(30)])
    at = now(database)
    assert dispatch(database, at, window=10) == ids[:10]
    assert dispatch(database, at, window=10) == []
    assert len(claim_job(database, *ids[:4])) == 4
    assert dispatch(database, at, window=10) == ids[10:14]


def test_a_large_window_is_filled_by_several_ticks(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No statement gets more ids than a database takes; the rest goes next."""
    monkeypatch.setattr(dispatching, "MAX_AT_ONCE", 4)
    at = now(database)
    ids = add_jobs(database, [at + number * MOMENT for number in range(6)])
    later = at + 6 * MOMENT
    assert [dispatch(database, later) for _ in range(3)] == [ids[:4], ids[4:], []]


def test_a_dispatch_that_nobody_claims_is_sent_again(database: Database) -> None:
    """After the time for a lost message, to the millisecond, and not before."""
    id_, at = add_job(database), now(database)
    assert dispatch(database, at) == [id_]
    assert not find_due(database, 100 * RESEND).has_due_job
    assert find_due(database, 0 * RESEND).has_due_job
    assert dispatch(database, at + RESEND - MOMENT) == []
    assert dispatch(database, at + RESEND) == [id_]
    assert dispatch(database, at + RESEND + MOMENT) == []


def test_a_claimed_job_stays_with_its_worker(database: Database) -> None:
    """Claimed jobs are not dispatched until their claim expires; then at once."""
    id_ = add_job(database)
    claim_job(database, id_, ttl=LONG_TTL)
    at = now(database)
    assert dispatch(database, at + LONG_TTL / 2) == []
    assert dispatch(database, at + LONG_TTL) == [id_]


def test_a_dispatch_that_the_broker_refused_is_undone(database: Database) -> None:
    """The job is due again at once; a job that was claimed after all stays claimed."""
    first, second = add_jobs(database, [now(database)] * 2)
    at = now(database)
    assert len(dispatch(database, at)) == 2
    held = claim_job(database, second)[0]
    with database.write() as session:
        job_queue.undo_dispatch(session, [first, second])
    assert read_job(database, second).claim == held.token
    assert dispatch(database, at + MOMENT) == [first]


def test_eight_beats_never_send_a_job_at_the_same_time(database: Database) -> None:
    """Each due job goes to exactly one of the beats that dispatch at once."""
    ids = add_jobs(database, [now(database)] * 400)
    at = now(database)
    barrier = threading.Barrier(8)

    def beat(_: int) -> list[str]:
        barrier.wait()
        return [id_ for _ in range(8) for id_ in dispatch(database, at, window=10_000)[:400]]

    with ThreadPoolExecutor(8) as pool:
        sent = [id_ for found in pool.map(beat, range(8)) for id_ in found]
    assert sorted(sent) == sorted(ids)


def test_several_beats_share_one_window(database: Database) -> None:
    """Unclaimed dispatches never exceed the window, however many beats fill it at once."""
    add_jobs(database, [now(database)] * 200)
    at = now(database)
    barrier = threading.Barrier(4)

    def beat(_: int) -> int:
        barrier.wait()
        return len(dispatch(database, at, window=20))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(beat, range(4))) <= 20


def test_undo_and_wake_do_not_deadlock(database: Database) -> None:
    """A beat without its broker and a seating that wakes the same jobs both finish."""
    ids = add_jobs(database, [now(database)] * 200)
    subjects = [f"subject-{number}" for number in range(200)]
    barrier = threading.Barrier(2)

    def undo() -> None:
        barrier.wait()
        for _ in range(80):
            with database.write() as session:
                job_queue.undo_dispatch(session, ids)

    def wake() -> None:
        barrier.wait()
        for _ in range(80):
            with database.write() as session:
                job_queue.wake(session, JobKind.POST, subjects[::-1], clock.now(session))

    with ThreadPoolExecutor(2) as pool:
        for work in [pool.submit(undo), pool.submit(wake)]:
            work.result()
    assert all(read_job(database, id_).version == 80 for id_ in ids)


def test_a_late_job_goes_out_beside_many_older_ones_of_another(database: Database) -> None:
    """While one organization has the whole window and more jobs due than it holds, the one job of
    another is dispatched at once; the first gets no more than its window."""
    at = now(database)
    flood = add_jobs(database, [at - LONG_TTL] * 60, "first")
    assert len(dispatch(database, at, window=20)) == 20
    late = add_jobs(database, [at], "late", "late-")
    assert dispatch(database, at, window=20) == late
    assert dispatch(database, at, window=20) == []
    assert {read_job(database, id_).dispatched_at is None for id_ in flood} == {True, False}


def test_the_lost_message_of_a_late_job_is_sent_again(database: Database) -> None:
    """A job whose message was lost is found behind many older ones of another organization."""
    at = now(database)
    add_jobs(database, [at - LONG_TTL] * 60, "first")
    dispatch(database, at, window=20)
    late = add_jobs(database, [at], "late", "late-")
    assert dispatch(database, at, window=20) == late
    assert late[0] in dispatch(database, at + RESEND, window=20)


def test_all_organizations_take_turns(database: Database) -> None:
    """Five organizations with more due than fits get equal parts, each its oldest first."""
    at = now(database)
    ids = {
        owner: add_jobs(database, [at + n * MOMENT - LONG_TTL for n in range(30)], owner, owner)
        for owner in "abcde"
    }
    sent = dispatch(database, at, window=40)
    for own in ids.values():
        parts = [id_ for id_ in sent if id_ in own]
        assert len(parts) in (9, 10)  # a place or two stay free for a sixth
        assert parts == own[: len(parts)]


def test_a_post_does_not_wait_for_slots_that_open_together(database: Database) -> None:
    """The rules of many organizations fire at the same minute, each of them more than the window
    lets through for it at a time: a later post of another is dispatched with the first of them."""
    at = now(database)
    with database.write() as session:
        for number in range(200):
            owner, subject = f"owner {number // 2}", str(number)
            job_queue.enqueue(session, JobKind.FIRING, subject, owner, at - RESEND)
    (post,) = add_jobs(database, [at], "late")
    sent = dispatch(database, at, window=20)
    assert post in sent
    assert len(sent) > 1
