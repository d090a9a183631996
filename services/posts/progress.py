"""What a post is doing now, on each account, and when it is tried again. Pure.

It reads the same rows as the worker's planner, and says in words what the planner would wait for or
do. A post that only waits for its time, or that is over, does nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from models.snapshot import DeliveryView, Snapshot, UploadView
from models.statuses import (
    SETTLED_DELIVERIES,
    SETTLED_POSTS,
    UNAPPROVED,
    DeliveryStatus,
    Desired,
    Intent,
    MediaStatus,
    PostStatus,
)
from models.store.jobs.job_queue import JobState
from services.platform_names import platform_name


class ProgressState(StrEnum):
    """What is being done, or what is waited for."""

    PREPARING = "preparing"
    PUBLISHING = "publishing"
    UPDATING = "updating"
    REMOVING = "removing"
    RETRYING = "retrying"
    CHECKING = "checking"
    WAITING_FOR_NETWORK = "waiting_for_network"
    WAITING_FOR_ACCOUNT = "waiting_for_account"
    WAITING_FOR_SLOT = "waiting_for_slot"
    LATE = "late"
    PAUSED = "paused"
    STOPPED = "stopped"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of it. `platform`, `account_id`: where; None: the post everywhere. `attempt`: the
    number of the try that runs or comes next, from the second one on. `next_at`: when it comes;
    None: now, or nobody knows. `reason`: the last error."""

    state: ProgressState
    text: str
    platform: str | None = None
    account_id: str | None = None
    attempt: int | None = None
    next_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """The rows of a post and of its job. `is_running`: beat and a worker are alive."""

    snapshot: Snapshot
    job: JobState
    is_running: bool
    now: datetime

    @property
    def is_due(self) -> bool:
        """Whether its instant is here."""
        due = self.snapshot.post.due_at
        return (
            self.snapshot.post.desired is not Desired.DRAFT and due is not None and due <= self.now
        )

    @property
    def is_unsent(self) -> bool:
        """Whether nothing of it can have gone out, or goes out by itself."""
        return all(
            each.status in NEVER_SENT and each.intent not in TRANSITIONS
            for each in self.snapshot.deliveries
        )


_S = ProgressState
NEVER_SENT: Final = (DeliveryStatus.PENDING, DeliveryStatus.CREATED)
TRANSITIONS: Final = (Intent.SCHEDULE, Intent.PUBLISH_NOW)
# It goes out at its time, unless something stands in its way.
COMING: Final = (PostStatus.SCHEDULED, PostStatus.PUBLISHING)
GONE: Final = (DeliveryStatus.PUBLISHED, DeliveryStatus.UNKNOWN, DeliveryStatus.CANCELLED)
TEXTS: Final = {
    _S.PREPARING: "Sending the files to {}",
    _S.PUBLISHING: "Publishing on {}",
    _S.UPDATING: "Updating it on {}",
    _S.REMOVING: "Taking it off {}",
    _S.CHECKING: "Asking {} whether it went out",
    _S.WAITING_FOR_NETWORK: "Waiting for {}, which is away",
    _S.WAITING_FOR_ACCOUNT: "Waiting for its account on {}",
}
TEXTS_OF_RETRIES: Final = {
    _S.PREPARING: "Sending the files to {} again",
    _S.PUBLISHING: "Retrying on {}",
    _S.UPDATING: "Trying again to update it on {}",
    _S.REMOVING: "Trying again to take it off {}",
}
TEXTS_OF_POSTS: Final = {
    _S.WAITING_FOR_SLOT: "Waiting for the next free slot",
    _S.LATE: "It missed its time, and goes out late",
    _S.PAUSED: "Waiting until the queue is resumed",
    _S.STOPPED: "Waiting: nothing is published at the moment",
    _S.SUSPENDED: "Waiting: posting was stopped by the operator",
}
# These go on without a worker of ours, or wait for somebody else.
WITHOUT_WORKER: Final = frozenset({_S.WAITING_FOR_ACCOUNT, _S.WAITING_FOR_SLOT})


def find_progress(seen: Observation) -> tuple[Progress, ...]:
    """What a post is doing, one line for each account where it does something; or one for all."""
    post = seen.snapshot.post
    if post.status in SETTLED_POSTS:
        return ()
    if (state := _state_of_post(seen)) is not None:
        next_at = post.late_at if state is _S.LATE else None
        return (Progress(state, TEXTS_OF_POSTS[state], next_at=next_at),)
    lines = tuple(_lines(seen))
    needs_worker = any(each.state not in WITHOUT_WORKER for each in lines)
    if needs_worker and not seen.is_running and not seen.job.is_claimed_at(seen.now):
        return (Progress(_S.STOPPED, TEXTS_OF_POSTS[_S.STOPPED]),)
    return lines


def join_lines(lines: Sequence[Progress]) -> list[Progress]:
    """One line for all networks that do the same for the same reason, with the next try of them."""
    found: dict[tuple[str | None, ...], list[Progress]] = {}
    for each in lines:
        words = each.text.replace(platform_name(each.platform), "") if each.platform else each.text
        found.setdefault((each.state, each.reason, words), []).append(each)
    return [_join(each) for each in found.values()]


def _join(lines: Sequence[Progress]) -> Progress:
    first = min(lines, key=lambda each: (each.next_at is not None, each.next_at))
    names = list(dict.fromkeys(platform_name(each.platform) for each in lines if each.platform))
    if len(lines) == 1 or first.platform is None:
        return first
    joined = f"{', '.join(names[:-1])} and {names[-1]}" if names[1:] else names[0]
    text = first.text.replace(platform_name(first.platform), joined, 1)
    return replace(first, text=text, platform=None, account_id=None)


def _state_of_post(seen: Observation) -> ProgressState | None:
    """What stands in the way of the post everywhere."""
    post = seen.snapshot.post
    if post.status not in COMING or not seen.is_unsent:
        return None
    if seen.snapshot.is_suspended:
        return _S.SUSPENDED
    if seen.snapshot.is_paused and post.publish_mode == "next_slot":
        return _S.PAUSED
    return _S.LATE if post.late_at is not None and post.late_at > seen.now else None


def _lines(seen: Observation) -> Iterator[Progress]:
    if seen.snapshot.post.status is PostStatus.BACKLOG:
        yield Progress(_S.WAITING_FOR_SLOT, TEXTS_OF_POSTS[_S.WAITING_FOR_SLOT])
    for delivery in seen.snapshot.deliveries:
        line = _of_delivery(seen, delivery)
        if line is not None:
            yield replace(line, platform=delivery.platform, account_id=delivery.account_id)


def _of_delivery(seen: Observation, delivery: DeliveryView) -> Progress | None:
    state = _state_of_delivery(seen, delivery)
    if state is None:
        return None
    name = platform_name(delivery.platform)
    if state is _S.WAITING_FOR_ACCOUNT:
        return Progress(state, TEXTS[state].format(name), reason=delivery.error)
    blocked = delivery.connection.blocked_until if delivery.connection else None
    if blocked is not None and blocked > seen.now:
        away = TEXTS[_S.WAITING_FOR_NETWORK].format(name)
        return Progress(_S.WAITING_FOR_NETWORK, away, next_at=blocked, reason=delivery.error)
    file = _unfinished_file(seen, delivery) if state is _S.PREPARING else None
    return _of_call(seen, state, name, file or delivery)


def _of_call(
    seen: Observation, state: ProgressState, name: str, subject: DeliveryView | UploadView
) -> Progress:
    """A call that runs, or that is made again."""
    is_retry = subject.attempts > 0 and state in TEXTS_OF_RETRIES
    text = (TEXTS_OF_RETRIES if is_retry else TEXTS)[state].format(name)
    later = subject.not_before
    return Progress(
        _S.RETRYING if is_retry else state,
        text,
        attempt=subject.attempts + 1 if subject.attempts else None,
        next_at=later if later is not None and later > seen.now else None,
        reason=subject.error,
    )


def _state_of_delivery(seen: Observation, delivery: DeliveryView) -> ProgressState | None:
    post = seen.snapshot.post
    if delivery.is_removed or post.status is PostStatus.CANCELLING:
        return None if delivery.status in GONE else _S.REMOVING
    if delivery.status in SETTLED_DELIVERIES or post.status in UNAPPROVED:
        return None
    if delivery.is_held:
        return _S.WAITING_FOR_ACCOUNT
    if delivery.intent in TRANSITIONS:
        return _state_of_transition(seen, delivery)
    return _state_of_call(seen, delivery)


def _state_of_transition(seen: Observation, delivery: DeliveryView) -> ProgressState | None:
    is_first = delivery.error is None and delivery.attempts == 0
    if is_first and seen.job.is_claimed_at(seen.now):  # the call itself runs
        return _S.PUBLISHING if seen.is_due else None
    return _S.CHECKING


def _state_of_call(seen: Observation, delivery: DeliveryView) -> ProgressState | None:
    if delivery.status in NEVER_SENT and _unfinished_file(seen, delivery) is not None:
        return _S.PREPARING
    if seen.snapshot.post.status is PostStatus.BACKLOG:
        return None
    if delivery.status is DeliveryStatus.PUBLISHING or seen.is_due:
        return _S.PUBLISHING
    is_outdated = delivery.sent_version not in (None, seen.snapshot.post.content_version)
    if is_outdated or delivery.attempts > 0:
        return _S.UPDATING if is_outdated else _S.PUBLISHING
    return None


def _unfinished_file(seen: Observation, delivery: DeliveryView) -> UploadView | None:
    """A file that the delivery waits for: one that failed before those that are on their way."""
    waiting = [
        each
        for each in seen.snapshot.uploads
        if each.status not in (MediaStatus.READY, MediaStatus.FAILED)
        and seen.snapshot.needs(delivery, each)
    ]
    return max(waiting, key=lambda each: each.attempts, default=None)
