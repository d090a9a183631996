"""The page with the organization's API keys: make one, revoke one. `api.scopes` lets only keys with
all scopes in."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from api.errors import status_of
from models.actors import ALL_SCOPES, Scope
from services import api_keys
from services.context import AppContext
from services.errors import Conflict, ServiceError, ValidationFailed
from services.inputs.key_bodies import NewKeyBody
from ui.forms import FormValues, error_sentence, messages_by_field, read_values, validate_body
from ui.sign_in.auth import CurrentVisitor, count_request
from ui.sign_in.csrf import read_form
from ui.sign_in.visitor import Visitor
from ui.templating import redirect, render

router = APIRouter(include_in_schema=False)
REVOKED: Final = "The key is revoked: it opens nothing any more."
SCOPE_WORDS: Final = {
    Scope.READ: "Read: see posts, calendar and settings",
    Scope.WRITE: "Write: publish, change and remove posts; settings and accounts",
    Scope.APPROVE: "Approve: approve and reject posts that wait for it",
}


@router.get("/keys")
async def keys_page(
    context: ContextDep,
    visitor: CurrentVisitor,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the page."""
    return await _render(context, visitor, done=REVOKED if done == "revoke" else None)


@router.post("/keys")
async def create_key(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Make a key, and show it: in this response alone."""
    await count_request(request, visitor)
    form = await read_form(request)
    values = read_values(form)
    scopes = [str(each) for each in form.getlist("scopes")]
    try:
        fields: dict[str, object] = {"name": values["name"], "scopes": scopes}
        if values["expiresAt"].strip():
            fields["expiresAt"] = values["expiresAt"]
        body = validate_body(NewKeyBody, fields)
        made, key = await run_in_threadpool(
            api_keys.create_key, context, visitor.organization_id, body
        )
    except (ValidationFailed, Conflict) as error:
        return await _render(context, visitor, error=error, values=values, scopes=scopes)
    return await _render(context, visitor, made={**made, "apiKey": key})


@router.post("/keys/{key_id}/revoke")
async def revoke_key(
    request: Request, context: ContextDep, visitor: CurrentVisitor, key_id: str
) -> Response:
    """Revoke a key; the last one with all scopes only where the form says so."""
    await count_request(request, visitor)
    values = read_values(await read_form(request))
    try:
        await run_in_threadpool(_revoke, context, visitor, key_id, values)
    except Conflict as error:
        return await _render(context, visitor, error=error)
    return redirect(f"{visitor.base}/keys?done=revoke")


def _revoke(context: AppContext, visitor: Visitor, key_id: str, values: FormValues) -> None:
    force = values["force"] != ""
    api_keys.revoke_key(context, visitor.organization_id, key_id, force=force)


async def _render(
    context: AppContext,
    visitor: Visitor,
    *,
    done: str | None = None,
    made: dict[str, Any] | None = None,
    error: ServiceError | None = None,
    values: FormValues | None = None,
    scopes: list[str] | None = None,
) -> Response:
    keys = await run_in_threadpool(api_keys.list_keys, context, visitor.organization_id)
    valid = [each for each in keys if each["status"] == "valid"]
    full = [each["id"] for each in valid if len(each["scopes"]) == len(ALL_SCOPES)]
    return render(
        "keys.html",
        visitor,
        status=status_of(error) if error else 200,
        current_path="/keys",
        keys=valid,
        ended=[each for each in keys if each["status"] != "valid"],
        last_full=full[0] if len(full) == 1 else None,
        made=made,
        done=done,
        problem=error_sentence(error) if error else None,
        problems=messages_by_field(error) if error else {},
        values=values or FormValues(),
        chosen=[str(each) for each in ALL_SCOPES] if scopes is None else scopes,
        scope_words=SCOPE_WORDS,
    )
