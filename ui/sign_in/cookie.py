"""Sets and clears the session cookie, on whatever response the route returns."""

from fastapi import Request

from api.middleware import request_state
from services.context import AppContext
from ui.sign_in import session
from ui.sign_in.session import SignInSession


def set_cookie(request: Request, context: AppContext, sign_in: SignInSession) -> None:
    """Add the session cookie to the response."""
    value = session.encode(sign_in, context.cipher)
    _set_cookie(request, context, f"{value}; Max-Age={session.LIFETIME}")


def clear_cookie(request: Request, context: AppContext) -> None:
    """Make the browser delete the session cookie."""
    _set_cookie(request, context, "; Max-Age=0")


def read_cookie(request: Request, context: AppContext) -> str:
    """The session cookie's value; empty without one."""
    return request.cookies.get(_name(request, context), "")


def _set_cookie(request: Request, context: AppContext, value: str) -> None:
    # Not by Response.set_cookie: FastAPI ignores a dependency's response where the route returns
    # one of its own, and the token's `=` would be quoted.
    ending = "; Secure" if _is_secure(request, context) else ""
    cookie = f"{_name(request, context)}={value}; Path=/; HttpOnly; SameSite=Lax{ending}"
    request_state.get(request).headers["Set-Cookie"] = cookie


def _name(request: Request, context: AppContext) -> str:
    # With this prefix no other site of the domain can set it; browsers take it over https alone.
    prefix = "__Host-" if _is_secure(request, context) else ""
    return f"{prefix}{session.COOKIE_NAME}"


def _is_secure(request: Request, context: AppContext) -> bool:
    return request.url.scheme == "https" or (context.public_url or "").startswith("https:")
