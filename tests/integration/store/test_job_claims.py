"""Claims: one worker at a time, rescue after expiry, and a fence before every write."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from models import tables
from models.database import Database
from models.store import clock
from models.store.jobs import heartbeats, job_queue
from models.store.jobs.job_queue import Claim, ClaimLost
from models.task_names import JobKind
from tests.integration.store.row_factories import (
    LONG_TTL,
    add_job,
    add_jobs,
    claim_job,
    now,
    read_job,
    set_job,
)

THREADS = 8
JOBS = 500
RENEWED = timedelta(minutes=5)


def test_eight_claimers_share_500_jobs_without_a_deadlock(database: Database) -> None:
    """Overlapping blocks in any order: no deadlock, and every job has exactly one claim."""
    ids = add_jobs(database, [now(database)] * JOBS)
    barrier = threading.Barrier(THREADS)

    def work(seed: int) -> list[Claim]:
        mine = list(ids)
        random.Random(seed).shuffle(mine)
        barrier.wait()
        held: list[Claim] = []
        for start in range(0, JOBS, 23):
            held += claim_job(database, *mine[start : start + 40])
        return held

    with ThreadPoolExecutor(THREADS) as pool:
        found = [held for claims in pool.map(work, range(THREADS)) for held in claims]
    assert sorted(held.job_id for held in found) == sorted(ids)
    assert all(read_job(database, held.job_id).claim == held.token for held in found)
    assert {held.rescues for held in found} == {0}


def test_only_what_is_due_and_free_is_claimed(database: Database) -> None:
    """A future job, one without a wake-up, a claimed one and an unknown one are skipped."""
    instant = now(database)
    due, later, asleep, held = add_jobs(
        database, [instant, instant + LONG_TTL, instant, instant - LONG_TTL]
    )
    set_job(database, asleep, wake_at=None)
    claim_job(database, held)
    found = claim_job(database, due, later, asleep, held, "unknown")
    assert [(each.job_id, each.kind, each.subject_id) for each in found] == [
        (due, JobKind.POST, "subject-0")
    ]


def test_an_expired_claim_is_taken_over_and_counted(database: Database) -> None:
    """Each worker that dies with a claim adds a rescue; a release clears the count."""
    id_ = add_job(database)
    held = claim_job(database, id_)[0]
    assert claim_job(database, id_) == []
    for rescues in (1, 2):
        set_job(database, id_, claim_expires_at=now(database))
        before, held = held, claim_job(database, id_)[0]
        assert (held.rescues, held.token == before.token) == (rescues, False)
    with database.write() as session:
        job_queue.release(session, held, None, clock.now(session))
    assert read_job(database, id_).rescues == 0


def test_a_claim_that_is_renewed_does_not_expire(database: Database) -> None:
    """The fence of every transaction renews the claim, so no other worker takes the job."""
    id_ = add_job(database)
    held = claim_job(database, id_)[0]
    for _ in range(2):
        set_job(database, id_, claim_expires_at=now(database))
        with database.write() as session:
            read = job_queue.fence(session, held, RENEWED)
        assert claim_job(database, id_) == []
        assert read_job(database, id_).claim_expires_at == read + RENEWED


def write_late(database: Database, held: Claim) -> None:
    """A worker's transaction, with a write that came before the fence."""
    with database.write() as session:
        heartbeats.record(session, "zombie", "worker", clock.now(session))
        job_queue.fence(session, held, LONG_TTL)


def test_a_lost_claim_writes_nothing(database: Database) -> None:
    """The fence raises ClaimLost, and no row of the transaction changes."""
    id_ = add_job(database)
    old = claim_job(database, id_)[0]
    set_job(database, id_, claim_expires_at=now(database))
    new = claim_job(database, id_)[0]
    before = read_job(database, id_)
    with pytest.raises(ClaimLost):
        write_late(database, old)
    with database.write() as session:
        job_queue.release(session, old, None, clock.now(session))
        job_queue.remove(session, old)
        assert session.connection().execute(tables.HEARTBEAT.select()).all() == []
    assert read_job(database, id_) == before
    assert before.claim == new.token


def test_a_zombie_and_its_rescuer_never_both_write(database: Database) -> None:
    """Many times over: at the moment of the take-over exactly one side passes the fence."""
    for _ in range(25):
        id_ = add_job(database)
        old = claim_job(database, id_)[0]
        set_job(database, id_, claim_expires_at=now(database))
        barrier = threading.Barrier(2)

        def zombie(held: Claim = old, gate: threading.Barrier = barrier) -> bool:
            gate.wait()
            try:
                with database.write() as session:
                    job_queue.fence(session, held, LONG_TTL)
            except ClaimLost:
                return False
            return True

        def rescuer(job_id: str = id_, gate: threading.Barrier = barrier) -> bool:
            gate.wait()
            return bool(claim_job(database, job_id))

        with ThreadPoolExecutor(2) as pool:
            outcomes = [pool.submit(zombie), pool.submit(rescuer)]
            assert sum(each.result() for each in outcomes) == 1
        with database.write() as session:
            session.connection().execute(tables.JOB.delete())
