"""Sets, reads and clears the session cookie, on whatever response the route returns."""

from fastapi import Request

from services.context import AppContext
from ui import cookies
from ui.sign_in import session


def set_cookie(request: Request, context: AppContext, token: str) -> None:
    """Add the session cookie to the response."""
    value = session.encode(token, context.cipher)
    cookies.set_cookie(request, context, session.COOKIE_NAME, value, seconds=session.LIFETIME)


def clear_cookie(request: Request, context: AppContext) -> None:
    """Make the browser delete the session cookie."""
    cookies.clear_cookie(request, context, session.COOKIE_NAME)


def read_token(request: Request, context: AppContext) -> str | None:
    """The token in the session cookie; None without a cookie of ours."""
    value = cookies.read_cookie(request, context, session.COOKIE_NAME)
    return session.decode(value, context.cipher)
