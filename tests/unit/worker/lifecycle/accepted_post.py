"""A post as the API leaves it: accepted and committed, with its connection and accounts."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.accounts import Account, Connection
from models.organizations import Organization, SocialSettings
from models.posts import Post
from models.statuses import Desired, PostStatus
from tests.unit.worker.snapshot_builders import NOW
from worker.planner.policy import Policy

PLATFORMS = ("facebook", "x")


def add_accepted_post(
    session: Session, desired: Desired, slot: datetime, post_type: str = "text"
) -> Post:
    """A committed post in a new connection with connected accounts."""
    organization = Organization(name="Test", created_at=NOW)
    connection = Connection(
        provider="model", organization_id=organization.id, accounts_synced_at=NOW
    )
    settings = SocialSettings(organization_id=organization.id)
    for rows in ([organization], [connection, settings]):
        session.add_all(rows)
        session.flush()
    for name in PLATFORMS:
        who: dict[str, Any] = dict.fromkeys(("remote_id", "platform", "name", "username"), name)
        session.add(Account(connection_id=connection.id, status_level="OK", is_default=True, **who))
    session.flush()
    timed = desired is not Desired.PUBLISHED_NOW
    status = {Desired.DRAFT: PostStatus.DRAFT, Desired.SCHEDULED: PostStatus.SCHEDULED}
    return Post(
        organization_id=organization.id,
        post_type=post_type,
        caption="Hello",
        platforms=list(PLATFORMS),
        publish_mode="schedule",
        desired=desired,
        status=status.get(desired, PostStatus.PUBLISHING),
        scheduled_for=slot if timed else None,
        opens_at=slot - Policy().scheduling.lead_time if desired is Desired.SCHEDULED else None,
        timezone="UTC",
        accepted_at=NOW,
    )
