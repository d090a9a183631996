"""Settings of organizations. Transactions that seat posts lock the row of their organization."""

from sqlmodel import Session
from sqlmodel import select as select_model

from models.organizations import SocialSettings
from models.store.sql.upsert import dialect_insert
from models.store.webhooks import post_events
from models.tables import SETTINGS


def lock_organization(session: Session, organization_id: str) -> SocialSettings:
    """Lock and return the settings row: the first statement of every transaction that seats posts.

    Inserts the defaults if there is no row. IntegrityError if the organization does not exist.
    """
    row = _lock_settings(session, organization_id)
    post_events.set_has_webhooks(session, organization_id, has_webhooks=row.has_webhooks)
    return row


def _lock_settings(session: Session, organization_id: str) -> SocialSettings:
    query = select_model(SocialSettings).where(SocialSettings.organization_id == organization_id)
    row = session.exec(query.with_for_update()).first()
    if row is not None:
        return row
    defaults = SocialSettings(organization_id=organization_id).model_dump()
    session.connection().execute(
        dialect_insert(session, SETTINGS).values(defaults).on_conflict_do_nothing()
    )
    return session.exec(query.with_for_update()).one()


def forget_open_posts(session: Session, settings: SocialSettings) -> None:
    """A post is open again that had ended: the open posts must be counted. `settings` is locked."""
    settings.open_posts_at_most = None
    session.add(settings)
    session.flush()  # what comes next may expire the row


def read_settings(session: Session, organization_id: str) -> SocialSettings:
    """The settings row, without a lock; unstored defaults if there is none."""
    query = select_model(SocialSettings).where(SocialSettings.organization_id == organization_id)
    return session.exec(query).first() or SocialSettings(organization_id=organization_id)
