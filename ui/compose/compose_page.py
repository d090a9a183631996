"""The composer: one editor for a new post, for a copy of one, and for a post that is changed."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from models.posts import Post
from models.statuses import PostStatus
from models.store import clock
from models.store.posts import posts
from models.store.posts.post_changes import LockedPost
from models.store.tenants import social_settings
from scheduler.recurrence.timezones import load_zone
from services.context import AppContext
from services.errors import (
    Conflict,
    NotFound,
    PostingDisabled,
    QuotaReached,
    ServiceError,
    ValidationFailed,
)
from services.posts.apply_change import apply_change
from services.posts.edit import check_editable
from services.posts.lookup import PostWithSettings
from services.posts.publish import accept_post
from ui.compose import compose_body, compose_form
from ui.compose.check_form import FormCheck, check_form
from ui.compose.choices import load_choices
from ui.compose.compose_form import SubmittedForm
from ui.compose.compose_view import Editor, render_editor
from ui.compose.edit_change import edit_change
from ui.compose.stored_form import load_copied_form, load_stored_form
from ui.compose.when_fields import slots_of_form
from ui.sign_in.auth import CurrentVisitor, VisitorBeforeCsrfCheck, count_request
from ui.sign_in.visitor import Visitor
from ui.templating import redirect

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Query(max_length=64)]


@router.get("/compose")
def compose_page(
    request: Request,
    context: ContextDep,
    visitor: CurrentVisitor,
    slot: Text = "",
    at: Text = "",
    copy: Text = "",
) -> Response:
    """The form for a new post: for a slot, at a time, or with the content of another post."""
    choices = load_choices(context, visitor.organization_id)
    form = SubmittedForm()
    if copy:
        with context.database.read() as session:
            form = load_copied_form(session, context, visitor, choices, copy)
    else:
        for platform in choices.defaults:
            field, value = choices.chip_for(platform, None)
            form.texts.setdefault(field, []).append(value)
    form.texts["once"] = [secrets.token_hex(16)]
    form.texts["publishMode"] = ["slot" if slot else "schedule" if at else "next_slot"]
    form.texts |= {name: [text] for name, text in (("slot", slot), ("scheduledAt", at)) if text}
    check = check_form(context, visitor, form, choices)
    slots = slots_of_form(context, visitor, form)
    return render_editor(request, visitor, Editor(form, choices, check, slots))


@router.get("/compose/{post_id}")
def edit_page(
    request: Request, context: ContextDep, visitor: CurrentVisitor, post_id: str
) -> Response:
    """The form that changes a post. Conflict for one that cannot be changed (any more)."""
    choices = load_choices(context, visitor.organization_id)
    status = _editable_status(context, visitor, post_id)
    with context.database.read() as session:
        form = load_stored_form(session, context, visitor, choices, post_id)
    check = check_form(context, visitor, form, choices)
    slots = slots_of_form(context, visitor, form)
    return render_editor(request, visitor, Editor(form, choices, check, slots, status))


@router.post("/compose")
async def compose(
    request: Request, context: ContextDep, visitor: VisitorBeforeCsrfCheck
) -> Response:
    """Accept a post, or change one. A form that is sent twice makes one post."""
    if not visitor.is_enabled:
        raise PostingDisabled
    await count_request(request, visitor)
    form = await compose_form.read_compose_form(request, context, visitor)
    try:
        if form.values["post"]:
            return redirect(await _change(context, visitor, form))
        post = await run_in_threadpool(_accept, context, visitor, form)
    except (ValidationFailed, Conflict, QuotaReached) as error:
        editor = await run_in_threadpool(_refused, context, visitor, form, error)
        return render_editor(request, visitor, editor)
    return redirect(_calendar_url(visitor, post.id, post.scheduled_for, "publish"))


def _accept(context: AppContext, visitor: Visitor, form: SubmittedForm) -> Post:
    """Accept the post; ValidationFailed names all problems, also those of files."""
    problems = compose_body.form_problems(form)
    try:
        body = compose_body.build_body(form)
        key = compose_body.row_key(form, body)
        with context.database.write() as session:
            post = accept_post(session, context, visitor.organization_id, body, key).post
            if problems:
                session.rollback()
    except ValidationFailed as error:
        raise ValidationFailed(*error.details, *problems) from None
    if problems:
        raise ValidationFailed(*problems)
    return post


async def _change(context: AppContext, visitor: Visitor, form: SubmittedForm) -> str:
    """Change the post; the address to go to after that."""
    post_id = form.values["post"]
    choices = await run_in_threadpool(load_choices, context, visitor.organization_id)
    change = edit_change(form, visitor, choices)
    await apply_change(context, visitor.organization_id, (post_id, None), change)
    post = await run_in_threadpool(_find, context, visitor, post_id)
    return _calendar_url(visitor, post_id, post.scheduled_for, "edit")


def _refused(
    context: AppContext, visitor: Visitor, form: SubmittedForm, error: ServiceError
) -> Editor:
    """The form as it was sent, with the reason. After a conflict it has the post's version of now,
    so that sending it again replaces what somebody else has written."""
    choices = load_choices(context, visitor.organization_id)
    post_id, status = form.values["post"], None
    if post_id:
        post = _find(context, visitor, post_id)
        status = PostStatus(post.status)
        form.texts["version"] = [str(post.content_version)]
    check = check_form(context, visitor, form, choices)
    slots = slots_of_form(context, visitor, form)
    return Editor(form, choices, _without_problems(check), slots, status, error)


def _find(context: AppContext, visitor: Visitor, post_id: str) -> Post:
    with context.database.read() as session:
        post = posts.get(session, visitor.organization_id, post_id)
    if post is None:
        raise NotFound("there is no such post")
    return post


def _without_problems(check: FormCheck) -> FormCheck:
    """The error names them already."""
    return replace(check, problems={})


def _editable_status(context: AppContext, visitor: Visitor, post_id: str) -> PostStatus:
    with context.database.read() as session:
        row = posts.get(session, visitor.organization_id, post_id)
        if row is None:
            raise NotFound("there is no such post")
        deliveries = posts.load_parts(session, [post_id])[1][post_id]
        settings = social_settings.read_settings(session, visitor.organization_id)
        found = PostWithSettings(settings, LockedPost(row, deliveries))
        check_editable(context, found, clock.now(session))
        return found.locked.status


def _calendar_url(visitor: Visitor, post_id: str, at: datetime | None, done: str) -> str:
    """The calendar on the post's date, with the post in the panel."""
    day = f"date={at.astimezone(load_zone(visitor.zone)).date()}&" if at else ""
    return f"{visitor.base}/?{day}post={post_id}&done={done}"
