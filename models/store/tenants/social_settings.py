"""The settings of an organization: its row is the lock of every transaction that seats posts."""

from sqlmodel import Session
from sqlmodel import select as select_model

from models.organizations import SocialSettings
from models.store.sql.upsert import dialect_insert
from models.store.webhooks import post_events
from models.tables import SETTINGS


def lock_organization(session: Session, organization_id: str) -> SocialSettings:
    """The settings row, locked: the first statement of every transaction that seats posts.

    An organization without one gets its defaults; one that does not exist raises IntegrityError.
    """
    row = _lock_settings(session, organization_id)
    post_events.set_has_webhooks(session, organization_id, has_webhooks=row.has_webhooks)
    return row


def _lock_settings(session: Session, organization_id: str) -> SocialSettings:
    query = select_model(SocialSettings).where(SocialSettings.organization_id == organization_id)
    found = session.exec(query.with_for_update()).first()
    if found is not None:
        return found
    defaults = SocialSettings(organization_id=organization_id).model_dump()
    session.connection().execute(
        dialect_insert(session, SETTINGS).values(defaults).on_conflict_do_nothing()
    )
    return session.exec(query.with_for_update()).one()


def read_settings(session: Session, organization_id: str) -> SocialSettings:
    """The settings row, without a lock; defaults that are not stored where there is none."""
    query = select_model(SocialSettings).where(SocialSettings.organization_id == organization_id)
    return session.exec(query).first() or SocialSettings(organization_id=organization_id)
