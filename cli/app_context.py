"""What the API's functions work with, for the commands that use them."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from api.bootstrap import build_context
from cli.bootstrap import ensure_migrated, load_settings_or_fail, resolve_organization_id
from cli.output import fail
from config.settings import BadSettings, Settings
from models.store.tenants import social_settings
from services.context import AppContext


def open_context(settings: Settings) -> AppContext:
    """What the API's functions work with, with the database ready."""
    try:
        context = build_context(settings)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)
    ensure_migrated(context.database)
    return context


@contextmanager
def open_organization(org: str | None) -> Iterator[tuple[AppContext, str]]:
    """The same for as long as the block lasts, and the id of the organization that is meant."""
    context = open_context(load_settings_or_fail())
    try:
        yield context, resolve_organization_id(context.database, org)
    finally:
        context.database.close()


def organization_timezone(session: Session, organization_id: str) -> str:
    """The zone in which an organization's people read times."""
    return social_settings.read_settings(session, organization_id).default_timezone
