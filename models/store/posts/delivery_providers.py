"""Which providers the deliveries of posts go through."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, select
from sqlmodel import Session

from models.store.posts import delivery_accounts
from models.store.sql.bulk import chunks
from models.tables import ACCOUNT, CONNECTION, DELIVERY, POST


@dataclass(frozen=True, slots=True)
class DeliveryProvider:
    """A delivery and the name of its provider; None where the organization has no account on its
    platform. `account_id`: of a named account."""

    platform: str
    account_id: str | None
    provider: str | None


def load_many(session: Session, post_ids: Sequence[str]) -> dict[str, list[DeliveryProvider]]:
    """One for each delivery, by post id."""
    named = case((DELIVERY.c.is_named, DELIVERY.c.account_id))
    query = (
        select(DELIVERY.c.post_id, DELIVERY.c.platform, named, CONNECTION.c.provider)
        .join(POST, POST.c.id == DELIVERY.c.post_id)
        .outerjoin(ACCOUNT, ACCOUNT.c.id == delivery_accounts.account_id_of_delivery())
        .outerjoin(CONNECTION, CONNECTION.c.id == ACCOUNT.c.connection_id)
        .order_by(DELIVERY.c.post_id, DELIVERY.c.id)
    )
    found: dict[str, list[DeliveryProvider]] = defaultdict(list)
    for chunk in chunks(post_ids):
        for post_id, *values in session.connection().execute(
            query.where(DELIVERY.c.post_id.in_(chunk))
        ):
            found[post_id].append(DeliveryProvider(*values))
    return found
