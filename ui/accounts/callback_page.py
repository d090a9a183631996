"""The address to which a network's page sends people back: connects the account, and leaves at
once, because the query holds a code or a password."""

import time
from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.caller import rate_limiter
from api.deps import ContextDep
from api.errors import status_of
from api.middleware import request_state
from services.connecting import connect_outcome, pending_authorization
from services.connecting.authorize import finish_authorization, read_answer
from services.connecting.connect_outcome import RESULT_PATH, ConnectOutcome, name_accounts
from services.connecting.pending_authorization import CALLBACK_PATH, PendingAuthorization
from services.context import AppContext
from services.errors import Conflict, PostingDisabled, ProviderUnavailable, ValidationFailed
from ui import cookies
from ui.accounts.organization_name import load_name
from ui.forms import error_sentence
from ui.organization_path import organization_base
from ui.templating import redirect

router = APIRouter(include_in_schema=False)
# Only the browser that began has it: nobody can send another person a link to come back with.
AUTHORIZATION_COOKIE: Final = "slotbeat_connecting"


@router.get(CALLBACK_PATH)
async def callback(request: Request, context: ContextDep) -> Response:
    """Connect with the network's answer."""
    # Whatever is answered here: the address must not be told to anybody, not even to ourselves.
    request_state.get(request).headers["Referrer-Policy"] = "no-referrer"
    token = cookies.read_cookie(request, context, AUTHORIZATION_COOKIE)
    authorization = pending_authorization.decode(token, context.cipher, time.time())
    given = request.query_params.multi_items()
    answer = read_answer(authorization, given) if authorization is not None else None
    if authorization is None or answer is None:
        return await redirect_to_nothing(request)
    response = await finish(request, context, authorization, answer)
    cookies.clear_cookie(request, context, AUTHORIZATION_COOKIE)
    return response


async def finish(
    request: Request,
    context: AppContext,
    authorization: PendingAuthorization,
    answer: Mapping[str, str],
) -> Response:
    """Connect, and go on to the page of the accounts, or to one that says how it ended. 429 where
    the organization has made too many requests."""
    organization_id = authorization.asked.organization_id
    await rate_limiter(request).count_organization(request, organization_id)
    try:
        name = await load_name(context, organization_id)
        found = await finish_authorization(context, authorization, answer)
    except (ValidationFailed, ProviderUnavailable, Conflict, PostingDisabled) as error:
        problem = error_sentence(error)
        return _redirect_to_result(context, authorization, problem=problem, status=status_of(error))
    if authorization.has_link:
        return _redirect_to_result(context, authorization, names=name_accounts(found))
    return redirect(f"{organization_base(organization_id, name)}/accounts?done=connect")


async def redirect_to_nothing(request: Request) -> Response:
    """The page for an answer that nobody waits for, which counts against the visitor's address."""
    await rate_limiter(request).count_unauthenticated(request)
    return redirect(RESULT_PATH)


def _redirect_to_result(
    context: AppContext,
    authorization: PendingAuthorization,
    *,
    names: tuple[str, ...] = (),
    problem: str | None = None,
    status: int = 200,
) -> Response:
    outcome = ConnectOutcome(
        authorization.asked, authorization.has_link, names, problem, status, time.time()
    )
    token = connect_outcome.encode(outcome, context.cipher)
    return redirect(f"{RESULT_PATH}?token={token}")
