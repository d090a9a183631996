"""A simple reference implementation of seating: reads everything, without a search memory."""

from collections import Counter, defaultdict
from datetime import datetime

from sqlmodel import Session, col, select

from models.organizations import SocialSettings
from models.posts import Post
from models.queue_slots import QueueSlot, Seat
from models.store.queue.released_seats import SHORTS_QUOTA_STATUSES
from scheduler.recurrence import blackouts
from scheduler.recurrence.upcoming import QueueRule, upcoming_slots
from scheduler.seating.assignment import FreeSeat, assign, untaken_seats
from scheduler.seating.rule_calendar import rule_from_row
from scheduler.seating.scheduling_config import SchedulingConfig
from scheduler.seating.shorts_limits import Candidate, ShortsLimits, week_start

PlacedPosts = dict[str, tuple[int, datetime, int]]


def list_free_seats(
    session: Session, settings: SocialSettings, now: datetime, scheduling: SchedulingConfig
) -> list[FreeSeat]:
    """Every free seat of all slots, earliest first."""
    mine = QueueSlot.organization_id == settings.organization_id
    rows = session.exec(select(QueueSlot).where(mine, col(QueueSlot.is_active)))
    rules = [QueueRule(row.id or 0, rule_from_row(row)) for row in rows if not settings.is_paused]
    taken: dict[tuple[int, datetime], set[int]] = defaultdict(set)
    for each in session.exec(select(Seat)):
        taken[each.queue_slot_id, each.local_at].add(each.number)
    blackout_dates = blackouts.parse_ranges(settings.blackouts)
    slots = upcoming_slots(rules, now, now + scheduling.horizon, blackout_dates)
    return list(untaken_seats(slots, taken, settings.max_posts_per_slot))


def compute_seating(
    session: Session, settings: SocialSettings, now: datetime, scheduling: SchedulingConfig
) -> PlacedPosts:
    """The seat of each backlog post by post id: (queue slot id, local time, seat number)."""
    mine = Post.organization_id == settings.organization_id
    posts = list(session.exec(select(Post).where(mine).order_by(col(Post.accepted_at), Post.id)))
    counted = [
        each for each in posts if each.post_type == "video" and each.status in SHORTS_QUOTA_STATUSES
    ]
    zone = settings.default_timezone
    weeks = Counter(week_start(each.scheduled_for, zone) for each in counted if each.scheduled_for)
    videos = Counter(each.video_key for each in counted if each.video_key)
    limits = ShortsLimits(
        zone, settings.max_shorts_per_week, settings.max_shorts_of_same_video, weeks, videos
    )
    queue = [
        Candidate(each.id, each.post_type == "video", each.video_key)
        for each in posts
        if each.status == "backlog"
    ]
    assignment = assign(queue, iter(list_free_seats(session, settings, now, scheduling)), limits)
    return {
        each.post_id: (seat.queue_slot_id, seat.slot.local, seat.number)
        for each, seat in assignment.seated
    }
