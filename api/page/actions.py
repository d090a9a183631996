"""What people ask of a post, by the forms of its panel: the API's own changes and refusals."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from api.deps import SWITCHED_OFF, Around, Surroundings
from api.errors import ApiError
from api.page import counting, panel
from api.page.forms import Typed, body_of, typed
from api.page.guard import SignedIn, form_of, is_scripted
from api.page.rendering import redirect
from api.posts import approve, edit, move, remove, retry
from api.posts.changing import Change, changed
from api.posts.lookup import Found
from api.posts.possible import ENDING, Act
from api.schemas.approval import RejectBody
from api.schemas.posts import EditBody, MoveBody

router = APIRouter(include_in_schema=False)
# Refusals that the form itself can show.
SHOWN: Final = (400, 409)


@router.post("/posts/{post_id}/{act}")
async def ask(
    request: Request, around: Around, visitor: SignedIn, post_id: str, act: Act
) -> Response:
    """Do what a form of the panel asks; a refusal comes with the form, and nothing is lost."""
    await counting.count(request, visitor)
    if not visitor.is_enabled and act not in ENDING:
        raise ApiError(403, SWITCHED_OFF)
    sent = typed(await form_of(request))
    try:
        change = CHANGES[act](sent)
        await changed(around, visitor.organization_id, (post_id, None), change)
    except ApiError as error:
        if error.status not in SHOWN:
            raise
        refusal = panel.Refusal(act, sent, error)
        return await panel.after(request, around, visitor, post_id, refusal)
    if is_scripted(request):
        return await panel.after(request, around, visitor, post_id, act)
    return redirect(f"/panel/posts/{post_id}?done={act}")


def _edit(sent: Typed) -> Change:
    names = ("caption", "mode", "scheduledAt")
    body = body_of(EditBody, {name: sent[name] for name in names if name in sent})

    def change(session: Session, around: Surroundings, found: Found, now: datetime) -> None:
        edit.edit(session, around, found, body, now)

    return change


def _move(sent: Typed) -> Change:
    body = body_of(MoveBody, {"slot": sent.get("slot", "")})

    def change(session: Session, around: Surroundings, found: Found, now: datetime) -> None:
        move.move(session, around, found, body, now)

    return change


def _reject(sent: Typed) -> Change:
    body = body_of(RejectBody, {"reason": sent.get("reason", "").strip() or None})

    def change(session: Session, _: Surroundings, found: Found, now: datetime) -> None:
        approve.reject(session, found, body.reason, now)

    return change


def _release(sent: Typed) -> Change:
    next_slot = sent.get("nextSlot") == "true"

    def change(session: Session, around: Surroundings, found: Found, _: datetime) -> None:
        approve.release(session, around, found, next_slot=next_slot)

    return change


CHANGES: Final[dict[Act, Callable[[Typed], Change]]] = {
    Act.APPROVE: lambda _: approve.approve,
    Act.REJECT: _reject,
    Act.RETRY: lambda _: retry.retry,
    Act.RELEASE: _release,
    Act.MOVE: _move,
    Act.EDIT: _edit,
    Act.REMOVE: lambda _: remove.remove,
}
