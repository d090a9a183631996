"""What keeps an organization's posts from going out: no beat, no worker, no provider, an account
that must be connected again, a paused queue, or other late posts before them.

The pages show the most important one to everybody, so that nobody waits for posts that cannot go
out.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from sqlmodel import Session

from models.ids import created_at
from models.store import clock
from models.store.jobs.publishing_state import (
    ConnectionState,
    PublishingState,
    read_publishing_state,
)
from models.store.posts.overdue_posts import LateQueue, late_queue
from models.store.tenants import accounts
from models.store.tenants.accounts import NamedAccount, needs_attention
from models.task_names import ACCOUNTS_INTERVAL
from services.context import AppContext

# Beat and worker often start together with the pages: for so long (s) their absence says nothing.
STARTUP_GRACE = 15.0
# During an outage the connection is blocked again and again, with calls between. A block counts for
# a little longer, unless the provider has answered since, so that the page does not flicker.
BLOCK_HOLD = timedelta(seconds=20)
# A single call that failed is repeated within seconds, and says nothing yet.
SILENCE_MARGIN = timedelta(seconds=30)


class ObstacleKind(StrEnum):
    """What is missing, the most important first."""

    NO_PROCESS = "no_process"
    NO_WORKER = "no_worker"
    NO_BEAT = "no_beat"
    SWITCHED_OFF = "switched_off"
    CREDENTIALS_REFUSED = "credentials_refused"
    ACCOUNT_REFUSED = "account_refused"
    PROVIDER_SILENT = "provider_silent"
    PROVIDER_BLOCKED = "provider_blocked"
    QUEUE_PAUSED = "queue_paused"
    LATE_POSTS = "late_posts"


IMPORTANCE = {kind: place for place, kind in enumerate(ObstacleKind)}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`since`: when the process was last seen, when the provider last answered the question for its
    accounts, or since when it refuses the credentials; None if that was never or is forgotten.
    `provider`: of the connection that is meant; `is_own`: its credentials are the organization's.
    `accounts`: networks and names of those that are meant. Of late posts: how many wait for their
    turn, and until when."""

    kind: ObstacleKind
    since: datetime | None
    provider: str | None = None
    posts: int = 0
    until: datetime | None = None
    is_own: bool = False
    accounts: tuple[tuple[str, str], ...] = ()
    connection_id: str = ""

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks of its accounts, each once."""
        return tuple(dict.fromkeys(platform for platform, _ in self.accounts))


def load_obstacles(
    session: Session, context: AppContext, organization_id: str
) -> tuple[Obstacle, ...]:
    """What keeps the organization's posts from going out at the moment."""
    state = read_publishing_state(session, organization_id)
    if state is None:
        return ()
    now = clock.now(session)
    is_starting = time.monotonic() - context.started_at < STARTUP_GRACE
    found = [
        *find_obstacles(state, now, is_starting=is_starting),
        *_late_posts(late_queue(session, now, organization_id)),
    ]
    return tuple(add_accounts(found, accounts.list_named(session, organization_id)))


def add_accounts(found: Iterable[Obstacle], known: Sequence[NamedAccount]) -> list[Obstacle]:
    """The obstacles, the most important first: those at a connection with its accounts, and those
    of single accounts, which must be connected again or need attention at the provider."""
    named = [
        replace(
            each,
            accounts=tuple(
                (a.platform, a.name) for a in known if a.connection_id == each.connection_id
            ),
        )
        for each in found
    ]
    refused = {
        each.connection_id for each in named if each.kind is ObstacleKind.CREDENTIALS_REFUSED
    }
    troubled = [
        (each.platform, each.name)
        for each in known
        if needs_attention(each.status_level) and each.connection_id not in refused
    ]
    if troubled:
        named.append(Obstacle(ObstacleKind.ACCOUNT_REFUSED, None, accounts=tuple(troubled)))
    return sorted(named, key=lambda each: IMPORTANCE[each.kind])


def _late_posts(late: LateQueue) -> Iterator[Obstacle]:
    if late.last_at is not None:
        kind = ObstacleKind.LATE_POSTS
        yield Obstacle(kind, None, posts=late.posts, until=late.last_at)


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
    if not state.is_enabled:
        yield Obstacle(ObstacleKind.SWITCHED_OFF, None)
    if state.is_paused:
        yield Obstacle(ObstacleKind.QUEUE_PAUSED, None)
    is_asked = not missing and not is_starting
    for connection in state.connections:
        yield from _find_at(connection, now, is_asked=is_asked)


def _find_at(connection: ConnectionState, now: datetime, *, is_asked: bool) -> Iterator[Obstacle]:
    """The obstacle at a connection, if there is one. `is_asked`: somebody calls its provider."""
    at = partial(
        Obstacle,
        provider=connection.provider,
        is_own=connection.is_own,
        connection_id=connection.id,
    )
    if connection.refused_at is not None:
        yield at(ObstacleKind.CREDENTIALS_REFUSED, connection.refused_at)
    elif _is_blocked(connection, now):
        yield at(ObstacleKind.PROVIDER_BLOCKED, connection.synced_at)
    elif is_asked and _is_silent(connection, now):
        yield at(ObstacleKind.PROVIDER_SILENT, connection.synced_at)


def _is_blocked(connection: ConnectionState, now: datetime) -> bool:
    """Whether no calls go to the provider, or did until just now without an answer since."""
    until = connection.blocked_until
    if until is None or until <= now - BLOCK_HOLD:
        return False
    has_answered = connection.synced_at is not None and connection.synced_at >= until
    return until > now or not has_answered


def _is_silent(connection: ConnectionState, now: datetime) -> bool:
    """Whether the provider's accounts should have been read, and trying has failed.

    A job that failed has another wake-up than the one that was set before.
    """
    if connection.synced_at is None and connection.has_accounts:
        return False  # it answers, with a list that cannot be read to its end
    due = _sync_due_at(connection)
    if now <= due + SILENCE_MARGIN or connection.next_sync_at is None:
        return False
    return connection.next_sync_at > due + timedelta(seconds=1)


def _sync_due_at(connection: ConnectionState) -> datetime:
    """When the accounts were due to be read again, or for the first time."""
    if connection.synced_at is not None:
        return connection.synced_at + ACCOUNTS_INTERVAL
    created = created_at(connection.id)
    set_at = connection.credentials_at
    return max(created, set_at) if set_at else created
