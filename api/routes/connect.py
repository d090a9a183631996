"""Connect an account: with credentials at once, or by a page for the person; disconnect one."""

import time
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from api.deps import ContextDep, EnabledOrganizationId, OrganizationId
from api.openapi.route_responses import describe_responses
from api.schemas.accounts import (
    ConnectAnswer,
    ConnectBody,
    DisconnectBody,
    OkAnswer,
    present_link,
)
from models.store.tenants import connections
from services.connecting import connect_link, provider_page
from services.connecting.connect import connect_account
from services.connecting.connect_link import ConnectLink, check_return_url
from services.connecting.disconnect import disconnect_account as disconnect_one
from services.context import AppContext
from services.errors import invalid_field

router = APIRouter(tags=["accounts"])
NO_FORM = "cannot be used for {}: leave them out, and open the page that access_url names"


@router.post(
    "/connect",
    response_model=None,
    responses=describe_responses(ConnectAnswer, 400, 401, 403, 404, 409, 429, 503),
)
async def connect(
    request: Request, body: ConnectBody, context: ContextDep, organization_id: EnabledOrganizationId
) -> dict[str, Any]:
    """Connect an account. With `credentials` it is connected at once, and the answer has it as
    `account`. Without them a person opens `access_url`: for a network that is connected directly
    our own page, which works for 15 minutes and leads to the network's, where it has one to allow
    the access on; else the provider's page, and what was disconnected
    here of the platform is connected again."""
    form = context.connector.form_for(body.platform)
    if form is None and body.credentials is not None:
        raise invalid_field("credentials", NO_FORM.format(body.platform))
    if form is None:
        return await run_in_threadpool(_answer_provider_page, context, organization_id, body)
    url = _own_page(request, context, organization_id, body)
    if body.credentials is None:
        profile = await run_in_threadpool(_profile_id, context, organization_id, form[0])
        return {"access_url": url, "platform": body.platform, "profileId": profile}
    found = await connect_account(context, organization_id, body.platform, body.credentials)
    return {
        "access_url": url,
        "platform": body.platform,
        "profileId": found.connection_id,
        "account": present_link(found.links[0]),
    }


def _answer_provider_page(
    context: AppContext, organization_id: str, body: ConnectBody
) -> dict[str, Any]:
    profile_id = provider_page.connect_at_provider(context, organization_id, body.platform)
    return {
        "access_url": provider_page.provider_page_url(context, body.platform, body.redirectUrl),
        "platform": body.platform,
        "profileId": profile_id,
    }


def _own_page(
    request: Request, context: AppContext, organization_id: str, body: ConnectBody
) -> str:
    """The address of our page, with a token for this organization."""
    back = check_return_url(body.redirectUrl) if body.redirectUrl else None
    link = ConnectLink(organization_id, body.platform, back, time.time())
    origin = context.public_url or str(request.base_url)
    return connect_link.link_url(origin, connect_link.encode(link, context.cipher))


def _profile_id(context: AppContext, organization_id: str, provider: str) -> str:
    """The connection that the organization has with the provider, else the environment's."""
    with context.database.write() as session:
        found = connections.find_connection(session, organization_id, provider)
        known = found or connections.ensure_connection(session, organization_id, context.provider)
        return known.id


@router.post(
    "/disconnect-account",
    response_model=None,
    responses=describe_responses(OkAnswer, 400, 401, 403, 404, 429),
)
def disconnect_account(
    body: DisconnectBody, context: ContextDep, organization_id: OrganizationId
) -> dict[str, Any]:
    """Use an account no more, in this organization alone. What is planned for it waits. Credentials
    that were entered for it are deleted."""
    disconnect_one(context, organization_id, body.accountId)
    return {"ok": True}
