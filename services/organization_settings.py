"""Changing an organization's settings, its rules among them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.actors import Scope
from models.organizations import SocialSettings
from models.store.queue import queue_slots
from scheduler.recurrence.occurrences import Rule
from scheduler.seating.replace_rules import replace_rules
from scheduler.seating.rule_calendar import rule_from_row
from services.context import AppContext
from services.inputs.settings_body import SettingsBody
from services.permissions import require
from services.rule_input import check_search_work, parse_blackouts, parse_rules
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
    "markColour": "mark_colour",
    "markLetters": "mark_letters",
}
# Fields that change when rules fire: after such a change all rules are computed anew.
RULE_FIELDS = {"queueSlots", "defaultTimezone", "gapPolicy", "overlapPolicy", "blackouts"}


@dataclass(frozen=True, slots=True)
class ParsedSettings:
    """The checked values of a request, by column. `rules`: the new ones, None where they stay.
    `moves_slots`: whether the next slots must be computed anew."""

    columns: dict[str, Any]
    rules: list[Rule] | None
    moves_slots: bool


def parse_settings(body: SettingsBody, default_zone: str) -> ParsedSettings:
    """Check the fields that the body has; ValidationFailed where a value is wrong.

    It comes before the organization is locked: rules take long to check, and nobody should wait for
    that. `default_zone`: the stored one.
    """
    sent = body.model_dump(exclude_unset=True)
    if "defaultTimezone" in sent:
        default_zone = sent["defaultTimezone"] = parse_zone(body.defaultTimezone, "defaultTimezone")
    columns = {column: sent[name] for name, column in COLUMNS.items() if name in sent}
    if "blackouts" in sent:
        columns["blackouts"] = parse_blackouts(body.blackouts)
    rules = parse_rules(body.queueSlots, default_zone) if "queueSlots" in sent else None
    return ParsedSettings(columns, rules, bool(sent.keys() & RULE_FIELDS))


def update_settings(
    session: Session,
    context: AppContext,
    row: SocialSettings,
    parsed: ParsedSettings,
    now: datetime,
) -> None:
    """Write the fields that the request has. The caller has locked `row`. NotAllowed for a key that
    may not approve, and would let posts go out without an approval."""
    if row.approve_api_posts and not parsed.columns.get("approve_api_posts", True):
        require(Scope.APPROVE)
    for column, value in parsed.columns.items():
        setattr(row, column, value)
    session.add(row)
    if parsed.moves_slots:
        rules = _current_rules(session, row) if parsed.rules is None else parsed.rules
        followers = [_in_default_zone(rule, row.default_timezone) for rule in rules]
        check_search_work(followers, row.blackouts)
        replace_rules(session, row, followers, now, context.scheduling.lead_time)


def _current_rules(session: Session, row: SocialSettings) -> list[Rule]:
    return [
        replace(rule_from_row(each), has_own_zone=each.has_own_zone)
        for each in queue_slots.list_active(session, row.organization_id)
    ]


def _in_default_zone(rule: Rule, zone: str) -> Rule:
    """A rule without a zone of its own follows the default zone, which may have changed."""
    return rule if rule.has_own_zone or rule.zone == zone else replace(rule, zone=zone)
