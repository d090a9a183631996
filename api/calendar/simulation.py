"""What if: a question as it comes over HTTP, and the answer as HTTP and the command show it."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from api import answers
from api.calendar.ranges import Stretch, checked, instant, zone_name
from api.errors import wrong
from api.queue_rules import parsed
from api.schemas.calendar import OutageBody, SimulateBody
from models.organizations import SocialSettings
from models.store import queue_slots, seats
from scheduler import blackouts
from scheduler.blackouts import Blackouts
from scheduler.calendar import rule_of
from scheduler.slots import Gap, Overlap
from scheduler.upcoming import QueueRule
from scheduler.what_if import Answer, Calendar, Outage, Question, TooMany, what_if

MOST_DAYS = 366
DEFAULT_LENGTH = timedelta(weeks=4)
WEEK = timedelta(weeks=1)
MOST_SLOTS = 5_000
MOST_POSTS = 20_000


def simulated(question: Question) -> dict[str, Any]:
    """The answer to POST simulate; Invalid where the calendar would have too many slots."""
    try:
        return shown(what_if(question, MOST_SLOTS))
    except TooMany:
        raise wrong("to", f"from and to hold more than {MOST_SLOTS} slots; ask for less") from None


def question(
    session: Session,
    organization_id: str,
    body: SimulateBody,
    now: datetime,
    grace: timedelta,
) -> Question:
    """What the body asks; what it leaves out is as the organization has it."""
    settings = seats.read_settings(session, organization_id)
    zone = zone_name(body.timezone or settings.default_timezone)
    asked = _stretch(body, zone, now)
    if (asked.end - asked.start) / WEEK * body.postsPerWeek > MOST_POSTS:
        raise wrong("postsPerWeek", f"makes more than {MOST_POSTS} posts from from to to")
    rules, closed = _rules(session, settings, body, zone)
    return Question(
        rules=rules,
        start=asked.start,
        end=asked.end,
        posts_per_week=body.postsPerWeek,
        per_slot=body.maxPostsPerSlot or settings.max_posts_per_slot,
        outages=_outages(body.outages, zone),
        grace=grace,
        closed=closed,
    )


def _stretch(body: SimulateBody, zone: str, now: datetime) -> Stretch:
    start = instant("from", body.start, zone) if body.start is not None else now
    end = instant("to", body.end, zone, is_end=True) if body.end is not None else None
    return checked(Stretch(start, end or start + DEFAULT_LENGTH, zone), MOST_DAYS)


def _outages(written: Sequence[OutageBody], zone: str) -> list[Outage]:
    found = []
    for number, each in enumerate(written):
        name = f"outages[{number}]."
        start = instant(f"{name}from", each.start, zone)
        end = instant(f"{name}to", each.end, zone, is_end=True)
        checked(Stretch(start, end, zone), MOST_DAYS, prefix=name)
        found.append(Outage(start, end))
    return found


def _rules(
    session: Session, settings: SocialSettings, body: SimulateBody, zone: str
) -> tuple[list[QueueRule], Blackouts]:
    """Those that are written, on any date; else those in force, without their blackout dates."""
    if body.queueSlots is None:
        return in_force(session, settings)
    gap, overlap = Gap(settings.gap_policy), Overlap(settings.overlap_policy)
    written = [
        QueueRule(number, dataclasses.replace(each, gap=gap, overlap=overlap))
        for number, each in enumerate(parsed(body.queueSlots, zone))
    ]
    return written, blackouts.NONE


def in_force(session: Session, settings: SocialSettings) -> tuple[list[QueueRule], Blackouts]:
    """An organization's rules, and the dates on which they have no slots."""
    rows = queue_slots.list_active(session, settings.organization_id)
    rules = [QueueRule(row.id or 0, rule_of(row)) for row in rows]
    return rules, blackouts.parse(settings.blackouts)


def shown(calendar: Calendar) -> dict[str, Any]:
    """Slots with the numbers of their posts, and the numbers of the posts without a slot."""
    return {"slots": [_slot(each) for each in calendar.slots], "waiting": calendar.waiting}


def _slot(each: Answer) -> dict[str, Any]:
    slot = each.opening.slot
    return {
        "at": answers.instant(slot.at),
        "local": slot.local.isoformat(timespec="seconds"),
        "timezone": each.opening.zone,
        "note": slot.note,
        "posts": each.posts,
        "full": each.is_full,
        "fate": each.fate,
    }
