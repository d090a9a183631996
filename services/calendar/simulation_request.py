"""Simulating a calendar: read the request, run the simulation, present the result."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.organizations import SocialSettings
from models.store.queue import queue_slots
from models.store.tenants import social_settings
from scheduler.recurrence import blackouts
from scheduler.recurrence.blackouts import Blackouts
from scheduler.recurrence.dst_policy import GapPolicy, OverlapPolicy
from scheduler.recurrence.upcoming import QueueRule
from scheduler.seating.queue_simulation import (
    SimulatedOutage,
    SimulationInput,
    SimulationResult,
    SlotForecast,
    TooManySlots,
    simulate_queue,
)
from scheduler.seating.rule_calendar import rule_from_row
from services import presenters
from services.calendar.time_range import TimeRange, check_range
from services.errors import invalid_field
from services.inputs.simulation_body import OutageBody, SimulateBody
from services.rule_input import parse_rules
from services.time_input import parse_date_or_instant, zone_or_default

MAX_DAYS = 366
DEFAULT_LENGTH = timedelta(weeks=4)
WEEK = timedelta(weeks=1)
MAX_SLOTS = 5_000
MAX_POSTS = 20_000


def run_simulation(scenario: SimulationInput) -> dict[str, Any]:
    """The answer to POST simulate; ValidationFailed where there would be too many slots."""
    try:
        return present_simulation(simulate_queue(scenario, MAX_SLOTS))
    except TooManySlots:
        raise invalid_field(
            "to", f"from and to hold more than {MAX_SLOTS} slots; ask for less"
        ) from None


def parse_scenario(
    session: Session,
    organization_id: str,
    body: SimulateBody,
    now: datetime,
    grace: timedelta,
) -> SimulationInput:
    """The scenario of a request. Fields that the body leaves out come from the organization's
    settings and rules. `grace`: how long after its slot a post may still be published."""
    settings = social_settings.read_settings(session, organization_id)
    zone = zone_or_default(body.timezone, settings.default_timezone)
    time_range = _parse_time_range(body, zone, now)
    if (time_range.end - time_range.start) / WEEK * body.postsPerWeek > MAX_POSTS:
        raise invalid_field("postsPerWeek", f"makes more than {MAX_POSTS} posts from from to to")
    rules, blackout_dates = _parse_rules(session, settings, body, zone)
    return SimulationInput(
        rules=rules,
        start=time_range.start,
        end=time_range.end,
        posts_per_week=body.postsPerWeek,
        per_slot=body.maxPostsPerSlot or settings.max_posts_per_slot,
        outages=_parse_outages(body.outages, zone),
        grace=grace,
        blackout_dates=blackout_dates,
    )


def _parse_time_range(body: SimulateBody, zone: str, now: datetime) -> TimeRange:
    start = parse_date_or_instant("from", body.start, zone) if body.start is not None else now
    end = parse_date_or_instant("to", body.end, zone, is_end=True) if body.end is not None else None
    return check_range(TimeRange(start, end or start + DEFAULT_LENGTH, zone), MAX_DAYS)


def _parse_outages(written: Sequence[OutageBody], zone: str) -> list[SimulatedOutage]:
    outages = []
    for number, each in enumerate(written):
        name = f"outages[{number}]."
        start = parse_date_or_instant(f"{name}from", each.start, zone)
        end = parse_date_or_instant(f"{name}to", each.end, zone, is_end=True)
        check_range(TimeRange(start, end, zone), MAX_DAYS, prefix=name)
        outages.append(SimulatedOutage(start, end))
    return outages


def _parse_rules(
    session: Session, settings: SocialSettings, body: SimulateBody, zone: str
) -> tuple[list[QueueRule], Blackouts]:
    """The rules of the body, without blackouts; else the active rules, with their blackouts."""
    if body.queueSlots is None:
        return active_rules(session, settings)
    gap, overlap = GapPolicy(settings.gap_policy), OverlapPolicy(settings.overlap_policy)
    written = [
        QueueRule(number, dataclasses.replace(each, gap=gap, overlap=overlap))
        for number, each in enumerate(parse_rules(body.queueSlots, zone))
    ]
    return written, blackouts.NO_BLACKOUTS


def active_rules(session: Session, settings: SocialSettings) -> tuple[list[QueueRule], Blackouts]:
    """An organization's active rules, and its blackout dates, on which no slot opens."""
    rows = queue_slots.list_active(session, settings.organization_id)
    rules = [QueueRule(row.id or 0, rule_from_row(row)) for row in rows]
    return rules, blackouts.parse_ranges(settings.blackouts)


def present_simulation(result: SimulationResult) -> dict[str, Any]:
    """The slots with the numbers of their posts, and the numbers of the posts without a slot."""
    return {"slots": [_present_slot(each) for each in result.slots], "waiting": result.waiting}


def _present_slot(each: SlotForecast) -> dict[str, Any]:
    slot = each.rule_slot.slot
    return {
        "at": presenters.format_instant(slot.at),
        "local": slot.local.isoformat(timespec="seconds"),
        "timezone": each.rule_slot.zone,
        "note": slot.note,
        "posts": each.posts,
        "full": each.is_full,
        "fate": each.timing,
    }
