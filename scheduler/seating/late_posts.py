"""Sets the times of late posts: in order and spaced out, so that not all go out at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from models.organizations import SocialSettings
from models.store.posts import overdue_posts
from models.store.posts.overdue_posts import LatePublication


def space_out(
    post_ids: Sequence[str],
    now: datetime,
    last_departure: tuple[datetime | None, int],
    per_instant: int,
    spacing: timedelta,
) -> tuple[list[LatePublication], tuple[datetime | None, int]]:
    """Instants for late posts in their order: `per_instant` at once, `spacing` apart. Pure.

    `last_departure` is the latest instant given so far, and how many posts have it; the second
    value returned is its new value.
    """
    at, count = last_departure
    if at is None or at + spacing <= now:
        at, count = now, 0
    elif at < now:
        at, count = at + spacing, 0
    departures = []
    for post_id in post_ids:
        if count >= per_instant:
            at, count = at + spacing, 0
        departures.append(LatePublication(post_id, at))
        count += 1
    return departures, (at, count)


def schedule_late_posts(
    session: Session,
    settings: SocialSettings,
    now: datetime,
    spacing: timedelta,
    window: tuple[datetime | None, datetime],
) -> int:
    """Give every late post of the window (due since, until) its instant; returns how many.

    `settings` must be the locked row: it stores the latest instant given.
    """
    owner, with_queue = settings.organization_id, not settings.is_paused
    ids = overdue_posts.list_ids(session, owner, *window, with_queue=with_queue)
    if not ids:
        return 0
    last_departure = (settings.late_at, settings.late_count)
    departures, after = space_out(ids, now, last_departure, settings.max_posts_per_slot, spacing)
    settings.late_at, settings.late_count = after
    session.add(settings)
    session.flush()
    overdue_posts.set_late_times(session, departures, now)
    return len(departures)
