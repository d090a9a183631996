"""The page that lists the accounts, and its buttons: disconnect, connect again."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from api.errors import status_of
from models.store.tenants import connections
from services.connecting.account_overview import AccountOverview, list_overviews
from services.connecting.disconnect import disconnect_account
from services.connecting.provider_page import connect_at_provider, provider_page_url
from services.context import AppContext
from services.errors import NotFound, PostingDisabled, ServiceError
from services.inputs.field_types import PLATFORMS
from ui.calendar.post_card import platform_name
from ui.forms import error_sentence, read_values
from ui.sign_in.auth import CurrentVisitor, count_request
from ui.sign_in.csrf import read_form
from ui.sign_in.visitor import Visitor
from ui.templating import redirect, render

router = APIRouter(include_in_schema=False)
SUCCESS_MESSAGES: Final = {
    "connect": "Connected. Posts that waited for the account go on.",
    "disconnect": "Disconnected. Posts that are planned for the account wait.",
    "reconnect": "Connected again. Posts that waited for the account go on.",
}


@router.get("/accounts")
async def accounts_page(
    context: ContextDep,
    visitor: CurrentVisitor,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the page."""
    return await _render_accounts(context, visitor, done=SUCCESS_MESSAGES.get(done))


@router.post("/accounts/disconnect")
async def disconnect(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Disconnect an account."""
    await count_request(request, visitor)
    account_id = read_values(await read_form(request))["accountId"]
    try:
        await run_in_threadpool(disconnect_account, context, visitor.organization_id, account_id)
    except NotFound as error:
        return await _render_accounts(context, visitor, error=error)
    return redirect(f"{visitor.base}/accounts?done=disconnect")


@router.post("/accounts/reconnect")
async def reconnect(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Use the environment's accounts of a network again that were disconnected here."""
    if not visitor.is_enabled:
        raise PostingDisabled
    await count_request(request, visitor)
    platform = read_values(await read_form(request))["platform"]
    await run_in_threadpool(connect_at_provider, context, visitor.organization_id, platform)
    return redirect(f"{visitor.base}/accounts?done=reconnect")


async def _render_accounts(
    context: AppContext,
    visitor: Visitor,
    *,
    done: str | None = None,
    error: ServiceError | None = None,
) -> Response:
    accounts, has_shared = await run_in_threadpool(_load, context, visitor.organization_id)
    with_form = context.connector.platforms()
    return render(
        "accounts.html",
        visitor,
        status=status_of(error) if error else 200,
        current_path="/accounts",
        accounts=accounts,
        forms=[(each, platform_name(each)) for each in with_form],
        pages=_provider_pages(context, with_form) if has_shared else [],
        provider=context.provider,
        done=done,
        problem=error_sentence(error) if error else None,
    )


def _load(context: AppContext, organization_id: str) -> tuple[list[AccountOverview], bool]:
    """The accounts, and whether accounts can be linked at the environment's provider."""
    with context.database.read() as session:
        used = connections.list_used(session, organization_id)
        has_shared = any(each.provider == context.provider for each in used)
        return list_overviews(session, context, organization_id), has_shared


def _provider_pages(context: AppContext, with_form: list[str]) -> list[tuple[str, str, str]]:
    """Each network with the address of the provider's page for it, and its name."""
    back = f"{context.public_url.rstrip('/')}/accounts" if context.public_url else None
    return [
        (each, provider_page_url(context, each, back), platform_name(each))
        for each in PLATFORMS
        if each not in with_form
    ]
