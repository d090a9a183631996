"""The jobs that are not posts: opening a slot, and keeping accounts in step with the provider."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.store.posts import account_wakeups
from models.store.queue import seats
from models.store.tenants import accounts, organizations
from models.store.tenants.accounts import ConnectedProfile
from models.store.webhooks import outbox
from provider.errors import ProviderError, Reconnect, RetryAfter
from scheduler.seating.late_posts import schedule_late_posts
from scheduler.seating.seat_backlog import seat_backlog, seat_backlog_for_slot
from worker.context import WorkerContext
from worker.planner.policy import MissedPolicy

RETRY_DELAY = timedelta(seconds=2)
# Refused credentials can only be mended by a person; new ones make the job due at once.
RECONNECT_DELAY = timedelta(minutes=1)


async def open_slot(context: WorkerContext, claim: Claim) -> None:
    """Seat the backlog in what is free, because a slot opens. The firing itself stays recorded."""

    def transaction(session: Session, now: datetime) -> None:
        seat_backlog_for_slot(session, int(claim.subject_id), now, context.policy.scheduling)
        job_queue.remove(session, claim)

    await context.run_fenced(claim, transaction)


async def arrange_queue(context: WorkerContext, claim: Claim) -> None:
    """Give late posts their instants, and free seats to the backlog."""

    def transaction(session: Session, now: datetime) -> None:
        settings = seats.lock_organization(session, claim.subject_id)
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
    """Due since when, and until when, a post counts as late; those before wait for a person."""
    policy = context.policy
    since = None if policy.missed is MissedPolicy.PUBLISH_LATE else now - policy.missed_grace
    return since, now - policy.late_after


async def sync_accounts(context: WorkerContext, claim: Claim) -> None:
    """Write the provider's profiles as accounts, now and again every interval."""
    blocked_until = await context.run_fenced(claim, _release_if_blocked(claim))
    if blocked_until is not None:
        return
    try:
        profiles = await context.provider_for(claim.subject_id).profiles()
    except ProviderError as error:
        await _retry_later(context, claim, error)
        return
    found = [
        ConnectedProfile(p.id, p.platform, p.name, p.username, p.status_level) for p in profiles
    ]

    def transaction(session: Session, now: datetime) -> None:
        _write_accounts(session, claim.subject_id, found, now)
        job_queue.release(session, claim, now + context.policy.accounts_interval, now)

    await context.run_fenced(claim, transaction)


def _write_accounts(
    session: Session, workspace_id: str, found: list[ConnectedProfile], now: datetime
) -> None:
    """Write what was found, and wake the posts that it concerns."""
    synced = accounts.sync(session, workspace_id, found, now)
    account_wakeups.wake_posts_of_accounts(session, synced.changed, now)
    account_wakeups.wake_held_posts(session, workspace_id, now)
    # Last: settings are locked before endpoints.
    for account in synced.newly_unusable:
        outbox.enqueue_account_needs_attention(
            session, account.id, now, accounts.problem_of(account)
        )


def _release_if_blocked(claim: Claim) -> Callable[[Session, datetime], datetime | None]:
    """Let the job go until its workspace may be asked again; None when it may be asked now."""

    def transaction(session: Session, now: datetime) -> datetime | None:
        until = organizations.blocked_until(session, claim.subject_id)
        if until is None or until <= now:
            return None
        job_queue.release(session, claim, until, now)
        return until

    return transaction


async def _retry_later(context: WorkerContext, claim: Claim, error: ProviderError) -> None:
    """Ask again soon; a provider that is too busy is left in peace by everybody."""

    def transaction(session: Session, now: datetime) -> None:
        retry_at = now + (RECONNECT_DELAY if isinstance(error, Reconnect) else RETRY_DELAY)
        if isinstance(error, RetryAfter):
            retry_at = now + max(RETRY_DELAY, timedelta(seconds=error.seconds))
            organizations.block_workspace(session, claim.subject_id, retry_at)
        job_queue.release(session, claim, retry_at, now)

    await context.run_fenced(claim, transaction)
