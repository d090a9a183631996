"""What a request may need: the surroundings, and the organization that it speaks for."""

import hmac
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request
from fastapi.concurrency import run_in_threadpool

from api.errors import ApiError
from api.middleware import idempotency, request_state
from media.object_storage import ObjectStorage
from media.open_storage import in_memory_storage
from models.database import Database
from models.encryption import Cipher
from models.store.tenants import organizations
from models.store.tenants.organizations import Tenant
from scheduler.seating.scheduling_config import SchedulingConfig

if TYPE_CHECKING:  # what counts requests is a Redis client, and slow to import
    from api.middleware.rate_limit import RequestRateLimiter

_ID = re.compile("[0-9a-f]{32}")
NO_ORGANIZATION = "organizationId is required when not using API key"
POSTING_DISABLED = "social posting is switched off for this organization (isEnabled)"


@dataclass(frozen=True, slots=True)
class AppContext:
    """What the routes work with, made by the entry point."""

    database: Database
    cipher: Cipher
    provider: str
    scheduling: SchedulingConfig
    admin_token: str | None
    allow_private_media: bool
    # Nearer to its instant than this, what the provider's timer has is left alone.
    cancel_cutoff: timedelta = timedelta(seconds=30)
    # The provider's page for linking accounts, for a person's browser.
    connect_url: str = "https://app.swonkie.com"
    # So long after its instant a post may still go out.
    missed_grace: timedelta = timedelta(minutes=15)
    # Under which address browsers reach the API; without it, links are relative.
    public_url: str | None = None
    # Requests a minute and organization (0: no limit), and the Redis that counts them; without
    # one, this process counts its own.
    rate_limit: int = 0
    rate_limit_url: str | None = None
    # The largest file of a caller's own, in bytes.
    media_max_bytes: int = 4 << 30
    # Where those lie; in memory for tests and tools.
    storage: ObjectStorage = field(default_factory=in_memory_storage)


async def get_context(request: Request) -> AppContext:
    """The app's surroundings."""
    found: AppContext = request.app.state.context
    return found


async def current_organization(
    request: Request,
    context: Annotated[AppContext, Depends(get_context)],
    in_query: Annotated[str | None, Query(alias="organizationId")] = None,
) -> Tenant:
    """The organization that the request may act for.

    An API key is bound to one; the operator's token names one in the query or the body.
    """
    named = _requested_organization(in_query, _organization_in_body(request))
    found = await _authenticate(request, context, named)
    request_state.get(request).organization_id = found.id
    await _rate_limiter(request).count_organization(request, found.id)
    await idempotency.lease_key(request, context.database, context.cipher, found.id)
    return found


async def _authenticate(request: Request, context: AppContext, named: str | None) -> Tenant:
    """The organization that the credentials open; who fails is counted by his address."""
    try:
        token = _bearer_token(request, named)
        if not _is_operator(context, token):
            return await run_in_threadpool(_organization_of_key, context, token, named)
        # A key has 256 random bits. The operator's token may be guessed, so it opens nothing to
        # who has guessed too often.
        await _rate_limiter(request).check_unauthenticated(request)
        return await run_in_threadpool(_organization_for_operator, context, named)
    except ApiError:
        await _rate_limiter(request).count_unauthenticated(request)
        raise


def _rate_limiter(request: Request) -> "RequestRateLimiter":
    found: RequestRateLimiter = request.app.state.rate_limiter
    return found


def _bearer_token(request: Request, named: str | None) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    if named:
        raise ApiError(401, "a Bearer API key is required")
    raise ApiError(400, NO_ORGANIZATION)


async def organization_id(found: Annotated[Tenant, Depends(current_organization)]) -> str:
    """The id of the organization that the request may act for."""
    return found.id


async def enabled_organization_id(found: Annotated[Tenant, Depends(current_organization)]) -> str:
    """The same; 403 while social posting is switched off for it (`isEnabled`).

    For routes that make or start something: publish, import, connect, edit, retry, approve,
    release, uploads, re-planning and resuming. What reads, stops or takes away goes on meanwhile:
    settings, remove, reject, disconnect-account, pause.
    """
    if not found.is_enabled:
        raise ApiError(403, POSTING_DISABLED)
    return found.id


def _requested_organization(in_query: str | None, in_body: str | None) -> str | None:
    """The organization that a request names, in the query or in the body."""
    if in_query and in_body and in_query != in_body:
        raise ApiError(400, "organizationId in the query and in the body differ")
    return in_query or in_body


def _organization_in_body(request: Request) -> str | None:
    body = request_state.get(request).json
    named = body.get("organizationId") if isinstance(body, dict) else None
    return named if isinstance(named, str) else None


def _is_operator(context: AppContext, token: str) -> bool:
    if context.admin_token is None:
        return False
    return hmac.compare_digest(token.encode(), context.admin_token.encode())


def _organization_of_key(context: AppContext, token: str, named: str | None) -> Tenant:
    with context.database.read() as session:
        own = organizations.find_tenant_by_key(session, token)
    if own is None:
        raise ApiError(401, "the API key is unknown or revoked")
    if named not in (None, own.id):
        raise ApiError(403, "the API key belongs to another organization")
    return own


def _organization_for_operator(context: AppContext, named: str | None) -> Tenant:
    if named is None:
        raise ApiError(400, NO_ORGANIZATION)
    found = None
    if _ID.fullmatch(named):
        with context.database.read() as session:
            found = organizations.find_tenant(session, named)
    if found is None:
        raise ApiError(404, "there is no such organization")
    return found


async def row_key(
    request: Request, _found: Annotated[Tenant, Depends(current_organization)]
) -> str | None:
    """By what a post finds the one that the same request has made before, perhaps in a process
    that died; None for a request without an Idempotency-Key."""
    return idempotency.row_key(request)


ContextDep = Annotated[AppContext, Depends(get_context)]
OrganizationId = Annotated[str, Depends(organization_id)]
RowKey = Annotated[str | None, Depends(row_key)]
EnabledOrganizationId = Annotated[str, Depends(enabled_organization_id)]
