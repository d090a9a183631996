"""The job that deletes an organization: takes its posts back from their providers, then deletes its
files and rows.

Each transaction is short, and each run goes on where the last one ended: what is done is known from
the rows alone. It waits for the providers, and for a person where a post may still go out.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from media.object_storage import StorageUnavailable
from models.organizations import SocialSettings
from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.store.posts import cancellation, may_go_out
from models.store.posts.may_go_out import PossiblePublication
from models.store.tenants import deletion, social_settings
from worker.context import WorkerContext
from worker.media_fetch.disk_threads import in_disk_thread

log = logging.getLogger(__name__)
CANCEL_BATCH = 50
# How many posts that may still go out are named in the log.
MAX_NAMED = 1_000
# A forced deletion waits no longer for the providers.
FORCED_WAIT = timedelta(minutes=5)
RETRY_DELAY = timedelta(seconds=5)
MIN_DELAY, MAX_DELAY = timedelta(seconds=0.5), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Obstacles:
    """The posts that are being taken back, and what may still go out. `must_wait`: the deletion
    goes on later."""

    cancelling: int
    named: list[PossiblePublication]
    must_wait: bool


async def delete_organization(context: WorkerContext, claim: Claim) -> None:
    """Go on with the deletion until it is complete or has to wait."""
    organization_id = claim.subject_id

    def cancel_some(session: Session, now: datetime) -> int:
        social_settings.lock_organization(session, organization_id)
        return cancellation.cancel_batch(session, organization_id, now, CANCEL_BATCH)

    while await context.run_fenced(claim, cancel_some):
        pass
    obstacles = await context.run_fenced(claim, partial(_read_obstacles, claim))
    if obstacles.must_wait:
        return
    for each in obstacles.named:
        log.warning("the organization is deleted; this may still go out: %s", each)
    await _delete_rows(context, claim)
    try:
        await _delete_files(context, claim)
    except StorageUnavailable as error:
        log.warning("the storage of files does not answer: %s", error)
        await context.run_fenced(claim, partial(_try_again, claim))
        return
    await _finish(context, claim)


def _try_again(claim: Claim, session: Session, now: datetime) -> None:
    job_queue.release(session, claim, now + RETRY_DELAY, now)


def _read_obstacles(claim: Claim, session: Session, now: datetime) -> Obstacles:
    """What the deletion has to wait for; it releases the job where it must wait."""
    settings = social_settings.lock_organization(session, claim.subject_id)
    cancelling = may_go_out.count_cancelling(session, claim.subject_id)
    named = may_go_out.list_possible(session, claim.subject_id, MAX_NAMED)
    must_wait = _must_wait(settings, cancelling, len(named), now)
    if must_wait:
        age = now - (settings.deletion_at or now)
        job_queue.release(session, claim, now + min(max(age / 10, MIN_DELAY), MAX_DELAY), now)
    return Obstacles(cancelling, named, must_wait)


def _must_wait(settings: SocialSettings, cancelling: int, named: int, now: datetime) -> bool:
    if not settings.is_deletion_forced:
        return cancelling > 0 or named > 0
    return cancelling > 0 and now < (settings.deletion_at or now) + FORCED_WAIT


async def _delete_rows(context: WorkerContext, claim: Claim) -> None:
    def delete_some(session: Session, _now: datetime) -> int:
        social_settings.lock_organization(session, claim.subject_id)
        return deletion.delete_batch(session, claim.subject_id)

    while await context.run_fenced(claim, delete_some):
        pass


async def _delete_files(context: WorkerContext, claim: Claim) -> None:
    """From the storage first: a crash then leaves a row, and not a file that nobody knows."""

    def list_some(session: Session, _now: datetime) -> list[str]:
        return deletion.list_files(session, claim.subject_id)

    while ids := await context.run_fenced(claim, list_some):
        # Not in the threads for transactions: a slow storage would hold one of them.
        await in_disk_thread(context.fetcher.storage.delete, ids)
        await context.run_fenced(claim, partial(_delete_file_rows, ids))


def _delete_file_rows(ids: list[str], session: Session, _now: datetime) -> None:
    deletion.delete_files(session, ids)


async def _finish(context: WorkerContext, claim: Claim) -> None:
    """Delete the organization and this job. Where a request has added a row meanwhile, the job
    starts again."""

    def finish(session: Session, _now: datetime) -> str | None:
        settings = social_settings.lock_organization(session, claim.subject_id)
        by = settings.suspended_by
        deletion.delete_last(session, claim.subject_id)
        job_queue.remove(session, claim)
        return by

    try:
        by = await context.run_fenced(claim, finish)
    except IntegrityError:
        await context.run_fenced(claim, partial(_try_again, claim))
        return
    log.info("organization: deleted for %s", by, extra={"outcome": "deleted", "by": by})
