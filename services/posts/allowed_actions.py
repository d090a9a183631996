"""Which actions are possible on a post now: runs each action's check without the action."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.statuses import NEEDS_ATTENTION, PostStatus
from services.context import AppContext
from services.errors import Conflict
from services.posts import approval, edit, move, remove
from services.posts.lookup import PostWithSettings
from services.posts.retry import RETRYABLE


class PostAction(StrEnum):
    """An action that a person can take on a post."""

    APPROVE = "approve"
    REQUEST_CHANGES = "request-changes"
    REJECT = "reject"
    SUBMIT = "submit"
    RETRY = "retry"
    RELEASE = "release"
    MOVE = "move"
    EDIT = "edit"
    REMOVE = "remove"
    ACKNOWLEDGE = "acknowledge"


# These actions stop or remove posts, so they are possible while social posting is switched off.
ALLOWED_WHEN_DISABLED = frozenset(
    {
        PostAction.REQUEST_CHANGES,
        PostAction.REJECT,
        PostAction.REMOVE,
        PostAction.ACKNOWLEDGE,
    }
)


@dataclass(frozen=True, slots=True)
class AllowedActions:
    """The actions that are possible now. `blocked_reason`: why another action of the post's status
    is not possible at the moment; None where all are."""

    actions: frozenset[PostAction]
    blocked_reason: str | None


# The statuses in which an action exists; the checks below decide whether it is possible now.
_STATUSES: dict[PostAction, tuple[PostStatus, ...]] = {
    PostAction.APPROVE: (PostStatus.PENDING_APPROVAL,),
    PostAction.REQUEST_CHANGES: (PostStatus.PENDING_APPROVAL,),
    PostAction.REJECT: (PostStatus.PENDING_APPROVAL,),
    PostAction.SUBMIT: (PostStatus.CHANGES_REQUESTED,),
    PostAction.RETRY: RETRYABLE,
    PostAction.RELEASE: (PostStatus.MISSED,),
    PostAction.MOVE: move.MOVABLE,
    PostAction.EDIT: edit.EDITABLE,
    PostAction.REMOVE: tuple(
        status for status in PostStatus if status not in (*remove.GONE, *remove.TOO_LATE)
    ),
    PostAction.ACKNOWLEDGE: NEEDS_ATTENTION,
}
_CHECKS: dict[PostAction, Callable[[AppContext, PostWithSettings, datetime], object]] = {
    PostAction.APPROVE: lambda _, found, now: approval.status_after_approval(found, now),
    PostAction.MOVE: move.check_can_move,
    PostAction.EDIT: edit.check_editable,
    PostAction.REMOVE: remove.check_removable,
}


def find_allowed_actions(
    context: AppContext, found: PostWithSettings, now: datetime
) -> AllowedActions:
    """The possible actions. No lock is needed: each action repeats its check under the lock."""
    reasons = dict(_blocked_reasons(context, found, now))
    actions = frozenset(action for action, reason in reasons.items() if reason is None)
    blocked = next((reason for reason in reasons.values() if reason is not None), None)
    return AllowedActions(actions, blocked)


def _blocked_reasons(
    context: AppContext, found: PostWithSettings, now: datetime
) -> Iterator[tuple[PostAction, str | None]]:
    """For each action of the post's status: why it is not possible now; None where it is."""
    for action, statuses in _STATUSES.items():
        if found.locked.status not in statuses:
            continue
        if action is PostAction.ACKNOWLEDGE and found.post.acknowledged_at is not None:
            continue
        try:
            if action in _CHECKS:
                _CHECKS[action](context, found, now)
        except Conflict as error:
            yield action, error.message
        else:
            yield action, None
