"""Opens the AppContext, for commands that call the use cases of services/."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from api.bootstrap import build_context
from cli.bootstrap import (
    ensure_migrated,
    load_settings_or_fail,
    require_installation,
    resolve_organization_id,
)
from cli.output import fail
from config.settings import BadSettings, Settings
from models.store.tenants import social_settings
from services.context import AppContext


def open_context(settings: Settings, *, create: bool = False) -> AppContext:
    """The context of the use cases, with a migrated database; code 2 if settings are wrong or there
    is no installation. With `create` one is made."""
    if not create:
        require_installation(settings)
    try:
        context = build_context(settings)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)
    ensure_migrated(context.database)
    return context


@contextmanager
def open_organization(org: str | None) -> Iterator[tuple[AppContext, str]]:
    """The context, closed after the block, and the id of the organization that `--org` names."""
    context = open_context(load_settings_or_fail())
    try:
        yield context, resolve_organization_id(context.database, org)
    finally:
        context.database.close()


def organization_timezone(session: Session, organization_id: str) -> str:
    """The organization's default time zone, in which its times are shown."""
    return social_settings.read_settings(session, organization_id).default_timezone
