"""What people ask of a post, by the forms of its panel: the API's own changes and refusals."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from api.deps import ContextDep
from services.context import AppContext
from services.errors import Conflict, PostingDisabled, ValidationFailed
from services.inputs.approval_bodies import RejectBody
from services.inputs.post_bodies import EditBody, MoveBody
from services.posts import approval, edit, move, remove, retry
from services.posts.allowed_actions import ALLOWED_WHEN_DISABLED, PostAction
from services.posts.apply_change import PostChange, apply_change
from services.posts.lookup import PostWithSettings
from ui.fetch_request import is_fetch_request
from ui.forms import FormValues, read_values, validate_body
from ui.post import post_page
from ui.sign_in.auth import CurrentVisitor, count_request
from ui.sign_in.csrf import read_form
from ui.templating import redirect

router = APIRouter(include_in_schema=False)


@router.post("/posts/{post_id}/{act}")
async def submit_action(
    request: Request, context: ContextDep, visitor: CurrentVisitor, post_id: str, act: PostAction
) -> Response:
    """Do what a form of the panel asks; a refusal comes with the form, and nothing is lost."""
    await count_request(request, visitor)
    if not visitor.is_enabled and act not in ALLOWED_WHEN_DISABLED:
        raise PostingDisabled
    sent = read_values(await read_form(request))
    try:
        change = CHANGE_BUILDERS[act](sent)
        await apply_change(context, visitor.organization_id, (post_id, None), change)
    except (ValidationFailed, Conflict) as error:  # the form itself can show these
        refusal = post_page.RefusedAction(act, sent, error)
        return await post_page.render_after_action(request, context, visitor, post_id, refusal)
    if is_fetch_request(request):
        return await post_page.render_after_action(request, context, visitor, post_id, act)
    return redirect(f"/panel/posts/{post_id}?done={act}")


def _edit(sent: FormValues) -> PostChange:
    names = ("caption", "mode", "scheduledAt")
    body = validate_body(EditBody, {name: sent[name] for name in names if name in sent})

    def change(
        session: Session, context: AppContext, found: PostWithSettings, now: datetime
    ) -> None:
        edit.edit(session, context, found, body, now)

    return change


def _move(sent: FormValues) -> PostChange:
    body = validate_body(MoveBody, {"slot": sent.get("slot", "")})

    def change(
        session: Session, context: AppContext, found: PostWithSettings, now: datetime
    ) -> None:
        move.move(session, context, found, body, now)

    return change


def _reject(sent: FormValues) -> PostChange:
    body = validate_body(RejectBody, {"reason": sent.get("reason", "").strip() or None})

    def change(session: Session, _: AppContext, found: PostWithSettings, now: datetime) -> None:
        approval.reject(session, found, body.reason, now)

    return change


def _release(sent: FormValues) -> PostChange:
    next_slot = sent.get("nextSlot") == "true"

    def change(session: Session, context: AppContext, found: PostWithSettings, _: datetime) -> None:
        approval.release(session, context, found, next_slot=next_slot)

    return change


CHANGE_BUILDERS: Final[dict[PostAction, Callable[[FormValues], PostChange]]] = {
    PostAction.APPROVE: lambda _: approval.approve,
    PostAction.REJECT: _reject,
    PostAction.RETRY: lambda _: retry.retry,
    PostAction.RELEASE: _release,
    PostAction.MOVE: _move,
    PostAction.EDIT: _edit,
    PostAction.REMOVE: lambda _: remove.remove,
}
