"""The job of a firing: a slot opens, and the backlog takes its free seats."""

from datetime import datetime

from sqlmodel import Session

from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from scheduler.seating.seat_backlog import seat_backlog_for_slot
from worker.context import WorkerContext


async def open_slot(context: WorkerContext, claim: Claim) -> None:
    """Seat the backlog in the free seats, and delete the job. The firing's row stays."""

    def transaction(session: Session, now: datetime) -> None:
        seat_backlog_for_slot(session, int(claim.subject_id), now, context.policy.scheduling)
        job_queue.remove(session, claim)

    await context.run_fenced(claim, transaction)
