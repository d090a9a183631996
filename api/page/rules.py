"""The rules on a weekly grid, and the queue's switch."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api import answers
from api.deps import SWITCHED_OFF, Around, Surroundings
from api.errors import ApiError
from api.page import counting, rule_changes
from api.page.forms import Typed, leaves, sentence, typed
from api.page.guard import SignedIn, Visitor, form_of, is_scripted
from api.page.rendering import redirect, render
from api.page.rule_changes import DAYS, Document, RuleChange
from api.routes import queue
from api.routes.settings import change_settings
from models.store import clock, queue_slots, seats
from scheduler import calendar
from scheduler.zones import names

router = APIRouter(include_in_schema=False)
MONDAY_FIRST: Final = (1, 2, 3, 4, 5, 6, 0)
SHOWN: Final = (400, 409)
DONE: Final = {
    RuleChange.ADD: "Added. Who waits for a seat got the new ones.",
    RuleChange.REMOVE: "Removed. Posts that sit in its slots stay where they are.",
    RuleChange.ADD_CRON: "Added. Who waits for a seat got the new ones.",
    RuleChange.CHANGE_CRON: "Changed. Posts that sit in its old slots stay where they are.",
    RuleChange.SETTINGS: "Saved.",
    RuleChange.ADD_BLACKOUT: "Added. No slot opens on these dates.",
    RuleChange.REMOVE_BLACKOUT: "Removed. Slots open on these dates again.",
    "pause": "The queue is paused.",
    "resume": "The queue goes on.",
}


@router.get("/rules")
async def rules_page(
    request: Request,
    around: Around,
    visitor: SignedIn,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The grid."""
    return await _shown(request, around, visitor, done=DONE.get(done))


@router.post("/rules/pause")
async def pause(request: Request, around: Around, visitor: SignedIn) -> Response:
    """Let no slot open."""
    return await _switch(request, around, visitor, "pause")


@router.post("/rules/resume")
async def resume(request: Request, around: Around, visitor: SignedIn) -> Response:
    """Let the queue go on."""
    if not visitor.is_enabled:
        raise ApiError(403, SWITCHED_OFF)
    return await _switch(request, around, visitor, "resume")


async def _switch(request: Request, around: Surroundings, visitor: Visitor, what: str) -> Response:
    await counting.count(request, visitor)
    sent = typed(await form_of(request))
    turn = queue.pause if what == "pause" else queue.resume
    await run_in_threadpool(turn, around, visitor.organization_id)
    if is_scripted(request):
        return await _shown(request, around, visitor, done=DONE[what])
    return redirect("/" if sent["back"] == "/" else f"/rules?done={what}")


@router.post("/rules/{change}")
async def change_rules(
    request: Request, around: Around, visitor: SignedIn, change: RuleChange
) -> Response:
    """Do what a form of the grid asks, by the same code as PUT settings."""
    await counting.count(request, visitor)
    sent = typed(await form_of(request))
    try:
        await run_in_threadpool(_change, around, visitor.organization_id, change, sent)
    except ApiError as error:
        if error.status not in SHOWN:
            raise
        return await _shown(request, around, visitor, error=error, tried=change, sent=sent)
    if is_scripted(request):
        return await _shown(request, around, visitor, done=DONE[change])
    return redirect(f"/rules?done={change}")


def _change(around: Surroundings, organization_id: str, change: RuleChange, sent: Typed) -> None:
    with around.database.write() as session:
        row = seats.lock_organization(session, organization_id)
        document = answers.settings(row, queue_slots.list_active(session, organization_id))
        body, now = rule_changes.body(change, document, sent), clock.now(session)
        change_settings(session, around, row, body, now)
        calendar.seat(session, row, now, around.terms)


def _read(around: Surroundings, organization_id: str) -> Document:
    with around.database.read() as session:
        row = seats.read_settings(session, organization_id)
        return answers.settings(row, queue_slots.list_active(session, organization_id))


async def _shown(
    request: Request,
    around: Surroundings,
    visitor: Visitor,
    *,
    done: str | None = None,
    error: ApiError | None = None,
    tried: RuleChange | None = None,
    sent: Typed | None = None,
) -> Response:
    document = await run_in_threadpool(_read, around, visitor.organization_id)
    return render(
        request,
        "rules_part.html" if is_scripted(request) else "rules.html",
        visitor,
        status=error.status if error else 200,
        here="/rules",
        settings=document,
        seen=rule_changes.seen(document),
        days=[_day(document, number) for number in MONDAY_FIRST],
        crons=[each for each in _numbered(document) if "cron" in each],
        zones=sorted(names()),
        done=done,
        problem=sentence(error) if error else None,
        problems=leaves(error) if error else {},
        tried=tried,
        typed=sent or Typed(),
        is_paused=document.get("isPaused", False),
    )


def _day(document: Document, number: int) -> Document:
    """A day of the grid: its times in their order, with their places among the rules."""
    times = [each for each in _numbered(document) if each.get("dayOfWeek") == number]
    times.sort(key=lambda each: (each["time"], each["timezone"]))
    return {"number": number, "name": DAYS[number], "times": times}


def _numbered(document: Document) -> list[dict[str, Any]]:
    """The rules with their places, each with the zone that it has, its own or the default."""
    return [
        {
            **each,
            "number": number,
            "own": "timezone" in each,
            "timezone": each.get("timezone", document["defaultTimezone"]),
        }
        for number, each in enumerate(document["queueSlots"])
    ]
