"""Changing an organization's settings, its rules among them."""

from datetime import datetime

from sqlmodel import Session

from models.organizations import SocialSettings
from models.store.queue import queue_slots
from scheduler.seating.replace_rules import replace_rules
from services import presenters
from services.context import AppContext
from services.inputs.settings_body import QueueSlotBody, SettingsBody
from services.rule_input import parse_blackouts, parse_rules
from services.time_input import parse_zone

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
# Fields that change when rules fire: after such a change all rules are computed anew.
RULE_FIELDS = {"queueSlots", "defaultTimezone", "gapPolicy", "overlapPolicy", "blackouts"}


def update_settings(
    session: Session, context: AppContext, row: SocialSettings, body: SettingsBody, now: datetime
) -> None:
    """Write the fields that the body has. The caller has locked `row`. ValidationFailed where a
    value is wrong."""
    sent = body.model_dump(exclude_unset=True)
    if "defaultTimezone" in sent:
        sent["defaultTimezone"] = parse_zone(body.defaultTimezone, "defaultTimezone")
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
    """The present rules as a request would write them. Rules without a zone of their own then
    follow the new default zone."""
    rules = queue_slots.list_active(session, row.organization_id)
    return [QueueSlotBody(**presenters.present_queue_slot(rule)) for rule in rules]
