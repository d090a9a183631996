"""Cookies of the pages: for this host alone, out of reach for scripts, and not sent with the forms
of other sites."""

from fastapi import Request

from api.middleware import request_state
from services.context import AppContext


def set_cookie(
    request: Request, context: AppContext, name: str, value: str, *, seconds: int
) -> None:
    """Add a cookie to whatever response the route returns; `seconds`: how long it is kept."""
    # Not by Response.set_cookie: FastAPI ignores a dependency's response where the route returns
    # one of its own, and the token's `=` would be quoted.
    ending = "; Secure" if _is_secure(request, context) else ""
    full_name = _full_name(request, context, name)
    request_state.get(request).cookies[full_name] = (
        f"{full_name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{ending}"
    )


def clear_cookie(request: Request, context: AppContext, name: str) -> None:
    """Make the browser delete a cookie."""
    set_cookie(request, context, name, "", seconds=0)


def read_cookie(request: Request, context: AppContext, name: str) -> str:
    """The value of a cookie; empty without one."""
    return request.cookies.get(_full_name(request, context, name), "")


def _full_name(request: Request, context: AppContext, name: str) -> str:
    # With this prefix no other site of the domain can set it; browsers take it over https alone.
    return f"__Host-{name}" if _is_secure(request, context) else name


def _is_secure(request: Request, context: AppContext) -> bool:
    return request.url.scheme == "https" or (context.public_url or "").startswith("https:")
