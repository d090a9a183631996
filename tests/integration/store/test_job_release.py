"""Releasing a claim: until an instant or until a wake-up; no wake-up is lost."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

from models.database import Database
from models.store import clock
from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.task_names import JobKind
from tests.integration.store.row_factories import SLOT, add_job, claim_job, read_job
from tests.wait import wait_until

WAKERS = 4
WAKES = 40


def release(database: Database, held: Claim, wake_at: datetime | None) -> datetime:
    """Release in a transaction of its own; its now."""
    with database.write() as session:
        instant = clock.now(session)
        job_queue.release(session, held, wake_at, instant)
    return instant


def wake(database: Database) -> None:
    """Wake the one job."""
    with database.write() as session:
        job_queue.wake(session, JobKind.POST, ["subject-0"], clock.now(session))


def test_a_release_sets_the_next_wake_up(database: Database) -> None:
    """To the microsecond, whatever zone the instant was written in; None waits for a wake-up."""
    elsewhere = SLOT.astimezone(timezone(timedelta(hours=-7)))
    id_ = add_job(database)
    for given, kept in ((SLOT, SLOT), (elsewhere, SLOT), (None, None)):
        wake(database)
        release(database, claim_job(database, id_)[0], given)
        row = read_job(database, id_)
        assert row.wake_at == kept
        assert (row.claim, row.claim_expires_at, row.dispatched_at) == (None, None, None)
        assert claim_job(database, id_) == []


def test_a_wake_up_during_the_work_beats_the_release(database: Database) -> None:
    """The version is higher than at the claim, so the job is due at once."""
    id_ = add_job(database)
    held = claim_job(database, id_)[0]
    for given in (None, SLOT):
        wake(database)
        assert claim_job(database, id_) == []
        instant = release(database, held, given)
        assert read_job(database, id_).wake_at == instant
        before, held = held, claim_job(database, id_)[0]
        assert held.version == before.version + 1


def work(database: Database, id_: str, seen: list[int], stop: threading.Event) -> None:
    """A worker that claims, records the version and releases, until it is stopped."""
    dice = random.Random(1)
    while not stop.is_set():
        for held in claim_job(database, id_):
            time.sleep(dice.random() / 500)
            seen.append(held.version)
            release(database, held, None)


def wake_repeatedly(database: Database, seed: int) -> None:
    """Wake the job many times."""
    dice = random.Random(seed)
    for _ in range(WAKES):
        wake(database)
        time.sleep(dice.random() / 200)


def test_no_wake_up_is_lost_in_the_race_with_a_release(database: Database) -> None:
    """However wake-ups and releases interleave, a claim with the last version follows."""
    id_ = add_job(database)
    seen = [-1]
    stop = threading.Event()
    with ThreadPoolExecutor(WAKERS + 2) as pool:
        workers = [pool.submit(work, database, id_, seen, stop) for _ in range(2)]
        try:
            for waker in [pool.submit(wake_repeatedly, database, seed) for seed in range(WAKERS)]:
                waker.result()
            wait_until(
                lambda: read_job(database, id_).wake_at is None, 10, "the job to have no wake-up"
            )
        finally:
            stop.set()
        for worker in workers:
            worker.result()
    assert read_job(database, id_).version == WAKERS * WAKES
    assert max(seen) == WAKERS * WAKES
