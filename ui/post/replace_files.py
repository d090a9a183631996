"""The form that replaces the files of a post that is not published everywhere."""

from datetime import datetime

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from api.deps import ContextDep
from services.context import AppContext
from services.errors import Conflict, PostingDisabled, ValidationFailed, invalid_field
from services.inputs.post_bodies import EditBody
from services.posts import edit, retry
from services.posts.allowed_actions import PostAction
from services.posts.apply_change import PostChange, apply_change
from services.posts.lookup import PostWithSettings
from ui.compose import compose_body, compose_form
from ui.compose.alt_text_fields import collect_alt_texts
from ui.compose.compose_form import SubmittedForm
from ui.fetch_request import is_fetch_request
from ui.forms import validate_body
from ui.post import post_actions, post_page
from ui.sign_in.auth import VisitorBeforeCsrfCheck, count_request
from ui.templating import redirect

router = APIRouter(include_in_schema=False)


@router.post("/replace-files")
async def replace_files(
    request: Request, context: ContextDep, visitor: VisitorBeforeCsrfCheck
) -> Response:
    """Replace the files of the post `postId`, and retry if the visitor asks for it in the form."""
    if not visitor.is_enabled:
        raise PostingDisabled
    await count_request(request, visitor)
    form = await compose_form.read_compose_form(request, context, visitor)
    post_id = form.values["postId"]
    try:
        await apply_change(context, visitor.organization_id, (post_id, None), _change(form))
    except (ValidationFailed, Conflict) as error:  # the form itself can show these
        refusal = post_page.RefusedAction(PostAction.EDIT, form.values, error)
        return await post_page.render_after_action(request, context, visitor, post_id, refusal)
    if is_fetch_request(request):
        return await post_page.render_after_action(
            request, context, visitor, post_id, PostAction.EDIT
        )
    return redirect(f"{visitor.base}/posts/{post_id}?done={PostAction.EDIT}")


def _change(form: SubmittedForm) -> PostChange:
    def change(
        session: Session, context: AppContext, found: PostWithSettings, now: datetime
    ) -> None:
        if form.problems:
            raise ValidationFailed(*form.problems)
        links = compose_body.collect_links(form)
        if not links:
            raise invalid_field(compose_body.LINKS_FIELD, "choose a file, or write its link")
        fields = compose_body.media_fields(found.post.post_type, links)
        if found.post.post_type == "photo":
            fields["altTexts"] = collect_alt_texts(form.values)
        fields |= post_actions.read_version(form.values)
        edit.edit(session, context, found, validate_body(EditBody, fields), now)
        if form.values["retry"]:
            retry.retry(session, context, found, now)

    return change
