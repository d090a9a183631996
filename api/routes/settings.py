"""Read and change the settings, and list the next free slots."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.deps import ContextDep, OrganizationId
from api.openapi.route_responses import describe_responses
from api.schemas.settings_answers import NextSlotAnswer, SettingsAnswer
from models.store import clock
from models.store.queue import queue_slots
from models.store.tenants import social_settings
from scheduler.seating.free_seats import next_free_slots
from scheduler.seating.seat_backlog import seat_backlog
from services import presenters
from services.inputs.settings_body import SettingsBody
from services.organization_settings import parse_settings, update_settings
from services.time_input import zone_or_default

router = APIRouter(tags=["settings"])
NEXT_SLOTS = 10


@router.get("/settings", response_model=None, responses=describe_responses(SettingsAnswer))
def get_settings(context: ContextDep, organization_id: OrganizationId) -> dict[str, Any]:
    """The organization's settings."""
    with context.database.read() as session:
        row = social_settings.read_settings(session, organization_id)
        return presenters.present_settings(row, queue_slots.list_active(session, organization_id))


@router.put("/settings", response_model=None, responses=describe_responses(SettingsAnswer))
def put_settings(
    body: SettingsBody, context: ContextDep, organization_id: OrganizationId
) -> dict[str, Any]:
    """Change what is sent; answers with the whole document."""
    with context.database.read() as session:
        stored = social_settings.read_settings(session, organization_id)
    parsed = parse_settings(body, stored.default_timezone)
    with context.database.write() as session:
        row = social_settings.lock_organization(session, organization_id)
        now = clock.now(session)
        update_settings(session, context, row, parsed, now)
        seat_backlog(session, row, now, context.scheduling)
        return presenters.present_settings(row, queue_slots.list_active(session, organization_id))


@router.get("/next-slot", response_model=None, responses=describe_responses(NextSlotAnswer))
def next_slot(
    context: ContextDep,
    organization_id: OrganizationId,
    timezone: Annotated[str | None, Query()] = None,
) -> dict[str, Any]:
    """The next slots with a free seat. `timezone` is only resolved: rules keep their own zones."""
    with context.database.read() as session:
        row = social_settings.read_settings(session, organization_id)
        zone_name = zone_or_default(timezone, row.default_timezone)
        free = next_free_slots(session, row, clock.now(session), context.scheduling, NEXT_SLOTS)
    instants = [presenters.format_instant(at) for at in free]
    return {
        "timezone": zone_name,
        "nextSlot": instants[0] if instants else None,
        "nextSlots": instants,
    }
