"""Pausing and resuming an organization's queue."""

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
    """Stop the queue, or let it go on. `settings` must be the locked row.

    While it is paused no slot opens, nobody is seated, and no post of the queue is handed to the
    provider. What the provider's timer has already goes out. Resuming seats the backlog; slots
    that went by are for the policy on missed ones.
    """
    settings.is_paused = paused
    session.add(settings)
    rows = queue_slots.list_active(session, settings.organization_id)
    set_next_slots(session, settings, rows, now, scheduling.lead_time)
    if not paused:
        waiting = seats.queued_post_ids(session, settings.organization_id)
        job_queue.wake(session, JobKind.POST, waiting, now)
        seat_backlog(session, settings, now, scheduling)
