"""A post in the panel beside the calendar, or on its own page: state, history, actions."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from api.errors import status_of
from scheduler.recurrence.timezones import load_zone
from services.context import AppContext
from services.errors import EditedMeanwhile, ServiceError
from services.posts.allowed_actions import ALLOWED_WHEN_DISABLED, PostAction
from ui.calendar.move_page import MOVE_PATH
from ui.calendar.move_undo import Undo
from ui.calendar.slot_picker import SlotWeek, load_slot_week
from ui.compose.alt_text_fields import alt_text_form
from ui.fetch_request import is_fetch_request
from ui.forms import FormValues, error_sentence, messages_by_field
from ui.post import panel_data
from ui.sign_in.auth import CurrentVisitor
from ui.sign_in.visitor import Visitor
from ui.templating import redirect, render

router = APIRouter(include_in_schema=False)
# These need a key that may approve.
APPROVER_ACTIONS: Final = frozenset({"approve", "request-changes", "reject"})
# The forms that `?edit=` opens, and the action that each needs.
FORMS: Final = {
    "caption": PostAction.EDIT,
    "alts": PostAction.EDIT,
    "draft": PostAction.EDIT,
    "time": PostAction.EDIT,
    "move": PostAction.MOVE,
    "reject": PostAction.REJECT,
    "acknowledge": PostAction.ACKNOWLEDGE,
    "remove": PostAction.REMOVE,
}
# What was just done, by the action in the `done` parameter of the URL.
SUCCESS_MESSAGES: Final = {
    "approve": "Approved. The post is treated as if it had been accepted now.",
    "request-changes": "Sent back to its writer.",
    "submit": "Submitted: the post waits for approval.",
    "reject": "Rejected. The post will not be published.",
    "retry": "Slotbeat tries again to publish what failed.",
    "release": "Released.",
    "move": "Moved to its new slot.",
    "edit": "Saved.",
    "remove": "Removed.",
    "duplicate": "This is the copy: a draft without a date.",
    "acknowledge": "The post stays as it is, and needs no more attention.",
}


@router.get("/panel/posts/{post_id}")
async def old_address(request: Request, visitor: CurrentVisitor, post_id: str) -> Response:
    """Lead from the address that the page had before."""
    query = f"?{request.url.query}" if request.url.query else ""
    return redirect(f"{visitor.base}/posts/{quote(post_id, safe='')}{query}")


@router.get("/posts/{post_id}")
async def post_panel(
    request: Request,
    context: ContextDep,
    visitor: CurrentVisitor,
    post_id: str,
    done: Annotated[str, Query(max_length=20)] = "",
    edit: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the post: a part of a page for the script, otherwise a full page. `edit`: with the form
    of this name open."""
    panel = await run_in_threadpool(panel_data.load_post, context, visitor, post_id)
    etag = f'"{_part_tag(visitor, panel)}"'
    if request.headers.get("If-None-Match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    view = PostView(panel, done=SUCCESS_MESSAGES.get(done), open_form=edit)
    return await _render_post(request, context, visitor, view)


@dataclass(frozen=True, slots=True)
class RefusedAction:
    """A refused action: what was submitted, and why it was not done."""

    action: PostAction
    values: FormValues
    error: ServiceError


@dataclass(frozen=True, slots=True)
class PostView:
    """A post, what was just done or refused, and the form that is open."""

    panel: panel_data.PostPanel
    done: str | None = None
    refusal: RefusedAction | None = None
    open_form: str = ""
    undo: Undo | None = None


async def render_after_action(
    request: Request,
    context: AppContext,
    visitor: Visitor,
    post_id: str,
    outcome: PostAction | RefusedAction,
    undo: Undo | None = None,
) -> Response:
    """Show the post after an action: with a message and the way back, or with the reason why it was
    refused."""
    panel = await run_in_threadpool(panel_data.load_post, context, visitor, post_id)
    if isinstance(outcome, RefusedAction):
        form = outcome.values["form"] or str(outcome.action)
        view = PostView(panel, refusal=outcome, open_form=form)
    else:
        view = PostView(panel, done=SUCCESS_MESSAGES[outcome], undo=undo)
    return await _render_post(request, context, visitor, view)


def _part_tag(visitor: Visitor, panel: panel_data.PostPanel) -> str:
    """A hash of the post, and of what the page's head says beside it."""
    text = f"{panel.etag}/{visitor.zone}/{visitor.obstacles}/{visitor.inbox_count}"
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


async def _render_post(
    request: Request, context: AppContext, visitor: Visitor, view: PostView
) -> Response:
    panel, refusal, form = view.panel, view.refusal, view.open_form
    etag = _part_tag(visitor, panel)
    allowed = _allowed_actions(visitor, panel)
    return render(
        "post_part.html" if is_fetch_request(request) else "post.html",
        visitor,
        status=status_of(refusal.error) if refusal else 200,
        headers={"ETag": f'"{etag}"'},
        etag=etag,
        panel=panel,
        post=panel.post,
        done=view.done,
        undo={"action": MOVE_PATH, "fields": view.undo.fields} if view.undo else None,
        problem=error_sentence(refusal.error) if refusal else None,
        problems=messages_by_field(refusal.error) if refusal else {},
        refused_action=refusal.action if refusal else None,
        conflict=refusal.error.conflict
        if refusal and isinstance(refusal.error, EditedMeanwhile)
        else None,
        values=refusal.values if refusal else FormValues(),
        **_alt_text_form(panel, refusal),
        allowed_actions=allowed,
        open_form=form if FORMS.get(form, form) in allowed else "",
        slot_week=await run_in_threadpool(_slot_week, context, visitor, view),
        chosen_slot=refusal.values["slot"] if refusal else "",
    )


def _slot_week(context: AppContext, visitor: Visitor, view: PostView) -> SlotWeek | None:
    """The slots around the post's own, or around the next free one; for the form that moves it."""
    if view.open_form != "move":
        return None
    at = view.panel.post["scheduledFor"]
    day = datetime.fromisoformat(at).astimezone(load_zone(visitor.zone)).date() if at else None
    return load_slot_week(context, visitor, day)


def _allowed_actions(visitor: Visitor, panel: panel_data.PostPanel) -> frozenset[str]:
    """What the post allows, and the visitor's key and the organization's switch too."""
    actions = panel.allowed_actions
    if not visitor.is_enabled:
        actions &= ALLOWED_WHEN_DISABLED
    if not visitor.can_write:
        actions &= APPROVER_ACTIONS
    return actions if visitor.can_approve else actions - APPROVER_ACTIONS


def _alt_text_form(panel: panel_data.PostPanel, refusal: RefusedAction | None) -> dict[str, Any]:
    if refusal is None:
        return alt_text_form({}, panel.alt_texts)
    return alt_text_form(refusal.values, panel.alt_texts, refusal.error)
