"""The form that connects an account of a network, for a visitor who has signed in."""

import time
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import ContextDep
from services.connecting.connect_link import ConnectLink
from services.context import AppContext
from services.errors import NotFound, PostingDisabled
from ui.accounts import connect_form
from ui.accounts.authorize_page import lead_away
from ui.accounts.connect_form import ConnectAttempt
from ui.sign_in.auth import CurrentVisitor
from ui.sign_in.csrf import read_form
from ui.sign_in.visitor import Visitor
from ui.templating import redirect, render

router = APIRouter(include_in_schema=False)


@router.get("/accounts/connect/{platform}")
async def connect_page(
    context: ContextDep,
    visitor: CurrentVisitor,
    platform: str,
    username: Annotated[str, Query(max_length=300)] = "",
    address: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """Show the form; `username` and `address` are filled in, to connect an account again."""
    return _render_form(context, visitor, platform, None, username=username, address=address)


@router.post("/accounts/connect/{platform}")
async def connect(
    request: Request, context: ContextDep, visitor: CurrentVisitor, platform: str
) -> Response:
    """Try what was entered, and connect the account."""
    if not visitor.is_enabled:
        raise PostingDisabled
    _require_form(context, platform)
    result = await connect_form.try_to_connect(
        request, context, visitor.organization_id, platform, await read_form(request)
    )
    if isinstance(result, ConnectAttempt):
        return _render_form(context, visitor, platform, result)
    return redirect(f"{visitor.base}/accounts?done=connect")


@router.post("/accounts/connect/{platform}/authorize")
async def authorize(
    request: Request, context: ContextDep, visitor: CurrentVisitor, platform: str
) -> Response:
    """Lead to the page of the network that allows the access."""
    if not visitor.is_enabled:
        raise PostingDisabled
    _require_form(context, platform)
    asked = ConnectLink(visitor.organization_id, platform, None, time.time())
    result = await lead_away(request, context, asked, has_link=False)
    if isinstance(result, ConnectAttempt):
        return _render_form(context, visitor, platform, result)
    return result


def _render_form(
    context: AppContext,
    visitor: Visitor,
    platform: str,
    attempt: ConnectAttempt | None,
    **prefilled: str,
) -> Response:
    _require_form(context, platform)
    return render(
        "connect_account.html",
        visitor,
        status=connect_form.attempt_status(attempt),
        current_path="/accounts",
        **connect_form.form_context(context, platform, attempt, **prefilled),
    )


def _require_form(context: AppContext, platform: str) -> None:
    if context.connector.form_for(platform) is None:
        raise NotFound("no account is connected here on this network")
