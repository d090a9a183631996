"""The job of a connection: copies the provider's profiles into our accounts, again and again."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from models.snapshot import ConnectionView
from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.store.posts import account_wakeups
from models.store.tenants import accounts, connections
from models.store.tenants.accounts import ConnectedProfile, SyncResult
from models.store.webhooks import outbox
from provider.errors import IncompleteList, ProviderError, Reconnect, RetryAfter
from provider.protocol import Profile
from worker.context import WorkerContext

log = logging.getLogger(__name__)
RETRY_DELAY = timedelta(seconds=2)
# Only a person can replace refused credentials. New ones make the job due at once.
RECONNECT_DELAY = timedelta(minutes=1)


async def sync_accounts(context: WorkerContext, claim: Claim) -> None:
    """Write the provider's profiles as accounts. The next run is after `accounts_interval`.

    Only a whole list shows that an account is gone.
    """
    connection = await context.run_fenced(claim, _release_if_blocked(claim))
    if connection is None:
        return
    is_complete, profiles = True, list[Profile]()
    try:
        provider = context.provider_for(connection, claim.organization_id)
        profiles = await provider.profiles()
    except IncompleteList as error:
        log.warning("accounts: %s", error)
        is_complete, profiles = False, list(error.items)
    except Reconnect as error:
        await context.run_fenced(claim, _hold_accounts(claim, error))
        return
    except ProviderError as error:
        await _retry_later(context, claim, error)
        return
    connected = [
        ConnectedProfile(p.id, p.platform, p.name, p.username, p.status_level, p.limits_by_name())
        for p in profiles
    ]

    def transaction(session: Session, now: datetime) -> None:
        synced = accounts.sync(session, claim.subject_id, connected, now, is_complete=is_complete)
        _wake_posts(session, claim.subject_id, synced, now)
        job_queue.release(session, claim, now + context.policy.accounts_interval, now)

    await context.run_fenced(claim, transaction)


def _wake_posts(session: Session, connection_id: str, synced: SyncResult, now: datetime) -> None:
    """Wake the posts that a change of the accounts concerns."""
    account_wakeups.wake_posts_of_accounts(session, synced.changed, now)
    account_wakeups.wake_held_posts(session, connection_id, now)
    # Last, because of the lock order: settings before endpoints.
    for account in synced.newly_unusable:
        outbox.enqueue_account_needs_attention(
            session, account.id, now, accounts.problem_of(account)
        )


def _release_if_blocked(claim: Claim) -> Callable[[Session, datetime], ConnectionView | None]:
    """A transaction that returns the connection. While it is blocked, it releases the job and
    returns None."""

    def transaction(session: Session, now: datetime) -> ConnectionView | None:
        if not connections.exists_connection(session, claim.subject_id):
            job_queue.remove(session, claim)  # its organization was deleted
            return None
        connection = connections.view(session, claim.subject_id)
        if connections.is_suspended(session, claim.subject_id):
            job_queue.release(session, claim, None, now)
            return None
        until = connection.blocked_until
        if until is None or until <= now:
            return connection
        job_queue.release(session, claim, until, now)
        return None

    return transaction


def _hold_accounts(claim: Claim, error: Reconnect) -> Callable[[Session, datetime], None]:
    """A transaction after a refusal: the accounts of an organization's own connection need its
    attention, and their posts wait and say so. The environment's are the operator's to mend."""

    def transaction(session: Session, now: datetime) -> None:
        log.warning("accounts: %s", error)
        refused = accounts.mark_refused(session, claim.subject_id)
        account_wakeups.wake_posts_of_accounts(session, refused, now)
        for account in refused:
            outbox.enqueue_account_needs_attention(
                session, account.id, now, accounts.problem_of(account)
            )
        job_queue.release(session, claim, now + RECONNECT_DELAY, now)

    return transaction


async def _retry_later(context: WorkerContext, claim: Claim, error: ProviderError) -> None:
    """Release the job until the next try. A RetryAfter blocks the connection for all workers."""

    def transaction(session: Session, now: datetime) -> None:
        retry_at = now + RETRY_DELAY
        if isinstance(error, RetryAfter):
            retry_at = now + max(RETRY_DELAY, timedelta(seconds=error.seconds))
            connections.block_connection(session, claim.subject_id, retry_at)
        job_queue.release(session, claim, retry_at, now)

    await context.run_fenced(claim, transaction)
