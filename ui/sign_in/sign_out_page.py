"""The button that signs out."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.deps import ContextDep
from ui.sign_in import cookie
from ui.sign_in.auth import CurrentVisitor
from ui.templating import redirect

router = APIRouter(include_in_schema=False)


@router.post("/sign-out")
async def sign_out(request: Request, context: ContextDep, _visitor: CurrentVisitor) -> Response:
    """End the session in this browser."""
    cookie.clear_cookie(request, context)
    return redirect("/sign-in")
