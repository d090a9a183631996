"""The page with the form that publishes: all fields of the API, and an error at each field."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from api.errors import status_of
from models.posts import Post
from models.store import clock
from models.store.tenants import accounts, connections, social_settings
from scheduler.recurrence.timezones import load_zone
from scheduler.seating.free_seats import next_free_slots
from services.context import AppContext
from services.errors import Conflict, PostingDisabled, ServiceError, ValidationFailed
from services.inputs.field_types import PLATFORMS
from services.iso_8601 import parse_date_time
from services.post_validation.carried_fields import offered_fields
from services.post_validation.platform_field_table import PLATFORM_FIELDS
from services.posts.publish import accept_post
from ui.calendar.post_card import platform_name
from ui.compose import compose_body, compose_form
from ui.compose.alt_text_fields import alt_text_form
from ui.compose.compose_form import SubmittedForm
from ui.compose.thread_fields import thread_form
from ui.compose.version_fields import version_labels, version_panels
from ui.fetch_request import is_fetch_request
from ui.forms import error_sentence
from ui.sign_in.auth import CurrentVisitor, VisitorBeforeCsrfCheck, count_request
from ui.sign_in.visitor import Visitor
from ui.templating import redirect, render

router = APIRouter(include_in_schema=False)
POST_TYPES: Final = ("text", "photo", "video", "document")
# Fields in a closed section; it is open if one of them has a value or an error.
FOLDED_FIELDS: Final = ("sourceVideoId", "sourcePlaylistId")


@dataclass(frozen=True, slots=True)
class FormChoices:
    """What the form offers: accounts and options by network, and the next free slot.

    `defaults`: networks. `needs_approval`: whether a post waits for a person first.
    """

    accounts: dict[str, list[tuple[str, str]]]
    options: dict[str, list[str]]
    next_slot: datetime | None
    is_paused: bool
    defaults: list[str]
    needs_approval: bool


@router.get("/compose")
async def compose_page(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Show an empty form."""
    form = SubmittedForm()
    form.texts["once"] = [secrets.token_hex(16)]
    return await _render_form(request, context, visitor, form)


@router.post("/compose")
async def publish(
    request: Request, context: ContextDep, visitor: VisitorBeforeCsrfCheck
) -> Response:
    """Accept a post. A form that is sent twice makes one post."""
    if not visitor.is_enabled:
        raise PostingDisabled
    await count_request(request, visitor)
    form = await compose_form.read_compose_form(request, context, visitor)
    try:
        post = await run_in_threadpool(_accept, context, visitor, form)
    except (ValidationFailed, Conflict) as error:
        return await _render_form(request, context, visitor, form, error)
    return redirect(_calendar_url(visitor, post))


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


def _calendar_url(visitor: Visitor, post: Post) -> str:
    """The calendar on the post's date, with the post in the panel."""
    at = post.scheduled_for
    day = f"date={at.astimezone(load_zone(visitor.zone)).date()}&" if at else ""
    return f"{visitor.base}/?{day}post={post.id}&done=publish"


async def _render_form(
    request: Request,
    context: AppContext,
    visitor: Visitor,
    form: SubmittedForm,
    error: ServiceError | None = None,
) -> Response:
    choices = await run_in_threadpool(_load_choices, context, visitor.organization_id)
    problems = compose_body.messages_by_form_field(error) if error else {}
    touched = [*problems, *_filled_fields(form)]
    return render(
        "compose_part.html" if is_fetch_request(request) else "compose.html",
        visitor,
        status=status_of(error) if error else 200,
        current_path="/compose",
        types=POST_TYPES,
        platforms=[(each, platform_name(each)) for each in PLATFORMS],
        choices=choices,
        versions=version_panels(_shown_options(choices.options, form), touched),
        version_labels=version_labels(),
        chosen=form.get_all("platforms") if error else choices.defaults,
        chosen_accounts=form.get_all("accountIds"),
        files=form.files,
        values=form.values,
        modes=compose_body.MODE_NAMES,
        mode=form.values["publishMode"] or "next_slot",
        **alt_text_form(form.values, error=error),
        **thread_form(form.values, problems),
        typed_at=_parse_typed(form.values["scheduledAt"]),
        problem=error_sentence(error) if error and not error.details else None,
        problems=problems,
        source_open=not set(FOLDED_FIELDS).isdisjoint(touched),
    )


def _parse_typed(text: str) -> datetime | None:
    """The date in the form, as local time; None while there is none that can be read."""
    try:
        return parse_date_time(text)
    except (ValueError, OverflowError):
        return None


def _filled_fields(form: SubmittedForm) -> list[str]:
    """The names of the fields with a value."""
    return [name for name, texts in form.texts.items() if any(text.strip() for text in texts)]


def _load_choices(context: AppContext, organization_id: str) -> FormChoices:
    with context.database.read() as session:
        row, now = social_settings.read_settings(session, organization_id), clock.now(session)
        free = next_free_slots(session, row, now, context.scheduling, 1)
        used = connections.list_used(session, organization_id)
        links = accounts.list_linked(session, organization_id)
    by_platform: dict[str, list[tuple[str, str]]] = {}
    for link in links:
        name = link.account.name or link.account.username or link.account.id
        by_platform.setdefault(link.account.platform, []).append((link.account.id, name))
    return FormChoices(
        by_platform,
        offered_fields([each.provider for each in used] or [context.provider]),
        free[0] if free else None,
        row.is_paused,
        row.default_platforms,
        row.approve_api_posts,
    )


def _shown_options(offered: dict[str, list[str]], form: SubmittedForm) -> dict[str, list[str]]:
    """The platform fields of each network, by their names in the API: those that will be sent, and
    those that the visitor has filled in, so that nothing typed is lost."""
    filled = compose_body.collect_options(form)
    by_platform: dict[str, list[str]] = {}
    for name, each in PLATFORM_FIELDS.items():
        if name in filled or name in offered.get(each.platform, ()):
            by_platform.setdefault(each.platform, []).append(name)
    return by_platform
