"""Leads a person to the page of a network that allows the access; takes a code that it shows."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from api.caller import rate_limiter
from api.deps import ContextDep
from services.connecting import pending_authorization
from services.connecting.authorize import begin_authorization
from services.connecting.connect_link import ConnectLink, is_loopback
from services.connecting.pending_authorization import CALLBACK_PATH
from services.connecting.sealed_token import LIFETIME
from services.context import AppContext
from services.errors import NotFound, ProviderUnavailable, ValidationFailed
from ui import cookies
from ui.accounts.callback_page import AUTHORIZATION_COOKIE, finish, redirect_to_nothing
from ui.accounts.connect_form import ConnectAttempt, read_fields
from ui.accounts.result_page import begin_address, host_of
from ui.sign_in.csrf import read_form, require_same_origin
from ui.templating import render

router = APIRouter(include_in_schema=False)


async def lead_away(
    request: Request, context: AppContext, asked: ConnectLink, *, has_link: bool
) -> Response | ConnectAttempt:
    """Begin with the values of the form; the attempt with its error where that fails. 429 where the
    organization has made too many requests."""
    await rate_limiter(request).count_organization(request, asked.organization_id)
    values = read_fields(await read_form(request))
    callback = _callback(request, context, asked.platform)
    try:
        begun = await begin_authorization(context, asked, values, callback, has_link=has_link)
        kept = pending_authorization.encode(begun.authorization, context.cipher)
    except (ValidationFailed, ProviderUnavailable) as error:
        return ConnectAttempt(values, error, leads_away=True)
    if callback is not None:
        cookies.set_cookie(request, context, AUTHORIZATION_COOKIE, kept, seconds=LIFETIME)
    # Not a redirect: the page's Content-Security-Policy forbids one to another site after a form.
    return render(
        "connect_away.html",
        None,
        platform=asked.platform,
        url=begun.url,
        host=host_of(begun.url),
        token=None if callback is not None else kept,
        back=await begin_address(context, asked, has_link=has_link),
    )


@router.post("/connect/code", dependencies=[Depends(require_same_origin)])
async def enter_code(
    request: Request,
    context: ContextDep,
    token: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
) -> Response:
    """Connect with the code that the network's page has shown."""
    authorization = pending_authorization.decode(token, context.cipher, time.time())
    if authorization is None:
        return await redirect_to_nothing(request)
    return await finish(request, context, authorization, {"code": code.strip()})


def _callback(request: Request, context: AppContext, platform: str) -> str | None:
    """Our address to come back to; None where a code is better: nobody has named a public address,
    and the network's page can show one."""
    found = context.connector.form_for(platform)
    if found is None or found[1].authorization is None:
        raise NotFound("this network has no page to allow the access on")
    is_known = context.public_url is not None or is_loopback(request.url.hostname or "")
    if found[1].authorization.has_code and not is_known:
        return None
    origin = context.public_url or str(request.base_url)
    return f"{origin.rstrip('/')}{CALLBACK_PATH}"
