"""The account that a delivery goes to: a condition for queries of posts and deliveries."""

from collections.abc import Callable

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    alias,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)

from models.store.tenants.connections import is_used_by
from models.tables import ACCOUNT, CONNECTION, DELIVERY, DISCONNECTED_ACCOUNT, POST


def account_id_of_delivery() -> ColumnElement[str]:
    """The id of a delivery's account, for a query of POST and DELIVERY: the named account, else the
    default of its platform. If no account can be used, an unusable one, to report it.

    The default is that of the connection that was meant; where this has no account on the
    platform, that of any connection which the organization uses, or of one that it disconnected
    with the account. But none replaces a connection that was meant and disconnected: the delivery
    waits for it.
    """
    meant, same, used = alias(CONNECTION), alias(CONNECTION), alias(CONNECTION)
    was_disconnected = exists().where(
        meant.c.id == DELIVERY.c.connection_id, meant.c.disconnected_at.is_not(None)
    )
    may_replace = ~was_disconnected.correlate_except(meant)
    is_used = is_used_by(POST.c.organization_id, used)
    is_own = used.c.organization_id == POST.c.organization_id
    return func.coalesce(
        DELIVERY.c.account_id,
        _default_account(same, lambda _: same.c.id == DELIVERY.c.connection_id),
        _default_account(
            used, lambda was_cut: and_(may_replace, or_(is_used, and_(is_own, was_cut)))
        ),
    )


def _default_account(
    connection: FromClause, condition: Callable[[ColumnElement[bool]], ColumnElement[bool]]
) -> ScalarSelect[str]:
    """The platform's default account at the connections with this condition, of the organization's
    own ones before the environment's. The condition gets another one: that the organization has
    disconnected the account."""
    other, disconnected = alias(ACCOUNT), alias(DISCONNECTED_ACCOUNT)
    by_owner = and_(
        disconnected.c.account_id == other.c.id,
        disconnected.c.organization_id == POST.c.organization_id,
    )
    was_cut = disconnected.c.account_id.is_not(None)
    unusable = case((or_(other.c.is_gone, was_cut), 1), else_=0)
    is_shared = case((connection.c.organization_id.is_(None), 1), else_=0)
    return (
        select(other.c.id)
        .select_from(
            connection.join(other, other.c.connection_id == connection.c.id).outerjoin(
                disconnected, by_owner
            )
        )
        .where(condition(was_cut), other.c.platform == DELIVERY.c.platform)
        .order_by(unusable, is_shared, other.c.is_default.desc(), other.c.id)
        .limit(1)
        .correlate(POST, DELIVERY)
        .scalar_subquery()
    )
