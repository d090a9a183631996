"""Settings, and the next slots that follow from them."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlmodel import Session

from api import answers
from api.deps import Around, OrganizationId, Surroundings
from api.errors import wrong
from api.openapi import says
from api.queue_rules import dates, parsed
from api.schemas.settings import QueueSlotBody, SettingsBody
from api.schemas.settings_answers import NextSlotAnswer, SettingsAnswer
from models.organizations import SocialSettings
from models.store import clock, queue_slots, seats
from scheduler import calendar
from scheduler.rules import replace_rules
from scheduler.zones import UnknownZone, zone

router = APIRouter(tags=["settings"])
SHOWN_SLOTS = 10
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
WINDING = {"queueSlots", "defaultTimezone", "gapPolicy", "overlapPolicy", "blackouts"}


@router.get("/settings", response_model=None, responses=says(SettingsAnswer))
def get_settings(around: Around, organization_id: OrganizationId) -> dict[str, Any]:
    """The organization's settings."""
    with around.database.read() as session:
        row = seats.read_settings(session, organization_id)
        return answers.settings(row, queue_slots.list_active(session, organization_id))


@router.put("/settings", response_model=None, responses=says(SettingsAnswer))
def put_settings(
    body: SettingsBody, around: Around, organization_id: OrganizationId
) -> dict[str, Any]:
    """Change what is sent; answers with the whole document."""
    with around.database.write() as session:
        row = seats.lock_organization(session, organization_id)
        now = clock.now(session)
        change_settings(session, around, row, body, now)
        calendar.seat(session, row, now, around.terms)
        return answers.settings(row, queue_slots.list_active(session, organization_id))


def change_settings(
    session: Session, around: Surroundings, row: SocialSettings, body: SettingsBody, now: datetime
) -> None:
    """Write what the body holds. `row` must be locked. Invalid where something is wrong."""
    sent = body.model_dump(exclude_unset=True)
    if "defaultTimezone" in sent:
        sent["defaultTimezone"] = _zone("defaultTimezone", body.defaultTimezone)
    for name, column in COLUMNS.items():
        if name in sent:
            setattr(row, column, sent[name])
    if "blackouts" in sent:
        row.blackouts = dates(body.blackouts)
    session.add(row)
    if sent.keys() & WINDING:
        written = body.queueSlots if "queueSlots" in sent else _as_written(session, row)
        rules = parsed(written, row.default_timezone)
        replace_rules(session, row, rules, now, around.terms.lead_time)


def _as_written(session: Session, row: SocialSettings) -> list[QueueSlotBody]:
    """The present rules; those without a zone of their own follow the default to its new value."""
    rules = queue_slots.list_active(session, row.organization_id)
    return [QueueSlotBody(**answers.queue_slot(rule)) for rule in rules]


def _zone(field: str, name: str) -> str:
    try:
        return zone(name).key
    except UnknownZone as error:
        raise wrong(field, str(error)) from None


@router.get("/next-slot", response_model=None, responses=says(NextSlotAnswer))
def next_slot(
    around: Around,
    organization_id: OrganizationId,
    timezone: Annotated[str | None, Query()] = None,
) -> dict[str, Any]:
    """The next slots with a free seat. `timezone` is only resolved: rules keep their own zones."""
    with around.database.read() as session:
        row = seats.read_settings(session, organization_id)
        zone_name = _zone("timezone", timezone or row.default_timezone)
        free = calendar.next_free_slots(session, row, clock.now(session), around.terms, SHOWN_SLOTS)
    instants = [answers.instant(at) for at in free]
    return {
        "timezone": zone_name,
        "nextSlot": instants[0] if instants else None,
        "nextSlots": instants,
    }
