"""Moves a post on the calendar: to a free slot, or to that of another post, which gets its own."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from anyio import to_thread
from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from api.deps import ContextDep
from scheduler.recurrence.timezones import load_zone
from services.context import AppContext
from services.errors import PostingDisabled, invalid_field
from services.inputs.post_bodies import EditBody, MoveBody, SwapBody
from services.posts import edit, move, swap
from services.posts.apply_change import apply_change
from services.posts.lookup import PostWithSettings
from ui.calendar.free_slot import first_free_slot
from ui.calendar.move_undo import TARGETS, Undo, undo_of
from ui.fetch_request import is_fetch_request
from ui.forms import FormValues, read_values, validate_body
from ui.sign_in.auth import CurrentVisitor, count_request
from ui.sign_in.csrf import read_form
from ui.sign_in.visitor import Visitor
from ui.templating import redirect

router = APIRouter(include_in_schema=False)
MOVE_PATH: Final = "/calendar/move"
Change = Callable[[Session, AppContext, PostWithSettings, datetime], object]


@router.post(MOVE_PATH)
async def move_on_calendar(
    request: Request, context: ContextDep, visitor: CurrentVisitor
) -> Response:
    """Move the post, and say where it is now and how to take that back. A refusal is an error."""
    await count_request(request, visitor)
    if not visitor.is_enabled:
        raise PostingDisabled
    values = read_values(await read_form(request))
    post_id, target = values["post"], next((name for name in TARGETS if values[name]), "")
    if target == "with":
        moved, undo = await _swap(context, visitor, post_id, values["with"])
    else:
        moved, undo = await _move(context, visitor, post_id, target, values)
    sentence = _sentence(moved["scheduledFor"], visitor.zone, is_swap=target == "with")
    if is_fetch_request(request):
        fields = undo.fields if undo else None
        return JSONResponse({"notice": sentence, "undo": fields, "post": post_id})
    return redirect(_address(visitor, values, moved, undo))


async def _swap(
    context: AppContext, visitor: Visitor, post_id: str, other: str
) -> tuple[dict[str, str | None], Undo | None]:
    body = validate_body(SwapBody, {"with": other})
    owner = visitor.organization_id
    answer = await to_thread.run_sync(swap.swap, context, owner, post_id, body)
    return answer["post"], Undo(post_id, "with", other)


async def _move(
    context: AppContext, visitor: Visitor, post_id: str, target: str, values: FormValues
) -> tuple[dict[str, str | None], Undo | None]:
    change = _change_to(target, values, context, visitor)
    undo: list[Undo | None] = []

    def apply(
        session: Session, context: AppContext, found: PostWithSettings, now: datetime
    ) -> None:
        undo.append(undo_of(found.post, now))
        change(session, context, found, now)

    answer = await apply_change(context, visitor.organization_id, (post_id, None), apply)
    return answer["post"], undo[0]


def _change_to(target: str, values: FormValues, context: AppContext, visitor: Visitor) -> Change:
    """The change that moves a post to what the form names."""
    if target == "at":
        return _edit({"mode": "schedule", "scheduledAt": values["at"]})
    if target == "draft":
        return _edit({"mode": "draft"})
    if not target:
        raise invalid_field("slot", "choose a slot")
    slot = first_free_slot(context, visitor, values["day"]) if target == "day" else values["slot"]
    body = validate_body(MoveBody, {"slot": slot})
    return lambda session, context, found, now: move.move(session, context, found, body, now)


def _edit(fields: dict[str, object]) -> Change:
    body = validate_body(EditBody, fields)
    return lambda session, context, found, now: edit.edit(session, context, found, body, now)


def _sentence(at: str | None, zone: str, *, is_swap: bool) -> str:
    """Moved to Tue 8 Dec, 17:00."""
    if at is None:
        return "It is a draft again."
    local = datetime.fromisoformat(at).astimezone(load_zone(zone))
    verb = "Swapped: it is now at" if is_swap else "Moved to"
    return f"{verb} {local:%a} {local.day} {local:%b}, {local:%H:%M}."


def _address(
    visitor: Visitor, values: FormValues, moved: dict[str, str | None], undo: Undo | None
) -> str:
    """The calendar where the post is now, with the form that takes the move back."""
    at = moved["scheduledFor"]
    day = datetime.fromisoformat(at).astimezone(load_zone(visitor.zone)).date() if at else None
    query = {
        "view": "month" if values["view"] == "month" else "week",
        **({"date": str(day)} if day else {}),
        "done": "move",
        **({"undo": undo.write()} if undo else {}),
    }
    return f"{visitor.base}/?{urlencode(query)}#post-{values['post']}"
