"""Group commit: what the jobs of one transaction share, and what each has for itself."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlmodel import Session

from models.database import Database
from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim, ClaimLost
from models.store.sql import write_buffer
from models.tables import JOB
from tests.integration.store.row_factories import add_jobs, claim_job, now, read_job
from worker.group_commit import REPLAN, GroupCommit, Replan

TTL = timedelta(minutes=5)
LATER = timedelta(hours=1)
Run = Callable[..., list[Any]]


def release(held: Claim) -> Callable[[Session, datetime], str]:
    """Release the job for an hour; returns its id."""

    def then(session: Session, moment: datetime) -> str:
        job_queue.release(session, held, moment + LATER, moment)
        return held.job_id

    return then


def ignore(_session: Session, _held: list[Claim]) -> None:
    """These jobs have no posts to read."""


@pytest.fixture
def run(database: Database) -> Iterator[Run]:
    """Run functions for these claims, all at once; returns their results, or errors."""
    with ThreadPoolExecutor(4) as threads:

        def run(held: list[Claim], *thens: Callable[[Session, datetime], Any]) -> list[Any]:
            async def all_of_them() -> list[Any]:
                writer = GroupCommit(database, threads, TTL, ignore)
                work = (
                    writer.run(*each) for each in zip(held, [None] * len(held), thens, strict=True)
                )
                return await asyncio.gather(*work, return_exceptions=True)

            return asyncio.run(all_of_them())

        yield run


def claimed(database: Database, count: int) -> list[Claim]:
    """So many claimed jobs."""
    return claim_job(database, *add_jobs(database, [now(database)] * count))


def is_free(database: Database, held: Claim) -> bool:
    """Whether the job was released until later."""
    row: Any = read_job(database, held.job_id)
    return row.claim is None and row.wake_at > now(database)


def test_many_jobs_share_a_commit(database: Database, run: Run) -> None:
    """Each gets its own result, and all is written by one transaction."""
    held = claimed(database, 20)
    commits: list[object] = []
    event.listen(database.engine, "commit", commits.append)
    assert run(held, *map(release, held)) == [each.job_id for each in held]
    assert len(commits) == 1
    assert all(is_free(database, each) for each in held)


def test_a_lost_claim_is_told_to_its_own_job(database: Database, run: Run) -> None:
    """The other jobs of the transaction go on; the stolen job is as its new worker left it."""
    held = claimed(database, 5)
    with database.write() as session:
        stolen = update(JOB).where(JOB.c.id == held[2].job_id).values(claim="thief")
        session.connection().execute(stolen)
    results = run(held, *map(release, held))
    lost = [isinstance(result, ClaimLost) for result in results]
    assert lost == [False, False, True, False, False]
    assert [is_free(database, each) for each in held] == [not each for each in lost]
    row: Any = read_job(database, held[2].job_id)
    assert row.claim == "thief"


@pytest.mark.parametrize("where", ["function", "database"])
def test_a_function_that_fails_fails_alone(database: Database, run: Run, where: str) -> None:
    """If it raises itself, or if the database refuses its SQL."""
    held = claimed(database, 5)

    def broken(session: Session, moment: datetime) -> None:
        if where == "function":
            raise LookupError
        write_buffer.update_row(session, JOB, held[3].job_id, {"kind": None})
        release(held[3])(session, moment)

    thens: list[Callable[[Session, datetime], Any]] = [release(each) for each in held]
    thens[3] = broken
    results = run(held, *thens)
    assert [isinstance(each, Exception) for each in results] == [False, False, False, True, False]
    assert [is_free(database, each) for each in held] == [True, True, True, False, True]
    row: Any = read_job(database, held[3].job_id)
    assert row.claim == held[3].token


def test_a_job_that_somebody_writes_keeps_nobody_waiting(postgres_database: Database) -> None:
    """Its own transaction waits for the locked row; that of the others does not."""
    held = claimed(postgres_database, 3)
    done = threading.Event()
    with ThreadPoolExecutor(4) as threads:

        async def work() -> None:
            writer = GroupCommit(postgres_database, threads, TTL, ignore)
            slow, *quick = (
                asyncio.ensure_future(writer.run(each, None, release(each))) for each in held
            )
            await asyncio.gather(*quick)
            assert not slow.done()
            done.set()
            await slow

        with postgres_database.write() as session:
            locked = update(JOB).where(JOB.c.id == held[0].job_id).values(version=JOB.c.version + 1)
            session.connection().execute(locked)
            running = threads.submit(asyncio.run, work())
            assert done.wait(60)
        running.result()
    row: Any = read_job(postgres_database, held[0].job_id)
    assert row.claim is None
    assert row.wake_at <= now(postgres_database)  # its version has moved: it is due at once


def test_again_comes_after_what_was_written(database: Database, run: Run) -> None:
    """A function that returns REPLAN sees what it wrote before."""
    (held,) = claimed(database, 1)
    seen = []

    def then(session: Session, _moment: datetime) -> str | Replan:
        row = session.connection().execute(JOB.select().where(JOB.c.id == held.job_id)).one()
        seen.append(row.rescues)
        if row.rescues == 2:
            return "done"
        write_buffer.update_row(session, JOB, held.job_id, {"rescues": row.rescues + 1})
        return REPLAN

    assert run([held], then) == ["done"]
    assert seen == [0, 1, 2]


def test_two_orders_for_a_job_meet_a_fence_each(database: Database, run: Run) -> None:
    """The first releases the job, so the second must write nothing any more."""
    (held,) = claimed(database, 1)
    first, second = run([held, held], release(held), release(held))
    assert first == held.job_id
    assert isinstance(second, ClaimLost)
