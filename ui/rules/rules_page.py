"""The page with the queue-slot rules, blackouts, and the button that pauses the queue."""

from typing import Annotated, Any, Final

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
        await run_in_threadpool(_change, context, visitor.organization_id, change, values)
    except (ValidationFailed, Conflict) as error:
        return await _render_rules(
            request, context, visitor, error=error, refused_action=change, values=values
        )
    if is_fetch_request(request):
        return await _render_rules(request, context, visitor, done=SUCCESS_MESSAGES[change])
    return redirect(visitor.base + ("/" if values["back"] == "/" else f"/rules?done={change}"))


def _change(
    context: AppContext, organization_id: str, change: RuleChange, values: FormValues
) -> None:
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
    error: ServiceError | None = None,
    refused_action: RuleChange | None = None,
    values: FormValues | None = None,
) -> Response:
    document = await run_in_threadpool(_load_settings, context, visitor.organization_id)
    return render(
        "rules_part.html" if is_fetch_request(request) else "rules.html",
        visitor,
        status=status_of(error) if error else 200,
        current_path="/rules",
        settings=document,
        fingerprint=rule_changes.fingerprint_rules(document),
        days=[_day_of_grid(document, number) for number in MONDAY_FIRST],
        crons=[each for each in _numbered_rules(document) if "cron" in each],
        zones=sorted(zone_names()),
        done=done,
        problem=error_sentence(error) if error else None,
        problems=messages_by_last_part(error) if error else {},
        refused_action=refused_action,
        values=values or FormValues(),
        is_paused=document.get("isPaused", False),
    )


def _day_of_grid(document: Document, number: int) -> Document:
    """A day of the grid: its times in order, each with its index in the list of rules."""
    times = [each for each in _numbered_rules(document) if each.get("dayOfWeek") == number]
    times.sort(key=lambda each: (each["time"], each["timezone"]))
    return {"number": number, "name": DAY_NAMES[number], "times": times}


def _numbered_rules(document: Document) -> list[dict[str, Any]]:
    """The rules, each with its index, its time zone, and whether the zone is its own."""
    return [
        {
            **each,
            "number": number,
            "own": "timezone" in each,
            "timezone": each.get("timezone", document["defaultTimezone"]),
        }
        for number, each in enumerate(document["queueSlots"])
    ]
