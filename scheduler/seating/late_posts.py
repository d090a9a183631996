"""Sets the times of late posts: in order and spaced out, so that not all go out at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from models.organizations import SocialSettings
from models.store.posts import overdue_posts
from models.store.posts.overdue_posts import LatePublication, LateTurn, OverduePost
from scheduler.seating.scheduling_config import LateRules


def free_turns(
    now: datetime, last_turn: LateTurn | None, per_instant: int, spacing: timedelta
) -> Iterator[datetime]:
    """The instants of the next late posts, without end: `per_instant` times the same one, `spacing`
    apart. Pure. `last_turn`: the latest one that a post has."""
    at, count = (last_turn.at, last_turn.posts) if last_turn else (now, 0)
    if at + spacing <= now:
        at, count = now, 0
    elif at < now:
        at, count = at + spacing, 0
    while True:
        if count >= per_instant:
            at, count = at + spacing, 0
        yield at
        count += 1


def space_out(
    posts: Sequence[OverduePost], turns: Iterator[datetime], grace: timedelta | None
) -> list[LatePublication]:
    """Gives late posts their turns, in order. Pure.

    A post whose turn would come after its grace gets none, and the next post gets that turn. A
    grace of None has no end.
    """
    publications = []
    at = next(turns)
    for post in posts:
        if grace is None or at <= post.promised_at + grace:
            publications.append(LatePublication(post.id, at))
            at = next(turns)
    return publications


def schedule_late_posts(
    session: Session, settings: SocialSettings, now: datetime, rules: LateRules
) -> int:
    """Give the late posts of an organization their turns; returns how many got one.

    `settings` must be the locked row, so that no turn is given twice. A post that gets none waits
    until its grace ends; then the missed-slot policy decides.
    """
    owner = settings.organization_id
    late = overdue_posts.list_overdue(
        session,
        owner,
        due_before=now - rules.late_after,
        promised_since=None if rules.grace is None else now - rules.grace,
        with_queue=not settings.is_paused,
    )
    if not late:
        return 0
    publications = space_out(late, list_turns(session, settings, now, rules.spacing), rules.grace)
    overdue_posts.set_late_times(session, publications, now)
    return len(publications)


def list_turns(
    session: Session, settings: SocialSettings, now: datetime, spacing: timedelta
) -> Iterator[datetime]:
    """The organization's free turns for late posts, without end. `settings`: the locked row."""
    last_turn = overdue_posts.last_turn(session, settings.organization_id, now - spacing)
    return free_turns(now, last_turn, settings.max_posts_per_slot, spacing)
