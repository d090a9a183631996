"""Who sends a request, by its Authorization header: found out before its body is read."""

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from api.background import run_later
from api.connections.guarded_protocol import trust_connection
from api.errors import ApiError
from api.middleware import request_state
from api.scopes import check_scopes
from models.actors import OPERATOR_TOKEN, Actor, acting_as
from models.store.tenants import api_keys, organizations
from models.store.tenants.organizations import KeyHolder, Tenant
from services.context import AppContext
from services.errors import SWITCHED_OFF

if TYPE_CHECKING:  # the rate limiter imports the Redis client, which is slow to import
    from api.middleware.rate_limit import RequestRateLimiter


@dataclass(frozen=True, slots=True)
class Caller:
    """Who has shown credentials. `tenant`: the organization of an API key; None for the operator,
    who names one in the query or in the body. `actor`: who makes the changes."""

    tenant: Tenant | None
    actor: Actor


def rate_limiter(request: Request) -> "RequestRateLimiter":
    """The limiter of this process, made by `api.main`."""
    found: RequestRateLimiter = request.app.state.rate_limiter
    return found


async def is_known(request: Request, context: AppContext) -> bool:
    """Whether the caller has shown credentials, and may send more requests. The error of others is
    left to the route, which may need no credentials, or not exist."""
    try:
        return await identify(request, context) is not None
    except ApiError:
        return False


async def identify(request: Request, context: AppContext) -> Caller | None:
    """The caller; None without a Bearer token. 401 for an unknown one, 403 for the key of an
    organization that is switched off, or without the scope that the request needs; 429 over a rate
    limit.

    The outcome is kept: a request is counted once, however often it is asked for.
    """
    state = request_state.get(request)
    token = bearer_token(request)
    if state.refusal is not None:
        raise state.refusal
    if state.caller is None and token:
        try:
            state.caller = await _identify(request, context, token)
        except ApiError as error:
            state.refusal = error
            raise
        trust_connection()
    return state.caller


def bearer_token(request: Request) -> str:
    """The token of the Authorization header; empty without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _identify(request: Request, context: AppContext, token: str) -> Caller:
    # A right token is never refused for the wrong ones of its address: behind a proxy that is not
    # trusted, that is everybody's address, and one stranger would shut out the operator.
    if _is_operator(context, token):
        acting_as(OPERATOR_TOKEN)
        return Caller(None, OPERATOR_TOKEN)
    holder = await run_in_threadpool(_find_holder, context, token)
    if holder is None:
        await rate_limiter(request).count_unauthenticated(request)
        raise ApiError(401, "the API key is unknown, revoked or expired")
    if holder.is_use_due:
        run_later(record_use, context, holder.actor)
    tenant = holder.tenant
    await rate_limiter(request).count_organization(request, tenant.id)
    if tenant.is_suspended:
        raise ApiError(403, SWITCHED_OFF)
    check_scopes(holder.actor, request.method, route_path(request))
    acting_as(holder.actor)
    return Caller(tenant, holder.actor)


def _is_operator(context: AppContext, token: str) -> bool:
    if context.admin_token is None:
        return False
    return hmac.compare_digest(token.encode(), context.admin_token.encode())


def _find_holder(context: AppContext, token: str) -> KeyHolder | None:
    return context.database.query(
        lambda connection: organizations.find_tenant_by_key(connection, token)
    )


def record_use(context: AppContext, key: Actor) -> None:
    """Remember that a key is used. No request waits for it: another one may write for seconds."""
    with context.database.write() as session:
        api_keys.record_use(session, key.id, api_keys.utc_now())


def route_path(request: Request) -> str:
    """The path of a request as the routes know it, also behind a proxy that adds a prefix."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", ""))
