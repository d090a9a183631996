"""FastAPI dependencies: the application context, and the organization that a request acts for."""

import hmac
import re
from typing import TYPE_CHECKING, Annotated, NoReturn

from fastapi import Depends, Query, Request
from fastapi.concurrency import run_in_threadpool

from api.errors import ApiError
from api.middleware import idempotency, request_state
from models.store.tenants import organizations
from models.store.tenants.organizations import Tenant
from services.context import AppContext
from services.errors import POSTING_DISABLED, SWITCHED_OFF, PostingDisabled

if TYPE_CHECKING:  # the rate limiter imports the Redis client, which is slow to import
    from api.middleware.rate_limit import RequestRateLimiter

_ID = re.compile("[0-9a-f]{32}")
NO_ORGANIZATION = "organizationId is required when not using API key"

OPERATOR_ONLY = "only the operator's token manages organizations, not an API key"


async def get_context(request: Request) -> AppContext:
    """The application context, made by `api.main`."""
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
    await rate_limiter(request).count_organization(request, found.id)
    await idempotency.lease_key(request, context.database, context.cipher, found.id)
    return found


async def _authenticate(request: Request, context: AppContext, named: str | None) -> Tenant:
    """The organization of the credentials. A failed attempt counts against the caller's address."""
    try:
        token = _bearer_token(request, named)
        if not _is_operator(context, token):
            return await run_in_threadpool(_organization_of_key, context, token, named)
        # A key has 256 random bits. The operator's token may be easier to guess, so an address with
        # too many failed attempts is refused before the token is used.
        await rate_limiter(request).check_unauthenticated(request)
        return await run_in_threadpool(_organization_for_operator, context, named)
    except ApiError:
        await rate_limiter(request).count_unauthenticated(request)
        raise


def rate_limiter(request: Request) -> "RequestRateLimiter":
    """The limiter of this process, made by `api.main`."""
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
    """The same; PostingDisabled while social posting is switched off for it (`isEnabled`).

    For routes that create or start something: publish, import, connect, edit, retry, approve,
    release, uploads, replanning and resuming. Routes that read, stop or remove stay open: settings,
    remove, reject, disconnect-account, pause.
    """
    if not found.is_enabled:
        raise PostingDisabled(SWITCHED_OFF if found.is_suspended else POSTING_DISABLED)
    return found.id


def _requested_organization(in_query: str | None, in_body: str | None) -> str | None:
    """The organization that a request names, in the query or in the body."""
    if in_query and in_body and in_query != in_body:
        raise ApiError(400, "organizationId in the query and in the body differ")
    return in_query or in_body or None


def _organization_in_body(request: Request) -> str | None:
    body = request_state.get(request).json
    named = body.get("organizationId") if isinstance(body, dict) else None
    return named if isinstance(named, str) and named.strip() else None


def _is_operator(context: AppContext, token: str) -> bool:
    if context.admin_token is None:
        return False
    return hmac.compare_digest(token.encode(), context.admin_token.encode())


def _organization_of_key(context: AppContext, token: str, named: str | None) -> Tenant:
    with context.database.read() as session:
        tenant = organizations.find_tenant_by_key(session, token)
    if tenant is None:
        raise ApiError(401, "the API key is unknown or revoked")
    if named not in (None, tenant.id):
        raise ApiError(403, "the API key belongs to another organization")
    if tenant.is_suspended:
        raise ApiError(403, SWITCHED_OFF)
    return tenant


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


async def require_operator(
    request: Request, context: Annotated[AppContext, Depends(get_context)]
) -> None:
    """Let the operator's token pass; 403 for an organization's key. Failed attempts are counted."""
    try:
        token = _bearer_token(request, "an organization")
        if not _is_operator(context, token):
            await run_in_threadpool(_refuse_key, context, token)
        await rate_limiter(request).check_unauthenticated(request)
    except ApiError:
        await rate_limiter(request).count_unauthenticated(request)
        raise


def _refuse_key(context: AppContext, token: str) -> NoReturn:
    _organization_of_key(context, token, None)
    raise ApiError(403, OPERATOR_ONLY)


async def row_key(
    request: Request, _found: Annotated[Tenant, Depends(current_organization)]
) -> str | None:
    """The key under which a repeated request finds the post that it made before, even in a process
    that crashed; None without an Idempotency-Key."""
    return idempotency.row_key(request)


ContextDep = Annotated[AppContext, Depends(get_context)]
OrganizationId = Annotated[str, Depends(organization_id)]
RowKey = Annotated[str | None, Depends(row_key)]
EnabledOrganizationId = Annotated[str, Depends(enabled_organization_id)]
