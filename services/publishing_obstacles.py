"""What keeps an organization's posts from going out: no beat, no worker, or no provider.

The pages show it to everybody, so that nobody waits for posts that cannot go out.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from models.ids import created_at
from models.store import clock
from models.store.jobs.publishing_state import PublishingState, read_publishing_state
from models.task_names import ACCOUNTS_INTERVAL
from services.context import AppContext

# Beat and worker often start together with the pages: for so long (s) their absence says nothing.
STARTUP_GRACE = 15.0
# During an outage the workspace is blocked again and again, with calls between. A block counts for
# a little longer, unless the provider has answered since, so that the page does not flicker.
BLOCK_HOLD = timedelta(seconds=20)
# A single call that failed is repeated within seconds, and says nothing yet.
SILENCE_MARGIN = timedelta(seconds=30)


class ObstacleKind(StrEnum):
    """What is missing."""

    NO_WORKER = "no_worker"
    NO_BEAT = "no_beat"
    NO_PROCESS = "no_process"
    CREDENTIALS_REFUSED = "credentials_refused"
    PROVIDER_BLOCKED = "provider_blocked"
    PROVIDER_SILENT = "provider_silent"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`since`: when the process was last seen, when the provider last answered the question for its
    accounts, or since when it refuses the credentials; None if that was never or is forgotten."""

    kind: ObstacleKind
    since: datetime | None


def load_obstacles(
    session: Session, context: AppContext, organization_id: str
) -> tuple[Obstacle, ...]:
    """What keeps the organization's posts from going out at the moment."""
    state = read_publishing_state(session, organization_id, context.provider)
    if state is None:
        return ()
    is_starting = time.monotonic() - context.started_at < STARTUP_GRACE
    return tuple(find_obstacles(state, clock.now(session), is_starting=is_starting))


def find_obstacles(
    state: PublishingState, now: datetime, *, is_starting: bool = False
) -> Iterator[Obstacle]:
    """The obstacles in this state. `is_starting`: this process has only just started."""
    missing = [] if is_starting else state.missing_kinds(now)
    if len(missing) > 1:
        seen = [at for at in (state.beat, state.worker) if at]
        yield Obstacle(ObstacleKind.NO_PROCESS, max(seen, default=None))
    elif "worker" in missing:
        yield Obstacle(ObstacleKind.NO_WORKER, state.worker)
    elif "beat" in missing:
        yield Obstacle(ObstacleKind.NO_BEAT, state.beat)
    if state.refused_at is not None:
        yield Obstacle(ObstacleKind.CREDENTIALS_REFUSED, state.refused_at)
    elif _is_blocked(state, now):
        yield Obstacle(ObstacleKind.PROVIDER_BLOCKED, state.synced_at)
    elif not missing and not is_starting and _is_silent(state, now):  # else nobody asks
        yield Obstacle(ObstacleKind.PROVIDER_SILENT, state.synced_at)


def _is_blocked(state: PublishingState, now: datetime) -> bool:
    """Whether no calls go to the provider, or did until just now without an answer since."""
    until = state.blocked_until
    if until is None or until <= now - BLOCK_HOLD:
        return False
    has_answered = state.synced_at is not None and state.synced_at >= until
    return until > now or not has_answered


def _is_silent(state: PublishingState, now: datetime) -> bool:
    """Whether the provider's accounts should have been read, and trying has failed.

    A job that failed has another wake-up than the one that was set before.
    """
    due = _sync_due_at(state)
    if due is None or now <= due + SILENCE_MARGIN or state.next_sync_at is None:
        return False
    return state.next_sync_at > due + timedelta(seconds=1)


def _sync_due_at(state: PublishingState) -> datetime | None:
    """When the accounts were due to be read again, or for the first time."""
    if state.workspace_id is None:
        return None
    if state.synced_at is not None:
        return state.synced_at + ACCOUNTS_INTERVAL
    created = created_at(state.workspace_id)
    return max(created, state.credentials_at) if state.credentials_at else created
