"""Pauses and resumes an organization's queue."""

from datetime import datetime

from sqlmodel import Session

from models.organizations import SocialSettings
from models.store.jobs import job_queue
from models.store.queue import queue_slots, seats
from models.task_names import JobKind
from scheduler.seating.replace_rules import set_next_slots
from scheduler.seating.scheduling_config import SchedulingConfig
from scheduler.seating.seat_backlog import seat_backlog


def set_paused(
    session: Session,
    settings: SocialSettings,
    now: datetime,
    scheduling: SchedulingConfig,
    *,
    paused: bool,
) -> None:
    """Pause or resume the queue. `settings` must be the locked row.

    While it is paused no slot opens, no post gets a seat, and no queued post is scheduled at the
    provider. Posts that are scheduled there already go out. Resuming seats the backlog; for slots
    that passed meanwhile, the policy for missed slots decides.
    """
    settings.is_paused = paused
    session.add(settings)
    rows = queue_slots.list_active(session, settings.organization_id)
    set_next_slots(session, settings, rows, now, scheduling.lead_time)
    if not paused:
        waiting = seats.queued_post_ids(session, settings.organization_id)
        job_queue.wake(session, JobKind.POST, waiting, now)
        seat_backlog(session, settings, now, scheduling)
