"""The jobs that are not posts: opening a slot, and keeping accounts in step with the provider."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from models.store import jobs, organizations
from models.store.jobs import Claim
from models.store.organizations import ConnectedProfile
from provider.errors import ProviderError, RetryAfter
from scheduler import calendar
from worker.tools import Tools

RETRY_DELAY = timedelta(seconds=2)


async def open_slot(tools: Tools, held: Claim) -> None:
    """Seat the backlog in what is free, because a slot opens. The firing itself stays recorded."""

    def transaction(session: Session, now: datetime) -> None:
        calendar.open_slot(session, int(held.subject_id), now, tools.policy.lead_time)
        jobs.remove(session, held)

    await tools.write(held, transaction)


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
        organizations.keep_accounts(session, held.subject_id, found, now)
        jobs.release(session, held, now + tools.policy.accounts_interval, now)

    await tools.write(held, transaction)


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
        again = now + RETRY_DELAY
        if isinstance(error, RetryAfter):
            again = now + max(RETRY_DELAY, timedelta(seconds=error.seconds))
            organizations.block_workspace(session, held.subject_id, again)
        jobs.release(session, held, again, now)

    await tools.write(held, transaction)
