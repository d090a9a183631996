"""Posts that wait for an account that cannot be used."""

from sqlalchemy import func, select
from sqlmodel import Session

from models.store.posts.needs import GOING_OUT
from models.tables import DELIVERY, POST


def count_by_account(session: Session, organization_id: str) -> dict[tuple[str | None, str], int]:
    """How many posts of an organization are held, by the account that they name (None: the default
    one) and its network."""
    account = (DELIVERY.c.account_id, DELIVERY.c.platform)
    query = (
        select(*account, func.count(DELIVERY.c.post_id.distinct()))
        .join(POST, POST.c.id == DELIVERY.c.post_id)
        .where(
            POST.c.organization_id == organization_id,
            POST.c.status.in_(GOING_OUT),
            DELIVERY.c.is_held,
        )
        .group_by(*account)
    )
    return {(row[0], row[1]): row[2] for row in session.connection().execute(query)}
