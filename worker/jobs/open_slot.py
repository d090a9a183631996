"""The job of a firing: a slot opens, and the backlog takes its free seats."""

from datetime import datetime

from sqlmodel import Session

from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from scheduler.seating.seat_backlog import has_posts_for_slot, seat_backlog_for_slot
from worker.context import WorkerContext


async def open_slot(context: WorkerContext, claim: Claim) -> None:
    """Seat the backlog in the free seats, and delete the job. The firing's row stays.

    Mostly nobody waits, and all rules of Monday 09:00 fire together: those jobs share transactions.
    Seating locks the organization's settings, so it has a transaction of its own.
    """
    firing_id = int(claim.subject_id)

    def end_without_seating(session: Session, now: datetime) -> bool:
        if has_posts_for_slot(session, firing_id, now):
            return False
        job_queue.remove(session, claim)
        return True

    def transaction(session: Session, now: datetime) -> None:
        seat_backlog_for_slot(session, firing_id, now, context.policy.scheduling)
        job_queue.remove(session, claim)

    if not await context.run_grouped(claim, None, end_without_seating):
        await context.run_fenced(claim, transaction)
