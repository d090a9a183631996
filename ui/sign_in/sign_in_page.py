"""The page to sign in with an API key: it starts a session, or adds an organization to one."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.caller import rate_limiter
from api.client_network import shortened_network
from api.deps import ContextDep
from api.paths import without_organization
from models.actors import Scope
from models.store.tenants import api_keys, page_sessions
from models.store.tenants.page_sessions import OpenSession, SignedInKey
from services.context import AppContext
from ui import error_pages
from ui.fetch_request import is_fetch_request
from ui.organization_path import names_organization, organization_base
from ui.sign_in import cookie, session
from ui.sign_in.auth import signed_in_organizations
from ui.sign_in.browser_name import browser_name
from ui.sign_in.csrf import CSRF_HEADER, require_same_origin
from ui.sign_in.visitor import SignedInOrganization
from ui.templating import redirect, render

router = APIRouter(include_in_schema=False)
# One sentence for every reason, so nobody learns which keys exist.
INVALID_KEY: Final = "This API key is unknown, revoked or expired."
SUSPENDED: Final = "The operator of this installation has switched this organization off."
CANNOT_READ: Final = "This API key may not read, so it opens no pages."
# Real keys are much shorter.
MAX_KEY_LENGTH: Final = 500


@router.get("/sign-in")
async def sign_in_page(
    request: Request,
    context: ContextDep,
    back: Annotated[str, Query(alias="next")] = "/",
    add: Annotated[str, Query(max_length=1)] = "",
) -> Response:
    """The form that asks for an API key. Who is signed in already goes on to the page, unless they
    want to add an organization."""
    found = await _find_open(request, context)
    owner = session.find_key(found.keys, _organization_in(back)) if found else None
    if owner is not None and not add:
        return redirect(return_path(owner, back))
    return _form(back, signed_in=signed_in_organizations(found) if found else ())


@router.post("/sign-in", dependencies=[Depends(require_same_origin)])
async def sign_in(
    request: Request,
    context: ContextDep,
    key: Annotated[str, Form()] = "",
    back: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Start a session if the key is valid, or let the key join the session of this browser; count
    the attempt against the rate limit if it is not. The page's script gets no redirect, but the
    token for its forms and the organization's address."""
    owner = await run_in_threadpool(_find_owner, context, key.strip())
    if owner is None:
        await rate_limiter(request).count_unauthenticated(request)
        return _refusal(request, back, 401, INVALID_KEY)
    if owner.is_suspended:
        return _refusal(request, back, 403, SUSPENDED)
    if Scope.READ not in owner.actor.scopes:
        return _refusal(request, back, 403, CANNOT_READ)
    session_id = await _join_session(request, context, owner)
    if not is_fetch_request(request):
        return redirect(return_path(owner, back))
    base = organization_base(owner.organization_id, owner.organization)
    token = session.form_token(session_id, context.cipher)
    return Response(status_code=204, headers={CSRF_HEADER: token, "X-Base": base})


def _form(
    back: str,
    status: int = 200,
    problem: str | None = None,
    signed_in: tuple[SignedInOrganization, ...] = (),
) -> Response:
    return render(
        "sign_in.html",
        None,
        status=status,
        back=safe_return_path(back),
        problem=problem,
        signed_in=signed_in,
    )


def _refusal(request: Request, back: str, status: int, problem: str) -> Response:
    if is_fetch_request(request):
        return error_pages.error_page(request, status, problem)
    return _form(back, status, problem)


def _find_owner(context: AppContext, key: str) -> SignedInKey | None:
    if not key or len(key) > MAX_KEY_LENGTH:
        return None
    with context.database.read() as reading:
        return page_sessions.find_key(reading, key, api_keys.utc_now())


async def _find_open(request: Request, context: AppContext) -> OpenSession | None:
    token = cookie.read_token(request, context)
    return await run_in_threadpool(_load_open, context, token) if token else None


def _load_open(context: AppContext, token: str) -> OpenSession | None:
    with context.database.read() as reading:
        return page_sessions.find_open(reading, token, api_keys.utc_now())


async def _join_session(request: Request, context: AppContext, owner: SignedInKey) -> str:
    """Sign the key in: to the open session of this browser, or to a new one. It always gets a new
    token: whoever knew the one before, or gave it to the browser, does not share what it opens."""
    token = session.new_token()
    host = request.client.host if request.client else ""
    where = browser_name(request.headers.get("User-Agent", "")), shortened_network(host)
    earlier = cookie.read_token(request, context)
    session_id = await run_in_threadpool(_write_session, context, owner, token, earlier, where)
    cookie.set_cookie(request, context, token)
    return session_id


def _write_session(
    context: AppContext, owner: SignedInKey, token: str, earlier: str | None, where: tuple[str, str]
) -> str:
    now = api_keys.utc_now()
    with context.database.write() as writing:
        found = page_sessions.find_open(writing, earlier, now) if earlier else None
        if found is not None:
            page_sessions.renew(writing, found.id, now, token)
        session_id = found.id if found else page_sessions.start(writing, token, *where, now)
        page_sessions.add_key(writing, session_id, owner, now)
    return session_id


def return_path(owner: SignedInKey, back: str) -> str:
    """The page of the organization to go to after signing in: `back`, unless that is a page of
    another organization."""
    base = organization_base(owner.organization_id, owner.organization)
    handle = _organization_in(back)
    back = safe_return_path(back)
    if handle is None:
        return base + back
    return back if names_organization(handle, owner.organization_id) else f"{base}/"


def _organization_in(back: str) -> str | None:
    """The organization that the address of a page names; None if it names none."""
    back = safe_return_path(back)
    page = without_organization(back)
    return None if page == back else back.removesuffix(page).removeprefix("/o/")


def safe_return_path(back: str) -> str:
    """The page to go to after signing in: a path of this site, or `/` if it is anything else."""
    is_path = back.startswith("/") and not back.startswith(("//", "/\\"))
    return back if is_path and back.isprintable() and "\\" not in back else "/"
