"""Publishing: a form with all that the API's publish takes, and its errors at each field."""

import secrets
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from api.errors import status_of
from models.posts import Post
from models.store import clock
from models.store.tenants import accounts, social_settings, workspaces
from scheduler.recurrence.timezones import load_zone
from scheduler.seating.free_seats import next_free_slots
from services.context import AppContext
from services.errors import Conflict, PostingDisabled, ServiceError, ValidationFailed
from services.inputs.field_types import PLATFORMS
from services.post_validation.platform_field_table import PLATFORM_FIELDS
from services.posts.publish import accept_post
from ui.calendar.post_card import platform_name
from ui.fetch_request import is_fetch_request
from ui.forms import error_sentence
from ui.publish import publish_body, publish_form
from ui.publish.publish_form import SubmittedForm
from ui.sign_in.auth import CurrentVisitor, VisitorBeforeCsrfCheck, count_request
from ui.sign_in.visitor import Visitor
from ui.templating import redirect, render

router = APIRouter(include_in_schema=False)
POST_TYPES: Final = ("text", "photo", "video", "document")
# Fields that are folded away until they say something.
FOLDED_FIELDS: Final = (publish_body.OPTION_PREFIX, "sourceVideoId", "sourcePlaylistId")


@dataclass(frozen=True, slots=True)
class FormChoices:
    """What one may choose from: networks, accounts of each, and the slot that comes next."""

    accounts: dict[str, list[tuple[str, str]]]
    next_slot: str | None
    is_paused: bool
    defaults: list[str]
    playlist: str | None


@router.get("/publish")
async def publish_page(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """The empty form."""
    sent = SubmittedForm()
    sent.texts["once"] = [secrets.token_hex(16)]
    return await _render_form(request, context, visitor, sent)


@router.post("/publish")
async def publish(
    request: Request, context: ContextDep, visitor: VisitorBeforeCsrfCheck
) -> Response:
    """Accept a post. The same form sent twice is one post."""
    if not visitor.is_enabled:
        raise PostingDisabled
    await count_request(request, visitor)
    sent = await publish_form.read_publish_form(request, context, visitor)
    try:
        post = await run_in_threadpool(_accept, context, visitor, sent)
    except (ValidationFailed, Conflict) as error:
        return await _render_form(request, context, visitor, sent, error)
    return redirect(_calendar_url(visitor, post))


def _accept(context: AppContext, visitor: Visitor, sent: SubmittedForm) -> Post:
    """The post; Invalid names all that is wrong with it, its files too, and then there is none."""
    try:
        body = publish_body.build_body(sent)
        key = publish_body.row_key(sent, body)
        with context.database.write() as session:
            post = accept_post(session, context, visitor.organization_id, body, key).post
            if sent.problems:
                session.rollback()
    except ValidationFailed as error:
        raise ValidationFailed(*error.details, *sent.problems) from None
    if sent.problems:
        raise ValidationFailed(*sent.problems)
    return post


def _calendar_url(visitor: Visitor, post: Post) -> str:
    """The calendar at the post's date, with the post beside it."""
    at = post.scheduled_for
    day = f"date={at.astimezone(load_zone(visitor.zone)).date()}&" if at else ""
    return f"/?{day}post={post.id}&done=publish"


async def _render_form(
    request: Request,
    context: AppContext,
    visitor: Visitor,
    sent: SubmittedForm,
    error: ServiceError | None = None,
) -> Response:
    choices = await run_in_threadpool(_load_choices, context, visitor.organization_id)
    problems = publish_body.messages_by_form_field(error) if error else {}
    return render(
        request,
        "publish_part.html" if is_fetch_request(request) else "publish.html",
        visitor,
        status=status_of(error) if error else 200,
        current_path="/publish",
        types=POST_TYPES,
        platforms=[(each, platform_name(each)) for each in PLATFORMS],
        choices=choices,
        options=_platform_options(),
        chosen=sent.get_all("platforms") if error else choices.defaults,
        chosen_accounts=sent.get_all("accountIds"),
        files=sent.files,
        values=sent.values,
        mode=sent.values["publishMode"] or "next_slot",
        problem=error_sentence(error) if error and not error.details else None,
        problems=problems,
        options_open=any(
            name.startswith(FOLDED_FIELDS) for name in (*problems, *_filled_fields(sent))
        ),
    )


def _filled_fields(sent: SubmittedForm) -> list[str]:
    """The fields in which something was typed."""
    return [name for name, texts in sent.texts.items() if any(text.strip() for text in texts)]


def _load_choices(context: AppContext, organization_id: str) -> FormChoices:
    with context.database.read() as session:
        row, now = social_settings.read_settings(session, organization_id), clock.now(session)
        free = next_free_slots(session, row, now, context.scheduling, 1)
        workspace = workspaces.find_workspace(session, organization_id, context.provider)
        links = accounts.list_linked(session, organization_id, workspace.id) if workspace else []
    found: dict[str, list[tuple[str, str]]] = {}
    for link in links:
        name = link.account.name or link.account.username or link.account.id
        found.setdefault(link.account.platform, []).append((link.account.id, name))
    next_slot: Any = free[0] if free else None
    return FormChoices(
        found, next_slot, row.is_paused, row.default_platforms, row.process_only_playlist_id
    )


def _platform_options() -> list[tuple[str, list[str]]]:
    """The platform fields by network, as the API names them."""
    found: dict[str, list[str]] = {}
    for name, each in PLATFORM_FIELDS.items():
        found.setdefault(each.platform, []).append(name)
    return [(platform_name(platform), names) for platform, names in found.items()]
