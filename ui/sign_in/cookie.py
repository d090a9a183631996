"""Sets and clears the session cookie, on whatever response the route returns."""

from fastapi import Request

from services.context import AppContext
from ui import cookies
from ui.sign_in import session
from ui.sign_in.session import SignInSession


def set_cookie(request: Request, context: AppContext, sign_in: SignInSession) -> None:
    """Add the session cookie to the response."""
    value = session.encode(sign_in, context.cipher)
    cookies.set_cookie(request, context, session.COOKIE_NAME, value, seconds=session.LIFETIME)


def clear_cookie(request: Request, context: AppContext) -> None:
    """Make the browser delete the session cookie."""
    cookies.clear_cookie(request, context, session.COOKIE_NAME)


def read_cookie(request: Request, context: AppContext) -> str:
    """The session cookie's value; empty without one."""
    return cookies.read_cookie(request, context, session.COOKIE_NAME)
