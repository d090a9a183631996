"""The job of an organization's queue: times for late posts, and free seats for the backlog."""

from datetime import datetime

from sqlmodel import Session

from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.store.tenants import organizations, social_settings
from scheduler.seating.late_posts import schedule_late_posts
from scheduler.seating.seat_backlog import seat_backlog
from worker.context import WorkerContext


async def arrange_queue(context: WorkerContext, claim: Claim) -> None:
    """Set the times at which late posts go out, and give free seats to the backlog."""

    def transaction(session: Session, now: datetime) -> None:
        if organizations.find_tenant(session, claim.subject_id) is None:
            job_queue.remove(session, claim)  # a worker has woken it just before the last deletion
            return
        settings = social_settings.lock_organization(session, claim.subject_id)
        if settings.suspended_at is not None:
            job_queue.release(session, claim, None, now)
            return
        schedule_late_posts(session, settings, now, context.policy.late_rules)
        seat_backlog(session, settings, now, context.policy.scheduling)
        job_queue.release(session, claim, None, now)

    await context.run_fenced(claim, transaction)
