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

from api.deps import SWITCHED_OFF, Around, Surroundings
from api.errors import ApiError
from api.front import exchange
from api.page import session
from api.page.session import Session
from models.store import visitors

SAFE: Final = ("GET", "HEAD")
FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
FORM_FIELD: Final = "csrf"
FORM_HEADER: Final = "X-CSRF-Token"
# The page's script says so with every fetch; a browser that navigates says "navigate".
SCRIPTED: Final = ("X-Requested-With", "fetch")
FOREIGN: Final = "the request came from another page than Slotbeat's own; nothing was done"
STALE: Final = "the form is not of this session; load the page again and repeat. Nothing was done"


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


async def signed_in(request: Request, around: Around) -> Visitor:
    """The visitor; SignInNeeded without a session, 403 for a forged request."""
    visitor = await recognized(request, around)
    if request.method not in SAFE:
        in_header = request.headers.get(FORM_HEADER)
        check(visitor, (await form_of(request)).get(FORM_FIELD) if in_header is None else in_header)
    return visitor


async def recognized(request: Request, around: Around) -> Visitor:
    """The visitor, for routes that read the form themselves: they `check` its token first.
    SignInNeeded without a session, 403 where another site's page made the request."""
    now = time.time()
    mine = session.unseal(request.cookies.get(session.COOKIE, ""), around.vault, now)
    opened = await run_in_threadpool(_opened, around, mine.key_id) if mine else None
    if mine is None or opened is None:
        raise SignInNeeded(_back(request))
    token = session.form_token(mine, around.vault)
    if request.method not in SAFE and not is_own(request, around.public_url):
        raise ApiError(403, FOREIGN)
    if mine.is_worn(now) and not is_poll(request):
        keep(request, around, session.renewed(mine, now))
    return Visitor(
        opened.organization_id,
        opened.name,
        opened.key_id,
        opened.timezone,
        opened.is_enabled,
        opened.is_paused,
        token,
    )


async def enabled(visitor: Annotated[Visitor, Depends(signed_in)]) -> Visitor:
    """The visitor; 403 while social posting is switched off, for routes that make or start
    something."""
    if not visitor.is_enabled:
        raise ApiError(403, SWITCHED_OFF)
    return visitor


async def own_page(request: Request, around: Around) -> None:
    """403 where another site's page made the request: for forms before there is a session."""
    if not is_own(request, around.public_url):
        raise ApiError(403, FOREIGN)


SignedIn = Annotated[Visitor, Depends(signed_in)]
Recognized = Annotated[Visitor, Depends(recognized)]
Enabled = Annotated[Visitor, Depends(enabled)]


def is_scripted(request: Request) -> bool:
    """Whether the page's script asks, which wants a part of a page and no redirect."""
    name, value = SCRIPTED
    return request.headers.get(name) == value


def is_poll(request: Request) -> bool:
    """Whether a page asks for news by itself: that keeps no session alive."""
    return is_scripted(request) and request.headers.get("X-Poll") == "1"


def is_own(request: Request, public_url: str | None) -> bool:
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


def keep(request: Request, around: Surroundings, mine: Session) -> None:
    """Let the answer carry the session's cookie."""
    value = session.seal(mine, around.vault)
    _set_cookie(request, around, f"{value}; Max-Age={session.LIFETIME}")


def forget(request: Request, around: Surroundings) -> None:
    """Let the answer take the cookie away."""
    _set_cookie(request, around, "; Max-Age=0")


def _set_cookie(request: Request, around: Surroundings, value: str) -> None:
    is_secure = request.url.scheme == "https" or (around.public_url or "").startswith("https:")
    ending = "; Secure" if is_secure else ""
    cookie = f"{session.COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{ending}"
    exchange.of(request).headers["Set-Cookie"] = cookie


def _opened(around: Surroundings, key_id: str) -> visitors.KeyOwner | None:
    with around.database.read() as reading:
        return visitors.find_by_key_id(reading, key_id)


def check(visitor: Visitor, sent: object) -> None:
    """403 unless this is the token that forms of the visitor's session carry."""
    token = visitor.csrf.encode()
    if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), token):
        raise ApiError(403, STALE)


async def form_of(request: Request) -> FormData:
    """The fields of a form; none where the body is another, or is left to its route."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in FORM_TYPES or exchange.of(request).is_streamed:
        return FormData()
    return await request.form()


def _back(request: Request) -> str:
    """Where a visitor wanted to go, where that is a page that can be asked for again."""
    if request.method != "GET" or is_scripted(request):
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
