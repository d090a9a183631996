"""The buttons that sign out: of one organization, or of the whole session."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from models.store.tenants import page_sessions
from services.context import AppContext
from ui.forms import read_values
from ui.sign_in import cookie
from ui.sign_in.auth import CurrentVisitor
from ui.sign_in.csrf import read_form
from ui.sign_in.visitor import Visitor
from ui.templating import redirect

router = APIRouter(include_in_schema=False)


@router.post("/sign-out")
async def sign_out(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Sign out of this organization, or with the field `all` of every one in this browser."""
    others = [each for each in visitor.organizations if each.id != visitor.organization_id]
    is_all = read_values(await read_form(request))["all"] != "" or not others
    await run_in_threadpool(_sign_out, context, visitor, is_all=is_all)
    if not is_all:
        return redirect(f"{others[0].base}/")
    cookie.clear_cookie(request, context)
    return redirect("/sign-in")


def _sign_out(context: AppContext, visitor: Visitor, *, is_all: bool) -> None:
    with context.database.write() as writing:
        if is_all:
            page_sessions.end(writing, visitor.session_id)
        else:
            page_sessions.sign_out(writing, visitor.session_id, visitor.organization_id)
