"""Statuses of posts, deliveries and media, and their legal transitions.

`docs/states.md` draws them, with the reason for each transition.
"""

from enum import StrEnum


class PostStatus(StrEnum):
    """The status of a post, as its author sees it."""

    DRAFT = "draft"
    PENDING_APPROVAL = "pending_approval"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    BACKLOG = "backlog"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    PARTIAL = "partial"
    FAILED = "failed"
    MISSED = "missed"
    UNKNOWN = "unknown"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


class DeliveryStatus(StrEnum):
    """The status of a post on one account."""

    PENDING = "pending"
    CREATED = "created"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class MediaStatus(StrEnum):
    """The status of one file at the provider."""

    NEW = "new"
    UPLOADED = "uploaded"
    CONFIRMED = "confirmed"
    READY = "ready"
    FAILED = "failed"


class Intent(StrEnum):
    """The call that a worker was about to make at the provider when it committed the row."""

    CREATE = "create"
    UPDATE = "update"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    PUBLISH_NOW = "publish_now"


class Desired(StrEnum):
    """The stage that the author wants for a post."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED_NOW = "published_now"


class ReviewState(StrEnum):
    """What the last person who reviewed a post decided. The post's status says what follows."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"


class IllegalTransition(Exception):
    """An illegal change of status was about to be written: a defect, never bad input."""


_P = PostStatus
# After a restore from a backup: what a waiting post had become when it was reconciled.
_FOUND = frozenset({_P.PUBLISHED, _P.PARTIAL, _P.FAILED, _P.UNKNOWN, _P.CANCELLED})
POST_TRANSITIONS: dict[PostStatus, frozenset[PostStatus]] = {
    _P.DRAFT: frozenset({_P.SCHEDULED, _P.BACKLOG, _P.CANCELLING, _P.CANCELLED, _P.FAILED})
    | _FOUND,
    _P.PENDING_APPROVAL: frozenset(
        {
            _P.BACKLOG,
            _P.SCHEDULED,
            _P.PUBLISHING,
            _P.DRAFT,
            _P.CHANGES_REQUESTED,
            _P.REJECTED,
            _P.CANCELLED,
        }
    )
    | _FOUND,
    _P.CHANGES_REQUESTED: frozenset({_P.PENDING_APPROVAL, _P.DRAFT, _P.CANCELLED}) | _FOUND,
    _P.BACKLOG: frozenset({_P.SCHEDULED, _P.DRAFT, _P.CANCELLING, _P.CANCELLED, _P.FAILED})
    | _FOUND,
    _P.SCHEDULED: frozenset(
        {
            _P.PUBLISHING,
            _P.PUBLISHED,
            _P.PARTIAL,
            _P.FAILED,
            _P.MISSED,
            _P.UNKNOWN,
            _P.DRAFT,
            _P.BACKLOG,
            _P.CANCELLING,
            _P.CANCELLED,
        }
    ),
    _P.PUBLISHING: frozenset(
        {
            _P.PUBLISHED,
            _P.PARTIAL,
            _P.FAILED,
            _P.MISSED,
            _P.UNKNOWN,
            _P.CANCELLING,
            _P.CANCELLED,
        }
    ),
    _P.PARTIAL: frozenset({_P.PUBLISHING}),
    _P.FAILED: frozenset(
        {_P.PUBLISHING, _P.SCHEDULED, _P.BACKLOG, _P.DRAFT, _P.CANCELLING, _P.CANCELLED}
    ),
    _P.MISSED: frozenset({_P.SCHEDULED, _P.BACKLOG, _P.DRAFT, _P.CANCELLING, _P.CANCELLED}),
    _P.UNKNOWN: frozenset({_P.PUBLISHING, _P.SCHEDULED, _P.CANCELLING, _P.CANCELLED}),
    _P.CANCELLING: frozenset({_P.CANCELLED, _P.PUBLISHED, _P.PARTIAL, _P.UNKNOWN}),
    _P.PUBLISHED: frozenset(),
    _P.REJECTED: frozenset(),
    _P.CANCELLED: frozenset(),
}

# A post in one of these needs a person, or nothing.
SETTLED_POSTS = frozenset(
    {
        _P.PUBLISHED,
        _P.PARTIAL,
        _P.FAILED,
        _P.MISSED,
        _P.UNKNOWN,
        _P.CANCELLED,
        _P.REJECTED,
    }
)

# Nobody has approved a post in one of these: nothing publishes it, or prepares it at a provider.
UNAPPROVED = (_P.PENDING_APPROVAL, _P.CHANGES_REQUESTED)

# A post in one of these needs a person, until somebody acknowledges it.
NEEDS_ATTENTION = (_P.FAILED, _P.MISSED, _P.UNKNOWN, _P.PARTIAL)

_D = DeliveryStatus
# The provider can report a remote post in any of these at any time.
_REPORTED_BY_PROVIDER = frozenset(
    {_D.CREATED, _D.SCHEDULED, _D.PUBLISHING, _D.PUBLISHED, _D.FAILED, _D.UNKNOWN}
)
DELIVERY_TRANSITIONS: dict[DeliveryStatus, frozenset[DeliveryStatus]] = {
    _D.PENDING: _REPORTED_BY_PROVIDER | {_D.CANCELLED},
    _D.CREATED: (_REPORTED_BY_PROVIDER - {_D.CREATED}) | {_D.PENDING, _D.CANCELLED},
    _D.SCHEDULED: (_REPORTED_BY_PROVIDER - {_D.SCHEDULED}) | {_D.PENDING, _D.CANCELLED},
    _D.PUBLISHING: frozenset({_D.PUBLISHED, _D.FAILED, _D.UNKNOWN}),
    _D.FAILED: (_REPORTED_BY_PROVIDER - {_D.FAILED}) | {_D.PENDING, _D.CANCELLED},
    _D.UNKNOWN: frozenset({_D.PENDING, _D.CREATED, _D.CANCELLED}),
    _D.PUBLISHED: frozenset(),
    _D.CANCELLED: frozenset(),
}

# A delivery in one of these needs no further step, unless a person asks for one.
SETTLED_DELIVERIES = frozenset({_D.PUBLISHED, _D.FAILED, _D.UNKNOWN, _D.CANCELLED})


def check_post_transition(old: PostStatus, new: PostStatus) -> None:
    """Raise IllegalTransition unless a post in `old` may become `new` (or stays as it is)."""
    if new != old and new not in POST_TRANSITIONS[old]:
        raise IllegalTransition(f"a post cannot go from {old} to {new}")


def check_delivery_transition(old: DeliveryStatus, new: DeliveryStatus) -> None:
    """Raise IllegalTransition unless a delivery in `old` may become `new` (or stays)."""
    if new != old and new not in DELIVERY_TRANSITIONS[old]:
        raise IllegalTransition(f"a delivery cannot go from {old} to {new}")


def final_post_status(deliveries: list[DeliveryStatus]) -> PostStatus:
    """The status of a post from its deliveries, all of them settled (at least one)."""
    kinds = set(deliveries)
    if _D.UNKNOWN in kinds:
        return _P.UNKNOWN
    if kinds == {_D.PUBLISHED}:
        return _P.PUBLISHED
    if _D.PUBLISHED in kinds:
        return _P.PARTIAL
    return _P.CANCELLED if kinds == {_D.CANCELLED} else _P.FAILED
