"""What posts need a person for, as conditions of a query."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, literal_column, or_, select

from models.posts import IS_IN_INBOX_SQL
from models.statuses import PostStatus
from models.tables import DELIVERY, POST


class Need(StrEnum):
    """What a post needs a person for."""

    FAILED = "failed"
    APPROVAL = "approval"
    CHANGES = "changes"
    MISSED = "missed"
    UNKNOWN = "unknown"
    HELD = "held"


STATUSES: dict[Need, tuple[PostStatus, ...]] = {
    Need.FAILED: (PostStatus.FAILED, PostStatus.PARTIAL),
    Need.APPROVAL: (PostStatus.PENDING_APPROVAL,),
    Need.CHANGES: (PostStatus.CHANGES_REQUESTED,),
    Need.MISSED: (PostStatus.MISSED,),
    Need.UNKNOWN: (PostStatus.UNKNOWN,),
}
# Posts that go out, if their accounts let them.
GOING_OUT = (PostStatus.SCHEDULED, PostStatus.PUBLISHING)


def needs_person(needs: Sequence[str] = tuple(Need)) -> ColumnElement[bool]:
    """The condition that a post needs a person for one of these."""
    statuses = [status for need in needs for status in STATUSES.get(Need(need), ())]
    by_status = and_(is_in_inbox(), POST.c.status.in_(statuses))
    if Need.HELD not in needs:
        return by_status
    is_open = POST.c.status.in_([*statuses, *GOING_OUT])  # so that the history is not read
    return and_(is_open, or_(by_status, is_held()))


def is_in_inbox() -> ColumnElement[bool]:
    """The condition that the status of a post needs a person, as in the index."""
    return literal_column(f"({IS_IN_INBOX_SQL})")


def is_held() -> ColumnElement[bool]:
    """An account of it cannot be used, and something of it still has to go out there."""
    held = select(DELIVERY.c.post_id).where(DELIVERY.c.is_held)
    return and_(POST.c.status.in_(GOING_OUT), POST.c.id.in_(held))
