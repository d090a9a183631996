"""The forms of a post's panel: each makes the same change as the API, with the same errors."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from api.deps import ContextDep
from services.context import AppContext
from services.errors import Conflict, PostingDisabled, ValidationFailed
from services.inputs.approval_bodies import RejectBody, RequestChangesBody, SubmitBody
from services.inputs.post_bodies import AcknowledgeBody, EditBody, MoveBody
from services.posts import acknowledge, approval, edit, move, remove, retry
from services.posts.allowed_actions import ALLOWED_WHEN_DISABLED, PostAction
from services.posts.apply_change import PostChange, apply_change
from services.posts.lookup import PostWithSettings
from ui.calendar.move_undo import Undo, undo_of
from ui.compose.alt_text_fields import collect_alt_texts, has_fields
from ui.fetch_request import is_fetch_request
from ui.forms import FormValues, read_values, validate_body
from ui.post import post_page
from ui.sign_in.auth import CurrentVisitor, count_request
from ui.sign_in.csrf import read_form
from ui.sign_in.visitor import Visitor
from ui.templating import redirect

router = APIRouter(include_in_schema=False)
# These can give a post another time.
MOVES: Final = (PostAction.MOVE, PostAction.EDIT)


@router.post("/posts/{post_id}/{action}")
async def submit_action(
    request: Request, context: ContextDep, visitor: CurrentVisitor, post_id: str, action: PostAction
) -> Response:
    """Do the action of a submitted form. After a refusal the form shows what was typed."""
    await count_request(request, visitor)
    if not visitor.is_enabled and action not in ALLOWED_WHEN_DISABLED:
        raise PostingDisabled
    values = read_values(await read_form(request))
    undo: list[Undo | None] = []
    try:
        change = _with_undo(CHANGE_BUILDERS[action](values, visitor), undo)
        await apply_change(context, visitor.organization_id, (post_id, None), change)
    except (ValidationFailed, Conflict) as error:  # the form itself can show these
        refusal = post_page.RefusedAction(action, values, error)
        return await post_page.render_after_action(request, context, visitor, post_id, refusal)
    if is_fetch_request(request):
        way_back = undo[-1] if undo and action in MOVES else None
        return await post_page.render_after_action(
            request, context, visitor, post_id, action, way_back
        )
    return redirect(f"{visitor.base}/posts/{post_id}?done={action}")


def _with_undo(change: PostChange, undo: list[Undo | None]) -> PostChange:
    """The change, which notes how it is taken back where it moves the post."""

    def noting(
        session: Session, context: AppContext, post: PostWithSettings, now: datetime
    ) -> None:
        before, way_back = post.post.scheduled_for, undo_of(post.post, now)
        change(session, context, post, now)
        session.expire(post.post)
        undo.append(way_back if post.post.scheduled_for != before else None)

    return noting


def _edit(values: FormValues, _: Visitor) -> PostChange:
    names = ("caption", "mode", "scheduledAt", "title")
    fields: dict[str, object] = {name: values[name] for name in names if name in values}
    if has_fields(values):
        fields["altTexts"] = collect_alt_texts(values)
    fields |= read_version(values)

    def change(
        session: Session, context: AppContext, post: PostWithSettings, now: datetime
    ) -> None:
        body = validate_body(EditBody, _without_same_title(fields, post))
        edit.edit(session, context, post, body, now)
        if values["retry"]:
            retry.retry(session, context, post, now)

    return change


def _without_same_title(fields: dict[str, object], found: PostWithSettings) -> dict[str, object]:
    """What changes of a form with title and caption: an empty one is removed only alone."""
    if "title" not in fields:
        return fields
    texts = {"title": found.post.title or "", "caption": found.post.caption}
    same = next((name for name, text in texts.items() if fields[name] == text), None)
    return {name: value for name, value in fields.items() if name != same}


def read_version(values: FormValues) -> dict[str, object]:
    """The version that the form was made of, as the field of the request."""
    text = values["version"]
    return {"version": int(text)} if text.isascii() and text.isdigit() else {}


def _acknowledge(values: FormValues, visitor: Visitor) -> PostChange:
    by = values["by"].strip() or visitor.key.name
    body = validate_body(AcknowledgeBody, {"by": by})

    def change(session: Session, _: AppContext, post: PostWithSettings, now: datetime) -> None:
        acknowledge.acknowledge(session, post, body.by or by, now)

    return change


def _approve(_: FormValues, visitor: Visitor) -> PostChange:
    def change(
        session: Session, context: AppContext, post: PostWithSettings, now: datetime
    ) -> None:
        approval.approve(session, context, post, now, by=visitor.key.name)

    return change


def _request_changes(values: FormValues, visitor: Visitor) -> PostChange:
    body = validate_body(RequestChangesBody, {"comment": values["comment"].strip()})

    def change(session: Session, _: AppContext, post: PostWithSettings, now: datetime) -> None:
        approval.request_changes(session, post, body.comment, visitor.key.name, now)

    return change


def _submit(values: FormValues, _: Visitor) -> PostChange:
    body = validate_body(SubmitBody, {"comment": values["comment"].strip() or None})

    def change(session: Session, _: AppContext, post: PostWithSettings, now: datetime) -> None:
        approval.submit(session, post, body.comment, now)

    return change


def _move(values: FormValues, _: Visitor) -> PostChange:
    body = validate_body(MoveBody, {"slot": values.get("slot", "")})

    def change(
        session: Session, context: AppContext, post: PostWithSettings, now: datetime
    ) -> None:
        move.move(session, context, post, body, now)

    return change


def _reject(values: FormValues, visitor: Visitor) -> PostChange:
    body = validate_body(RejectBody, {"reason": values.get("reason", "").strip() or None})

    def change(session: Session, _: AppContext, post: PostWithSettings, now: datetime) -> None:
        approval.reject(session, post, body.reason, now, by=visitor.key.name)

    return change


def _release(values: FormValues, _: Visitor) -> PostChange:
    next_slot = values.get("nextSlot") == "true"

    def change(session: Session, context: AppContext, post: PostWithSettings, _: datetime) -> None:
        approval.release(session, context, post, next_slot=next_slot)

    return change


CHANGE_BUILDERS: Final[dict[PostAction, Callable[[FormValues, Visitor], PostChange]]] = {
    PostAction.APPROVE: _approve,
    PostAction.REQUEST_CHANGES: _request_changes,
    PostAction.SUBMIT: _submit,
    PostAction.REJECT: _reject,
    PostAction.RETRY: lambda *_: retry.retry,
    PostAction.RELEASE: _release,
    PostAction.MOVE: _move,
    PostAction.EDIT: _edit,
    PostAction.REMOVE: lambda *_: remove.remove,
    PostAction.ACKNOWLEDGE: _acknowledge,
}
