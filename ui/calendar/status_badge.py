"""The badge of a status: word, icon and colour together, so that none of them is needed alone."""

from dataclasses import dataclass
from typing import Final

from models.statuses import DeliveryStatus, PostStatus


@dataclass(frozen=True, slots=True)
class StatusBadge:
    """`icon` names a symbol of templates/icons.html; `tone` a state of static/tokens.css.
    `is_normal`: the state that people expect, which a card does not name."""

    label: str
    icon: str
    tone: str
    is_normal: bool = False


_P, _D = PostStatus, DeliveryStatus
_BADGES: Final[dict[str, tuple[str, str]]] = {
    _P.DRAFT: ("pencil", "quiet"),
    _P.PENDING_APPROVAL: ("hourglass", "attention"),
    _P.CHANGES_REQUESTED: ("pencil", "attention"),
    _P.REJECTED: ("barred", "quiet"),
    _P.BACKLOG: ("stack", "quiet"),
    _P.SCHEDULED: ("clock", "waiting"),
    _P.PUBLISHING: ("arrow", "waiting"),
    _P.PUBLISHED: ("check", "ok"),
    _P.PARTIAL: ("half", "attention"),
    _P.FAILED: ("cross", "failed"),
    _P.MISSED: ("bell", "failed"),
    _P.UNKNOWN: ("question", "failed"),
    _P.CANCELLING: ("dash", "quiet"),
    _P.CANCELLED: ("dash", "quiet"),
    _D.PENDING: ("hourglass", "quiet"),
    _D.CREATED: ("stack", "waiting"),
}
# A card without a badge is scheduled, or published.
NORMAL_STATUSES: Final = (_P.SCHEDULED, _P.PUBLISHED)
UNKNOWN_STATUS: Final = ("question", "quiet")


def badge_for(status: str) -> StatusBadge:
    """The badge of a post's or a delivery's status."""
    icon, tone = _BADGES.get(status, UNKNOWN_STATUS)
    return StatusBadge(status.replace("_", " "), icon, tone, status in NORMAL_STATUSES)
