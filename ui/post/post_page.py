"""A post beside the calendar: what became of it, and what can be done."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from api.errors import status_of
from services.context import AppContext
from services.errors import ServiceError
from services.posts.allowed_actions import ALLOWED_WHEN_DISABLED, PostAction
from ui.fetch_request import is_fetch_request
from ui.forms import FormValues, error_sentence, messages_by_field
from ui.post import panel_data
from ui.sign_in.auth import CurrentVisitor
from ui.sign_in.visitor import Visitor
from ui.templating import render

router = APIRouter(include_in_schema=False)
# What was done, by the word that an address may carry.
SUCCESS_MESSAGES: Final = {
    "approve": "Approved. The post begins as if it had been accepted now.",
    "reject": "Rejected. Nothing of it goes out.",
    "retry": "What did not go out is tried again.",
    "release": "Released.",
    "move": "Moved to its new slot.",
    "edit": "Saved.",
    "remove": "Removed.",
    "publish": "Accepted.",
}


@router.get("/panel/posts/{post_id}")
async def post_panel(
    request: Request,
    context: ContextDep,
    visitor: CurrentVisitor,
    post_id: str,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The post: a part for the page's script, else a page of its own."""
    panel = await run_in_threadpool(panel_data.load_post, context, visitor.organization_id, post_id)
    tag = f'"{panel.tag}"'
    if request.headers.get("If-None-Match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return _render_post(request, visitor, panel, done=SUCCESS_MESSAGES.get(done))


@dataclass(frozen=True, slots=True)
class RefusedAction:
    """What was asked for, what was typed for it, and why it was not done."""

    action: PostAction
    values: FormValues
    error: ServiceError


async def render_after_action(
    request: Request,
    context: AppContext,
    visitor: Visitor,
    post_id: str,
    outcome: PostAction | RefusedAction,
) -> Response:
    """The post after something was done, or was refused: with the reason, and what was typed."""
    panel = await run_in_threadpool(panel_data.load_post, context, visitor.organization_id, post_id)
    if isinstance(outcome, RefusedAction):
        return _render_post(request, visitor, panel, refusal=outcome)
    return _render_post(request, visitor, panel, done=SUCCESS_MESSAGES[outcome])


def _render_post(
    request: Request,
    visitor: Visitor,
    panel: panel_data.PostPanel,
    *,
    done: str | None = None,
    refusal: RefusedAction | None = None,
) -> Response:
    return render(
        request,
        "post_part.html" if is_fetch_request(request) else "post.html",
        visitor,
        status=status_of(refusal.error) if refusal else 200,
        headers={"ETag": f'"{panel.tag}"'},
        panel=panel,
        post=panel.post,
        done=done,
        problem=error_sentence(refusal.error) if refusal else None,
        problems=messages_by_field(refusal.error) if refusal else {},
        refused_action=refusal.action if refusal else None,
        values=refusal.values if refusal else FormValues(),
        allowed_actions=panel.allowed_actions
        if visitor.is_enabled
        else panel.allowed_actions & ALLOWED_WHEN_DISABLED,
    )
