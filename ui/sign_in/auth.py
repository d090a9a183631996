"""Who may see a page: the dependencies that turn the session cookie into a `Visitor`.

Every page route except sign-in depends on `CurrentVisitor`. For methods that change something,
it also requires a page of our own as the request's origin and the session's form token.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from api.background import run_later
from api.caller import rate_limiter, record_use, route_path
from api.connections.guarded_protocol import trust_connection
from api.deps import ContextDep
from api.errors import ApiError
from api.middleware.organization_places import take_place
from api.scopes import check_scopes
from models.actors import acting_as
from models.store.posts import inbox
from models.store.tenants import api_keys, page_sessions
from models.store.tenants.page_sessions import OpenSession, SignedInKey
from services.context import AppContext
from services.publishing_obstacles import Obstacle, load_obstacles
from ui.fetch_request import is_fetch_request, is_poll
from ui.organization_mark import organization_mark
from ui.organization_path import ORGANIZATION_PARAMETER, organization_base
from ui.sign_in import cookie, session
from ui.sign_in.csrf import (
    CROSS_ORIGIN,
    CSRF_FIELD,
    CSRF_HEADER,
    SAFE_METHODS,
    check_csrf_token,
    is_same_origin,
    read_form,
)
from ui.sign_in.visitor import MAX_COUNT, SignedInOrganization, SignInNeeded, Visitor


@dataclass(frozen=True, slots=True)
class FoundSession:
    """The session of a request, with its key for the organization in the address."""

    token: str
    session: OpenSession
    key: SignedInKey
    obstacles: tuple[Obstacle, ...]
    inbox_count: int


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
    made the request, or if the key lacks the scope that it needs.
    """
    found = await _find_session(request, context, request.path_params[ORGANIZATION_PARAMETER])
    trust_connection()
    if request.method not in SAFE_METHODS and not is_same_origin(request, context.public_url):
        raise ApiError(403, CROSS_ORIGIN)
    check_scopes(found.key.actor, request.method, route_path(request))
    acting_as(found.key.actor)
    await take_place(request, found.key.organization_id)
    _keep_alive(request, context, found)
    return _visitor(context, found)


def _visitor(context: AppContext, found: FoundSession) -> Visitor:
    key = found.key
    organization = _organization(key)
    return Visitor(
        key.organization_id,
        key.organization,
        organization.base,
        organization.mark,
        key.actor,
        key.timezone,
        key.is_enabled,
        key.is_paused,
        found.session.id,
        session.form_token(found.session.id, context.cipher),
        signed_in_organizations(found.session),
        found.obstacles,
        found.inbox_count,
    )


def _keep_alive(request: Request, context: AppContext, found: FoundSession) -> None:
    """Let the session last longer, and remember that the key is used. Both are rare, and no request
    waits for them: another one may write for seconds."""
    now = api_keys.utc_now()
    if session.needs_renewal(found.session.last_seen_at, now) and not is_poll(request):
        run_later(_renew, context, found.session.id, now)
        cookie.set_cookie(request, context, found.token)
    if api_keys.is_use_due(found.key.last_used_at, now):
        run_later(record_use, context, found.key.actor)


def _renew(context: AppContext, session_id: str, now: datetime) -> None:
    with context.database.write() as writing:
        page_sessions.renew(writing, session_id, now)


async def find_signed_in(request: Request, context: AppContext) -> SignedInKey:
    """The key that signed in last, with its organization. SignInNeeded without a session."""
    return (await _find_session(request, context, None)).key


async def _find_session(request: Request, context: AppContext, handle: str | None) -> FoundSession:
    token = cookie.read_token(request, context)
    found = await run_in_threadpool(_load_session, context, token, handle) if token else None
    if found is None:
        raise SignInNeeded(_return_path(request))
    return found


def _load_session(context: AppContext, token: str, handle: str | None) -> FoundSession | None:
    with context.database.read() as reading:
        found = page_sessions.find_open(reading, token, api_keys.utc_now())
        key = session.find_key(found.keys, handle) if found else None
        if found is None or key is None:
            return None
        obstacles = load_obstacles(reading, context, key.organization_id)
        count = inbox.count(reading, key.organization_id, MAX_COUNT)
        return FoundSession(token, found, key, obstacles, count)


def signed_in_organizations(found: OpenSession) -> tuple[SignedInOrganization, ...]:
    """The organizations whose pages a session opens, by name."""
    shown = (each for each in found.keys if not each.is_suspended)
    by_id = {each.organization_id: _organization(each) for each in shown}
    return tuple(sorted(by_id.values(), key=lambda each: (each.name.casefold(), each.id)))


def _organization(key: SignedInKey) -> SignedInOrganization:
    id_, name = key.organization_id, key.organization
    mark = organization_mark(id_, name, key.mark_colour, key.mark_letters)
    return SignedInOrganization(id_, name, organization_base(id_, name), mark)


def has_session(request: Request, context: AppContext) -> bool:
    """Whether the request has a session cookie of ours, which may have ended: nobody else's form
    is read. The route looks the session up in the database, as this does not."""
    return cookie.read_token(request, context) is not None


CurrentVisitor = Annotated[Visitor, Depends(current_visitor)]
VisitorBeforeCsrfCheck = Annotated[Visitor, Depends(visitor_before_csrf_check)]


async def count_request(request: Request, visitor: Visitor) -> None:
    """Count a change against the organization's rate limit, as the API does; 429 above it."""
    await rate_limiter(request).count_organization(request, visitor.organization_id)


def _return_path(request: Request) -> str:
    """The page to return to after signing in: the one asked for, if it can be loaded again."""
    if request.method != "GET" or is_fetch_request(request):
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
