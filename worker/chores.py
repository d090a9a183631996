"""The jobs that are not posts: opening a slot, and keeping accounts in step with the provider."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from models.store import accounts, jobs, organizations, outbox, seats, waiting
from models.store.accounts import ConnectedProfile
from models.store.jobs import Claim
from provider.errors import ProviderError, Reconnect, RetryAfter
from scheduler import calendar
from scheduler.late import place_late
from worker.policy import Missed
from worker.tools import Tools

RETRY_DELAY = timedelta(seconds=2)
# Refused credentials can only be mended by a person; new ones make the job due at once.
REFUSED_DELAY = timedelta(minutes=1)


async def open_slot(tools: Tools, held: Claim) -> None:
    """Seat the backlog in what is free, because a slot opens. The firing itself stays recorded."""

    def transaction(session: Session, now: datetime) -> None:
        calendar.open_slot(session, int(held.subject_id), now, tools.policy.terms)
        jobs.remove(session, held)

    await tools.write(held, transaction)


async def arrange_queue(tools: Tools, held: Claim) -> None:
    """Give late posts their instants, and free seats to the backlog."""

    def transaction(session: Session, now: datetime) -> None:
        settings = seats.lock_organization(session, held.subject_id)
        place_late(session, settings, now, tools.policy.terms.late_spacing, _window(tools, now))
        calendar.seat(session, settings, now, tools.policy.terms)
        jobs.release(session, held, None, now)

    await tools.write(held, transaction)


def _window(tools: Tools, now: datetime) -> tuple[datetime | None, datetime]:
    """Due since when, and until when, a post counts as late; those before wait for a person."""
    policy = tools.policy
    since = None if policy.missed is Missed.PUBLISH_LATE else now - policy.missed_grace
    return since, now - policy.late_after


async def sync_accounts(tools: Tools, held: Claim) -> None:
    """Write the provider's profiles as accounts, now and again every interval."""
    blocked_until = await tools.write(held, _block_of(held))
    if blocked_until is not None:
        return
    try:
        profiles = await tools.provider_of(held.subject_id).profiles()
    except ProviderError as error:
        await _come_back(tools, held, error)
        return
    found = [
        ConnectedProfile(p.id, p.platform, p.name, p.username, p.status_level) for p in profiles
    ]

    def transaction(session: Session, now: datetime) -> None:
        _keep(session, held.subject_id, found, now)
        jobs.release(session, held, now + tools.policy.accounts_interval, now)

    await tools.write(held, transaction)


def _keep(
    session: Session, workspace_id: str, found: list[ConnectedProfile], now: datetime
) -> None:
    """Write what was found, and wake the posts that it concerns."""
    kept = accounts.sync(session, workspace_id, found, now)
    waiting.wake_posts_of_accounts(session, kept.changed, now)
    waiting.wake_held_posts(session, workspace_id, now)
    # Last: settings are locked before endpoints.
    for account in kept.newly_unusable:
        outbox.enqueue_account_needs_attention(
            session, account.id, now, accounts.problem_of(account)
        )


def _block_of(held: Claim) -> Callable[[Session, datetime], datetime | None]:
    """Let the job go until its workspace may be asked again; None when it may be asked now."""

    def transaction(session: Session, now: datetime) -> datetime | None:
        until = organizations.blocked_until(session, held.subject_id)
        if until is None or until <= now:
            return None
        jobs.release(session, held, until, now)
        return until

    return transaction


async def _come_back(tools: Tools, held: Claim, error: ProviderError) -> None:
    """Ask again soon; a provider that is too busy is left in peace by everybody."""

    def transaction(session: Session, now: datetime) -> None:
        again = now + (REFUSED_DELAY if isinstance(error, Reconnect) else RETRY_DELAY)
        if isinstance(error, RetryAfter):
            again = now + max(RETRY_DELAY, timedelta(seconds=error.seconds))
            organizations.block_workspace(session, held.subject_id, again)
        jobs.release(session, held, again, now)

    await tools.write(held, transaction)
