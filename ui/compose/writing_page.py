"""What the composer's script asks for while somebody writes: checks, uploads, a form brought back.

Each answer is a part of the page, from the templates that also make the whole of it.
"""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from models.statuses import PostStatus
from models.store.posts import posts
from services.context import AppContext
from services.errors import PostingDisabled, ValidationFailed, invalid_field
from ui.compose import compose_form
from ui.compose.check_form import FormCheck, check_form
from ui.compose.choices import load_choices
from ui.compose.compose_form import FILE_LISTS, SubmittedForm
from ui.compose.compose_view import Editor, check_variables, render_editor
from ui.compose.file_fields import POST_FILES
from ui.compose.when_fields import slots_of_form
from ui.sign_in.auth import CurrentVisitor, VisitorBeforeCsrfCheck, count_request
from ui.sign_in.csrf import read_form
from ui.sign_in.visitor import Visitor
from ui.templating import render

router = APIRouter(include_in_schema=False)
# The name of the list of files that an upload is for.
LIST_FIELD: Final = "list"


@router.post("/compose/check")
async def check(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """What publish would say of the form; nothing is accepted. Counted as any request."""
    await count_request(request, visitor)
    form = await compose_form.read_form_without_files(context, visitor, await read_form(request))
    found = await run_in_threadpool(_check, context, visitor, form)
    return render("compose_check.html", visitor, **check_variables(found))


@router.post("/compose/files")
async def add_files(
    request: Request, context: ContextDep, visitor: VisitorBeforeCsrfCheck
) -> Response:
    """Store files, or take links; the answer shows them as the form has them."""
    if not visitor.is_enabled:
        raise PostingDisabled
    await count_request(request, visitor)
    form = await compose_form.read_compose_form(request, context, visitor)
    wanted = form.values[LIST_FIELD] or POST_FILES.kept
    names = next((each for each in FILE_LISTS if each.kept == wanted), None)
    if names is None:
        raise invalid_field(LIST_FIELD, "names no list of files of the form")
    if form.problems:
        raise ValidationFailed(*form.problems)
    return render("compose_files.html", visitor, names=names, items=form.files(names).all)


@router.post("/compose/form")
async def bring_back(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """The form with what was typed in this tab before it was reloaded, or the session ended."""
    form = await compose_form.read_form_without_files(context, visitor, await read_form(request))
    return await run_in_threadpool(_render_again, request, context, visitor, form)


def _check(context: AppContext, visitor: Visitor, form: SubmittedForm) -> FormCheck:
    return check_form(context, visitor, form, load_choices(context, visitor.organization_id))


def _render_again(
    request: Request, context: AppContext, visitor: Visitor, form: SubmittedForm
) -> Response:
    choices = load_choices(context, visitor.organization_id)
    status = None
    if post_id := form.values["post"]:
        with context.database.read() as session:
            post = posts.get(session, visitor.organization_id, post_id)
        status = PostStatus(post.status) if post else None
    found = check_form(context, visitor, form, choices)
    slots = slots_of_form(context, visitor, form)
    return render_editor(request, visitor, Editor(form, choices, found, slots, status))
