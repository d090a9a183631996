"""Wakes the posts that use an account when the state of the account changes."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, alias, and_, exists, func, or_, select
from sqlmodel import Session

from models.accounts import Account
from models.statuses import SETTLED_DELIVERIES, DeliveryStatus, PostStatus
from models.store.jobs import job_queue
from models.store.tenants import social_settings
from models.store.tenants.accounts import HEALTHY_LEVELS, is_disconnected
from models.store.tenants.connections import is_used_by
from models.tables import ACCOUNT, CONNECTION, DELIVERY, POST
from models.task_names import JobKind

# Posts in other statuses do nothing when an account changes.
ACTIVE_STATUSES = (PostStatus.DRAFT, PostStatus.SCHEDULED, PostStatus.PUBLISHING)


def wake_posts_of_accounts(
    session: Session, accounts: Sequence[Account], now: datetime, organization_id: str | None = None
) -> None:
    """Wake the posts that use one of these accounts of a connection, by name or by default.

    Only posts of `organization_id` if it is given. The caller's transaction must have locked no
    post and no job before.
    """
    if not accounts:
        return
    default = and_(
        DELIVERY.c.account_id.is_(None),
        DELIVERY.c.platform.in_({account.platform for account in accounts}),
        _uses(accounts[0].connection_id),
    )
    own = DELIVERY.c.account_id.in_([account.id for account in accounts])
    is_open = DELIVERY.c.status.not_in(SETTLED_DELIVERIES)
    _wake(session, and_(is_open, or_(own, default)), now, organization_id)


def wake_held_posts(session: Session, connection_id: str, now: datetime) -> None:
    """Wake the posts that wait for an account which can be used again. This also finds a post that
    began to wait at the moment when its account recovered."""
    of_delivery = or_(
        ACCOUNT.c.id == DELIVERY.c.account_id,
        and_(DELIVERY.c.account_id.is_(None), ACCOUNT.c.platform == DELIVERY.c.platform),
    )
    has_usable_account = exists().where(
        ACCOUNT.c.connection_id == connection_id,
        of_delivery,
        or_(DELIVERY.c.account_id.is_not(None), _uses(connection_id)),
        ACCOUNT.c.is_gone.is_(False),
        func.upper(func.trim(ACCOUNT.c.status_level)).in_(HEALTHY_LEVELS),
        ~is_disconnected(POST.c.organization_id),
    )
    waits = DELIVERY.c.status.in_((DeliveryStatus.PENDING, DeliveryStatus.CREATED))
    _wake(session, and_(DELIVERY.c.is_held, waits, has_usable_account), now)


def _uses(connection_id: str) -> ColumnElement[bool]:
    """The condition that the organization of a post uses a connection."""
    connection = alias(CONNECTION)
    condition = exists().where(
        connection.c.id == connection_id, is_used_by(POST.c.organization_id, connection)
    )
    return condition.correlate_except(connection)


def _wake(
    session: Session,
    concerned: ColumnElement[bool],
    now: datetime,
    organization_id: str | None = None,
) -> None:
    """Wake them organization by organization, under the lock of its settings. Every transaction
    that wakes many posts of an organization takes this lock, so that they cannot deadlock."""
    query = (
        select(POST.c.organization_id, POST.c.id)
        .join(DELIVERY, DELIVERY.c.post_id == POST.c.id)
        .where(POST.c.status.in_(ACTIVE_STATUSES), concerned)
        .distinct()
        .order_by(POST.c.organization_id, POST.c.id)
    )
    if organization_id is not None:
        query = query.where(POST.c.organization_id == organization_id)
    by_owner: dict[str, list[str]] = defaultdict(list)
    for owner, post_id in session.connection().execute(query):
        by_owner[owner].append(post_id)
    for owner, post_ids in by_owner.items():
        social_settings.lock_organization(session, owner)
        job_queue.wake(session, JobKind.POST, post_ids, now)
