"""Accounts: list the connected ones."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session

from api.deps import ContextDep, OrganizationId
from api.openapi.route_responses import describe_responses
from api.schemas.accounts import ProfileAnswer, present_link
from models.accounts import Connection
from models.store import clock
from models.store.tenants import accounts, connections
from models.store.tenants.accounts import LinkedAccount
from services.connecting.provider_page import request_sync

router = APIRouter(tags=["accounts"])
# Reading the profile starts a new sync when the last one is older than this.
STALE_AFTER = timedelta(seconds=30)


@router.get(
    "/profile",
    response_model=None,
    responses=describe_responses(ProfileAnswer, 400, 401, 403, 404, 429, 503),
)
def get_profile(context: ContextDep, organization_id: OrganizationId) -> dict[str, Any]:
    """The connected accounts. An account that was just linked shows within seconds."""
    with context.database.read() as session:
        used = connections.list_used(session, organization_id)
        links = accounts.list_linked(session, organization_id)
        stale = [each.id for each in used if _is_stale(session, each)]
    for connection_id in stale:
        request_sync(context, connection_id)
    return _present_profile(links)


def _is_stale(session: Session, connection: Connection) -> bool:
    """Whether to sync the accounts; not while the provider refuses our keys or has blocked us."""
    now, synced_at = clock.now(session), connection.accounts_synced_at
    is_blocked = connection.blocked_until is not None and connection.blocked_until > now
    if synced_at is None or connection.refused_at is not None or is_blocked:
        return False  # a first sync is due already, or a sync would fail
    return synced_at < now - STALE_AFTER


def _present_profile(links: list[LinkedAccount]) -> dict[str, Any]:
    return {
        "connected": bool(links),
        "profileId": links[0].account.connection_id if links else None,
        "connectedAccounts": sorted({each.account.platform for each in links}),
        "accountLinks": [present_link(each) for each in links],
    }
