"""The page behind a link of `POST connect`: a person without a session connects an account."""

import time
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import Response

from api.caller import rate_limiter
from api.deps import ContextDep
from services.connecting import connect_link
from services.connecting.connect_link import CONNECT_PATH, ConnectLink
from services.connecting.connect_outcome import ConnectOutcome, name_accounts
from services.context import AppContext
from ui.accounts import connect_form
from ui.accounts.authorize_page import lead_away
from ui.accounts.connect_form import ConnectAttempt
from ui.accounts.organization_name import load_name
from ui.accounts.result_page import host_of, render_result
from ui.sign_in.csrf import read_form, require_same_origin
from ui.templating import render

router = APIRouter(include_in_schema=False)
ENDED: Final = (
    "the link has ended, or it is not complete: it works for 15 minutes. Go back to where you got "
    "it, and begin again"
)


@router.get(CONNECT_PATH)
async def link_page(
    request: Request, context: ContextDep, token: Annotated[str, Query()] = ""
) -> Response:
    """Show the form, with the organization that gets the account."""
    link = connect_link.decode(token, context.cipher, time.time())
    if link is None:
        return await _refuse(request)
    return await _render_form(context, link, token, None)


@router.post(CONNECT_PATH, dependencies=[Depends(require_same_origin)])
async def connect_by_link(
    request: Request, context: ContextDep, token: Annotated[str, Form()] = ""
) -> Response:
    """Try what was entered, and connect the account."""
    link = connect_link.decode(token, context.cipher, time.time())
    if link is None:
        return await _refuse(request)
    await load_name(context, link.organization_id)
    result = await connect_form.try_to_connect(
        request, context, link.organization_id, link.platform, await read_form(request)
    )
    if isinstance(result, ConnectAttempt):
        return await _render_form(context, link, token, result)
    names = name_accounts(result)
    return await render_result(context, ConnectOutcome(link, True, names, None, 200, time.time()))


@router.post(f"{CONNECT_PATH}/authorize", dependencies=[Depends(require_same_origin)])
async def authorize_by_link(
    request: Request, context: ContextDep, token: Annotated[str, Form()] = ""
) -> Response:
    """Lead to the page of the network that allows the access."""
    link = connect_link.decode(token, context.cipher, time.time())
    if link is None:
        return await _refuse(request)
    await load_name(context, link.organization_id)
    result = await lead_away(request, context, link, has_link=True)
    if isinstance(result, ConnectAttempt):
        return await _render_form(context, link, token, result)
    return result


async def _refuse(request: Request) -> Response:
    """The page for a wrong token, which counts against the address of the visitor."""
    await rate_limiter(request).count_unauthenticated(request)
    title = "The link has ended"
    return render("error.html", None, status=404, title=title, sentence=ENDED, code=404)


async def _render_form(
    context: AppContext, link: ConnectLink, token: str, attempt: ConnectAttempt | None
) -> Response:
    return render(
        "connect_by_link.html",
        None,
        status=connect_form.attempt_status(attempt),
        organization=await load_name(context, link.organization_id),
        token=token,
        return_host=host_of(link.return_url),
        **connect_form.form_context(context, link.platform, attempt),
    )
