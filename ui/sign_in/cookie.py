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


def _set_cookie(request: Request, context: AppContext, value: str) -> None:
    # Not by Response.set_cookie: FastAPI ignores a dependency's response where the route returns
    # one of its own, and the token's `=` would be quoted.
    is_secure = request.url.scheme == "https" or (context.public_url or "").startswith("https:")
    ending = "; Secure" if is_secure else ""
    cookie = f"{session.COOKIE_NAME}={value}; Path=/; HttpOnly; SameSite=Lax{ending}"
    request_state.get(request).headers["Set-Cookie"] = cookie
