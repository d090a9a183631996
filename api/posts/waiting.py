"""`Prefer: wait=N`: how long a caller waits for the provider, and for what (RFC 7240)."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from api.deps import Surroundings
from api.errors import ApiError
from models.statuses import SETTLED_DELIVERIES, SETTLED_POSTS, DeliveryStatus, PostStatus
from models.store import posts

LONGEST = 60
# Between two looks (s): soon after the acceptance, then more rarely.
FIRST_LOOK, LATER_LOOKS, GROWTH = 0.1, 0.5, 1.3
_WAIT = re.compile(r'wait\s*=\s*"?([0-9]{1,9})"?\s*(;.*)?', re.IGNORECASE | re.DOTALL)
# What the provider has taken, as far as each of these can be at once.
TAKEN = {
    PostStatus.DRAFT: {DeliveryStatus.CREATED},
    PostStatus.SCHEDULED: {DeliveryStatus.CREATED, DeliveryStatus.SCHEDULED},
    PostStatus.PUBLISHING: set[DeliveryStatus](),
}
GONE_OUT = {DeliveryStatus.PUBLISHING, DeliveryStatus.PUBLISHED}


def wait_of(headers: Sequence[str]) -> int | None:
    """The seconds of the first `wait` in these Prefer headers, 60 at most; None where there is
    none, or one that is not well formed, which counts as not there."""
    for preference in ",".join(headers).split(","):
        name = re.split("[=;]", preference, maxsplit=1)[0]
        if name.strip().lower() == "wait":
            found = _WAIT.fullmatch(preference.strip())
            return min(int(found[1]), LONGEST) if found else None
    return None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a post stands: its status and instant, and how its deliveries do."""

    status: PostStatus
    scheduled_for: datetime | None
    reason: str | None
    deliveries: tuple[DeliveryStatus, ...]

    @property
    def is_answered(self) -> bool:
        """Whether there is nothing more to wait for: the provider has taken it, on every account
        where it takes it at all; it has ended; or it is not the provider's turn."""
        if self.status in SETTLED_POSTS or self.status not in TAKEN:
            return True
        if all(each in SETTLED_DELIVERIES - {DeliveryStatus.PUBLISHED} for each in self.deliveries):
            return False  # the post itself is about to end
        taken = TAKEN[self.status] | GONE_OUT | SETTLED_DELIVERIES
        return all(each in taken for each in self.deliveries)


async def wait_for_provider(around: Surroundings, post_id: str, seconds: int) -> Standing | None:
    """How the post stands once it was answered, or the time is over; None where nobody can say.

    No thread and no transaction is held between two looks. 502 when the post was refused.
    """
    clock = asyncio.get_running_loop().time
    end, pause, standing = clock() + seconds, FIRST_LOOK, None
    while clock() < end and not (standing and standing.is_answered):
        await asyncio.sleep(min(pause, max(end - clock(), 0)))
        pause = min(pause * GROWTH, LATER_LOOKS)
        try:
            standing = await run_in_threadpool(_look, around, post_id)
        except DBAPIError:  # the post is accepted, and that is what the caller must hear
            return standing
    if standing is not None and standing.status is PostStatus.FAILED:
        raise ApiError(502, f"post {post_id} was accepted, and has failed: {standing.reason}")
    return standing


def _look(around: Surroundings, post_id: str) -> Standing:
    with around.database.read() as session:
        return standing_of(session, post_id)


def standing_of(session: Session, post_id: str) -> Standing:
    """How a post stands, in one query."""
    rows = posts.load_progress(session, post_id)
    status, at, reason, _ = rows[0]
    return Standing(PostStatus(status), at, reason, tuple(DeliveryStatus(row[3]) for row in rows))
