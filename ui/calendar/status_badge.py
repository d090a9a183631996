"""The badge of a status: word, icon and colour together, so that none of them is needed alone."""

from dataclasses import dataclass
from typing import Final

from models.statuses import DeliveryStatus, PostStatus


@dataclass(frozen=True, slots=True)
class StatusBadge:
    """`icon` names a symbol of templates/icons.html; `tone` a colour of static/page.css."""

    label: str
    icon: str
    tone: str


_P, _D = PostStatus, DeliveryStatus
_BADGES: Final[dict[str, tuple[str, str]]] = {
    _P.DRAFT: ("pencil", "quiet"),
    _P.PENDING_APPROVAL: ("hourglass", "warn"),
    _P.CHANGES_REQUESTED: ("pencil", "warn"),
    _P.REJECTED: ("barred", "quiet"),
    _P.BACKLOG: ("stack", "quiet"),
    _P.SCHEDULED: ("clock", "info"),
    _P.PUBLISHING: ("arrow", "info"),
    _P.PUBLISHED: ("check", "good"),
    _P.PARTIAL: ("half", "warn"),
    _P.FAILED: ("cross", "bad"),
    _P.MISSED: ("bell", "bad"),
    _P.UNKNOWN: ("question", "bad"),
    _P.CANCELLING: ("dash", "quiet"),
    _P.CANCELLED: ("dash", "quiet"),
    _D.PENDING: ("hourglass", "quiet"),
    _D.CREATED: ("stack", "info"),
}
UNKNOWN_STATUS: Final = ("question", "quiet")


def badge_for(status: str) -> StatusBadge:
    """The badge of a post's or a delivery's status."""
    icon, tone = _BADGES.get(status, UNKNOWN_STATUS)
    return StatusBadge(status.replace("_", " "), icon, tone)
