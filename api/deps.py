"""FastAPI dependencies: the application context, and the organization that a request acts for."""

import re
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.concurrency import run_in_threadpool

from api.caller import Caller, identify, rate_limiter
from api.errors import ApiError
from api.middleware import idempotency, request_state
from api.middleware.organization_places import take_place
from models.store.tenants import organizations
from models.store.tenants.organizations import Tenant
from services.context import AppContext
from services.errors import POSTING_DISABLED, SWITCHED_OFF, PostingDisabled

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
    caller = await identify(request, context)
    try:
        named = _requested_organization(request, in_query)
        found = await _authorize(context, caller, named)
    except ApiError:
        await rate_limiter(request).count_unauthenticated(request)
        raise
    request_state.get(request).organization_id = found.id
    if caller is not None and caller.tenant is None:
        await rate_limiter(request).count_organization(request, found.id)
    await take_place(request, found.id)
    await idempotency.lease_key(
        request, context.database, context.cipher, found.id, context.quotas.kept_answers
    )
    return found


async def _authorize(context: AppContext, caller: Caller | None, named: str | None) -> Tenant:
    """The organization that the caller may act for. The error counts against its address."""
    if caller is None:
        if named:
            raise ApiError(401, "a Bearer API key is required")
        raise ApiError(400, NO_ORGANIZATION)
    if caller.tenant is None:
        return await run_in_threadpool(_organization_for_operator, context, named)
    if named not in (None, caller.tenant.id):
        raise ApiError(403, "the API key belongs to another organization")
    return caller.tenant


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


def _requested_organization(request: Request, in_query: str | None) -> str | None:
    """The organization that a request names, in the query or in the body."""
    if len(set(filter(None, request.query_params.getlist("organizationId")))) > 1:
        raise ApiError(400, "organizationId is in the query twice, with different values")
    in_body = _organization_in_body(request)
    if in_query and in_body and in_query != in_body:
        raise ApiError(400, "organizationId in the query and in the body differ")
    return in_query or in_body or None


def _organization_in_body(request: Request) -> str | None:
    body = request_state.get(request).json
    named = body.get("organizationId") if isinstance(body, dict) else None
    return named if isinstance(named, str) and named.strip() else None


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
    """Let the operator's token pass; 401 without a token, 403 for an organization's key."""
    caller = await identify(request, context)
    if caller is not None and caller.tenant is None:
        return
    await rate_limiter(request).count_unauthenticated(request)
    if caller is None:
        raise ApiError(401, "the operator's token is required, as a Bearer token")
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
