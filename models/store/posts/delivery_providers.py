"""Which providers the deliveries of posts go through, by platform."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session

from models.store.posts import delivery_accounts
from models.store.sql.bulk import chunks
from models.tables import ACCOUNT, CONNECTION, DELIVERY, POST

# Platform → the names of the providers, each once.
ProvidersByPlatform = dict[str, tuple[str, ...]]


def load_many(session: Session, post_ids: Sequence[str]) -> dict[str, ProvidersByPlatform]:
    """By post id. A platform is missing where the organization has no account on it."""
    query = (
        select(DELIVERY.c.post_id, DELIVERY.c.platform, CONNECTION.c.provider)
        .join(POST, POST.c.id == DELIVERY.c.post_id)
        .join(ACCOUNT, ACCOUNT.c.id == delivery_accounts.account_id_of_delivery())
        .join(CONNECTION, CONNECTION.c.id == ACCOUNT.c.connection_id)
        .order_by(DELIVERY.c.post_id, DELIVERY.c.id)
    )
    found: dict[str, ProvidersByPlatform] = defaultdict(dict)
    for chunk in chunks(post_ids):
        for post_id, platform, provider in session.connection().execute(
            query.where(DELIVERY.c.post_id.in_(chunk))
        ):
            names = (*found[post_id].get(platform, ()), provider)
            found[post_id][platform] = tuple(dict.fromkeys(names))
    return found
