"""Who may see a page: the dependencies that turn the session cookie into a `Visitor`.

Every page route except sign-in depends on `CurrentVisitor`. For methods that change something,
it also requires a page of our own as the request's origin and the session's form token.
"""

import time
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from api.caller import rate_limiter
from api.connections.guarded_protocol import trust_connection
from api.deps import ContextDep
from api.errors import ApiError
from api.middleware.organization_places import take_place
from models.store.posts import inbox
from models.store.tenants import api_keys
from services.context import AppContext
from services.publishing_obstacles import Obstacle, load_obstacles
from ui.fetch_request import is_fetch_request, is_poll
from ui.organization_path import (
    ORGANIZATION_PARAMETER,
    names_organization,
    organization_base,
)
from ui.sign_in import session
from ui.sign_in.cookie import read_cookie, set_cookie
from ui.sign_in.csrf import (
    CROSS_ORIGIN,
    CSRF_FIELD,
    CSRF_HEADER,
    SAFE_METHODS,
    check_csrf_token,
    is_same_origin,
    read_form,
)
from ui.sign_in.visitor import MAX_COUNT, SignInNeeded, Visitor


async def current_visitor(request: Request, context: ContextDep) -> Visitor:
    """The visitor. SignInNeeded without a session, 403 for a forged request."""
    visitor = await visitor_before_csrf_check(request, context)
    if request.method not in SAFE_METHODS:
        in_header = request.headers.get(CSRF_HEADER)
        check_csrf_token(
            visitor, (await read_form(request)).get(CSRF_FIELD) if in_header is None else in_header
        )
    return visitor


async def visitor_before_csrf_check(request: Request, context: ContextDep) -> Visitor:
    """The visitor, for routes that read the form themselves: they must call `check_csrf_token`.

    SignInNeeded without a session for the organization in the address, 403 if another site's page
    made the request.
    """
    now = time.time()
    sign_in, owner, obstacles, count = await _find_session(request, context, now)
    trust_connection()
    if not names_organization(request.path_params[ORGANIZATION_PARAMETER], owner.organization_id):
        raise SignInNeeded(_return_path(request))
    if request.method not in SAFE_METHODS and not is_same_origin(request, context.public_url):
        raise ApiError(403, CROSS_ORIGIN)
    await take_place(request, owner.organization_id)
    if sign_in.needs_renewal(now) and not is_poll(request):
        set_cookie(request, context, session.renew(sign_in, now))
    return Visitor(
        owner.organization_id,
        owner.name,
        organization_base(owner.organization_id, owner.name),
        owner.key_id,
        owner.timezone,
        owner.is_enabled,
        owner.is_paused,
        session.form_token(sign_in, context.cipher),
        obstacles,
        inbox_count=count,
    )


async def find_signed_in(request: Request, context: AppContext) -> api_keys.KeyOwner:
    """The key that has signed in, with its organization. SignInNeeded without a session."""
    _sign_in, owner, _obstacles, _count = await _find_session(request, context, time.time())
    return owner


async def _find_session(
    request: Request, context: AppContext, now: float
) -> tuple[session.SignInSession, api_keys.KeyOwner, tuple[Obstacle, ...], int]:
    sign_in = session.decode(read_cookie(request, context), context.cipher, now)
    found = await run_in_threadpool(_find_key_owner, context, sign_in.key_id) if sign_in else None
    if sign_in is None or found is None or found[0].is_suspended:
        raise SignInNeeded(_return_path(request))
    return sign_in, *found


def has_session(request: Request, context: AppContext) -> bool:
    """Whether the request has a session cookie of ours, which may have ended: nobody else's form
    is read. The route looks the session up in the database, as this does not."""
    return session.decode(read_cookie(request, context), context.cipher, 0.0) is not None


CurrentVisitor = Annotated[Visitor, Depends(current_visitor)]
VisitorBeforeCsrfCheck = Annotated[Visitor, Depends(visitor_before_csrf_check)]


async def count_request(request: Request, visitor: Visitor) -> None:
    """Count a change against the organization's rate limit, as the API does; 429 above it."""
    await rate_limiter(request).count_organization(request, visitor.organization_id)


def _find_key_owner(
    context: AppContext, key_id: str
) -> tuple[api_keys.KeyOwner, tuple[Obstacle, ...], int] | None:
    with context.database.read() as reading:
        owner = api_keys.find_by_key_id(reading, key_id)
        if owner is None:
            return None
        obstacles = load_obstacles(reading, context, owner.organization_id)
        return owner, obstacles, inbox.count(reading, owner.organization_id, MAX_COUNT)


def _return_path(request: Request) -> str:
    """The page to return to after signing in: the one asked for, if it can be loaded again."""
    if request.method != "GET" or is_fetch_request(request):
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
