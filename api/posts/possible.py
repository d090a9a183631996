"""What may be asked of a post as it stands: each change's own check, without the change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.deps import Surroundings
from api.errors import ApiError
from api.posts import approve, edit, move, remove
from api.posts.lookup import Found
from api.posts.retry import RETRIED
from models.statuses import PostStatus


class Act(StrEnum):
    """What a person can ask for."""

    APPROVE = "approve"
    REJECT = "reject"
    RETRY = "retry"
    RELEASE = "release"
    MOVE = "move"
    EDIT = "edit"
    REMOVE = "remove"


# What stops or takes away is possible while social posting is switched off.
ENDING = frozenset({Act.REJECT, Act.REMOVE})


@dataclass(frozen=True, slots=True)
class Possible:
    """What may be asked for now; `why`: what stands in the way of the rest, where that passes by
    itself or can be mended."""

    acts: frozenset[Act]
    why: str | None


# By status; the checks say whether this is the moment.
_STATUSES: dict[Act, tuple[PostStatus, ...]] = {
    Act.APPROVE: (PostStatus.PENDING_APPROVAL,),
    Act.REJECT: (PostStatus.PENDING_APPROVAL,),
    Act.RETRY: RETRIED,
    Act.RELEASE: (PostStatus.MISSED,),
    Act.MOVE: move.MOVABLE,
    Act.EDIT: edit.EDITABLE,
    Act.REMOVE: tuple(
        status for status in PostStatus if status not in (*remove.GONE, *remove.TOO_LATE)
    ),
}
_CHECKS: dict[Act, Callable[[Surroundings, Found, datetime], object]] = {
    Act.APPROVE: lambda _, found, now: approve.start_of(found, now),
    Act.MOVE: move.check,
    Act.EDIT: edit.check,
    Act.REMOVE: remove.check,
}


def possible(around: Surroundings, found: Found, now: datetime) -> Possible:
    """What may be asked for. Nothing needs to be locked: who asks is checked again."""
    reasons = dict(_reasons(around, found, now))
    acts = frozenset(act for act, why in reasons.items() if why is None)
    return Possible(acts, next((why for why in reasons.values() if why is not None), None))


def _reasons(around: Surroundings, found: Found, now: datetime) -> Iterator[tuple[Act, str | None]]:
    """For each act of the post's status: why it is not possible now, None where it is."""
    for act, statuses in _STATUSES.items():
        if found.locked.status not in statuses:
            continue
        try:
            if act in _CHECKS:
                _CHECKS[act](around, found, now)
        except ApiError as error:
            yield act, error.message
        else:
            yield act, None
