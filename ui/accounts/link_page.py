"""The page behind a link of `POST connect`: a person without a session connects an account."""

import time
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.caller import rate_limiter
from api.deps import ContextDep
from models.store.tenants import organizations
from services.connecting import connect_link
from services.connecting.connect_link import CONNECT_PATH, ConnectLink
from services.connecting.store_connection import ConnectedAccounts
from services.context import AppContext
from services.errors import PostingDisabled
from ui.accounts import connect_form
from ui.accounts.connect_form import ConnectAttempt
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
    await _load_name(context, link)
    result = await connect_form.try_to_connect(
        request, context, link.organization_id, link.platform, await read_form(request)
    )
    if isinstance(result, ConnectAttempt):
        return await _render_form(context, link, token, result)
    return await _render_done(context, link, result)


async def _refuse(request: Request) -> Response:
    """The page for a wrong token, which counts against the address of the visitor."""
    await rate_limiter(request).count_unauthenticated(request)
    title = "The link has ended"
    return render("error.html", None, status=404, title=title, sentence=ENDED, code=404)


async def _load_name(context: AppContext, link: ConnectLink) -> str:
    """The organization's name; PostingDisabled where it may connect nothing."""

    def read() -> str | None:
        with context.database.read() as session:
            tenant = organizations.find_tenant(session, link.organization_id)
            is_open = tenant is not None and tenant.is_enabled
            return organizations.read_name(session, link.organization_id) if is_open else None

    name = await run_in_threadpool(read)
    if name is None:
        raise PostingDisabled
    return name


async def _render_form(
    context: AppContext, link: ConnectLink, token: str, attempt: ConnectAttempt | None
) -> Response:
    return render(
        "connect_by_link.html",
        None,
        status=connect_form.attempt_status(attempt),
        organization=await _load_name(context, link),
        token=token,
        return_host=_host(link),
        **connect_form.form_context(context, link.platform, attempt),
    )


async def _render_done(
    context: AppContext, link: ConnectLink, found: ConnectedAccounts
) -> Response:
    """The way back is a link, so that the person sees where it leads. A redirect after the form
    would also be against the page's Content-Security-Policy."""
    return render(
        "connected.html",
        None,
        organization=await _load_name(context, link),
        platform=link.platform,
        accounts=[each.account for each in found.links],
        return_url=link.return_url,
        return_host=_host(link),
    )


def _host(link: ConnectLink) -> str | None:
    return urlsplit(link.return_url).netloc if link.return_url else None
