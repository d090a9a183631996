"""The jobs that are not posts: opening a slot, and keeping accounts in step with the provider."""

from datetime import datetime, timedelta

from sqlmodel import Session

from models.store import jobs, organizations
from models.store.jobs import Claim
from models.store.organizations import ConnectedProfile
from provider.errors import ProviderError, RetryAfter
from scheduler import calendar
from worker.tools import Tools


async def open_slot(tools: Tools, held: Claim) -> None:
    """Seat the backlog in what is free, because a slot opens. The firing itself stays recorded."""

    def transaction(session: Session, now: datetime) -> None:
        calendar.open_slot(session, int(held.subject_id), now, tools.policy.lead_time)
        jobs.remove(session, held)

    await tools.write(held, transaction)


async def sync_accounts(tools: Tools, held: Claim) -> None:
    """Write the provider's profiles as accounts, now and again every interval."""
    try:
        profiles = await tools.provider_of(held.subject_id).profiles()
    except ProviderError as error:
        await _come_back(tools, held, _patience(error))
        return
    found = [
        ConnectedProfile(p.id, p.platform, p.name, p.username, p.status_level) for p in profiles
    ]

    def transaction(session: Session, now: datetime) -> None:
        organizations.keep_accounts(session, held.subject_id, found, now)
        jobs.release(session, held, now + tools.policy.accounts_interval, now)

    await tools.write(held, transaction)


def _patience(error: ProviderError) -> timedelta:
    return timedelta(seconds=error.seconds if isinstance(error, RetryAfter) else 2)


async def _come_back(tools: Tools, held: Claim, delay: timedelta) -> None:
    def transaction(session: Session, now: datetime) -> None:
        jobs.release(session, held, now + delay, now)

    await tools.write(held, transaction)
