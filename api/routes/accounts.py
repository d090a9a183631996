"""Accounts: list the connected ones, link another one, disconnect one."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from fastapi import APIRouter
from sqlmodel import Session

from api.deps import ContextDep, EnabledOrganizationId, OrganizationId
from api.openapi.route_responses import describe_responses
from api.schemas.accounts import (
    ConnectAnswer,
    ConnectBody,
    DisconnectBody,
    OkAnswer,
    ProfileAnswer,
)
from models.accounts import Connection
from models.store import clock
from models.store.jobs import job_queue
from models.store.posts import account_wakeups
from models.store.tenants import accounts, connections, social_settings
from models.store.tenants.accounts import LinkedAccount
from models.task_names import JobKind
from services.context import AppContext
from services.errors import NotFound

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
        _request_sync(context, connection_id)
    return _present_profile(links)


def _is_stale(session: Session, connection: Connection) -> bool:
    """Whether to sync the accounts; not while the provider refuses our keys or has blocked us."""
    now, synced_at = clock.now(session), connection.accounts_synced_at
    is_blocked = connection.blocked_until is not None and connection.blocked_until > now
    if synced_at is None or connection.refused_at is not None or is_blocked:
        return False  # a first sync is due already, or a sync would fail
    return synced_at < now - STALE_AFTER


def _request_sync(context: AppContext, connection_id: str) -> None:
    """Make the sync job due now. This transaction must not hold the lock of the settings: the
    worker takes that lock while it holds the job, so the two could deadlock."""
    with context.database.write() as session:
        job_queue.ensure_due(session, JobKind.ACCOUNTS, connection_id, clock.now(session))


def _present_profile(links: list[LinkedAccount]) -> dict[str, Any]:
    return {
        "connected": bool(links),
        "profileId": links[0].account.connection_id if links else None,
        "connectedAccounts": sorted({each.account.platform for each in links}),
        "accountLinks": [_present_link(each) for each in links],
    }


def _present_link(link: LinkedAccount) -> dict[str, Any]:
    account = link.account
    return {
        "accountId": account.id,
        "platform": account.platform,
        "name": account.name,
        "username": account.username,
        "statusLevel": account.status_level,
        "isDefault": link.is_default,
        "needsAttention": accounts.needs_attention(account.status_level),
    }


@router.post(
    "/connect",
    response_model=None,
    responses=describe_responses(ConnectAnswer, 400, 401, 403, 404, 429, 503),
)
def connect(
    body: ConnectBody, context: ContextDep, organization_id: EnabledOrganizationId
) -> dict[str, Any]:
    """Begin to link an account: the provider's page for it. What was disconnected here of the
    platform is connected again."""
    with context.database.write() as session:
        social_settings.lock_organization(session, organization_id)
        connection = connections.ensure_connection(session, organization_id, context.provider)
        known = accounts.list_accounts(session, connection.id)
        wanted = [account for account in known if account.platform == body.platform]
        accounts.reconnect(session, organization_id, wanted)
        account_wakeups.wake_posts_of_accounts(session, wanted, clock.now(session), organization_id)
    _request_sync(context, connection.id)
    return {
        "access_url": _connect_url(context.connect_url, body),
        "platform": body.platform,
        "profileId": connection.id,
    }


def _connect_url(address: str, body: ConnectBody) -> str:
    """The URL of the provider's page, with the platform and the page to return to."""
    parameters = {"platform": body.platform}
    if body.redirectUrl is not None:
        parameters["redirectUrl"] = body.redirectUrl
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, urlencode(parameters)) if part)
    return urlunsplit(parts._replace(query=query))


@router.post(
    "/disconnect-account",
    response_model=None,
    responses=describe_responses(OkAnswer, 400, 401, 403, 404, 429),
)
def disconnect_account(
    body: DisconnectBody, context: ContextDep, organization_id: OrganizationId
) -> dict[str, Any]:
    """Use an account no more, in this organization alone. What is planned for it waits."""
    with context.database.write() as session:
        social_settings.lock_organization(session, organization_id)
        known = accounts.list_of_organization(session, organization_id)
        wanted = [account for account in known if account.id == body.accountId]
        if not wanted:
            raise NotFound("there is no such account")
        now = clock.now(session)
        accounts.disconnect(session, organization_id, body.accountId, now)
        account_wakeups.wake_posts_of_accounts(session, wanted, now, organization_id)
    return {"ok": True}
