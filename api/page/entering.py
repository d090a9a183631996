"""Signing in with an API key, and out again."""

import time
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import Around, Surroundings
from api.front.rates import Rates
from api.page import guard, session
from api.page.guard import SignedIn
from api.page.rendering import redirect, render
from models.store import visitors

router = APIRouter(include_in_schema=False)
# One sentence for every reason: nobody learns which keys there are.
NO_ENTRY: Final = "This key opens nothing: it is unknown or revoked."
# Keys are much shorter.
LONGEST: Final = 500


@router.get("/sign-in")
def sign_in_page(request: Request, back: Annotated[str, Query(alias="next")] = "/") -> Response:
    """The form that asks for an API key."""
    return render(request, "sign_in.html", None, back=safe(back), problem=None)


@router.post("/sign-in", dependencies=[Depends(guard.own_page)])
async def sign_in(
    request: Request,
    around: Around,
    key: Annotated[str, Form()] = "",
    back: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Begin a session, where the key opens something."""
    opened = await run_in_threadpool(_opened, around, key.strip())
    if opened is None:
        rates: Rates = request.app.state.rates
        await rates.of_stranger(request)
        return render(request, "sign_in.html", None, status=401, back=safe(back), problem=NO_ENTRY)
    guard.keep(request, around, session.begin(opened.key_id, time.time()))
    return redirect(safe(back))


@router.post("/sign-out")
async def sign_out(request: Request, around: Around, _visitor: SignedIn) -> Response:
    """End the session in this browser."""
    guard.forget(request, around)
    return redirect("/sign-in")


def _opened(around: Surroundings, key: str) -> visitors.KeyOwner | None:
    if not key or len(key) > LONGEST:
        return None
    with around.database.read() as reading:
        return visitors.find_by_key(reading, key)


def safe(back: str) -> str:
    """Where to go after signing in: a path of ours, and nobody else's address."""
    is_path = back.startswith("/") and not back.startswith(("//", "/\\"))
    return back if is_path and back.isprintable() and "\\" not in back else "/"
