"""Switches an organization off and on again, for the operator."""

from datetime import datetime

from sqlmodel import Session

from models.organizations import SocialSettings
from models.store.jobs import job_queue
from models.store.posts import may_go_out
from models.store.queue import queue_slots
from models.store.webhooks import endpoints
from models.task_names import JobKind
from scheduler.seating.replace_rules import set_next_slots
from scheduler.seating.scheduling_config import SchedulingConfig
from scheduler.seating.seat_backlog import seat_backlog


def suspend(
    session: Session,
    settings: SocialSettings,
    now: datetime,
    scheduling: SchedulingConfig,
    by: str,
) -> None:
    """Switch off; `by` says who does it. `settings` must be the locked row.

    No slot opens and nothing is handed over any more. Each post's job runs once: it takes the post
    off the provider's timer, and then sleeps.
    """
    if settings.suspended_at is None:
        settings.suspended_at = now
    settings.suspended_by = by
    _apply(session, settings, now, scheduling)


def resume(
    session: Session, settings: SocialSettings, now: datetime, scheduling: SchedulingConfig
) -> None:
    """Switch on again: posts whose slot passed meanwhile follow the policy for missed slots."""
    settings.suspended_at = settings.suspended_by = None
    _apply(session, settings, now, scheduling)
    for each in endpoints.list_all(session, settings.organization_id):
        endpoints.wake_pending_deliveries(session, each.id, now)
    seat_backlog(session, settings, now, scheduling)


def _apply(
    session: Session, settings: SocialSettings, now: datetime, scheduling: SchedulingConfig
) -> None:
    session.add(settings)
    rows = queue_slots.list_active(session, settings.organization_id)
    set_next_slots(session, settings, rows, now, scheduling.lead_time)
    unfinished = may_go_out.list_unfinished_ids(session, settings.organization_id)
    job_queue.wake(session, JobKind.POST, unfinished, now)
