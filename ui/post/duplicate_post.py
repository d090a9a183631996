"""The button that makes a draft of any post."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from services.context import AppContext
from services.errors import PostingDisabled, QuotaReached, ValidationFailed
from services.inputs.post_bodies import DuplicateBody
from services.posts.allowed_actions import PostAction
from services.posts.duplicate import duplicate
from ui.forms import FormValues
from ui.post import post_page
from ui.sign_in.auth import CurrentVisitor, count_request
from ui.sign_in.csrf import read_form
from ui.templating import redirect

router = APIRouter(include_in_schema=False)


@router.post("/posts/{post_id}/duplicate")
async def duplicate_post(
    request: Request, context: ContextDep, visitor: CurrentVisitor, post_id: str
) -> Response:
    """Make the copy, and show it."""
    await count_request(request, visitor)
    if not visitor.is_enabled:
        raise PostingDisabled
    await read_form(request)  # checks the CSRF token
    try:
        copy_id = await run_in_threadpool(_duplicate, context, visitor.organization_id, post_id)
    except (ValidationFailed, QuotaReached) as error:
        refusal = post_page.RefusedAction(PostAction.EDIT, FormValues(), error)
        return await post_page.render_after_action(request, context, visitor, post_id, refusal)
    return redirect(f"{visitor.base}/posts/{copy_id}?done=duplicate")


def _duplicate(context: AppContext, organization_id: str, post_id: str) -> str:
    with context.database.write() as session:
        return duplicate(session, context, organization_id, post_id, DuplicateBody()).post.id
