"""The job of an organization's queue: times for late posts, and free seats for the backlog."""

from datetime import datetime

from sqlmodel import Session

from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.store.tenants import social_settings
from scheduler.seating.late_posts import schedule_late_posts
from scheduler.seating.seat_backlog import seat_backlog
from worker.context import WorkerContext
from worker.planner.policy import MissedPolicy


async def arrange_queue(context: WorkerContext, claim: Claim) -> None:
    """Set the times at which late posts go out, and give free seats to the backlog."""

    def transaction(session: Session, now: datetime) -> None:
        settings = social_settings.lock_organization(session, claim.subject_id)
        schedule_late_posts(
            session,
            settings,
            now,
            context.policy.scheduling.late_spacing,
            _late_window(context, now),
        )
        seat_backlog(session, settings, now, context.policy.scheduling)
        job_queue.release(session, claim, None, now)

    await context.run_fenced(claim, transaction)


def _late_window(context: WorkerContext, now: datetime) -> tuple[datetime | None, datetime]:
    """Posts that were due between these two times are late. Earlier ones wait for a person; None
    as the start means that there is no limit."""
    policy = context.policy
    since = None if policy.missed is MissedPolicy.PUBLISH_LATE else now - policy.missed_grace
    return since, now - policy.late_after
