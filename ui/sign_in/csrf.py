"""Protection against forged requests (CSRF): the same-origin check and the form token."""

import hmac
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import FormData

from api.deps import ContextDep
from api.errors import ApiError
from api.middleware import request_state
from ui.sign_in.visitor import Visitor

SAFE_METHODS: Final = ("GET", "HEAD")
FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "X-CSRF-Token"
CROSS_ORIGIN: Final = "the request did not come from a Slotbeat page; nothing was changed"
STALE_FORM: Final = (
    "the form belongs to another session: somebody has signed in again since, maybe to another "
    "organization. Nothing was changed; go back, reload the page and try again"
)


async def require_same_origin(request: Request, context: ContextDep) -> None:
    """403 if another site's page made the request. For forms before there is a session."""
    if not is_same_origin(request, context.public_url):
        raise ApiError(403, CROSS_ORIGIN)


def is_same_origin(request: Request, public_url: str | None) -> bool:
    """Whether the browser says that a page of ours made the request.

    Over plain HTTP browsers send no Sec-Fetch-Site header, only an Origin.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return site is not None
    hosts = {request.headers.get("Host", "").lower(), urlsplit(public_url or "").netloc.lower()}
    host = urlsplit(origin).netloc.lower()
    return bool(host) and host in hosts


def check_csrf_token(visitor: Visitor, sent: object) -> None:
    """403 unless `sent` is the token of the visitor's session."""
    token = visitor.csrf.encode()
    if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), token):
        raise ApiError(403, STALE_FORM)


async def read_form(request: Request) -> FormData:
    """The fields of a form. Empty for any other body, and for a body that its route streams."""
    media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type not in FORM_TYPES or request_state.get(request).is_streamed:
        return FormData()
    return await request.form()
