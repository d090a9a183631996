"""The page with the browsers that are signed in to the organization, and the button that ends one.

A key with all scopes sees all of them; any other key those that it opened itself.
"""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from models.store.tenants import api_keys, page_sessions
from models.store.tenants.page_sessions import SessionView
from services.context import AppContext
from services.errors import NotFound
from ui.sign_in import cookie
from ui.sign_in.auth import CurrentVisitor, count_request
from ui.sign_in.visitor import Visitor
from ui.templating import redirect, render

router = APIRouter(include_in_schema=False)


@router.get("/sessions")
async def sessions_page(context: ContextDep, visitor: CurrentVisitor, done: str = "") -> Response:
    """Show the page."""
    found = await run_in_threadpool(_list_sessions, context, visitor)
    return render(
        "sessions.html", visitor, current_path="/sessions", sessions=found, is_done=done == "end"
    )


@router.post("/sessions/{session_id}/end")
async def end_session(
    request: Request, context: ContextDep, visitor: CurrentVisitor, session_id: str
) -> Response:
    """Sign a browser out of this organization; its other organizations stay signed in."""
    await count_request(request, visitor)
    await run_in_threadpool(_end_session, context, visitor, session_id)
    if session_id != visitor.session_id:
        return redirect(f"{visitor.base}/sessions?done=end")
    others = [each for each in visitor.organizations if each.id != visitor.organization_id]
    if others:
        return redirect(f"{others[0].base}/")
    cookie.clear_cookie(request, context)
    return redirect("/sign-in")


def _list_sessions(context: AppContext, visitor: Visitor) -> list[SessionView]:
    now = api_keys.utc_now()
    with context.database.read() as reading:
        return page_sessions.list_open(reading, visitor.organization_id, now, _own_key(visitor))


def _end_session(context: AppContext, visitor: Visitor, session_id: str) -> None:
    with context.database.write() as writing:
        if not page_sessions.sign_out(
            writing, session_id, visitor.organization_id, _own_key(visitor)
        ):
            raise NotFound("there is no such session, or it has ended already")


def _own_key(visitor: Visitor) -> str | None:
    return None if visitor.can_manage_keys else visitor.key.id
