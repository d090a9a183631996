"""Posts that an account's state concerns: which, and waking them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlmodel import Session

from models.accounts import Account
from models.statuses import SETTLED_DELIVERIES, DeliveryStatus, PostStatus
from models.store.jobs import job_queue
from models.store.tenants import social_settings
from models.store.tenants.accounts import HEALTHY_LEVELS, is_disconnected
from models.tables import ACCOUNT, DELIVERY, POST
from models.task_names import JobKind

# Only these have something to do for an account.
ACTIVE_STATUSES = (PostStatus.DRAFT, PostStatus.SCHEDULED, PostStatus.PUBLISHING)


def wake_posts_of_accounts(
    session: Session, found: Sequence[Account], now: datetime, organization_id: str | None = None
) -> None:
    """Wake the posts that use one of these accounts of a workspace, or may come to use it; of one
    organization or of all. No post is waiting for the transaction that does this."""
    if not found:
        return
    default = and_(
        DELIVERY.c.account_id.is_(None),
        DELIVERY.c.platform.in_({account.platform for account in found}),
    )
    own = DELIVERY.c.account_id.in_([account.id for account in found])
    is_open = DELIVERY.c.status.not_in(SETTLED_DELIVERIES)
    _wake(session, found[0].workspace_id, and_(is_open, or_(own, default)), now, organization_id)


def wake_held_posts(session: Session, workspace_id: str, now: datetime) -> None:
    """Wake the posts that wait for an account which can be used: also one that began to wait in
    the very moment in which its account was mended."""
    of_delivery = or_(
        ACCOUNT.c.id == DELIVERY.c.account_id,
        and_(DELIVERY.c.account_id.is_(None), ACCOUNT.c.platform == DELIVERY.c.platform),
    )
    has_usable_account = exists().where(
        ACCOUNT.c.workspace_id == workspace_id,
        of_delivery,
        ACCOUNT.c.is_gone.is_(False),
        func.upper(func.trim(ACCOUNT.c.status_level)).in_(HEALTHY_LEVELS),
        ~is_disconnected(POST.c.organization_id),
    )
    waits = DELIVERY.c.status.in_((DeliveryStatus.PENDING, DeliveryStatus.CREATED))
    _wake(session, workspace_id, and_(DELIVERY.c.is_held, waits, has_usable_account), now)


def _wake(
    session: Session,
    workspace_id: str,
    concerned: ColumnElement[bool],
    now: datetime,
    organization_id: str | None = None,
) -> None:
    """Organization by organization, each under the lock of its settings: whoever wakes many posts
    of an organization holds that lock, so that no two of them wait for each other crosswise."""
    query = (
        select(POST.c.organization_id, POST.c.id)
        .join(DELIVERY, DELIVERY.c.post_id == POST.c.id)
        .where(POST.c.workspace_id == workspace_id, POST.c.status.in_(ACTIVE_STATUSES), concerned)
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
