"""The page with the queue-slot rules, blackouts, and the button that pauses the queue."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from api.errors import status_of
from models.store import clock
from models.store.queue import queue_slots
from models.store.tenants import social_settings
from scheduler.recurrence.timezones import zone_names
from scheduler.seating.seat_backlog import seat_backlog
from services import presenters
from services.context import AppContext
from services.errors import Conflict, PostingDisabled, ServiceError, ValidationFailed
from services.organization_settings import parse_settings, update_settings
from services.queue_control import set_paused
from ui.fetch_request import is_fetch_request
from ui.forms import FormValues, error_sentence, messages_by_last_part, read_values
from ui.rules import rule_changes
from ui.rules.rule_changes import DAY_NAMES, Document, RuleChange
from ui.rules.rule_undo import Undo, undo_of
from ui.rules.weekly_grid import build_grid, numbered_rules
from ui.sign_in.auth import CurrentVisitor, count_request
from ui.sign_in.csrf import read_form
from ui.sign_in.visitor import Visitor
from ui.templating import redirect, render

router = APIRouter(include_in_schema=False)
MONDAY_FIRST: Final = (1, 2, 3, 4, 5, 6, 0)
SUCCESS_MESSAGES: Final = {
    RuleChange.ADD: "Added. Waiting posts got the new slots.",
    RuleChange.REMOVE: "Removed. Posts that are already in its slots stay there.",
    RuleChange.ADD_CRON: "Added. Waiting posts got the new slots.",
    RuleChange.CHANGE_CRON: "Changed. Posts that are already in its old slots stay there.",
    RuleChange.SETTINGS: "Saved.",
    RuleChange.ADD_BLACKOUT: "Added. No slot opens on these dates.",
    RuleChange.REMOVE_BLACKOUT: "Removed. Slots open on these dates again.",
    RuleChange.STARTER: "Added. Change them as you like.",
    "pause": "The queue is paused.",
    "resume": "The queue is running again.",
}


@dataclass(frozen=True, slots=True)
class RefusedChange:
    """A change that was not made, with what was typed, to be shown where it was typed."""

    error: ServiceError
    change: RuleChange
    values: FormValues


@router.get("/rules")
async def rules_page(
    request: Request,
    context: ContextDep,
    visitor: CurrentVisitor,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the page."""
    return await _render_rules(request, context, visitor, done=SUCCESS_MESSAGES.get(done))


@router.post("/rules/pause")
async def pause(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Pause the queue: no slot opens."""
    return await _set_paused(request, context, visitor, "pause")


@router.post("/rules/resume")
async def resume(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Resume the queue."""
    if not visitor.is_enabled:
        raise PostingDisabled
    return await _set_paused(request, context, visitor, "resume")


async def _set_paused(
    request: Request, context: AppContext, visitor: Visitor, action: str
) -> Response:
    await count_request(request, visitor)
    values = read_values(await read_form(request))
    is_pause = action == "pause"
    await run_in_threadpool(set_paused, context, visitor.organization_id, paused=is_pause)
    if is_fetch_request(request):
        return await _render_rules(request, context, visitor, done=SUCCESS_MESSAGES[action])
    return redirect(visitor.base + ("/" if values["back"] == "/" else f"/rules?done={action}"))


@router.post("/rules/{change}")
async def change_rules(
    request: Request, context: ContextDep, visitor: CurrentVisitor, change: RuleChange
) -> Response:
    """Make the change of a submitted form, by the same code as the API's `PUT settings`."""
    await count_request(request, visitor)
    values = read_values(await read_form(request))
    try:
        before = await run_in_threadpool(_change, context, visitor.organization_id, change, values)
    except (ValidationFailed, Conflict) as error:
        refused = RefusedChange(error, change, values)
        return await _render_rules(request, context, visitor, refused=refused)
    if is_fetch_request(request):
        return await _render_rules(
            request,
            context,
            visitor,
            done=SUCCESS_MESSAGES[change],
            undo=lambda after: undo_of(change, before, after, values),
        )
    return redirect(visitor.base + ("/" if values["back"] == "/" else f"/rules?done={change}"))


def _change(
    context: AppContext, organization_id: str, change: RuleChange, values: FormValues
) -> Document:
    """Make the change; returns the settings before it."""
    document = _load_settings(context, organization_id)
    body = rule_changes.build_body(change, document, values)
    parsed = parse_settings(body, document["defaultTimezone"])
    with context.database.write() as session:
        row = social_settings.lock_organization(session, organization_id)
        rules = queue_slots.list_active(session, organization_id)
        rule_changes.check_unchanged(presenters.present_settings(row, rules), values)
        now = clock.now(session)
        update_settings(session, context, row, parsed, now)
        seat_backlog(session, row, now, context.scheduling)
    return document


def _load_settings(context: AppContext, organization_id: str) -> Document:
    with context.database.read() as session:
        row = social_settings.read_settings(session, organization_id)
        return presenters.present_settings(row, queue_slots.list_active(session, organization_id))


async def _render_rules(
    request: Request,
    context: AppContext,
    visitor: Visitor,
    *,
    done: str | None = None,
    refused: RefusedChange | None = None,
    undo: Callable[[Document], Undo | None] = lambda _: None,
) -> Response:
    document = await run_in_threadpool(_load_settings, context, visitor.organization_id)
    error = refused.error if refused else None
    return render(
        "rules_part.html" if is_fetch_request(request) else "rules.html",
        visitor,
        status=status_of(error) if error else 200,
        current_path="/rules",
        settings=document,
        fingerprint=rule_changes.fingerprint_rules(document),
        days=[(number, DAY_NAMES[number]) for number in MONDAY_FIRST],
        grid=build_grid(document),
        crons=[each for each in numbered_rules(document) if "cron" in each],
        zones=sorted(zone_names()),
        done=done,
        undo=undo(document),
        problem=error_sentence(error) if error else None,
        problems=messages_by_last_part(error) if error else {},
        refused_action=refused.change if refused else None,
        values=refused.values if refused else FormValues(),
        is_paused=document.get("isPaused", False),
    )
