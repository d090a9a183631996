"""Statuses and their legal transitions: the one place that says what may follow what.

Drawn, with the reason for each arrow, in `docs/states.md`.
"""

from enum import StrEnum


class PostStatus(StrEnum):
    """Where a post stands for the person who wrote it."""

    DRAFT = "draft"
    PENDING_APPROVAL = "pending_approval"
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
    """Where a post stands on one account."""

    PENDING = "pending"
    CREATED = "created"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class MediaStatus(StrEnum):
    """Where one file stands at the provider."""

    NEW = "new"
    UPLOADED = "uploaded"
    CONFIRMED = "confirmed"
    READY = "ready"
    FAILED = "failed"


class Intent(StrEnum):
    """What was about to be done at the provider when the row was committed."""

    CREATE = "create"
    UPDATE = "update"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    PUBLISH_NOW = "publish_now"


class Desired(StrEnum):
    """What the person wants a post to become."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED_NOW = "published_now"


class IllegalTransition(Exception):
    """A status was about to follow one that it may not follow: a defect, never bad input."""


_P = PostStatus
POST_TRANSITIONS: dict[PostStatus, frozenset[PostStatus]] = {
    _P.DRAFT: frozenset({_P.SCHEDULED, _P.CANCELLING, _P.CANCELLED, _P.FAILED}),
    _P.PENDING_APPROVAL: frozenset(
        {_P.BACKLOG, _P.SCHEDULED, _P.PUBLISHING, _P.DRAFT, _P.REJECTED, _P.CANCELLED}
    ),
    _P.BACKLOG: frozenset({_P.SCHEDULED, _P.DRAFT, _P.CANCELLING, _P.CANCELLED, _P.FAILED}),
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

# A post in one of these waits for a person or for nothing at all.
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

_D = DeliveryStatus
# What the provider can show of a remote post at any time.
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

# A delivery in one of these needs no further step of its own accord.
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
    """The status of a post all of whose deliveries are settled (at least one delivery)."""
    kinds = set(deliveries)
    if _D.UNKNOWN in kinds:
        return _P.UNKNOWN
    if kinds == {_D.PUBLISHED}:
        return _P.PUBLISHED
    if _D.PUBLISHED in kinds:
        return _P.PARTIAL
    return _P.CANCELLED if kinds == {_D.CANCELLED} else _P.FAILED
