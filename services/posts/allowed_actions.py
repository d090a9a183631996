"""What may be asked of a post as it stands: each change's own check, without the change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.statuses import PostStatus
from services.context import AppContext
from services.errors import Conflict
from services.posts import approval, edit, move, remove
from services.posts.lookup import PostWithSettings
from services.posts.retry import RETRYABLE


class PostAction(StrEnum):
    """What a person can ask for."""

    APPROVE = "approve"
    REJECT = "reject"
    RETRY = "retry"
    RELEASE = "release"
    MOVE = "move"
    EDIT = "edit"
    REMOVE = "remove"


# What stops or takes away is possible while social posting is switched off.
ALLOWED_WHEN_DISABLED = frozenset({PostAction.REJECT, PostAction.REMOVE})


@dataclass(frozen=True, slots=True)
class AllowedActions:
    """What may be asked for now; `why`: what stands in the way of the rest, where that passes by
    itself or can be mended."""

    actions: frozenset[PostAction]
    blocked_reason: str | None


# By status; the checks say whether this is the moment.
_STATUSES: dict[PostAction, tuple[PostStatus, ...]] = {
    PostAction.APPROVE: (PostStatus.PENDING_APPROVAL,),
    PostAction.REJECT: (PostStatus.PENDING_APPROVAL,),
    PostAction.RETRY: RETRYABLE,
    PostAction.RELEASE: (PostStatus.MISSED,),
    PostAction.MOVE: move.MOVABLE,
    PostAction.EDIT: edit.EDITABLE,
    PostAction.REMOVE: tuple(
        status for status in PostStatus if status not in (*remove.GONE, *remove.TOO_LATE)
    ),
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
    """What may be asked for. Nothing needs to be locked: who asks is checked again."""
    reasons = dict(_blocked_reasons(context, found, now))
    acts = frozenset(act for act, why in reasons.items() if why is None)
    return AllowedActions(acts, next((why for why in reasons.values() if why is not None), None))


def _blocked_reasons(
    context: AppContext, found: PostWithSettings, now: datetime
) -> Iterator[tuple[PostAction, str | None]]:
    """For each act of the post's status: why it is not possible now, None where it is."""
    for act, statuses in _STATUSES.items():
        if found.locked.status not in statuses:
            continue
        try:
            if act in _CHECKS:
                _CHECKS[act](context, found, now)
        except Conflict as error:
            yield act, error.message
        else:
            yield act, None
