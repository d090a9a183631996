"""What the deliveries of one account have published, or may be publishing now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlmodel import Session

from models.snapshot import DeliveryView
from models.statuses import Intent
from models.tables import DELIVERY, POST


@dataclass(frozen=True, slots=True)
class OtherPublication:
    """Another delivery of the account, and the texts of its post. `remote_id` None: a call that may
    have published it has no answer yet."""

    remote_id: str | None
    platform: str
    account_id: str | None
    caption: str
    versions: dict[str, dict[str, Any]]


def list_others(
    session: Session,
    organization_id: str,
    delivery: DeliveryView,
    remote_ids: Sequence[str],
    since: datetime,
) -> list[OtherPublication]:
    """The account's other deliveries that have one of these remote ids, or have none and may have
    been published since then."""
    has_one = DELIVERY.c.remote_id.in_(remote_ids)
    may_be_out = and_(
        DELIVERY.c.remote_id.is_(None),
        DELIVERY.c.intent == Intent.PUBLISH_NOW,
        DELIVERY.c.intent_at >= since,
    )
    query = (
        select(
            DELIVERY.c.remote_id,
            DELIVERY.c.platform,
            DELIVERY.c.account_id,
            POST.c.caption,
            POST.c.versions,
        )
        .join(POST, POST.c.id == DELIVERY.c.post_id)
        .where(
            POST.c.organization_id == organization_id,
            DELIVERY.c.account_id == delivery.account_id,
            DELIVERY.c.id != delivery.id,
            or_(has_one, may_be_out),
        )
    )
    rows = session.connection().execute(query)
    return [OtherPublication(*row) for row in rows]
