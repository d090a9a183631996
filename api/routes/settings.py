"""Settings, and the next slots that follow from them."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlmodel import Session

from api.deps import AppContext, ContextDep, OrganizationId
from api.errors import invalid_field
from api.openapi.route_responses import describe_responses
from api.schemas.settings_answers import NextSlotAnswer, SettingsAnswer
from models.organizations import SocialSettings
from models.store import clock
from models.store.queue import queue_slots, seats
from scheduler.recurrence.timezones import UnknownZone, load_zone
from scheduler.seating.free_seats import next_free_slots
from scheduler.seating.replace_rules import replace_rules
from scheduler.seating.seat_backlog import seat_backlog
from services import presenters
from services.inputs.settings_body import QueueSlotBody, SettingsBody
from services.rule_input import parse_blackouts, parse_rules

router = APIRouter(tags=["settings"])
NEXT_SLOTS = 10
COLUMNS = {
    "isEnabled": "is_enabled",
    "approveApiPosts": "approve_api_posts",
    "defaultTimezone": "default_timezone",
    "defaultPlatforms": "default_platforms",
    "maxPostsPerSlot": "max_posts_per_slot",
    "maxShortsOfSameVideo": "max_shorts_of_same_video",
    "maxShortsPerWeek": "max_shorts_per_week",
    "minimumVideoDurationSeconds": "minimum_video_duration_seconds",
    "processOnlyPlaylistId": "process_only_playlist_id",
    "gapPolicy": "gap_policy",
    "overlapPolicy": "overlap_policy",
}
# What decides when rules fire.
RULE_FIELDS = {"queueSlots", "defaultTimezone", "gapPolicy", "overlapPolicy", "blackouts"}


@router.get("/settings", response_model=None, responses=describe_responses(SettingsAnswer))
def get_settings(context: ContextDep, organization_id: OrganizationId) -> dict[str, Any]:
    """The organization's settings."""
    with context.database.read() as session:
        row = seats.read_settings(session, organization_id)
        return presenters.present_settings(row, queue_slots.list_active(session, organization_id))


@router.put("/settings", response_model=None, responses=describe_responses(SettingsAnswer))
def put_settings(
    body: SettingsBody, context: ContextDep, organization_id: OrganizationId
) -> dict[str, Any]:
    """Change what is sent; answers with the whole document."""
    with context.database.write() as session:
        row = seats.lock_organization(session, organization_id)
        now = clock.now(session)
        update_settings(session, context, row, body, now)
        seat_backlog(session, row, now, context.scheduling)
        return presenters.present_settings(row, queue_slots.list_active(session, organization_id))


def update_settings(
    session: Session, context: AppContext, row: SocialSettings, body: SettingsBody, now: datetime
) -> None:
    """Write what the body holds. `row` must be locked. Invalid where something is wrong."""
    sent = body.model_dump(exclude_unset=True)
    if "defaultTimezone" in sent:
        sent["defaultTimezone"] = _parse_zone("defaultTimezone", body.defaultTimezone)
    for name, column in COLUMNS.items():
        if name in sent:
            setattr(row, column, sent[name])
    if "blackouts" in sent:
        row.blackouts = parse_blackouts(body.blackouts)
    session.add(row)
    if sent.keys() & RULE_FIELDS:
        written = body.queueSlots if "queueSlots" in sent else _current_rules(session, row)
        rules = parse_rules(written, row.default_timezone)
        replace_rules(session, row, rules, now, context.scheduling.lead_time)


def _current_rules(session: Session, row: SocialSettings) -> list[QueueSlotBody]:
    """The present rules; those without a zone of their own follow the default to its new value."""
    rules = queue_slots.list_active(session, row.organization_id)
    return [QueueSlotBody(**presenters.present_queue_slot(rule)) for rule in rules]


def _parse_zone(field: str, name: str) -> str:
    try:
        return load_zone(name).key
    except UnknownZone as error:
        raise invalid_field(field, str(error)) from None


@router.get("/next-slot", response_model=None, responses=describe_responses(NextSlotAnswer))
def next_slot(
    context: ContextDep,
    organization_id: OrganizationId,
    timezone: Annotated[str | None, Query()] = None,
) -> dict[str, Any]:
    """The next slots with a free seat. `timezone` is only resolved: rules keep their own zones."""
    with context.database.read() as session:
        row = seats.read_settings(session, organization_id)
        zone_name = _parse_zone("timezone", timezone or row.default_timezone)
        free = next_free_slots(session, row, clock.now(session), context.scheduling, NEXT_SLOTS)
    instants = [presenters.format_instant(at) for at in free]
    return {
        "timezone": zone_name,
        "nextSlot": instants[0] if instants else None,
        "nextSlots": instants,
    }
