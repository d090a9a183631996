"""Who may see a page, and which requests its own forms made.

`SignedIn` stands in front of every page route but sign-in. On a method that changes something it
also wants the page's own origin and the session's form token.
"""

import hmac
import time
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.deps import ContextDep
from api.errors import ApiError
from api.middleware import request_state
from models.store.tenants import api_keys
from services.context import AppContext
from ui.sign_in import session
from ui.sign_in.session import SignInSession

SAFE_METHODS: Final = ("GET", "HEAD")
FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "X-CSRF-Token"
# The page's script says so with every fetch; a browser that navigates says "navigate".
FETCH_HEADER: Final = ("X-Requested-With", "fetch")
CROSS_ORIGIN: Final = "the request came from another page than Slotbeat's own; nothing was done"
STALE_FORM: Final = (
    "the form is not of this session; load the page again and repeat. Nothing was done"
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in. `csrf` is what every form of this session carries."""

    organization_id: str
    organization: str
    key_id: str
    zone: str
    is_enabled: bool
    is_paused: bool
    csrf: str


class SignInNeeded(Exception):
    """There is no session, or none any more. `back`: where to return to after signing in."""

    def __init__(self, back: str) -> None:
        super().__init__("sign in first")
        self.back = back

    @property
    def address(self) -> str:
        """The page to sign in on."""
        return "/sign-in" if self.back == "/" else f"/sign-in?next={quote(self.back, safe='')}"


async def current_visitor(request: Request, context: ContextDep) -> Visitor:
    """The visitor; SignInNeeded without a session, 403 for a forged request."""
    visitor = await visitor_before_csrf_check(request, context)
    if request.method not in SAFE_METHODS:
        in_header = request.headers.get(CSRF_HEADER)
        check_csrf_token(
            visitor, (await read_form(request)).get(CSRF_FIELD) if in_header is None else in_header
        )
    return visitor


async def visitor_before_csrf_check(request: Request, context: ContextDep) -> Visitor:
    """The visitor, for routes that read the form themselves: they `check` its token first.
    SignInNeeded without a session, 403 where another site's page made the request."""
    now = time.time()
    sign_in = session.decode(request.cookies.get(session.COOKIE_NAME, ""), context.cipher, now)
    opened = await run_in_threadpool(_find_key_owner, context, sign_in.key_id) if sign_in else None
    if sign_in is None or opened is None:
        raise SignInNeeded(_return_path(request))
    token = session.form_token(sign_in, context.cipher)
    if request.method not in SAFE_METHODS and not is_same_origin(request, context.public_url):
        raise ApiError(403, CROSS_ORIGIN)
    if sign_in.needs_renewal(now) and not is_poll(request):
        set_cookie(request, context, session.renew(sign_in, now))
    return Visitor(
        opened.organization_id,
        opened.name,
        opened.key_id,
        opened.timezone,
        opened.is_enabled,
        opened.is_paused,
        token,
    )


async def require_same_origin(request: Request, context: ContextDep) -> None:
    """403 where another site's page made the request: for forms before there is a session."""
    if not is_same_origin(request, context.public_url):
        raise ApiError(403, CROSS_ORIGIN)


CurrentVisitor = Annotated[Visitor, Depends(current_visitor)]
VisitorBeforeCsrfCheck = Annotated[Visitor, Depends(visitor_before_csrf_check)]


def is_fetch_request(request: Request) -> bool:
    """Whether the page's script asks, which wants a part of a page and no redirect."""
    name, value = FETCH_HEADER
    return request.headers.get(name) == value


def is_poll(request: Request) -> bool:
    """Whether a page asks for news by itself: that keeps no session alive."""
    return is_fetch_request(request) and request.headers.get("X-Poll") == "1"


def is_same_origin(request: Request, public_url: str | None) -> bool:
    """Whether the browser says that a page of ours made the request. Over plain HTTP browsers send
    no Sec-Fetch-Site, but an Origin."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return site is not None
    hosts = {request.headers.get("Host", "").lower(), urlsplit(public_url or "").netloc.lower()}
    host = urlsplit(origin).netloc.lower()
    return bool(host) and host in hosts


def set_cookie(request: Request, context: AppContext, mine: SignInSession) -> None:
    """Let the answer carry the session's cookie."""
    value = session.encode(mine, context.cipher)
    _set_cookie(request, context, f"{value}; Max-Age={session.LIFETIME}")


def clear_cookie(request: Request, context: AppContext) -> None:
    """Let the answer take the cookie away."""
    _set_cookie(request, context, "; Max-Age=0")


def _set_cookie(request: Request, context: AppContext, value: str) -> None:
    is_secure = request.url.scheme == "https" or (context.public_url or "").startswith("https:")
    ending = "; Secure" if is_secure else ""
    cookie = f"{session.COOKIE_NAME}={value}; Path=/; HttpOnly; SameSite=Lax{ending}"
    request_state.get(request).headers["Set-Cookie"] = cookie


def _find_key_owner(context: AppContext, key_id: str) -> api_keys.KeyOwner | None:
    with context.database.read() as reading:
        return api_keys.find_by_key_id(reading, key_id)


def check_csrf_token(visitor: Visitor, sent: object) -> None:
    """403 unless this is the token that forms of the visitor's session carry."""
    token = visitor.csrf.encode()
    if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), token):
        raise ApiError(403, STALE_FORM)


async def read_form(request: Request) -> FormData:
    """The fields of a form; none where the body is another, or is left to its route."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in FORM_TYPES or request_state.get(request).is_streamed:
        return FormData()
    return await request.form()


def _return_path(request: Request) -> str:
    """Where a visitor wanted to go, where that is a page that can be asked for again."""
    if request.method != "GET" or is_fetch_request(request):
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
