"""The page to sign in with an API key."""

import time
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.caller import rate_limiter
from api.deps import ContextDep
from api.paths import without_organization
from models.store.tenants import api_keys
from services.context import AppContext
from ui.organization_path import names_organization, organization_base
from ui.sign_in import cookie, session
from ui.sign_in.csrf import require_same_origin
from ui.templating import redirect, render

router = APIRouter(include_in_schema=False)
# One sentence for every reason, so nobody learns which keys exist.
INVALID_KEY: Final = "This API key is unknown or revoked."
SUSPENDED: Final = "The operator of this installation has switched this organization off."
# Real keys are much shorter.
MAX_KEY_LENGTH: Final = 500


@router.get("/sign-in")
def sign_in_page(back: Annotated[str, Query(alias="next")] = "/") -> Response:
    """The form that asks for an API key."""
    return render("sign_in.html", None, back=safe_return_path(back), problem=None)


@router.post("/sign-in", dependencies=[Depends(require_same_origin)])
async def sign_in(
    request: Request,
    context: ContextDep,
    key: Annotated[str, Form()] = "",
    back: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Start a session if the key is valid; count the attempt against the rate limit if not."""
    owner = await run_in_threadpool(_find_key_owner, context, key.strip())
    if owner is None:
        await rate_limiter(request).count_unauthenticated(request)
        return render(
            "sign_in.html",
            None,
            status=401,
            back=safe_return_path(back),
            problem=INVALID_KEY,
        )
    if owner.is_suspended:
        return render(
            "sign_in.html", None, status=403, back=safe_return_path(back), problem=SUSPENDED
        )
    cookie.set_cookie(request, context, session.start_session(owner.key_id, time.time()))
    return redirect(return_path(owner, back))


def _find_key_owner(context: AppContext, key: str) -> api_keys.KeyOwner | None:
    if not key or len(key) > MAX_KEY_LENGTH:
        return None
    with context.database.read() as reading:
        return api_keys.find_by_key(reading, key)


def return_path(owner: api_keys.KeyOwner, back: str) -> str:
    """The page of the organization to go to after signing in: `back`, unless that is a page of
    another organization."""
    base = organization_base(owner.organization_id, owner.name)
    back = safe_return_path(back)
    page = without_organization(back)
    if page == back:
        return base + back
    handle = back.removesuffix(page).removeprefix("/o/")
    return back if names_organization(handle, owner.organization_id) else f"{base}/"


def safe_return_path(back: str) -> str:
    """The page to go to after signing in: a path of this site, or `/` if it is anything else."""
    is_path = back.startswith("/") and not back.startswith(("//", "/\\"))
    return back if is_path and back.isprintable() and "\\" not in back else "/"
